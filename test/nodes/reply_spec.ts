import "should";
import type { HookAction } from "../../dev/s3-server";
import { type Bench, deploy, type Message } from "../support/bench";
import { must } from "../support/must";
import { useFreshServer } from "../support/server";

const page = "<!DOCTYPE html><html><head><title>Log in</title></head><body><p>Welcome</body></html>";
const edit = (from: RegExp, to: string) => (body: Buffer) => body.toString().replace(from, to);

/** Answers 200 without doing anything, with a body that is not S3's. */
const strange: Record<string, HookAction> = {
  empty: { status: 200, body: "", handle: false },
  HTML: { status: 200, body: page, handle: false, headers: { "content-type": "text/html" } },
  "HTML with an ETag": { status: 200, body: page, handle: false, headers: { etag: '"5d8c72a5edda8d6a"' } },
  "JSON of a gateway": { status: 200, body: '{"ok":true}', handle: false },
  "another root element": { status: 200, body: '<?xml version="1.0"?><Welcome></Welcome>', handle: false },
};
/** S3's own answer, damaged. */
const damaged: Record<string, HookAction> = {
  "cut off in the middle": { body: (body) => body.subarray(0, body.length / 2) },
  "cut off at its end": { body: (body) => body.subarray(0, body.length - 3) },
  "with text behind its end": { body: (body) => `${body}<html>` },
  "of another root element": { body: (body) => body.toString().replaceAll("Result", "Reply") },
};
const listings: Record<string, HookAction> = {
  ...damaged,
  "without a count": { body: edit(/<KeyCount>.*<\/KeyCount>/, "") },
  "that counts more than it has": { body: edit(/<KeyCount>.*<\/KeyCount>/, "<KeyCount>3</KeyCount>") },
  "that does not say whether it is whole": { body: edit(/<IsTruncated>.*<\/IsTruncated>/, "") },
  "truncated without a token": { body: edit(/<IsTruncated>false/, "<IsTruncated>true") },
  "with an entry without a key": { body: edit(/<Key>.*?<\/Key>/, "") },
};
const pick = (...labels: string[]) =>
  Object.fromEntries(Object.entries({ ...strange, ...listings }).filter(([label]) => labels.includes(label)));
const noEtag: Record<string, HookAction> = { "without an ETag": { headers: { etag: undefined } } };
const noUploadId: Record<string, HookAction> = { "without an id": { body: edit(/<UploadId>.*<\/UploadId>/, "") } };
/** Of a Complete that was not carried out: of one that was, the object itself is the proof. */
const noXmlEtag: Record<string, HookAction> = {
  "without an ETag": {
    handle: false,
    status: 200,
    body: "<CompleteMultipartUploadResult><Key>new</Key></CompleteMultipartUploadResult>",
  },
};

const big = Buffer.alloc(17_000_000, 1);
const cases: [verb: string, payload: object, config: object, operation: string, faults: Record<string, HookAction>][] =
  [
    ["list", { path: "f" }, {}, "ListObjectsV2", { ...strange, ...listings }],
    ["purge", { path: "f", force: true }, {}, "ListObjectsV2", pick("empty", "HTML", "truncated without a token")],
    [
      "purge",
      { path: "f", force: true },
      { versions: true },
      "ListObjectVersions",
      pick("empty", "HTML", "cut off in the middle"),
    ],
    ["purge", { path: "f", force: true }, {}, "DeleteObjects", pick("empty", "HTML", "cut off in the middle")],
    ["delete", { path: ["f/a", "f/b"] }, {}, "DeleteObjects", { ...pick("empty", "HTML"), ...damaged }],
    ["delete", { path: "f/a" }, {}, "DeleteObject", pick("HTML")],
    ["exist", { path: "f/" }, {}, "ListObjectsV2", pick("empty", "HTML", "cut off in the middle")],
    ["exist", { path: "f/a" }, {}, "HeadObject", noEtag],
    ["delete", { path: "f/a" }, {}, "HeadObject", noEtag],
    ["read", { path: "f/a" }, {}, "GetObject", { ...noEtag, ...pick("HTML") }],
    ["write", { path: "new", data: "x", overwrite: true }, {}, "PutObject", { ...strange, ...noEtag }],
    ["write", { path: "new", data: "x" }, {}, "PutObject", pick("empty", "HTML with an ETag")],
    ["create", { path: "new" }, {}, "PutObject", pick("empty", "HTML with an ETag")],
    [
      "write",
      { path: "new", data: big, overwrite: true },
      {},
      "CreateMultipartUpload",
      { ...pick("empty", "HTML", "cut off in the middle"), ...noUploadId },
    ],
    [
      "write",
      { path: "new", data: big, overwrite: true },
      {},
      "UploadPart",
      { ...pick("HTML with an ETag"), ...noEtag },
    ],
    ["write", { path: "new", data: big, overwrite: true }, {}, "CompleteMultipartUpload", pick("empty", "HTML")],
    [
      "write",
      { path: "new", data: big },
      {},
      "CompleteMultipartUpload",
      { ...pick("another root element"), ...noXmlEtag },
    ],
  ];

