import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import "should";
import { sayings, steps } from "../../src/core/trial/finding";

const root = join(__dirname, "..", "..", "..");
const locales = join(root, "src", "locales");
const browser = join(root, "src", "editor", "browser");

type Catalogue = { [key: string]: string | Catalogue };

/** The texts of a catalogue by their whole names, such as `trial.step.keys`. */
const textsOf = (catalogue: Catalogue, path = ""): [string, string][] =>
  Object.entries(catalogue).flatMap(([name, text]) =>
    typeof text === "string" ? [[path + name, text] as [string, string]] : textsOf(text, `${path}${name}.`),
  );

const gapsOf = (text: string): string[] => [...text.matchAll(/__(\w+?)__/g)].map(([, name]) => name ?? "").sort();

const read = (language: string): Map<string, string> =>
  new Map(textsOf(JSON.parse(readFileSync(join(locales, language, "amazon-s3-config.json"), "utf8"))));

describe("the catalogues of texts", () => {
  const english = read("en-US");
  const scripts = readdirSync(browser)
    .map((file) => readFileSync(join(browser, file), "utf8"))
    .join("\n");
  const asked = [
    ...Object.keys(sayings).map((name) => `trial.${name}`),
    ...steps.map((step) => `trial.step.${step}`),
    ...["yes", "note", "no", "untried"].map((verdict) => `trial.verdict.${verdict}`),
    ...[...scripts.matchAll(/say\("([\w.]+)"/g)].map(([, name = ""]) =>
      /^(stores|browse|trial)\./.test(name) ? name : `trial.${name}`,
    ),
  ];

  it("have each text that is asked for, and no other", () => {
    [...english.keys()].sort().should.eql([...new Set(asked)].sort());
  });

  for (const [name, gaps] of Object.entries(sayings)) {
    it(`put into ${name} what there is: ${gaps.join(", ") || "nothing"}`, () => {
      gapsOf(english.get(`trial.${name}`) ?? "").should.eql([...gaps].sort());
    });
  }

  for (const language of readdirSync(locales)) {
    it(`are whole in ${language}, with the same gaps`, () => {
      const texts = read(language);
      [...texts.keys()].should.eql([...english.keys()]);
      for (const [name, text] of texts) {
        text.trim().should.not.be.empty();
        gapsOf(text).should.eql(gapsOf(english.get(name) ?? ""), name);
      }
    });

    it(`lie where Node-RED looks for them in ${language}`, () => {
      const file = join(root, "nodes", "locales", language, "amazon-s3-config.json");
      existsSync(file).should.be.true();
      readFileSync(file, "utf8").should.equal(readFileSync(join(locales, language, "amazon-s3-config.json"), "utf8"));
    });
  }
});
