import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import "should";
import { generate } from "../../src/editor/generate";
import { color } from "../../src/editor/html";
import { type Condition, layoutsByType } from "../../src/editor/layout";
import { operations } from "../../src/operations";
import { must } from "../support/must";
import { registrationOf, templatesOf } from "./page";

const root = join(__dirname, "..", "..", "..");
const files = generate(root);
const types = ["amazon-s3-config", ...operations.map(({ type }) => type)];

const html = (type: string): string => files[`nodes/${type}.html`] ?? "";

describe("what is generated", () => {
  const committed = Object.keys(files).filter((path) => !path.endsWith(".js"));

  it("covers every node, the README, and the English texts of the operations", () => {
    const texts = ["bucket", ...operations.map(({ type }) => type)].map((name) => `src/locales/en-US/${name}.json`);
    committed.should.eql([...types.map((type) => `nodes/${type}.html`), "README.md", ...texts]);
  });

  for (const path of committed) {
    it(`is what is committed: ${path}`, () => {
      const same = existsSync(join(root, path)) && readFileSync(join(root, path), "utf8") === files[path];
      same.should.equal(true, `run "npm run build:nodes" and commit ${path}`);
    });
  }

  it("is the same every time", () => {
    generate(root).should.eql(files);
  });

  for (const type of types) {
    describe(type, () => {
      it("has its script, its form and its help, and nothing else", () => {
        const { names, rest } = templatesOf(html(type));
        names.should.eql(["javascript", `template ${type}`, `help ${type}`]);
        rest.trim().should.equal("");
      });

      it("can be read by the library's page: literals, unquoted keys, nothing spread", () => {
        const text = html(type);
        text.should.match(new RegExp(`RED\\.nodes\\.registerType\\("${type}", \\{\n`));
        const definition = text.slice(text.indexOf("RED.nodes.registerType("), text.indexOf("</script>"));
        definition.should.match(/\n +category: "[^"]+",\n/);
        definition.should.match(/\n +defaults: \{\n +name: \{ value: "" \},\n/);
        definition.should.not.match(/\n +"\w+":/);
        definition.slice(0, definition.indexOf("oneditprepare")).should.not.match(/\.\.\./);
        if (type !== "amazon-s3-config") definition.should.match(new RegExp(`\n +color: "${color}",\n +defaults`));
      });

      it("has a loader that names its type", () => {
        (files[`nodes/${type}.js`] ?? "").should.match(
          type === "amazon-s3-config"
            ? /registerConnection\(RED\);\n$/
            : new RegExp(`registerOperation\\(RED, "${type}"\\);\n$`),
        );
      });

      it("has a row and a label for each property that a person sets", () => {
        const { definition } = registrationOf(html(type));
        const prefix = type === "amazon-s3-config" ? "node-config-input" : "node-input";
        const fields = [...Object.keys(definition.defaults), ...Object.keys(definition.credentials ?? {})].filter(
          (name) => name !== "version",
        );
        for (const name of fields) {
          const times = html(type).split(`id="${prefix}-${name}"`).length - 1;
          times.should.equal(1, `${name} has ${times} fields`);
          if (!fields.includes(name.replace(/Type$/, "")) || name === name.replace(/Type$/, "")) {
            html(type).should.containEql(`<label for="${prefix}-${name}"`);
          }
        }
      });
    });
  }

  for (const { type, icon } of operations) {
    it(`has an icon of its own for ${type}: white, 40 by 60`, () => {
      const path = join(root, "icons", icon);
      existsSync(path).should.be.true();
      const svg = readFileSync(path, "utf8");
      svg.should.match(/^<svg [^>]*width="40" height="60" viewBox="0 0 40 60">/);
      svg.replace(/<mask.*?<\/mask>/, "").should.match(/(fill|stroke)="#fff"/);
      const others = operations.filter((it) => it.type !== type);
      others.map((it) => it.icon).should.not.containEql(icon);
    });
  }

  for (const [type, layout] of Object.entries(layoutsByType)) {
    it(`lays out only what is there: ${type}`, () => {
      const operation = operations.find((it) => it.type === type);
      const parameters = Object.keys(operation?.parameters ?? {});
      const settings = Object.keys(operation?.settings ?? {});
      const conditions = Object.entries(layout.when ?? {});
      for (const name of [...(layout.more ?? []), ...(layout.ranges ?? [])]) parameters.should.containEql(name);
      if (layout.root !== undefined) settings.should.containEql(layout.root);
      const rows = { ...operation?.parameters, ...operation?.settings };
      const simple = (condition: Condition): { field: string; values?: readonly string[] }[] =>
        "any" in condition
          ? condition.any.flatMap(simple)
          : "all" in condition
            ? condition.all.flatMap(simple)
            : [condition];
      const single = conditions.flatMap(([row, condition]) => simple(condition).map((one) => [row, one] as const));
      for (const [row, { field, values = [] }] of single) {
        [...parameters, ...settings].should.containEql(row).and.containEql(field);
        const { options, kind } = must(rows[field]);
        const possible = kind === "boolean" ? ["true", "false"] : (options ?? values);
        for (const value of values) [...possible].should.containEql(value);
      }
    });

    it(`shows what decides before what it decides on: ${type}`, () => {
      const operation = operations.find((it) => it.type === type);
      const fields = (condition: Condition): string[] =>
        "any" in condition
          ? condition.any.flatMap(fields)
          : "all" in condition
            ? condition.all.flatMap(fields)
            : [condition.field];
      const place = (name: string): number => html(type).indexOf(`id="node-input-${name}"`);
      for (const [row, condition] of Object.entries(layout.when ?? {})) {
        for (const field of fields(condition)) {
          // What the list node sends is said last, next to how, as what the read node sends is.
          if (field === "emit" && operation?.label === "list") continue;
          place(field).should.be.within(0, place(row), `${field} stands below ${row}`);
        }
      }
    });
  }
});
