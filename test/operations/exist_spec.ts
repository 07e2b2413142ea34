import "should";
import { startS3Server } from "../../dev/s3-server";
import { deploy } from "../support/bench";
import { type Core, openCore } from "../support/context";
import { numbered, oddKeys, takesKey } from "../support/keys";
import { needsFaults, onlyEmbedded } from "../support/only-embedded";
import type { Target } from "../support/target";
import { useStore } from "../support/world";

describe("exist", () => {
  const world = useStore({
    buckets: [{ name: "versioned", versioning: "Enabled" }],
    embedded: { users: [{ accessKey: "blind", secretKey: "secret", deny: ["s3:GetObject", "s3:ListBucket"] }] },
  });
  let core: Core;
  const exists = async (path: string, one = core) => (await one.run("exist", { path })).result;
  const codeOf = async (path: string, settings: object, server: Target = world.s3) => {
    const other = openCore(server, { maxAttempts: 2, ...settings });
    const { code } = await other.failure("exist", { path });
    await other.close();
    return code;
  };
  before(() => {
    core = openCore(world.s3);
  });
  after(() => core.close());
  beforeEach(() => world.s3.clear());

  it("finds the exact object and no other", async () => {
    await world.s3.put("bucket", "reports/may.csv", "x");
    (await exists("reports/may.csv")).should.equal(true);
    for (const path of ["reports/may", "reports/may.csv2", "Reports/may.csv", "/reports/may.csv", "reports"].filter(
      takesKey,
    )) {
      (await exists(path)).should.equal(false);
    }
  });

  it("takes the path literally", async () => {
    for (const key of oddKeys) {
      (await exists(key)).should.equal(false);
      await world.s3.put("bucket", key, "x");
      (await exists(key)).should.equal(true);
    }
  });

  it("tells what S3 tells of the object", async () => {
    const { etag } = await world.s3.put("bucket", "told.txt", "four", {
      contentType: "text/own",
      metadata: { a: "b" },
    });
    const { about } = await core.run("exist", { path: "told.txt" });
    about.should.containEql({ etag, size: 4, contentType: "text/own", metadata: { a: "b" } });
    (about.lastModified as string).should.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  describe("of a folder", () => {
    it("is true with its marker only", async () => {
      await world.s3.put("bucket", "marked/", "");
      (await exists("marked/")).should.equal(true);
    });

    it("is true with something below only", async () => {
      await world.s3.put("bucket", "logs/2026/may", "x");
      (await exists("logs/")).should.equal(true);
      (await exists("logs/2026/")).should.equal(true);
    });

    it("is false for a name that only begins like it, or that is an object", async () => {
      await world.s3.seed("bucket", ["data-old/x", "data", "data.txt"]);
      (await exists("data/")).should.equal(false);
      (await exists("dat/")).should.equal(false);
    });

    it("asks once for one key, however much lies below", async () => {
      await world.s3.seed("bucket", numbered(5, "big/"));
      (await exists("big/")).should.equal(true);
      await new Promise((resolve) => setTimeout(resolve, 20));
      world.s3.requests
        .map(({ operation, query }) => [operation, query["max-keys"]])
        .should.eql([["ListObjectsV2", "1"]]);
    });

    onlyEmbedded(needsFaults, () => {
      it("looks further if a page is empty but not the last", async () => {
        await world.s3.seed("bucket", ["sparse/x"]);
        const empty =
          "<ListBucketResult><KeyCount>0</KeyCount><IsTruncated>true</IsTruncated><NextContinuationToken>" +
          "TOKEN</NextContinuationToken></ListBucketResult>";
        world.embedded.hook({
          operation: "ListObjectsV2",
          when: ({ query }) => !query["continuation-token"],
          body: empty,
        });
        world.embedded.hook({
          operation: "ListObjectsV2",
          when: ({ query }) => query["continuation-token"] === "TOKEN",
          handle: false,
          error: "InternalError",
          status: 200,
          body: "<ListBucketResult><KeyCount>1</KeyCount><IsTruncated>false</IsTruncated><Contents><Key>sparse/x</Key><Size>1</Size></Contents></ListBucketResult>",
        });
        (await exists("sparse/")).should.equal(true);
      });

      it("does not believe a listing of something else", async () => {
        await world.s3.seed("bucket", ["elsewhere"]);
        world.embedded.hook({
          operation: "ListObjectsV2",
          body: "<ListBucketResult><KeyCount>1</KeyCount><IsTruncated>false</IsTruncated><Contents><Key>elsewhere</Key><Size>1</Size></Contents></ListBucketResult>",
        });
        (await core.failure("exist", { path: "asked/" })).code.should.equal("InvalidResponse");
      });
    });
  });

  it("is false for what a delete marker hides", async () => {
    const versioned = openCore(world.s3, { bucket: "versioned" });
    await world.s3.put("versioned", "hidden/x", "x");
    (await exists("hidden/x", versioned)).should.equal(true);
    await versioned.run("delete", { path: "hidden/x" });
    (await exists("hidden/x", versioned)).should.equal(false);
    (await exists("hidden/", versioned)).should.equal(false);
    await versioned.close();
  });

  for (const path of ["object", "folder/"]) {
    it(`fails, rather than say false, where the bucket, the key or the server is not there: ${path}`, async () => {
      (await codeOf(path, { bucket: "nowhere" })).should.equal("NoSuchBucket");
      (await codeOf(path, { secretKey: "wrong" })).should.equal(
        path === "object" ? "AccessDenied" : "SignatureDoesNotMatch",
      );
      const gone = await startS3Server();
      await gone.close();
      (await codeOf(path, {}, gone)).should.equal("ECONNREFUSED");
    });
  }

  onlyEmbedded(needsFaults, () => {
    for (const path of ["object", "folder/"]) {
      it(`fails, rather than say false, where it cannot know: ${path}`, async () => {
        (await codeOf(path, { accessKey: "blind", secretKey: "secret" })).should.equal("AccessDenied");
        const failing = world.embedded.hook({ operation: /^(Head|List)/, error: "InternalError" });
        (await codeOf(path, {})).should.equal("InternalError");
        failing();
      });
    }
  });

  onlyEmbedded(needsFaults, () => {
    it("tells a missing bucket from a missing object where HeadBucket is forbidden", async () => {
      // Without a right to list, S3 itself answers 403 for a missing object; 404 then is its word for it.
      world.embedded.hook({ operation: "HeadBucket", error: "AccessDenied" });
      (await exists("really missing")).should.equal(false);
    });

    it("does not believe a HEAD without an ETag", async () => {
      world.embedded.hook({ operation: "HeadObject", handle: false, error: { code: "AccessDenied", status: 200 } });
      (await core.failure("exist", { path: "login page" })).code.should.equal("InvalidResponse");
    });
  });

  it("sends nothing for a path that names nothing", async () => {
    for (const path of [" ", "/", "\n"]) {
      (await core.failure("exist", { path })).code.should.equal("InvalidParameter");
    }
    world.s3.requests.length.should.equal(0);
  });

  it("stays below the root path", async () => {
    await world.s3.seed("bucket", ["outside", "root/inside"]);
    const rooted = openCore(world.s3, { rootPath: "root" });
    (await exists("inside", rooted)).should.equal(true);
    for (const path of ["../outside", "outside", "/outside"].filter(takesKey))
      (await exists(path, rooted)).should.equal(false);
    await rooted.close();
  });

  describe("in a flow", () => {
    it("sends found and missing to the one output", async () => {
      await world.s3.put("bucket", "here", "x");
      const bench = await deploy("exist", {}, { server: world.s3 });
      const found = await bench.send({ payload: { path: "here" }, topic: "kept" });
      found.messages[0].payload.should.equal(true);
      found.messages[0].topic.should.equal("kept");
      found.messages[0].s3.should.containEql({ operation: "exist", bucket: world.bucket, path: "here", size: 1 });
      const missing = await bench.send({ payload: { path: "not here" } });
      missing.messages[0].payload.should.equal(false);
      const requestId = world.s3.requests.at(-1)?.id;
      missing.messages[0].s3.should.eql({ operation: "exist", bucket: world.bucket, path: "not here", requestId });
      missing.completed.should.be.true();
      await bench.close();
    });

    for (const outputs of [2, "2"]) {
      it(`sends found to the first and missing to the second of ${typeof outputs} ${outputs}`, async () => {
        await world.s3.put("bucket", "here", "x");
        const bench = await deploy("exist", { outputs }, { server: world.s3 });
        const found = await bench.send({ payload: { path: "here" } });
        found.ports.should.eql([0]);
        found.messages[0].payload.should.equal(true);
        const missing = await bench.send({ payload: { path: "not here" } });
        missing.ports.should.eql([1]);
        missing.messages[0].payload.should.equal(false);
        await bench.close();
      });
    }

    it("does not let a message change the number of outputs", async () => {
      const bench = await deploy("exist", {}, { server: world.s3 });
      const { ports, messages } = await bench.send({ payload: { path: "not here", outputs: 2 }, outputs: 2 });
      ports.should.eql([0]);
      messages[0].payload.should.equal(false);
      await bench.close();
    });
  });
});
