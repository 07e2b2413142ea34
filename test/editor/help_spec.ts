import { join } from "node:path";
import "should";
import { generate } from "../../src/editor/generate";
import { policyOf } from "../../src/editor/policy";
import { operations } from "../../src/operations";

const files = generate(join(__dirname, "..", "..", ".."));

const helpOf = (type: string): string =>
  (files[`nodes/${type}.html`] ?? "").split(`data-help-name="${type}">`)[1] ?? "";

describe("the help", () => {
  for (const operation of operations) {
    const { type, parameters, settings, permissions, references } = operation;
    describe(type, () => {
      const help = helpOf(type);

      it("begins with the lead, and has its parts in Node-RED's order", () => {
        help.trimStart().should.startWith(`<p>${operation.lead}</p>`);
        const parts = [...help.matchAll(/<h3>(.*?)<\/h3>/g)].map(([, title]) => title);
        parts
          .filter((title) => title !== "Settings")
          .should.eql(["Inputs", "Outputs", "Details", "Permissions", "References"]);
      });

      it("tells of every parameter and setting what it is", () => {
        for (const [name, declared] of Object.entries({ ...parameters, ...settings })) {
          help.should.match(new RegExp(`<dt[^>]*>${name} <span class="property-type">`));
          help.should.containEql(declared.text);
        }
      });

      it("has a policy that is JSON and holds what is always needed, each action on its resource", () => {
        const text = /<pre[^>]*>([\s\S]*?)<\/pre>/.exec(help)?.[1] ?? "";
        text.should.equal(JSON.stringify(policyOf(operation), null, 2));
        const granted = JSON.parse(text).Statement.flatMap((it: { Action: string[] }) => it.Action);
        const needed = permissions.filter(({ why }) => !why.startsWith("only ")).map(({ action }) => action);
        granted.sort().should.eql(needed.sort());
        for (const { Action, Resource } of JSON.parse(text).Statement) {
          Resource.should.equal(`arn:aws:s3:::my-bucket${Action.includes("s3:ListBucket") ? "" : "/*"}`);
        }
      });

      it("says what each permission is for, and links to the references", () => {
        for (const { action, why } of permissions) help.should.containEql(`<code>${action}</code> ${why}`);
        for (const { url } of references) help.should.containEql(`href="${url}"`);
      });

      it("closes what it opens", () => {
        for (const tag of ["p", "dl", "dt", "dd", "ul", "li", "code", "i", "b", "pre", "span", "a"]) {
          const opened = help.match(new RegExp(`<${tag}[ >]`, "g"))?.length ?? 0;
          const closed = help.match(new RegExp(`</${tag}>`, "g"))?.length ?? 0;
          [tag, opened].should.eql([tag, closed]);
        }
      });
    });
  }

  it("of the connection explains each way to get keys, and NoConnection", () => {
    const help = helpOf("amazon-s3-config");
    for (const way of ["keys", "default", "profile", "role", "anonymous"]) {
      help.should.containEql(`<span class="property-type">${way}</span>`);
    }
    help.should.containEql("NoConnection").and.containEql("$" + "{NAME}");
  });
});
