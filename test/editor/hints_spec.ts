import { join } from "node:path";
import should from "should";
import { generate } from "../../src/editor/generate";
import { registrationOf } from "./page";

const files = generate(join(__dirname, "..", "..", ".."));

/** What is said of a text in a field, which has to be right. */
const hintOf = (verb: string, name: string, value: string, type = "str"): string | undefined => {
  const { definition } = registrationOf(files[`nodes/amazon-s3-${verb}.html`] ?? "");
  const node = { [name]: value, [`${name}Type`]: type };
  should(definition.defaults[name]?.validate?.call(node, value, {})).equal(true);
  return definition.defaults[name]?.hint?.call(node, value);
};

describe("hints, of what is right and hardly meant", () => {
  const said: readonly (readonly [string, string, string, RegExp])[] = [
    ["read", "path", "/reports/may.csv", /^Path begins with \/: leave the \/ out, unless the names/],
    ["write", "path", "/reports/may.csv", /^Path begins with \//],
    ["purge", "path", "/logs", /^Folder begins with \//],
    ["list", "startAfter", "/logs/a", /^Start after begins with \//],
    ["read", "path", "s3://docs/may.csv", /^Path is taken as it is, also s3:.*the bucket into Bucket/],
    ["list", "path", "logs/*.gz", /^Folder is taken as it is: a pattern such as \*\.csv goes into Filter/],
    ["download", "path", "logs/*.gz", /goes into Filter/],
    ["list", "filter", "/logs/*.gz", /^Filter begins with \/: leave the \/ out/],
    ["config", "rootPath", "/team", /^Root path begins with \//],
  ];
  for (const [verb, name, value, hint] of said) {
    it(`say of ${verb}.${name} = ${value} what is probably wrong`, () => {
      String(hintOf(verb, name, value)).should.match(hint);
    });
  }

  it("say nothing of what is meant like this", () => {
    for (const [verb, name, value, type] of [
      ["read", "path", "reports/may.csv", "str"],
      ["read", "path", "what?.txt", "str"],
      ["list", "path", "/", "str"],
      ["list", "path", "", "str"],
      ["list", "filter", "**/*.csv", "str"],
      ["read", "path", "payload.path", "msg"],
      ["list", "path", '"/" & payload', "jsonata"],
      ["read", "path", "$" + "{FOLDER}", "str"],
      ["config", "rootPath", "team/", "str"],
      ["config", "rootPath", "/", "str"],
    ] as const)
      should(hintOf(verb, name, value, type)).equal(undefined);
  });
});
