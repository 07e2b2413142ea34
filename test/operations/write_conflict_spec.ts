import "should";
import { Readable } from "node:stream";
import { write } from "../../src/operations/write";
import { openCore } from "../support/context";
import { some } from "../support/many";
import { must } from "../support/must";
import { failure, once, onlyMessage } from "../support/once";
import { needsFaults, onlyEmbedded } from "../support/only-embedded";
import { useStore } from "../support/world";

const MiB = 1024 * 1024;
const writers = 64;

const how = {
  overwrite: false,
  ifMatch: "",
  compress: "none",
  onConflict: "error",
  contentType: "",
  metadata: {},
  tags: {},
  storageClass: "",
  cacheControl: "",
  contentDisposition: "",
  contentEncoding: "",
  encryption: "",
  kmsKeyId: "",
  encoding: "utf8",
  sequence: false,
  sequenceTimeout: 0,
} as const;

describe("write without overwrite", () => {
  const world = useStore({ embedded: { minPartSize: 1 } });
  const send = (payload: object, config: Record<string, unknown> = {}, connection = {}) =>
    once("write", config, payload, { server: world.s3, connection });
  const conflict = (onConflict: string) => ({ onConflict, onConflictType: "str" });
  const content = async (path: string) => (await world.s3.get("bucket", path))?.body.toString();
  const sent = (operation: string) => world.s3.requests.filter((request) => request.operation === operation);
  const stream = (size: number) => Readable.from([Buffer.alloc(size, "s")], { objectMode: false });

  beforeEach(() => {
    world.s3.clear();
  });

  it("writes what is not there, in one request with If-None-Match", async () => {
    onlyMessage(await send({ path: "new", data: "new" })).payload.written.should.be.true();
    world.s3.requests.should.have.length(1);
    must(world.s3.requests[0]?.headers).should.have.property("if-none-match", "*");
  });

  it("is the default, and sends no condition with overwrite", async () => {
    await world.s3.put("bucket", "old", "old");
    failure(await send({ path: "old", data: "new" }), "ObjectExists");
    onlyMessage(await send({ path: "old", data: "new", overwrite: true }));
    must(await content("old")).should.equal("new");
    must(sent("PutObject").at(-1)?.headers).should.not.have.property("if-none-match");
  });

  onlyEmbedded(needsFaults, () => {
    for (const code of ["SlowDown", "ServiceUnavailable"]) {
      it(`is no winner over a rival with the same bytes, when its own first attempt was refused with ${code}`, async () => {
        const path = `refused-${code}`;
        world.embedded.hook(async (request) => {
          if (request.operation !== "PutObject" || request.attempt > 1) return undefined;
          await world.s3.put("bucket", path, "same");
          return { error: code };
        });
        failure(await send({ path, data: "same" }), "ObjectExists");
      });
    }
  });

  onlyEmbedded(needsFaults, () => {
    it("is the winner when its own first attempt was carried out, and answered with a fault", async () => {
      world.embedded.hook({ operation: "PutObject", times: 1, error: "InternalError", handle: true });
      onlyMessage(await send({ path: "carried-out", data: "same" })).payload.written.should.be.true();
      sent("PutObject").should.have.length(2);
    });
  });

  describe("when the object exists", () => {
    it("fails with ObjectExists, and a text that says what to do", async () => {
      await world.s3.put("bucket", "there.txt", "old");
      const outcome = await send({ path: "there.txt", data: "new" });
      const error = failure(outcome, "ObjectExists");
      error.message.should
        .match(/there\.txt/)
        .and.match(/overwrite/)
        .and.match(/onConflict/);
      error.path.should.equal("there.txt");
      error.requestId.should.equal(world.s3.requests.at(-1)?.id);
      outcome.messages.should.have.length(0);
      must(await content("there.txt")).should.equal("old");
    });

    it("skips it: written is false, the rest is of what stands there", async () => {
      const { etag } = await world.s3.put("bucket", "skip.txt", "old text");
      const msg = onlyMessage(await send({ path: "skip.txt", data: "new" }, conflict("skip")));
      msg.payload.should.eql({ path: "skip.txt", size: 8, etag: etag.replaceAll('"', ""), written: false });
      must(await content("skip.txt")).should.equal("old text");
    });

    it("a large one is refused before its parts are sent", async () => {
      await world.s3.put("bucket", "large", "old");
      failure(await send({ path: "large", data: Buffer.alloc(17 * MiB) }), "ObjectExists");
      sent("CreateMultipartUpload").should.have.length(0);
      onlyMessage(
        await send({ path: "large", data: stream(17 * MiB) }, conflict("skip")),
      ).payload.written.should.be.false();
      must(await content("large")).should.equal("old");
    });

    const renames: [string, string][] = [
      ["name.txt", "name (1).txt"],
      ["a.tar.gz", "a.tar (1).gz"],
      [".env", ".env (1)"],
      ["noext", "noext (1)"],
      ["v1.2/noext", "v1.2/noext (1)"],
      ["v1.2/.env", "v1.2/.env (1)"],
      ["dir/name.tar.gz", "dir/name.tar (1).gz"],
      ["trailing.", "trailing (1)."],
      ["name (1).txt", "name (1) (1).txt"],
    ];
    for (const [path, renamed] of renames) {
      it(`renames ${path} to ${renamed}`, async () => {
        for (const key of await world.s3.keys("bucket")) await world.s3.put("bucket", key, "old");
        await world.s3.put("bucket", path, "old");
        const before = (await world.s3.keys("bucket")).includes(renamed);
        before.should.be.false();
        const msg = onlyMessage(await send({ path, data: "new" }, conflict("rename")));
        msg.payload.should.containEql({ path: renamed, written: true });
        msg.s3.path.should.equal(renamed);
        must(await content(path)).should.equal("old");
        must(await content(renamed)).should.equal("new");
      });
    }

    it("renames to the first number that is free", async () => {
      await world.s3.seed("bucket", [
        "many.txt",
        ...Array.from({ length: 12 }, (_, index) => `many (${index + 1}).txt`),
      ]);
      const msg = onlyMessage(await send({ path: "many.txt", data: "new" }, conflict("rename")));
      msg.payload.path.should.equal("many (13).txt");
    });

    it("finds the first free number among many in few requests", async () => {
      const taken = Array.from({ length: some }, (_, index) => `crowd/name (${index + 1}).txt`);
      const others = ["name (x).txt", "name (01).txt", "name (7).csv", "name (7)", "name (1234)/a.txt"];
      const free = taken.splice(some / 2, 1);
      await world.s3.seed("bucket", ["crowd/name.txt", ...taken, ...others.map((name) => `crowd/${name}`)]);
      const msg = onlyMessage(await send({ path: "crowd/name.txt", data: "new" }, conflict("rename")));
      msg.payload.path.should.equal(free[0]);
      world.s3.requests.length.should.be.below(10);
    });

    onlyEmbedded(needsFaults, () => {
      it("counts one by one where it may not list", async () => {
        await world.s3.seed("bucket", [
          "blind.txt",
          "blind (1).txt",
          "blind (2).txt",
          "blind (3).txt",
          "blind (5).txt",
        ]);
        world.embedded.hook({ operation: "ListObjectsV2", error: "AccessDenied" });
        const msg = onlyMessage(await send({ path: "blind.txt", data: "new" }, conflict("rename")));
        msg.payload.path.should.equal("blind (4).txt");
      });

      for (const listing of [true, false]) {
        it(`gives up when every name is said to be taken, ${listing ? "though a listing shows none" : "and none is listed"}`, async () => {
          world.embedded.hook({ operation: "PutObject", error: "PreconditionFailed" });
          if (!listing) world.embedded.hook({ operation: "ListObjectsV2", error: "AccessDenied" });
          failure(await send({ path: "never.txt", data: "new" }, conflict("rename")), "ObjectExists");
          sent("PutObject").length.should.be.within(2, 1000);
        });
      }
    });

    it("renames without sending a large body for every name that is taken", async () => {
      await world.s3.seed("bucket", [
        "body.bin",
        ...Array.from({ length: 8 }, (_, index) => `body (${index + 1}).bin`),
      ]);
      const msg = onlyMessage(await send({ path: "body.bin", data: Buffer.alloc(MiB) }, conflict("rename")));
      msg.payload.path.should.equal("body (9).bin");
      sent("PutObject").should.have.length(2);
    });

    it("renames a stream too", async () => {
      await world.s3.seed("bucket", ["stream.txt", "stream (1).txt"]);
      const msg = onlyMessage(await send({ path: "stream.txt", data: stream(100) }, conflict("rename")));
      msg.payload.should.containEql({ path: "stream (2).txt", size: 100 });
      await world.s3.put("bucket", "big.bin", "old");
      const big = onlyMessage(await send({ path: "big.bin", data: stream(20 * MiB) }, conflict("rename")));
      big.payload.should.containEql({ path: "big (1).bin", size: 20 * MiB });
      must((await world.s3.get("bucket", "big (1).bin"))?.size).should.equal(20 * MiB);
    });

    it("keeps the content type of the path that was asked for", async () => {
      await world.s3.put("bucket", "type.csv", "old");
      onlyMessage(await send({ path: "type.csv", data: "x" }, conflict("rename")));
      must((await world.s3.get("bucket", "type (1).csv"))?.contentType).should.equal("text/csv");
    });
  });

  describe(`with ${writers} writers at once`, () => {
    const open = (count: number) => Array.from({ length: count }, () => openCore(world.s3, { maxAttempts: 5 }));
    /** A signal of its own for each, as the adapter gives one to each message. */
    const contextOf = ({ context }: ReturnType<typeof open>[0]) => ({
      ...context,
      signal: new AbortController().signal,
    });
    const race = async (
      path: string,
      onConflict: "error" | "skip" | "rename",
      data: (index: number) => Buffer,
      count = writers,
    ) => {
      const cores = open(4);
      const outcomes = await Promise.allSettled(
        Array.from({ length: count }, (_, index) => {
          const core = cores[index % cores.length] as (typeof cores)[0];
          return write.run({ ...how, onConflict, path, data: data(index) }, contextOf(core));
        }),
      );
      await Promise.all(cores.map(({ close }) => close()));
      return outcomes;
    };
    const winners = (outcomes: PromiseSettledResult<unknown>[]) =>
      outcomes.flatMap((outcome, index) => (outcome.status === "fulfilled" ? [index] : []));
    const losers = (outcomes: PromiseSettledResult<unknown>[]) =>
      outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason.code] : []));

    it("has exactly one winner in one request, three times", async () => {
      for (let round = 0; round < 3; round++) {
        const path = `single ${round}`;
        const outcomes = await race(path, "error", (index) => Buffer.from(`writer ${index}`));
        const [winner, ...others] = winners(outcomes);
        others.should.have.length(0);
        must(await content(path)).should.equal(`writer ${winner}`);
        losers(outcomes).should.eql(Array(writers - 1).fill("ObjectExists"));
      }
    });

    onlyEmbedded(needsFaults, () => {
      it("has exactly one winner in parts, twice", async () => {
        // Of the same memory: the parts of 64 objects would be a gigabyte.
        const shared = Buffer.alloc(16 * MiB + 1);
        for (let round = 0; round < 2; round++) {
          const path = `multipart ${round}`;
          // The look before the first part is meant to save traffic. Without it, all of them meet at the end.
          world.embedded.hook({
            operation: "HeadObject",
            key: path,
            error: { code: "NoSuchKey", status: 404 },
            times: 8,
          });
          const cores = open(8);
          const outcomes = await Promise.allSettled(
            cores.map((core) => write.run({ ...how, path, data: shared }, contextOf(core))),
          );
          await Promise.all(cores.map(({ close }) => close()));
          winners(outcomes).should.have.length(1);
          losers(outcomes).should.eql(Array(7).fill("ObjectExists"));
          must((await world.s3.get("bucket", path))?.size).should.equal(16 * MiB + 1);
        }
        sent("CompleteMultipartUpload").length.should.be.above(2);
        (await world.s3.uploads("bucket")).should.have.length(0);
      });

      for (const listing of [true, false]) {
        it(`gives each a name of its own under rename, ${listing ? "in few requests" : "without a listing too"}`, async () => {
          const path = `race ${listing}.txt`;
          if (!listing) world.embedded.hook({ operation: "ListObjectsV2", error: "AccessDenied" });
          const count = listing ? writers : 20;
          const outcomes = await race(path, "rename", (index) => Buffer.from(`writer ${index}`), count);
          winners(outcomes).should.have.length(count);
          const names = await world.s3.keys("bucket", `race ${listing}`);
          names.should.have.length(count);
          new Set(await Promise.all(names.map(content))).size.should.equal(count);
          if (listing) sent("PutObject").length.should.be.below((writers * writers) / 4);
        });
      }
    });

    it("has one that wrote under skip, and leaves its object alone", async () => {
      const outcomes = await race("skip-race", "skip", (index) => Buffer.from(`writer ${index}`));
      winners(outcomes).should.have.length(writers);
      const results = outcomes.map((outcome) => (outcome as { value: { result: { written: boolean } } }).value.result);
      const wrote = results.flatMap(({ written }, index) => (written ? [index] : []));
      wrote.should.have.length(1);
      must(await content("skip-race")).should.equal(`writer ${wrote[0]}`);
    });
  });

  describe("in a bad network", () => {
    onlyEmbedded(needsFaults, () => {
      it("has succeeded when the answer to the Put was lost", async () => {
        world.embedded.hook({ operation: "PutObject", times: 1, drop: true });
        const msg = onlyMessage(await send({ path: "lost", data: "mine" }));
        msg.payload.should.containEql({ path: "lost", size: 4, written: true });
        msg.payload.etag.should.equal((await world.s3.get("bucket", "lost"))?.etag.replaceAll('"', ""));
        sent("PutObject")
          .map(({ status }) => status)
          .should.eql([0, 412]);
      });

      it("has succeeded when a gateway that gave up answered in place of the store", async () => {
        const gateway = { status: 503, body: "upstream reset", headers: { "x-amz-request-id": undefined } };
        world.embedded.hook({ operation: "PutObject", times: 1, ...gateway });
        const msg = onlyMessage(await send({ path: "given up", data: "mine" }));
        msg.payload.should.containEql({ path: "given up", size: 4, written: true });
        await world.s3.put("bucket", "again.txt", "old");
        world.embedded.hook({ operation: "PutObject", key: "again (1).txt", times: 1, ...gateway });
        const renamed = onlyMessage(await send({ path: "again.txt", data: "new" }, conflict("rename")));
        renamed.payload.path.should.equal("again (1).txt");
        (await world.s3.keys("bucket", "again")).should.eql(["again (1).txt", "again.txt"]);
      });

      it("has not succeeded when somebody else's object stands there after it", async () => {
        await world.s3.put("bucket", "theirs", "theirs");
        world.embedded.hook({ operation: "PutObject", times: 1, error: "InternalError" });
        failure(await send({ path: "theirs", data: "mine" }), "ObjectExists");
        must(await content("theirs")).should.equal("theirs");
      });

      it("has not won a race at its first attempt because the same bytes stand there", async () => {
        await world.s3.put("bucket", "equal", "same");
        failure(await send({ path: "equal", data: "same" }), "ObjectExists");
        world.embedded.hook({ operation: "PutObject", times: 1, error: "ConditionalRequestConflict" });
        failure(await send({ path: "equal", data: "same" }), "ObjectExists");
      });

      it("has succeeded when the answer to the Complete was lost", async () => {
        world.embedded.hook({ operation: "CompleteMultipartUpload", times: 1, drop: true });
        const msg = onlyMessage(await send({ path: "lost large", data: Buffer.alloc(17 * MiB, "l") }));
        msg.payload.should.containEql({ size: 17 * MiB, written: true });
        must((await world.s3.get("bucket", "lost large"))?.size).should.equal(17 * MiB);
        sent("CompleteMultipartUpload").should.have.length(2);
      });

      for (const onConflict of ["error", "skip", "rename"]) {
        it(`says that it does not know, when nobody can tell whose the object is (${onConflict})`, async () => {
          world.embedded.hook({ operation: "PutObject", times: 1, drop: true });
          const unhook = world.embedded.hook({ operation: "HeadObject", error: "SlowDown" });
          failure(
            await send({ path: `whose ${onConflict}`, data: "mine" }, conflict(onConflict)),
            "ServiceUnavailable",
          );
          unhook();
          (await world.s3.keys("bucket", "whose ")).should.containEql(`whose ${onConflict}`);
          (await world.s3.keys("bucket", "whose ")).should.not.containEql(`whose ${onConflict} (1)`);
        });
      }

      it("renames once, not twice, when an answer was lost", async () => {
        await world.s3.put("bucket", "twice.txt", "old");
        world.embedded.hook({ operation: "PutObject", key: "twice (1).txt", times: 1, drop: true });
        const msg = onlyMessage(await send({ path: "twice.txt", data: "new" }, conflict("rename")));
        msg.payload.path.should.equal("twice (1).txt");
        (await world.s3.keys("bucket", "twice")).should.eql(["twice (1).txt", "twice.txt"]);
      });

      it("repeats what met another writer (409)", async () => {
        world.embedded.hook({ operation: "PutObject", times: 3, error: "ConditionalRequestConflict" });
        onlyMessage(await send({ path: "busy", data: "x" }, {}, { maxAttempts: 1 }));
        sent("PutObject").should.have.length(4);
        world.embedded.hook({ operation: "CompleteMultipartUpload", times: 2, error: "ConditionalRequestConflict" });
        onlyMessage(await send({ path: "busy large", data: Buffer.alloc(17 * MiB) }, {}, { maxAttempts: 1 }));
        sent("CompleteMultipartUpload").should.have.length(3);
      });
    });
  });
});
