import { join } from "node:path";
import should from "should";
import { generate } from "../../src/editor/generate";
import { registrationOf, type Verdict } from "./page";

const files = generate(join(__dirname, "..", "..", ".."));

/** What the validator of one property says, of a node that else is as it was dropped. */
const verdict = (verb: string, name: string, value: unknown, more: object = {}): Verdict => {
  const { definition } = registrationOf(files[`nodes/amazon-s3-${verb}.html`] ?? "");
  const node = Object.fromEntries(Object.entries(definition.defaults).map(([key, it]) => [key, it.value]));
  const validate = definition.defaults[name]?.validate;
  if (validate === undefined) throw new Error(`${name} has no validator`);
  return validate.call({ ...node, ...more, [name]: value }, value, {});
};

/** The verdict on a value of a type. */
const typed = (verb: string, name: string, type: string, value: string, more: object = {}): Verdict =>
  verdict(verb, name, value, { [`${name}Type`]: type, ...more });

const accepted: readonly (readonly [string, string, string, string])[] = [
  ["create", "path", "str", "reports/2026/"],
  ["create", "path", "str", "$" + "{FOLDER}"],
  ["create", "path", "jsonata", '"a" & b'],
  ["create", "path", "flow", "#:(file)::path"],
  ["create", "createBucket", "bool", "true"],
  ["delete", "path", "json", "[]"],
  ["delete", "path", "json", '["a", "b/"]'],
  ["delete", "versionId", "str", ""],
  ["list", "path", "str", "/"],
  ["list", "path", "str", ""],
  ["list", "filter", "str", ""],
  ...["", "0", "1048576", "10 MB", "1.5GiB", "7 bytes", "2 kb"].map(
    (size) => ["list", "minSize", "str", size] as const,
  ),
  ...["", "2026", "2026-05-31", "2026-05-31T12:00:00Z", "2026-05-31 12:00", "1780000000000", "0", "90d", "1.5 h"].map(
    (time) => ["list", "modifiedBefore", "str", time] as const,
  ),
  ["list", "modifiedAfter", "msg", "payload.since"],
  ["list", "regex", "str", "^\\d{4}/.*\\.csv$"],
  ["download", "path", "str", "/"],
  ["download", "path", "str", "logs/"],
  ["download", "target", "str", "/data/"],
  ["purge", "path", "str", "logs"],
  ["purge", "maxDelete", "num", "0"],
  ["read", "range", "str", "bytes=0-99"],
  ["read", "range", "str", "bytes=0-"],
  ["read", "range", "str", "bytes=-100"],
  ["read", "maxBytes", "num", ""],
  ["upload", "path", "str", "/"],
  ["upload", "path", "str", "reports/may.csv"],
  ["upload", "source", "str", "/data/**/*.csv"],
  ["write", "path", "str", "folder/"],
  ["list", "storageClass", "json", '["STANDARD_IA", "glacier"]'],
  ["list", "minSize", "str", "2.0 bytes"],
  ["read", "bucket", "str", "my-bucket.example"],
  ["read", "bucket", "str", "Old_Bucket"],
  ["write", "data", "str", ""],
  ["write", "data", "json", "0"],
  ["write", "metadata", "json", '{"a": 1, "b": true}'],
];

