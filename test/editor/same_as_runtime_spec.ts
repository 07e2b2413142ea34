import { join } from "node:path";
import should from "should";
import { byteSize } from "../../src/core/byte-size";
import type { Connection } from "../../src/core/connection";
import { createExpression } from "../../src/core/key-expression";
import { moment } from "../../src/core/moment";
import { generate } from "../../src/editor/generate";
import { checkBucket } from "../../src/node-red/find-connection";
import { registrationOf } from "./page";

const files = generate(join(__dirname, "..", "..", ".."));
const connection = { settings: { endpoint: "", bucket: "docs" } } as Connection;

/** Texts of each kind, and what the runtime says of one. */
const cases: Readonly<Record<string, { field: string; takes: (text: string) => unknown; texts: readonly string[] }>> = {
  sizes: {
    field: "minSize",
    takes: (text) => byteSize("minSize", text),
    texts: [
      "0",
      "7",
      " 7 ",
      "1.5",
      "1.0",
      "1.5 b",
      "2 BYTES",
      "10M",
      "10 mb",
      "1.5GiB",
      "1.5 kib",
      "-1",
      "1e3",
      "1,000",
    ].concat(["9007199254740991", "9007199254740992", "9 PiB", "8 PB", "0.0001 kb", "ten", "1  MB", "1 EB"]),
  },
  times: {
    field: "modifiedAfter",
    takes: (text) => moment("modifiedAfter", text, Date.now()),
    texts: ["0", "1", "90d", "90 d", " 90d ", "1.5 h", "3M", "5 D", "-5d", "1780000000", "1780000000000", "99999999999"]
      .concat(["2026", "2026-05", "2026-13", "2026-02-29", "2024-02-29", "2026-05-31T25:00", "2026-05-31 12:00"])
      .concat(["2026-05-31t12:00z", "2026-05-31T12:00+0200", "2026-05T12:00", "31.12.2026", "yesterday", "9999999y"])
      .concat(["99999999999999999999"]),
  },
  expressions: {
    field: "regex",
    takes: (text) => createExpression(text, false),
    texts: [
      "a",
      "^\\d{4}/",
      "(a|b)+c",
      "(?:a)",
      "(?<year>a)",
      "\\(?=a",
      "[(?=]a",
      "[\\](?=]",
      "\\\\1",
      "\\0",
      "\\p{L}",
    ].concat([
      "(?=a)",
      "(?!a)",
      "(?<=a)",
      "(?<!a)",
      "a(b)\\1",
      "(?<y>a)\\k<y>",
      "\\\\(?=a)",
      "[a](?!b)",
      "(a",
      "*",
      "[",
      "a{2,1}",
    ]),
  },
  buckets: {
    field: "bucket",
    takes: (text) => checkBucket(text, connection),
    texts: [
      "docs",
      "Docs",
      "my_bucket",
      "my.bucket-1",
      "a",
      "ab",
      " docs",
      "a b",
      "s3://docs",
      "docs/a",
      "-docs",
      "ü",
    ].concat(["tenant:docs", "a".repeat(255), "a".repeat(256)]),
  },
};

describe("what the forms refuse", () => {
  const { definition } = registrationOf(files["nodes/amazon-s3-list.html"] ?? "");
  for (const [kind, { field, takes, texts }] of Object.entries(cases)) {
    it(`is what the nodes refuse when a message comes: ${kind}`, () => {
      const verdicts = texts.map((text) => {
        const said = definition.defaults[field]?.validate?.call({ [field]: text, [`${field}Type`]: "str" }, text, {});
        return [text, said === true];
      });
      const runtime = texts.map((text) => {
        try {
          takes(text);
          return [text, true];
        } catch {
          return [text, false];
        }
      });
      should(verdicts).eql(runtime);
    });
  }

  it("is no ARN of an access point, which may be that of the connection", () => {
    const { validate } = definition.defaults.bucket ?? {};
    const said = (bucket: string) => validate?.call({ bucket, bucketType: "str" }, bucket, {});
    should(said("arn:aws:s3:eu-west-1:111122223333:accesspoint/docs")).be.true();
    should(said("arn:aws:s3 docs")).not.be.true();
  });
});
