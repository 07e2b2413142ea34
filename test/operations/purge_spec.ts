import "should";
import { deploy } from "../support/bench";
import { type Core, openCore, smallPages } from "../support/context";
import { inByteOrder, numbered, oddKeys, possible } from "../support/keys";
import { many, some, thousands } from "../support/many";
import { must } from "../support/must";
import { needsFaults, needsUsers, onlyEmbedded, unlessDiffers } from "../support/only-embedded";
import { useStore } from "../support/world";

describe("purge", () => {
  const world = useStore({
    buckets: ["whole", "odd"],
    embedded: {
      users: [{ accessKey: "partly", secretKey: "secret", deny: [{ action: "s3:DeleteObject", prefix: "logs/kept" }] }],
    },
  });
  let core: Core;
  const on = (bucket: string, settings: object = {}) => openCore(world.s3, { bucket, ...settings });
  const sent = (operation: RegExp) => world.s3.requests.filter((request) => operation.test(request.operation));
  const keys = (prefix = "") => world.s3.keys("bucket", prefix);
  /** Empties the bucket and fills it. */
  const fill = async (...names: string[]) => {
    if ((await keys()).length > 0) throw new Error("the last spec left something behind");
    await world.s3.seed("bucket", names, "four");
  };
  before(() => {
    core = on("bucket");
  });
  after(() => core.close());
  beforeEach(() => world.s3.clear());
  afterEach(async () => {
    await core.run("purge", { path: "/", force: true, wholeBucket: true });
  });

  describe("without force", () => {
    unlessDiffers("keys-are-file-paths", () => {
      it("deletes nothing and reports what would go", async () => {
        await fill("logs/", "logs/a", "logs/sub/b", "logs-old/c", "logs");
        const { result } = await core.run("purge", { path: "logs" });
        result.should.eql({
          path: "logs",
          dryRun: true,
          matched: 3,
          bytes: 12,
          failed: [],
          sample: ["logs/", "logs/a", "logs/sub/b"],
        });
        (await keys()).length.should.equal(5);
        sent(/^Delete/).length.should.equal(0);
      });
    });

    it("counts many and shows the first 10", async () => {
      const names = numbered(some, "logs/");
      await fill(...names);
      const { result } = await core.run("purge", { path: "logs/", maxDelete: 5 });
      result.matched.should.equal(some);
      result.bytes.should.equal(some * 4);
      result.sample.should.eql(names.slice(0, 10));
      sent(/^Delete/).length.should.equal(0);
    });

    it("reports what force then deletes", async () => {
      await fill(...numbered(30, "logs/", ".log"), ...numbered(30, "logs/", ".tmp"), "logs/");
      for (const filter of [["*1*", "!*.tmp"], "*.tmp", undefined]) {
        const { result } = await core.run("purge", { path: "logs", filter });
        const done = await core.run("purge", { path: "logs", filter, force: true });
        done.result.deleted.should.equal(result.matched).and.above(0);
        done.result.bytes.should.equal(result.bytes);
      }
    });
  });

  describe("with force", () => {
    unlessDiffers("keys-are-file-paths", () => {
      it("deletes what lies below, the marker included, and nothing else", async () => {
        await fill(
          "logs/",
          "logs/a",
          "logs/sub/",
          "logs/sub/b",
          "logs//c",
          "logs-old/d",
          "logs",
          "logs.txt",
          "Logs/e",
          "log/f",
        );
        const { result, about } = await core.run("purge", { path: "logs", force: true });
        result.should.eql({ path: "logs", dryRun: false, deleted: 5, bytes: 20, failed: [] });
        about.should.eql({});
        (await keys()).should.eql(inByteOrder(["logs-old/d", "logs", "logs.txt", "Logs/e", "log/f"]));
      });
    });

    unlessDiffers("keys-are-file-paths", () => {
      it("takes logs and logs/ alike", async () => {
        await fill("logs/a", "logs", "logs-old/b");
        const { result } = await core.run("purge", { path: "logs/", force: true });
        result.should.containEql({ path: "logs/", deleted: 1 });
        (await keys()).should.eql(["logs", "logs-old/b"]);
      });
    });

    it("is content with nothing", async () => {
      const { result } = await core.run("purge", { path: "absent", force: true });
      result.should.eql({ path: "absent", dryRun: false, deleted: 0, bytes: 0, failed: [] });
      sent(/^Delete/).length.should.equal(0);
    });

    it("deletes thousands, in batches of 1,000", async () => {
      const beside = possible(["logs", "logs-old/0000", "logs/0000"]).filter((key) => !key.startsWith("logs/"));
      await fill(...numbered(many, "logs/"), ...beside);
      const { result } = await core.run("purge", { path: "logs", force: true });
      result.should.eql({ path: "logs", dryRun: false, deleted: many, bytes: many * 4, failed: [] });
      (await keys()).should.eql(beside);
      sent(/^DeleteObjects$/).length.should.equal(thousands);
      // A store may return fewer keys a page than it could.
      sent(/^ListObjectsV2$/).length.should.be.aboveOrEqual(thousands);
    });

    it("deletes keys of any characters", async () => {
      const short = oddKeys.filter((key) => Buffer.byteLength(key) < 1000);
      await fill(...short.map((key) => `odd/${key}`), "odd-one-out");
      const { result } = await core.run("purge", { path: "odd", force: true });
      result.should.containEql({ deleted: short.length, failed: [] });
      (await keys()).should.eql(["odd-one-out"]);
      await world.s3.seed("odd", oddKeys);
      const odd = on("odd");
      (await odd.run("purge", { path: "/", force: true, wholeBucket: true })).result.deleted.should.equal(
        oddKeys.length,
      );
      await odd.close();
      (await world.s3.keys("odd")).should.eql([]);
    });

    it("fills its batches from a store with small pages", async () => {
      await fill(...numbered(some, "logs/"));
      const small = on("bucket");
      smallPages(small, some / 20);
      const { result } = await small.run("purge", { path: "logs", force: true });
      await small.close();
      result.deleted.should.equal(some);
      // Some stores find out with one page more that the last one was the last, and slow ones are asked several ways at once.
      sent(/^ListObjectsV2$/).length.should.be.aboveOrEqual(20);
      sent(/^DeleteObjects$/).length.should.equal(Math.ceil(some / 1000));
    });

    unlessDiffers("keys-are-file-paths", () => {
      it("takes the path literally", async () => {
        await fill("a//b", "a/b", "a/../b", "../c", "/d", "//e");
        (await core.run("purge", { path: "a/..", force: true })).result.deleted.should.equal(1);
        (await core.run("purge", { path: "a//", force: true })).result.deleted.should.equal(1);
        (await core.run("purge", { path: "//", force: true })).result.deleted.should.equal(1);
        (await keys()).should.eql(inByteOrder(["a/b", "../c", "/d"]));
      });
    });
  });

  describe("filter", () => {
    it("is that of list", async () => {
      await fill("logs/", "logs/a.tmp", "logs/sub/b.TMP", "logs/.c.tmp", "logs/d.log", "other/e.tmp");
      (
        await core.run("purge", { path: "logs", filter: "*.TMP", caseSensitive: true, force: true })
      ).result.should.containEql({ deleted: 1 });
      (await core.run("purge", { path: "logs", filter: "*.tmp", force: true })).result.deleted.should.equal(2);
      (await keys()).should.eql(["logs/", "logs/d.log", "other/e.tmp"]);
    });

    it("with a / is matched below the path", async () => {
      await fill("logs/2025/a", "logs/2026/a", "logs/x/2025/a");
      await core.run("purge", { path: "logs", filter: "2025/**", force: true });
      (await keys()).should.eql(["logs/2026/a", "logs/x/2025/a"]);
    });

    unlessDiffers("keys-are-file-paths", () => {
      it("never deletes what it excludes", async () => {
        await fill("logs/a", "logs/keep", "logs/keep.d/x", "logs/../keep");
        await core.run("purge", { path: "logs", filter: ["!keep*", "!keep.d/**"], force: true });
        (await keys()).should.eql(["logs/../keep", "logs/keep", "logs/keep.d/x"]);
      });
    });

    it("of no patterns is none, and refused: it may be that nothing was selected", async () => {
      await fill("logs/", "logs/a");
      for (const name of ["filter", "storageClass"]) {
        const error = await core.failure("purge", { path: "logs", [name]: [], force: true });
        error.code.should.equal("InvalidParameter");
        error.message.should.match(new RegExp(`^${name} is an empty array`));
      }
      (await keys()).should.eql(["logs/", "logs/a"]);
    });

    it("that is none sends nothing", async () => {
      await fill("logs/a");
      const error = await core.failure("purge", { path: "logs", filter: ["*", "!{1..5000}"], force: true });
      error.code.should.equal("InvalidParameter");
      world.s3.requests.length.should.equal(0);
    });
  });

  describe("maxDelete", () => {
    it("lets exactly so many go", async () => {
      await fill(...numbered(12, "logs/"));
      const { result } = await core.run("purge", { path: "logs", force: true, maxDelete: 12 });
      result.deleted.should.equal(12);
      (await keys()).should.eql([]);
    });

    for (const [count, ...fewer] of [
      [12, 11],
      [many, many - 1, 1000],
      [1, 0],
    ] as const) {
      it(`deletes nothing if ${count} match and ${fewer.join(" or ")} may go, and all if all may`, async () => {
        await fill(...numbered(count, "logs/"));
        for (const maxDelete of fewer) {
          const error = await core.failure("purge", { path: "logs", force: true, maxDelete });
          error.code.should.equal("TooManyToPurge");
          error.message.should.not.match(/deleted before/);
          error.message.should.match(/logs/).and.match(new RegExp(`${maxDelete}`));
          (await keys()).length.should.equal(count);
        }
        sent(/^Delete/).length.should.equal(0);
        const { result } = await core.run("purge", { path: "logs", force: true, maxDelete: count });
        result.should.containEql({ deleted: count, bytes: count * 4 });
      });
    }

    onlyEmbedded(needsFaults, () => {
      it("that is large counts first and lists again, so that not all are in memory", async () => {
        await fill(...numbered(12_000, "logs/"));
        const { result } = await core.run("purge", { path: "logs", force: true, maxDelete: 12_000 });
        result.should.eql({ path: "logs", dryRun: false, deleted: 12_000, bytes: 48_000, failed: [] });
        // Twelve pages twice; a machine under load makes them slow, and more are asked for, several ways at once.
        sent(/^ListObjectsV2$/).length.should.be.aboveOrEqual(24);
        const all = world.s3.requests.map(({ operation }) => operation);
        all.indexOf("DeleteObjects").should.be.above(12);
      });

      it("lets no more go even if objects are written meanwhile, and says so", async () => {
        await fill(...numbered(12_000, "logs/"));
        let lists = 0;
        world.embedded.hook(async ({ operation }) => {
          if (operation === "ListObjectsV2" && ++lists === 13) await world.s3.seed("bucket", numbered(500, "logs/new"));
          return undefined;
        });
        const error = await core.failure("purge", { path: "logs", force: true, maxDelete: 12_100 });
        error.code.should.equal("TooManyToPurge");
        error.message.should.match(/meanwhile/).and.match(/objects were deleted before/);
        // Whole batches: what is left of one when it is known is not sent.
        error.result.deleted.should.equal(12_000);
        (await keys()).length.should.equal(500);
      });
    });

    it("counts what matches, not what is there", async () => {
      await fill(...numbered(50, "logs/", ".log"), "logs/a.tmp");
      const { result } = await core.run("purge", { path: "logs", filter: "*.tmp", force: true, maxDelete: 1 });
      result.deleted.should.equal(1);
    });

    onlyEmbedded(needsFaults, () => {
      it("deletes nothing if the listing breaks off", async () => {
        await fill(...numbered(1500, "logs/"));
        world.embedded.hook({ operation: "ListObjectsV2", error: "AccessDenied", skip: 1 });
        const error = await core.failure("purge", { path: "logs", force: true, maxDelete: 5000 });
        error.code.should.equal("AccessDenied");
        error.message.should.match(/0 objects were deleted before/);
        error.result.should.containEql({ deleted: 0 });
        (await keys()).length.should.equal(1500);
      });
    });
  });

  describe("the whole bucket", () => {
    it("is refused, with force and without, and nothing is sent", async () => {
      await fill("a", "b/c");
      for (const force of [false, true]) {
        const error = await core.failure("purge", { path: "/", force });
        error.code.should.equal("WholeBucketRefused");
        must(error.path).should.equal("/");
      }
      world.s3.requests.length.should.equal(0);
      (await keys()).length.should.equal(2);
    });

    it("is emptied where the node says so", async () => {
      await world.s3.seed("whole", ["a", "b/c", "/d", "e/"], "four");
      const whole = on("whole");
      const dry = await whole.run("purge", { path: "/", wholeBucket: true });
      dry.result.should.containEql({ matched: 4, dryRun: true });
      (await world.s3.keys("whole")).length.should.equal(4);
      const { result } = await whole.run("purge", { path: "/", wholeBucket: true, force: true });
      await whole.close();
      result.should.eql({ path: "/", dryRun: false, deleted: 4, bytes: 16, failed: [] });
      (await world.s3.keys("whole")).should.eql([]);
    });

    it("is the root path's root where there is one", async () => {
      await fill("outside", "root/a", "root/", "root-2/b");
      const rooted = on("bucket", { rootPath: "root" });
      for (const force of [false, true]) {
        (await rooted.failure("purge", { path: "/", force })).code.should.equal("WholeBucketRefused");
      }
      const { result } = await rooted.run("purge", { path: "/", force: true, wholeBucket: true });
      result.should.containEql({ path: "/", deleted: 2 });
      (await keys()).should.eql(["outside", "root-2/b"]);
      await rooted.close();
    });

    unlessDiffers("keys-are-file-paths", () => {
      it("cannot be reached from the root path", async () => {
        await fill("outside/a", "root/a", "root/../outside/b", "../x");
        const rooted = on("bucket", { rootPath: "root" });
        for (const path of ["../outside", "outside", "//", "/outside"]) {
          await rooted.run("purge", { path, force: true });
        }
        const dry = await rooted.run("purge", { path: ".." });
        await rooted.close();
        dry.result.sample.should.eql([]);
        (await keys()).should.eql(inByteOrder(["../x", "outside/a", "root/a"]));
      });
    });
  });

  describe("failures", () => {
    const counts = (failed: { path: string; code: string }[]) => failed.map(({ path, code }) => [path, code]).sort();

    onlyEmbedded(needsUsers, () => {
      it("of keys are reported, and bytes counts only what was deleted", async () => {
        await fill("logs/a", "logs/kept1", "logs/kept2", "logs/z");
        const partly = on("bucket", { accessKey: "partly", secretKey: "secret" });
        const error = await partly.failure("purge", { path: "logs", force: true });
        await partly.close();
        error.code.should.equal("PartialFailure");
        error.message.should.match(/2 of 4/);
        error.result.should.containEql({ path: "logs", dryRun: false, deleted: 2, bytes: 8 });
        counts(error.result.failed).should.eql([
          ["logs/kept1", "AccessDenied"],
          ["logs/kept2", "AccessDenied"],
        ]);
        for (const one of error.result.failed) Object.keys(one).should.eql(["path", "code", "message"]);
        (await keys()).should.eql(["logs/kept1", "logs/kept2"]);
      });
    });

    onlyEmbedded(needsFaults, () => {
      it("of more than 1,000 keys are counted, and the first 1,000 listed", async () => {
        await fill(...numbered(2500, "logs/"));
        world.embedded.hook({
          operation: "DeleteObjects",
          keyError: (key) => (/[05]$/.test(key) ? undefined : "AccessDenied"),
        });
        const error = await core.failure("purge", { path: "logs", force: true });
        error.code.should.equal("PartialFailure");
        error.message.should.match(/^2000 of 2500/);
        const { failed, ...rest } = error.result;
        rest.should.eql({ path: "logs", dryRun: false, deleted: 500, bytes: 2000, failedCount: 2000 });
        failed.length.should.equal(1000);
      });

      it("of keys that pass are tried again", async () => {
        await fill(...numbered(100, "logs/"));
        world.embedded.hook({
          operation: "DeleteObjects",
          keyError: (key) => (/[13]$/.test(key) ? "SlowDown" : undefined),
          times: 1,
        });
        world.embedded.hook({
          operation: "DeleteObjects",
          keyError: (key) => (/1$/.test(key) ? "InternalError" : undefined),
          skip: 1,
          times: 1,
        });
        const { result } = await core.run("purge", { path: "logs", force: true });
        result.should.containEql({ deleted: 100, bytes: 400, failed: [] });
        (await keys()).should.eql([]);
      });

      it("of keys that the store says are gone are none", async () => {
        await fill("logs/a", "logs/b");
        world.embedded.hook({
          operation: "DeleteObjects",
          keyError: (key) => (key === "logs/a" ? "NoSuchKey" : undefined),
        });
        const { result } = await core.run("purge", { path: "logs", force: true });
        result.should.containEql({ deleted: 2, failed: [] });
      });

      it("of the listing stop it, and say how many were deleted", async () => {
        await fill(...numbered(2500, "logs/"));
        world.embedded.hook({ operation: "ListObjectsV2", error: "AccessDenied", skip: 2 });
        const error = await core.failure("purge", { path: "logs", force: true });
        error.code.should.equal("AccessDenied");
        must(error.statusCode).should.equal(403);
        error.message.should.match(/logs/).and.match(/2000 objects were deleted before/);
        error.result.should.eql({ path: "logs", dryRun: false, deleted: 2000, bytes: 8000, failed: [] });
        (await keys()).length.should.equal(500);
      });

      it("without an answer stop it, and say of how many it is not known whether they are gone", async () => {
        const once = on("bucket", { maxAttempts: 1 });
        await fill(...numbered(1500, "logs/"));
        world.embedded.hook({ operation: "DeleteObjects", drop: true, skip: 1 });
        const error = await once.failure("purge", { path: "logs", force: true });
        error.message.should.match(/1000 objects were deleted before. Of 500 more it is not known/);
        error.result.should.containEql({ deleted: 1000, unknown: 500, failed: [] });
        (await keys()).should.be.empty();
        await once.close();
      });

      it("that refuse all that was asked for leave nobody in doubt", async () => {
        await fill(...numbered(1500, "logs/"));
        world.embedded.hook({ operation: "DeleteObjects", error: "AccessDenied", skip: 1 });
        const error = await core.failure("purge", { path: "logs", force: true });
        error.message.should.match(/1000 objects were deleted before.$/);
        error.result.should.not.have.property("unknown");
        (await keys()).length.should.equal(500);
      });

      it("of a page that does not arrive whole delete nothing of it", async () => {
        await fill(...numbered(2500, "logs/"));
        world.embedded.hook({
          operation: "ListObjectsV2",
          skip: 1,
          body: (body) => body.subarray(0, body.lastIndexOf("<Key>")),
        });
        const error = await core.failure("purge", { path: "logs", force: true });
        error.code.should.equal("InvalidResponse");
        error.result.should.containEql({ deleted: 1000 });
        (await keys()).should.eql(numbered(2500, "logs/").slice(1000));
      });

      it("of a batch stop it, and say how many were deleted", async () => {
        await fill(...numbered(2500, "logs/"));
        world.embedded.hook({ operation: "DeleteObjects", error: "AccessDenied", skip: 1 });
        const error = await core.failure("purge", { path: "logs", force: true });
        error.code.should.equal("AccessDenied");
        error.result.should.containEql({ deleted: 1000, bytes: 4000 });
        (await keys()).length.should.equal(1500);
      });

      it("of a batch start no further ones", async () => {
        await fill(...numbered(9000, "logs/"));
        world.embedded.hook({ operation: "DeleteObjects", error: "AccessDenied", times: 8 });
        (await core.failure("purge", { path: "logs", force: true })).code.should.equal("AccessDenied");
        sent(/^DeleteObjects$/).length.should.be.below(8);
        (await keys()).length.should.equal(9000);
      });

      it("of a report without all keys are no successes", async () => {
        await fill("logs/a", "logs/b");
        world.embedded.hook({
          operation: "DeleteObjects",
          handle: false,
          error: "InternalError",
          status: 200,
          body: "<DeleteResult/>",
        });
        world.embedded.hook({ operation: "DeleteObject", key: "logs/b", error: "AccessDenied" });
        const error = await core.failure("purge", { path: "logs", force: true });
        error.code.should.equal("PartialFailure");
        error.result.should.containEql({ deleted: 1, bytes: 4 });
        counts(error.result.failed).should.eql([["logs/b", "AccessDenied"]]);
        (await keys()).should.eql(["logs/b"]);
      });

      it("to list only what was asked for delete nothing", async () => {
        await fill("logs/a", "other/a");
        world.embedded.hook({
          operation: "ListObjectsV2",
          body: (body) => body.toString().replace("<Key>logs/a", "<Key>other/a"),
        });
        for (const force of [false, true]) {
          (await core.failure("purge", { path: "logs", force })).code.should.equal("InvalidResponse");
        }
        (await keys()).should.eql(["logs/a", "other/a"]);
        sent(/^Delete/).length.should.equal(0);
      });
    });

    it("of the bucket are errors", async () => {
      const nowhere = on("nowhere");
      (await nowhere.failure("purge", { path: "logs", force: true })).code.should.equal("NoSuchBucket");
      await nowhere.close();
    });
  });

  onlyEmbedded(needsFaults, () => {
    it("stops when the connection closes, and says how many were deleted", async () => {
      await fill(...numbered(9000, "logs/"));
      const closing = on("bucket");
      world.embedded.hook({ operation: "DeleteObjects", skip: 1, delay: 200 });
      const failing = closing.failure("purge", { path: "logs", force: true });
      const done = () =>
        world.embedded.requests.some(({ operation, finished }) => operation === "DeleteObjects" && finished);
      while (!done()) await new Promise((resolve) => setTimeout(resolve, 5));
      await new Promise((resolve) => setTimeout(resolve, 20));
      const closed = closing.close();
      const error = await failing;
      await closed;
      error.code.should.equal("Aborted");
      error.result.should.containEql({ deleted: 1000, bytes: 4000 });
      const { length } = world.s3.requests;
      await new Promise((resolve) => setTimeout(resolve, 100));
      world.s3.requests.length.should.equal(length);
    });
  });

  it("sends nothing for a path of white space", async () => {
    for (const path of [" ", "\n\t"]) {
      (await core.failure("purge", { path, force: true, wholeBucket: true })).code.should.equal("InvalidParameter");
    }
    world.s3.requests.length.should.equal(0);
  });

  it("works on messages", async () => {
    await fill("logs/a", "logs/b");
    const bench = await deploy("purge", {}, { server: world.s3 });
    const dry = await bench.send({ payload: { path: "logs" }, topic: "kept" });
    dry.messages[0].payload.should.containEql({ dryRun: true, matched: 2 });
    dry.messages[0].s3.should.eql({ operation: "purge", bucket: world.bucket, path: "logs" });
    dry.messages[0].topic.should.equal("kept");
    // wholeBucket is a property: no message ticks it. maxDelete starts as a literal, none.
    const whole = await bench.send({ payload: { path: "/", force: true, wholeBucket: true } });
    whole.caught.error.cause.code.should.equal("WholeBucketRefused");
    const done = await bench.send({ payload: { path: "logs", force: "true", maxDelete: 1 } });
    done.messages[0].payload.should.eql({ path: "logs", dryRun: false, deleted: 2, bytes: 8, failed: [] });
    world.s3.clear();
    for (const [payload, code] of [
      [{}, "MissingParameter"],
      [{ path: "", force: true }, "MissingParameter"],
      [{ path: null, force: true }, "MissingParameter"],
      [{ path: 7, force: true }, "InvalidParameter"],
      [{ path: ["logs"], force: true }, "InvalidParameter"],
      [{ path: "logs", force: "yes" }, "InvalidParameter"],
      [{ path: "logs", force: 1 }, "InvalidParameter"],
      [{ path: "logs", force: true, filter: 7 }, "InvalidParameter"],
    ] as const) {
      const { caught, messages } = await bench.send({ payload });
      caught.error.cause.code.should.equal(code);
      messages.length.should.equal(0);
    }
    world.s3.requests.length.should.equal(0);
    await bench.close();
    const limited = await deploy("purge", { maxDelete: "1", maxDeleteType: "num" }, { server: world.s3 });
    await world.s3.seed("bucket", ["logs/a", "logs/b"]);
    const refused = await limited.send({ payload: { path: "logs", force: true } });
    refused.caught.error.cause.code.should.equal("TooManyToPurge");
    (await limited.send({ payload: { path: "logs" } })).messages[0].payload.matched.should.equal(2);
    await limited.close();
  });
});