const refused: readonly (readonly [string, string, string, string, RegExp])[] = [
  ["create", "path", "str", "", /^Path is missing: type one, or choose msg/],
  ["create", "path", "str", " \t", /only white space/],
  ["create", "path", "str", "/", /whole bucket/],
  ["create", "path", "msg", "", /^Path: name a property of the message/],
  ["create", "path", "msg", "a b", /Invalid msg expression/],
  ["create", "path", "env", " ", /^Path: name an environment variable/],
  ["create", "path", "jsonata", "", /^Path: write an expression/],
  ["create", "createBucket", "bool", "yes", /true or false/],
  ["create", "output", "msg", "", /^Output: name a property/],
  ["delete", "path", "json", "[1]", /array of strings/],
  ["delete", "path", "json", '["a", ""]', /array of strings/],
  ["delete", "path", "json", '["a", "/"]', /whole bucket/],
  ["delete", "path", "json", "{", /no valid JSON/],
  ["delete", "ifMissing", "str", "skip", /one of error, ignore, not "skip"/],
  ["list", "maxResults", "num", "0", /whole number of at least 1, not "0"/],
  ["list", "maxResults", "num", "1e3", /whole number/],
  ["list", "filter", "json", "{}", /array of strings/],
  ["download", "path", "str", " ", /only white space/],
  ["download", "target", "str", "", /^Target is missing/],
  ["purge", "path", "str", "", /^Folder is missing/],
  ["purge", "path", "str", "/", /tick "Whole bucket"/],
  ["purge", "maxDelete", "num", "-1", /at least 0/],
  ["read", "path", "str", "reports/", /names a folder/],
  ["read", "range", "str", "0-99", /bytes=0-99/],
  ["read", "range", "str", "bytes=9-1", /bytes=0-99/],
  ["read", "range", "str", "bytes=-0", /bytes=0-99/],
  [
    "list",
    "maxSize",
    "str",
    "10M",
    /^Max\. size must be bytes, or a number and a unit such as 10 MB or 10 MiB, not "10M"/,
  ],
  ["list", "minSize", "str", "-1", /^Min\. size must be bytes/],
  ["list", "modifiedAfter", "str", "3M", /^Newer than must be a date such as 2026-05-31, or an age such as 90d/],
  ["list", "modifiedBefore", "str", "1780000000", /^Older than must be a date/],
  ["list", "regex", "str", "(a", /^Expression is no regular expression: /],
  ["list", "minSize", "str", "1.5", /^Min\. size must be bytes/],
  ["list", "minSize", "str", "99999999999999999999", /^Min\. size must be bytes/],
  ...["2026-13-01", "2026-02-30", "2026-05-31T25:00", "2026-05T12:00", "2026-05-31T12:00 o'clock"].map(
    (time) => ["list", "modifiedAfter", "str", time, /^Newer than must be a date/] as const,
  ),
  ["list", "regex", "str", "(?=a)b", /^Expression looks ahead, behind or back, which is not offered/],
  ["list", "regex", "str", "(?<!a)b", /^Expression looks ahead/],
  ["list", "regex", "str", "(a)\\1", /^Expression looks ahead/],
  ["list", "regex", "str", "(a", /^Expression is no regular expression: Unterminated group$/],
  ["list", "storageClass", "str", "cold storage", /^Storage must be the name of a class .* not "cold storage"/],
  ["list", "storageClass", "json", '["GLACIER", "cold storage"]', /^Storage must be the name/],
  ["purge", "path", "str", "  ", /^Folder is only white space/],
  ["purge", "minSize", "str", "10M", /^Min\. size must be bytes/],
  ["purge", "modifiedBefore", "str", "3M", /^Older than must be a date/],
  ["purge", "regex", "str", "(a", /^Expression is no regular expression/],
  ["purge", "storageClass", "str", "cold storage", /^Storage must be the name of a class/],
  ["upload", "path", "str", "  ", /^Path is only white space/],
  ...["a", "a b", " docs ", "s3://docs", "docs/reports", "-docs", "arn:aws:s3 docs"].map(
    (bucket) => ["read", "bucket", "str", bucket, /^Bucket must be the name of a bucket alone/] as const,
  ),
  ["delete", "listingBucket", "str", "a b", /^Listing in must be the name of a bucket/],
  ["write", "metadata", "json", '{"größe": "1"}', /^Metadata has the name "größe": use letters/],
  ["write", "metadata", "json", '{"a b": "1"}', /^Metadata has the name "a b"/],
  ["upload", "source", "str", "", /^Source is missing/],
  ["upload", "onConflict", "str", "older", /one of error, skip, rename, newer, different/],
  ["write", "data", "json", "null", /^Data is missing/],
  ["write", "data", "json", "", /^Data is missing/],
  ["write", "data", "bin", "[256]", /array of bytes/],
  ["write", "metadata", "json", "[]", /must be an object/],
  ["write", "tags", "json", '{"a": {}}', /must be an object/],
];

