import { HeadBucketCommand } from "@aws-sdk/client-s3";
import "should";
import { deploy } from "../support/bench";
import { type Core, openCore } from "../support/context";
import { differs } from "../support/differs";
import { oddKeys } from "../support/keys";
import { must } from "../support/must";
import { needsFaults, onlyEmbedded } from "../support/only-embedded";
import { useStore } from "../support/world";

const emptyEtag = "d41d8cd98f00b204e9800998ecf8427e";

describe("create", () => {
  const world = useStore({ buckets: [{ name: "versioned", versioning: "Enabled" }] });
  let core: Core;
  const sent = (operation: string) => world.s3.requests.filter((request) => request.operation === operation);
  before(() => {
    core = openCore(world.s3);
  });
  after(() => core.close());
  beforeEach(() => world.s3.clear());

  it("makes an empty object", async () => {
    const { result, about } = await core.run("create", { path: "new/may.csv" });
    result.should.eql({ path: "new/may.csv", created: true, etag: emptyEtag });
    about.should.containEql({ etag: emptyEtag, size: 0 });
    const stored = await world.s3.get("bucket", "new/may.csv");
    must(stored?.size).should.equal(0);
    must(stored?.contentType).should.equal("text/csv");
  });

  it("makes a folder marker of a path that ends with a slash", async () => {
    const { result } = await core.run("create", { path: "folder/" });
    result.should.eql({ path: "folder/", created: true, etag: emptyEtag });
    (await world.s3.keys("bucket", "folder")).should.eql(["folder/"]);
    must((await world.s3.get("bucket", "folder/"))?.contentType).should.equal("application/x-directory");
  });

  it("takes the path literally", async () => {
    for (const key of oddKeys) {
      const { result } = await core.run("create", { path: key });
      result.should.eql({ path: key, created: true, etag: emptyEtag });
      ((await world.s3.get("bucket", key)) !== undefined).should.be.true();
    }
  });

  it("leaves what exists as it is", async () => {
    await world.s3.put("versioned", "there.txt", "content", { contentType: "text/x-own", metadata: { a: "b" } });
    const before = await world.s3.get("versioned", "there.txt");
    const versioned = openCore(world.s3, { bucket: "versioned" });
    const { result, about } = await versioned.run("create", { path: "there.txt" });
    await versioned.close();
    if (differs("if-none-match-ignored-with-versions")) {
      result.created.should.be.true();
      (await world.s3.versions("versioned", "there.txt")).length.should.equal(2);
      return;
    }
    result.should.eql({ path: "there.txt", created: false, etag: before?.etag });
    about.should.containEql({ size: 7, contentType: "text/x-own", metadata: { a: "b" } });
    (await world.s3.versions("versioned", "there.txt")).length.should.equal(1);
    must(await world.s3.get("versioned", "there.txt")).should.eql(before);
  });

  it("leaves an existing folder marker as it is, which may have content", async () => {
    await world.s3.put("bucket", "kept/", "marker with content");
    const { result } = await core.run("create", { path: "kept/" });
    result.created.should.be.false();
    must((await world.s3.get("bucket", "kept/"))?.body.toString()).should.equal("marker with content");
  });

  it("lets exactly one of 64 creations at once be the one that created", async () => {
    const cores = Array.from({ length: 4 }, () => openCore(world.s3, { concurrency: 64 }));
    for (let round = 0; round < 3; round++) {
      const answers = await Promise.all(
        Array.from({ length: 64 }, (_, index) => (cores[index % 4] as Core).run("create", { path: `race ${round}` })),
      );
      answers.filter(({ result }) => result.created).length.should.equal(1);
      answers.every(({ result }) => result.etag === emptyEtag).should.be.true();
    }
    for (const one of cores) await one.close();
  });

  onlyEmbedded(needsFaults, () => {
    it("has created when only the answer was lost", async () => {
      world.embedded.hook({ operation: "PutObject", drop: true, times: 1 });
      const { result } = await core.run("create", { path: "lost answer" });
      result.should.eql({ path: "lost answer", created: true, etag: emptyEtag });
      sent("PutObject").length.should.equal(2);
    });

    it("tries again when another writer is at work", async () => {
      world.embedded.hook({ operation: "PutObject", error: "ConditionalRequestConflict", times: 2 });
      const { result } = await core.run("create", { path: "busy" });
      result.created.should.be.true();
    });

    it("creates what was deleted between being refused and being looked at", async () => {
      world.embedded.hook({ operation: "PutObject", error: "PreconditionFailed", times: 1 });
      const { result } = await core.run("create", { path: "vanished" });
      result.created.should.be.true();
    });

    it("gives up on a store that says there and not there for ever", async () => {
      world.embedded.hook({ operation: "PutObject", error: "PreconditionFailed" });
      const error = await core.failure("create", { path: "contradiction" });
      error.code.should.equal("ConditionalRequestConflict");
      error.retryable.should.be.true();
    });

    it("names the path as the flow knows it, without the root path", async () => {
      const below = openCore(world.s3, { rootPath: "tenant/" });
      world.embedded.hook({ operation: "PutObject", error: "PreconditionFailed" });
      const error = await below.failure("create", { path: "contradiction" });
      await below.close();
      error.message.should.containEql("contradiction").and.not.containEql("tenant");
    });

    it("does not believe a success without an ETag", async () => {
      world.embedded.hook({ operation: "PutObject", handle: false, error: { code: "InternalError", status: 200 } });
      const error = await core.failure("create", { path: "login page" });
      error.code.should.equal("InvalidResponse");
    });
  });

  describe("bucket", () => {
    it("is not made without being asked to", async () => {
      const elsewhere = openCore(world.s3, { bucket: "nowhere" });
      const error = await elsewhere.failure("create", { path: "a" });
      await elsewhere.close();
      error.code.should.equal("NoSuchBucket");
      sent("CreateBucket").length.should.equal(0);
    });

    for (const region of ["us-east-1", "eu-central-1"]) {
      it(`is made in the connection's region ${region}`, async () => {
        const bucket = `made-in-${region}`;
        const elsewhere = openCore(world.s3, { bucket, region });
        if (region !== world.s3.region && differs("region-named")) {
          const { result } = await elsewhere.run("create", { path: "a/", createBucket: true });
          const found = elsewhere.connection.regionOf(world.s3.bucketName(bucket));
          await elsewhere.close();
          result.created.should.be.true();
          must(found).should.equal(world.s3.region);
          return;
        }
        if (region !== world.s3.region && differs("one-region-only")) {
          const error = await elsewhere.failure("create", { path: "a/", createBucket: true });
          await elsewhere.close();
          error.code.should.match(/^(Illegal|Invalid)LocationConstraint(Exception)?$/);
          return;
        }
        const { result } = await elsewhere.run("create", { path: "a/", createBucket: true });
        result.should.eql({ path: "a/", created: true, etag: emptyEtag });
        const head = await elsewhere.connection.send(
          new HeadBucketCommand({ Bucket: world.s3.bucketName(bucket) }),
          new AbortController().signal,
        );
        await elsewhere.close();
        String(head.BucketRegion).should.equal(differs("bucket-region-untold") ? "undefined" : region);
        (await world.s3.keys(bucket)).should.eql(["a/"]);
      });
    }

    it("is left alone if it is there", async () => {
      await world.s3.put("bucket", "resident", "x");
      const { result } = await core.run("create", { path: "neighbour", createBucket: true });
      result.created.should.be.true();
      sent("CreateBucket").length.should.equal(0);
      ((await world.s3.get("bucket", "resident")) !== undefined).should.be.true();
    });

    onlyEmbedded(needsFaults, () => {
      it("may be made by two messages at once", async () => {
        world.embedded.hook({ operation: "CreateBucket", delay: 50 });
        const cores = [1, 2].map(() => openCore(world.s3, { bucket: "twice" }));
        const paths = ["one", "two"];
        const answers = await Promise.all(
          cores.map((one, index) => one.run("create", { path: paths[index], createBucket: true })),
        );
        for (const one of cores) await one.close();
        answers.every(({ result }) => result.created).should.be.true();
        sent("CreateBucket").length.should.equal(2);
        (await world.s3.keys("twice")).should.eql(paths);
      });

      it("is made although S3 has a conflicting operation under way at first", async () => {
        world.embedded.hook({ operation: "CreateBucket", error: { code: "OperationAborted", status: 409 }, times: 1 });
        const elsewhere = openCore(world.s3, { bucket: "conflicting" });
        const { result } = await elsewhere.run("create", { path: "a", createBucket: true });
        await elsewhere.close();
        result.created.should.be.true();
      });

      it("may take a moment to be seen by S3 itself", async () => {
        world.embedded.hook({
          operation: "PutObject",
          bucket: world.s3.bucketName("slow"),
          error: "NoSuchBucket",
          times: 3,
        });
        const elsewhere = openCore(world.s3, { bucket: "slow" });
        const { result } = await elsewhere.run("create", { path: "a", createBucket: true });
        await elsewhere.close();
        result.created.should.be.true();
      });

      it("that belongs to somebody else is an error", async () => {
        world.embedded.hook({ operation: "CreateBucket", error: "BucketAlreadyExists" });
        const elsewhere = openCore(world.s3, { bucket: "taken" });
        const error = await elsewhere.failure("create", { path: "a", createBucket: true });
        await elsewhere.close();
        error.code.should.equal("BucketAlreadyExists");
      });
    });
  });

  it("sends nothing for a path that names no object", async () => {
    for (const path of [" ", "\t\n", "/"]) {
      const error = await core.failure("create", { path, createBucket: true });
      error.code.should.equal("InvalidParameter");
    }
    (await core.failure("create", { path: "é".repeat(513) })).code.should.equal("KeyTooLongError");
    world.s3.requests.length.should.equal(0);
  });

  it("works on messages", async () => {
    const bench = await deploy("create", {}, { server: world.s3 });
    const made = await bench.send({ payload: { path: "by message/" }, topic: "kept" });
    made.messages[0].payload.should.eql({ path: "by message/", created: true, etag: emptyEtag });
    made.messages[0].topic.should.equal("kept");
    made.messages[0].s3.should.containEql({ operation: "create", bucket: world.bucket, path: "by message/", size: 0 });
    made.messages[0].s3.requestId.should.be.a.String();
    made.completed.should.be.true();
    // createBucket starts as the literal false, which no message changes.
    const refused = await bench.send({ payload: { path: "a", createBucket: true, bucket: "unmade" } });
    refused.messages.length.should.equal(1);
    world.s3.clear();
    for (const [path, code] of [
      [undefined, "MissingParameter"],
      ["", "MissingParameter"],
      [7, "InvalidParameter"],
      [["a"], "InvalidParameter"],
    ] as const) {
      const { caught, messages } = await bench.send({ payload: { path } });
      caught.error.cause.code.should.equal(code);
      messages.length.should.equal(0);
    }
    world.s3.requests.length.should.equal(0);
    await bench.close();
  });
});