describe("replies: believed only when complete", () => {
  const world = useFreshServer();
  let bench: Bench;
  beforeEach(() => {
    world.s3.seed("bucket", ["f/a", "f/b"], "content");
  });
  afterEach(() => bench.close());

  const run = async (verb: string, payload: object, config: object): Promise<Message> => {
    bench = await deploy(verb, { ...config }, { server: world.s3, connection: { maxAttempts: 2 } });
    return bench.send({ payload: { ...payload } });
  };
  const asked = (operation: string) => world.s3.requests.filter((one) => one.operation === operation).length;

  for (const [verb, payload, config, operation, faults] of cases) {
    const versions = "versions" in config ? " of all versions" : "";
    describe(`${verb}: the answer to ${operation}${versions}`, () => {
      for (const [label, fault] of Object.entries(faults)) {
        it(`${label}: asked again, then InvalidResponse`, async () => {
          world.s3.hook({ operation, ...fault });
          const { error, messages, completed } = await run(verb, payload, config);
          error.code.should.equal("InvalidResponse", error.message);
          error.retryable.should.be.true();
          error.operation.should.equal(verb);
          error.message.should.match(/endpoint in the connection/);
          messages.should.be.empty();
          completed.should.be.false();
          asked(operation).should.be.above(1);
          if (operation !== "CreateMultipartUpload") world.s3.uploads("bucket").should.be.empty();
          if (operation.startsWith("List")) world.s3.keys("bucket").should.eql(["f/a", "f/b"]);
        });

        it(`${label}: once, and the work succeeds`, async () => {
          world.s3.hook({ operation, ...fault, times: 1 });
          const { error, messages } = await run(verb, payload, config);
          (error === undefined).should.be.true(error?.message);
          const { payload: result } = messages[0];
          if (verb === "list") result.length.should.equal(2);
          else if (verb === "purge") result.deleted.should.equal(2);
          else if (verb === "exist") result.should.be.true();
          else if (verb === "read") result.should.equal("content");
          else if (verb === "delete") result.deleted.should.be.ok();
          else world.s3.keys("bucket", "new").should.eql(["new"]);
        });
      }
    });
  }

  it("a DeleteObjects that forgets a key: it is asked for by itself, and a failure is told", async () => {
    world.s3.hook({ operation: "DeleteObjects", body: edit(/<Deleted>(?:(?!<Deleted>).)*f\/b.*?<\/Deleted>/s, "") });
    world.s3.hook({ operation: "DeleteObject", error: "AccessDenied" });
    const { error } = await run("delete", { path: ["f/a", "f/b"] }, {});
    error.code.should.equal("PartialFailure");
    error.result.failed.should.match([{ path: "f/b", code: "AccessDenied" }]);
    error.result.deleted.should.equal(1);
  });

  it("a listing that breaks off after its first page is no shorter list", async () => {
    world.s3.seed(
      "bucket",
      Array.from({ length: 1500 }, (_, n) => `many/${n}`),
    );
    world.s3.hook({ operation: "ListObjectsV2", skip: 1, status: 200, body: "", handle: false });
    const { error, messages } = await run("list", { path: "many" }, {});
    error.code.should.equal("InvalidResponse");
    messages.should.be.empty();
  });

  it("a listing that is cut off on the wire", async () => {
    world.s3.hook({ operation: "ListObjectsV2", cut: 100 });
    const { error } = await run("list", { path: "f" }, {});
    ["ECONNRESET", "InvalidResponse"].should.containEql(error.code);
    asked("ListObjectsV2").should.equal(2);
  });

  it("a bucket that was not made is no success of create", async () => {
    for (const fault of Object.values(pick("empty", "HTML"))) {
      const unhook = world.s3.hook({ operation: "CreateBucket", ...fault });
      const { error } = await run(
        "create",
        { path: "x", createBucket: true },
        { bucket: "new-bucket", createBucket: "true", createBucketType: "bool" },
      );
      unhook();
      error.code.should.be.a.String();
      await bench.close();
    }
    const { messages } = await run(
      "create",
      { path: "x" },
      { bucket: "new-bucket", createBucket: "true", createBucketType: "bool" },
    );
    messages[0].payload.created.should.be.true();
  });

  it("an error inside a 200 is an error", async () => {
    for (const [verb, operation, payload] of [
      ["list", "ListObjectsV2", { path: "f" }],
      ["write", "CompleteMultipartUpload", { path: "new", data: big, overwrite: true }],
      ["write", "PutObject", { path: "new", data: "x", overwrite: true }],
      ["purge", "DeleteObjects", { path: "f", force: true }],
    ] as const) {
      const unhook = world.s3.hook({ operation, error: "InternalError", status: 200 });
      const { error, messages } = await run(verb, payload, {});
      unhook();
      ["InternalError", "InvalidResponse"].should.containEql(error?.code);
      messages.should.be.empty();
      await bench.close();
    }
    world.s3.keys("bucket").should.eql(["f/a", "f/b"]);
  });

  it("a DELETE is proved by 204, and by an empty 200", async () => {
    world.s3.hook({ operation: "DeleteObject", status: 200, body: "" });
    (await run("delete", { path: "f/a" }, {})).messages[0].payload.deleted.should.be.true();
  });

  it("an object that is a page of HTML is read as it is", async () => {
    world.s3.put("bucket", "page.html", page);
    (await run("read", { path: "page.html" }, {})).messages[0].payload.should.equal(page);
  });
});