describe("the validators", () => {
  for (const [verb, name, type, value] of accepted) {
    it(`accept ${verb}.${name} = ${type} ${JSON.stringify(value)}`, () => {
      typed(verb, name, type, value).should.equal(true);
    });
  }

  for (const [verb, name, type, value, reason] of refused) {
    it(`refuse ${verb}.${name} = ${type} ${JSON.stringify(value)}, and say why`, () => {
      String(typed(verb, name, type, value)).should.match(reason);
    });
  }

  it("let purge empty the bucket only where that is ticked", () => {
    typed("purge", "path", "str", "/", { wholeBucket: true }).should.equal(true);
  });

  it("look at a setting only while it matters", () => {
    verdict("list", "batchSize", "none", { emit: "array" }).should.equal(true);
    String(verdict("list", "batchSize", "none", { emit: "batches" })).should.match(/whole number of at least 1/);
    verdict("read", "chunkSize", "0", { format: "lines" }).should.equal(true);
    String(verdict("read", "chunkSize", "0", { format: "chunks" })).should.match(/at least 1/);
    // A rule of the store has no limit, and versions only where they are ticked.
    typed("purge", "maxDelete", "num", "-1", { mode: "lifecycle" }).should.equal(true);
    for (const mode of ["delete", "lifecycle"]) {
      typed("purge", "keepVersions", "num", "0", { mode, versions: false }).should.equal(true);
      String(typed("purge", "keepVersions", "num", "0", { mode, versions: true })).should.match(/at least 1/);
    }
    typed("purge", "keepVersions", "num", "0", { mode: "lifecycle-remove", versions: true }).should.equal(true);
  });

  it("look at two fields that no object can pass together", () => {
    const size = { maxSize: "1 MB", maxSizeType: "str" };
    String(typed("list", "minSize", "str", "1 MiB", size)).should.equal(
      "Min. size 1 MiB is more than Max. size 1 MB: no object is both",
    );
    typed("list", "minSize", "str", "1 MB", size).should.equal(true);
    typed("list", "minSize", "msg", "payload.least", size).should.equal(true);
    typed("list", "minSize", "str", "1 MiB", { maxSize: "payload", maxSizeType: "msg" }).should.equal(true);
    typed("list", "minSize", "str", "1 MiB", { maxSize: "", maxSizeType: "str" }).should.equal(true);
    typed("list", "minSize", "str", "1 MiB", { maxSize: "lots", maxSizeType: "str" }).should.equal(true);

    const time = { modifiedBefore: "90d", modifiedBeforeType: "str" };
    String(typed("purge", "modifiedAfter", "str", "1d", time)).should.match(
      /^Newer than 1d is not before Older than 90d/,
    );
    String(typed("purge", "modifiedAfter", "str", "90 d", time)).should.match(/^Newer than 90 d is not before/);
    typed("purge", "modifiedAfter", "str", "1y", time).should.equal(true);
    typed("purge", "modifiedAfter", "str", "2020-01-01", time).should.equal(true);

    const filter = { filter: "*.csv", filterType: "str" };
    String(typed("list", "regex", "str", "a", filter)).should.equal(
      "Expression does not go with Filter: leave one of them empty",
    );
    typed("list", "regex", "str", "a", { filter: "", filterType: "str" }).should.equal(true);
    typed("list", "regex", "str", "a", { filter: "payload.filter", filterType: "msg" }).should.equal(true);
    typed("list", "regex", "str", "", filter).should.equal(true);
  });

  it("want a path or a listing of delete", () => {
    // What a message decides may be there.
    typed("delete", "path", "str", "").should.equal(true);
    typed("delete", "path", "str", "", { listing: "keys.txt", listingType: "str" }).should.equal(true);
    String(typed("delete", "path", "str", "", { listing: "", listingType: "str" })).should.match(/^Path is missing/);
  });

  it("look at the selectors of delete while there may be a listing", () => {
    for (const [name, type, value] of [
      ["minSize", "str", "10M"],
      ["modifiedBefore", "str", "3M"],
      ["storageClass", "str", "a b"],
      ["regex", "str", "("],
    ] as const) {
      String(typed("delete", name, type, value)).should.not.equal("true");
      String(typed("delete", name, type, value, { listing: "keys.txt", listingType: "str" })).should.not.equal("true");
      typed("delete", name, type, value, { listing: "", listingType: "str" }).should.equal(true);
    }
  });

  it("take a listing as an array or the path of an object, while it matters", () => {
    for (const [type, value] of [
      ["json", '["a", { "path": "b" }]'],
      ["json", '"keys.txt"'],
      ["str", "inventory/manifest.json"],
      ["msg", "payload"],
    ] as const) {
      typed("purge", "listing", type, value, { from: "listing" }).should.equal(true);
      typed("delete", "listing", type, value).should.equal(true);
    }
    for (const value of ["{}", "7", "null"]) {
      typed("purge", "listing", "json", value).should.equal(true);
      String(typed("purge", "listing", "json", value, { from: "listing" })).should.match(/^Listing must be an array/);
    }
    String(typed("list", "listing", "json", "[", { from: "listing" })).should.match(/^Listing is no valid JSON/);
    String(typed("list", "startAfter", "msg", "", { from: "folder" })).should.match(/^Start after/);
    typed("list", "startAfter", "msg", "", { from: "listing" }).should.equal(true);
  });

  it("refuse a choice that is none", () => {
    String(verdict("read", "format", "xml")).should.match(/one of auto, string/);
    String(verdict("exist", "outputs", 3)).should.match(/one of 1, 2/);
    verdict("exist", "outputs", 2).should.equal(true);
  });

  it("accept a node that an earlier release saved without the property", () => {
    verdict("read", "range", undefined, { rangeType: undefined }).should.equal(true);
  });

  describe("of the connection", () => {
    const refusedOf: readonly (readonly [string, unknown, RegExp, object])[] = [
      ["endpoint", "s3.example.com", /must be a URL/, {}],
      ["endpoint", "ftp://s3.example.com", /begin with http/, {}],
      ["endpoint", "https://key:secret@s3.example.com", /holds a password/, {}],
      ["endpoint", "https://s3.example.com/?x=1", /without \?/, {}],
      [
        "endpoint",
        "https://s3.example.com/docs",
        /^Endpoint ends with the bucket: leave \/docs out/,
        { credentials: { _: {}, bucket: "docs" } },
      ],
      ["stsEndpoint", "sts", /must be a URL/, { auth: "role" }],
      ["roleArn", "", /Role is missing/, { auth: "role" }],
      ["roleArn", "reader", /must be an ARN/, { auth: "role" }],
      ["roleSessionName", "a b", /2 to 64/, { auth: "role" }],
      ["maxAttempts", "0", /at least 1/, {}],
      ["timeout", "0", /above 0/, {}],
      ["timeout", "1 minute", /number of seconds/, {}],
      ["concurrency", "1.5", /whole number/, {}],
      ["profile", " ", /Profile is missing/, { auth: "profile" }],
      ["auth", "password", /must be one of keys, default/, {}],
      ["auth", "keys", /Access key is missing/, { credentials: { _: {}, region: "eu-central-1" } }],
      ["auth", "keys", /Secret key is missing/, { credentials: { _: {}, region: "eu-central-1", accessKey: "A" } }],
      [
        "auth",
        "default",
        /Region must be one such as eu-central-1, not "Frankfurt \(eu\)"/,
        { credentials: { _: {}, region: "Frankfurt (eu)" } },
      ],
      [
        "auth",
        "default",
        /Bucket must be the name of a bucket alone/,
        { credentials: { _: {}, region: "a", bucket: "s3://docs" } },
      ],
      ["auth", "default", /Region is missing/, { credentials: { _: {}, region: "" } }],
    ];
    for (const [name, value, reason, more] of refusedOf) {
      it(`refuse ${name} = ${JSON.stringify(value)} with ${JSON.stringify(more)}`, () => {
        String(verdict("config", name, value, more)).should.match(reason);
      });
    }

    it("accept what is empty where it may be, and what is filled in", () => {
      verdict("config", "endpoint", "").should.equal(true);
      verdict("config", "endpoint", "http://localhost:9000").should.equal(true);
      verdict("config", "endpoint", "$" + "{S3_ENDPOINT}").should.equal(true);
      verdict("config", "roleArn", "").should.equal(true);
      verdict("config", "roleArn", "arn:aws:iam::123456789012:role/a", { auth: "role" }).should.equal(true);
      verdict("config", "maxAttempts", 1).should.equal(true);
      verdict("config", "timeout", "0.5").should.equal(true);
      verdict("config", "concurrency", "").should.equal(true);
      verdict("config", "profile", "").should.equal(true);
    });

    it("look at region and bucket, which are credentials, while they are typed", () => {
      const credential = (name: string, value: string, more: object = {}) => {
        const { definition } = registrationOf(files["nodes/amazon-s3-config.html"] ?? "");
        const validate = definition.credentials?.[name]?.validate;
        return validate?.call({ endpoint: "", ...more }, value, {});
      };
      for (const region of ["eu-central-1", " us-east-1 ", "$" + "{REGION}", "auto"])
        should(credential("region", region)).equal(true);
      for (const region of ["", "  "]) String(credential("region", region)).should.match(/^Region is missing/);
      String(credential("region", "Frankfurt (eu)")).should.match(/^Region must be one such as/);
      for (const bucket of [
        "",
        "docs",
        " docs ",
        "$" + "{BUCKET}",
        "arn:aws:s3:eu-central-1:123456789012:accesspoint/a",
      ])
        should(credential("bucket", bucket)).equal(true);
      for (const bucket of ["s3://docs", "docs/reports", "a b", "a"])
        String(credential("bucket", bucket)).should.match(/^Bucket must be the name of a bucket alone/);
    });

    it("do not judge credentials that they cannot see", () => {
      verdict("config", "auth", "keys").should.equal(true);
      const credentials = { _: {}, region: "eu-central-1", accessKey: "A", has_secretKey: true };
      verdict("config", "auth", "keys", { credentials }).should.equal(true);
    });
  });
});
