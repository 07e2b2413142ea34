import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import "should";
import { sayings, steps } from "../../src/core/trial/finding";
import { languages, readCatalogue } from "../../src/editor/catalogue";
import { generate, generateLocales } from "../../src/editor/generate";
import { operations } from "../../src/operations";
import { sameInEnglish } from "./same-in-english";
import { flat, gapsOf, markupOf, namesIn } from "./texts";

const root = join(__dirname, "..", "..", "..");
const [english, ...others] = languages;
const types = operations.map(({ type }) => type);
const catalogues = ["common", "bucket", "amazon-s3-config", ...types];
const built = generateLocales(root);

const read = (language: string, name: string): Map<string, string> => flat(readCatalogue(root, language, name));

describe("the catalogues of texts", () => {
  it("are those of the languages, and no other", () => {
    readdirSync(join(root, "src", "locales"))
      .sort()
      .should.eql([...languages].sort());
    for (const language of languages) {
      const files = readdirSync(join(root, "src", "locales", language)).sort();
      files.should.eql(catalogues.map((name) => `${name}.json`).sort(), language);
    }
  });

  describe("have each text that is asked for, and no other", () => {
    const below = (path: string): string =>
      readdirSync(join(root, path), { withFileTypes: true, recursive: true })
        .filter((entry) => entry.isFile())
        .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"))
        .join("\n");
    // Statuses have their words in the catalogue too.
    const sources = below("src/editor") + readFileSync(join(root, "src/node-red/status.ts"), "utf8");

    /** Whether a text's whole name stands in the sources or, where names are put together, its last step. */
    const isNamed = (name: string): boolean => {
      const at = name.lastIndexOf(".");
      const [group, last] = [name.slice(0, at), name.slice(at + 1)];
      const whole = [`"${name}"`, `]${name}"`, `{${name}}`];
      if (whole.some((text) => sources.includes(text))) return true;
      const together = [`${group}.\${`, `"${group}." +`];
      return together.some((text) => sources.includes(text)) && new RegExp(`\\b${last}\\b`).test(below("src"));
    };

    it("of all nodes", () => {
      [...read(english, "common").keys()].filter((name) => !isNamed(name)).should.eql([]);
    });

    it("of the connection", () => {
      const script = readFileSync(join(root, "src/editor/browser/trial.js"), "utf8");
      const trial = [
        ...Object.keys(sayings),
        ...steps.map((step) => `step.${step}`),
        ...["yes", "note", "no", "untried"].map((verdict) => `verdict.${verdict}`),
        ...[...script.matchAll(/say\("([\w.]+)"/g)].map(([, name]) => name ?? ""),
        ...[...sources.matchAll(/\bsay\("trial\.([\w.]+)"/g)].map(([, name]) => name ?? ""),
      ].map((name) => `trial.${name}`);
      const texts = [...read(english, "amazon-s3-config").keys()];
      const isTrial = (name: string): boolean => name.startsWith("trial.");
      texts
        .filter(isTrial)
        .sort()
        .should.eql([...new Set(trial)].sort());
      texts.filter((name) => !isTrial(name) && !isNamed(name)).should.eql([]);
    });

    it("in the forms", () => {
      for (const type of ["amazon-s3-config", ...types]) {
        const html = generate(root)[`nodes/${type}.html`] ?? "";
        const texts = flat(JSON.parse(built[`nodes/locales/${english}/${type}.json`] ?? "{}"));
        const named = [...html.matchAll(/data-i18n="(?:\[\w+\])?([\w.-]+)"/g)].map(([, name]) => name ?? "");
        named.length.should.be.above(10);
        named.filter((name) => !texts.has(name)).should.eql([], type);
      }
    });
  });

  for (const [name, gaps] of Object.entries(sayings)) {
    it(`put into ${name} what there is: ${gaps.join(", ") || "nothing"}`, () => {
      gapsOf(read(english, "amazon-s3-config").get(`trial.${name}`) ?? "").should.eql([...gaps].sort());
    });
  }

  for (const language of languages) {
    it(`have room below a node for what it says of its connection: ${language}`, () => {
      for (const type of types) {
        const texts = [...flat(JSON.parse(built[`nodes/locales/${language}/${type}.json`] ?? "{}"))];
        const states = texts.filter(([name]) => name.startsWith("state."));
        states.length.should.be.above(0);
        for (const [, text] of states) text.length.should.be.belowOrEqual(20);
      }
    });
  }

  for (const language of others) {
    describe(language, () => {
      for (const name of catalogues) {
        it(`is whole: ${name}`, () => {
          const original = read(english, name);
          const texts = read(language, name);
          [...texts.keys()].should.eql([...original.keys()]);
        });

        it(`is translated, with the same gaps and the same markup: ${name}`, () => {
          const original = read(english, name);
          for (const [key, text] of read(language, name)) {
            const before = original.get(key) ?? "";
            text.trim().should.not.be.empty();
            gapsOf(text).should.eql(gapsOf(before), key);
            markupOf(text).should.eql(markupOf(before), key);
            if (text === before) sameInEnglish(language, before).should.equal(true, `${key} is English: ${text}`);
          }
        });
      }

      it("has its catalogues and its help where Node-RED looks for them", () => {
        for (const type of ["amazon-s3-config", ...types]) {
          const at = `nodes/locales/${language}/${type}`;
          readFileSync(join(root, `${at}.json`), "utf8").should.equal(built[`${at}.json`]);
          const help = readFileSync(join(root, `${at}.html`), "utf8");
          help.should.equal(built[`${at}.html`]).and.startWith(`<script type="text/html" data-help-name="${type}">`);
        }
      });
    });
  }

  for (const language of languages) {
    it(`call fields and options in ${language} by the names that the forms have`, () => {
      const lines = [english, language].flatMap((name) =>
        ["amazon-s3-config", ...types].flatMap((type) => [
          ...flat(JSON.parse(built[`nodes/locales/${name}/${type}.json`] ?? "{}")).values(),
        ]),
      );
      const known = new Set(lines.map((text) => text.toLowerCase()));
      for (const { parameters, settings, label } of operations) {
        known.add(label);
        for (const { options = [] } of Object.values({ ...parameters, ...settings }))
          for (const it of options) known.add(it);
      }
      for (const it of ["auto", "trust", "check"]) known.add(it);
      for (const name of catalogues) {
        for (const [key, text] of read(language, name))
          for (const named of namesIn(text))
            known.has(named.toLowerCase()).should.equal(true, `${name} ${key}: ${named}`);
      }
    });
  }
});