describe("a conditional write whose answer was lost", () => {
  const world = useFreshServer();
  let bench: Bench;
  afterEach(() => bench.close());
  const run = async (verb: string, payload: object, config: object = {}): Promise<Message> => {
    bench = await deploy(verb, { ...config }, { server: world.s3 });
    return bench.send({ payload });
  };

  it("has succeeded when it meets its own object: write, create, rename, in parts", async () => {
    const lose = (operation: string) => world.s3.hook({ operation, drop: true, times: 1 });
    lose("PutObject");
    (await run("write", { path: "one", data: "mine" })).messages[0].payload.should.match({
      written: true,
      path: "one",
    });
    await bench.close();
    lose("PutObject");
    (await run("create", { path: "two/" })).messages[0].payload.should.match({ created: true });
    await bench.close();
    lose("PutObject");
    const renamed = await run(
      "write",
      { path: "three", data: "mine" },
      { onConflict: "rename", onConflictType: "str" },
    );
    renamed.messages[0].payload.should.match({ written: true, path: "three" });
    await bench.close();
    lose("CompleteMultipartUpload");
    (await run("write", { path: "four", data: big })).messages[0].payload.should.match({ written: true, path: "four" });
    world.s3.uploads("bucket").should.be.empty();
    world.s3.keys("bucket").should.eql(["four", "one", "three", "two/"]);
  });

  it("has not when it meets that of a rival", async () => {
    world.s3.hook(({ operation, attempt }) => {
      if (operation !== "PutObject" || attempt !== 1) return undefined;
      world.s3.put("bucket", "one", "the rival's");
      return { reset: true };
    });
    const { error } = await run("write", { path: "one", data: "mine" });
    error.code.should.equal("ObjectExists");
    must(world.s3.get("bucket", "one")?.body.toString()).should.equal("the rival's");
  });

  it("has not when the same was there before, and nothing was lost", async () => {
    world.s3.put("bucket", "one", "mine");
    const { error } = await run("write", { path: "one", data: "mine" });
    error.code.should.equal("ObjectExists");
    error.statusCode.should.equal(412);
  });
});
