import "should";
import { Readable } from "node:stream";
import type { Hook } from "../../dev/s3-server";
import { cert, key as tlsKey } from "../s3-server/certificate";
import { type Core, openCore } from "../support/context";
import { must } from "../support/must";
import { useFreshServer } from "../support/server";

const MiB = 1024 * 1024;
const large = 16 * MiB + 1;

/** Of the kinds of stores there are, those that differ from S3. */
const ignoring: Hook = { ignore: ["if-none-match"] };
const refusing = (error: Exclude<Extract<Hook, { error?: unknown }>["error"], undefined>): Hook => ({
  operation: ["PutObject", "CompleteMultipartUpload"],
  when: ({ headers }) => headers["if-none-match"] !== undefined,
  error,
});
const refusals = {
  "501": refusing("NotImplemented"),
  "501 that names the header": refusing({ code: "NotImplemented", extra: { Header: "If-None-Match" } }),
  "400 that names the header": refusing({ code: "InvalidRequest", message: "Unsupported header: if-none-match" }),
};

describe("the guard of a write without overwrite", () => {
  const world = useFreshServer({
    minPartSize: 1,
    buckets: ["bucket", "other", { name: "versioned", versioning: "Enabled" }],
  });
  let core: Core;
  let warnings: string[];
  const open = (settings: object = {}) =>
    openCore(world.s3, { conditionalWrites: "auto", ...settings }, (text) => warnings.push(text));
  const write = (path: string, data: unknown = "new", more: object = {}) => core.run("write", { path, data, ...more });
  /** Of a message that names its bucket. */
  const within = async (bucket: string, path: string) => {
    const { context } = core;
    const usual = context.bucket;
    context.bucket = bucket;
    const reply = write(path);
    context.bucket = usual;
    return reply;
  };
  const sent = () =>
    world.s3.requests.map(({ operation, headers }) => operation + (headers["if-none-match"] ? " if absent" : ""));
  const statuses = () => world.s3.requests.map(({ status }) => status);
  const content = (path: string) => world.s3.get("bucket", path)?.body.toString();
  const reset = () => world.s3.clear();
  beforeEach(() => {
    warnings = [];
    core = open();
  });
  afterEach(() => core.close());

  const guarded = "PutObject if absent";

  describe("of a store that heeds If-None-Match", () => {
    it("is found out with the first write, by a look and one more request, and costs nothing from then on", async () => {
      const { result, about } = await write("a", "new");
      result.should.containEql({ path: "a", size: 3, written: true });
      about.should.not.have.property("atomic");
      sent().should.eql(["HeadObject", guarded, guarded]);
      statuses().should.eql([404, 200, 412]);
      reset();
      (await write("b")).about.should.not.have.property("atomic");
      (await core.run("create", { path: "c/" })).about.should.not.have.property("atomic");
      await core.failure("write", { path: "a", data: "other" });
      sent().should.eql([guarded, guarded, guarded, "HeadObject"]);
      must(content("a")).should.equal("new");
      warnings.should.have.length(0);
    });

    it("is found out by create too", async () => {
      const { result, about } = await core.run("create", { path: "a" });
      result.created.should.be.true();
      about.should.not.have.property("atomic");
      sent().should.eql(["HeadObject", guarded, guarded]);
    });

    it("is asked by one of many writers that come at once", async () => {
      const all = await Promise.all(
        Array.from({ length: 32 }, (_, n) => core.run("write", { path: `at once/${n}`, data: `${n}` })),
      );
      for (const { about } of all) about.should.not.have.property("atomic");
      statuses()
        .filter((status) => status === 412)
        .should.have.length(1);
      sent()
        .filter((one) => one === guarded)
        .should.have.length(33);
    });

    it("stays unknown while nothing is written, and nothing is lost meanwhile", async () => {
      world.s3.put("bucket", "there", "old");
      (await core.failure("write", { path: "there", data: "new" })).code.should.equal("ObjectExists");
      (await core.run("create", { path: "there" })).result.created.should.be.false();
      sent()
        .filter((one) => one === guarded)
        .should.have.length(0);
      await write("new");
      must(statuses().at(-1)).should.equal(412);
    });

    it("has shown itself by refusing a rival that came between the look and the write", async () => {
      world.s3.hook({ operation: "HeadObject", times: 1, error: { code: "NoSuchKey", status: 404 } });
      world.s3.put("bucket", "there", "theirs");
      (await core.failure("write", { path: "there", data: "mine" })).code.should.equal("ObjectExists");
      must(content("there")).should.equal("theirs");
      reset();
      for (const path of ["b", "c"]) (await write(path)).about.should.not.have.property("atomic");
      sent().should.eql(["HeadObject", guarded, guarded]);
    });

    it("has shown itself when the answer to the first write was lost", async () => {
      world.s3.hook({ operation: "PutObject", times: 1, drop: true });
      const { result, about } = await write("lost", "mine");
      result.should.containEql({ path: "lost", size: 4, written: true });
      about.should.not.have.property("atomic");
      sent().should.eql(["HeadObject", guarded, guarded, "HeadObject"]);
      reset();
      await write("b");
      sent().should.eql([guarded]);
    });

    it("is found out when the answer to the second sending was lost", async () => {
      world.s3.hook({ operation: "PutObject", skip: 1, times: 1, drop: true });
      (await write("a", "mine")).about.should.not.have.property("atomic");
      statuses().should.eql([404, 200, 0, 412]);
    });

    it("is not taken for one that ignores it when somebody deletes the object in between", async () => {
      world.s3.hook(async (request) => {
        if (request.operation === "PutObject" && request.attempt === 2)
          await core.run("delete", { path: "inbox", ifMissing: "ignore" });
        return undefined;
      });
      await write("inbox");
      const puts = world.s3.requests.filter(({ operation }) => operation === "PutObject");
      puts.map(({ status }) => status).should.eql([200, 200, 412]);
      warnings.should.have.length(0);
      reset();
      (await write("b")).about.should.not.have.property("atomic");
      sent().should.eql([guarded]);
    });

    it("is asked three times in vain, and no more", async () => {
      world.s3.hook({
        operation: "PutObject",
        when: ({ attempt }) => attempt > 1,
        error: "AccessDenied",
      });
      for (const path of ["a", "b", "c", "d"]) await write(path);
      statuses().should.eql([404, 200, 403, 404, 200, 403, 404, 200, 403, 404, 200]);
    });

    it("holds up other writers for two seconds at most when the second sending hangs", async () => {
      world.s3.hook({ operation: "PutObject", when: ({ attempt }) => attempt > 1, stall: true });
      const all = await Promise.all(["a", "b", "c"].map((path) => write(path)));
      for (const { result } of all) result.written.should.be.true();
      statuses()
        .filter((status) => status === 0)
        .should.have.length(1);
    });

    it("stays unknown when the second sending fails, which is no failure of the write", async () => {
      world.s3.hook({ operation: "PutObject", skip: 1, times: 1, error: "AccessDenied" });
      const { result, about } = await write("a", "new");
      result.should.containEql({ path: "a", size: 3, written: true });
      about.should.containEql({ atomic: false });
      (await write("b")).about.should.not.have.property("atomic");
      statuses().should.eql([404, 200, 403, 404, 200, 412]);
      warnings.should.have.length(0);
    });

    it("stays unknown after 409, which other writers get too, unless it speaks of the condition", async () => {
      world.s3.hook({ operation: "PutObject", skip: 1, times: 1, error: "OperationAborted" });
      (await write("a")).about.should.containEql({ atomic: false });
      world.s3.hooks.length = 0;
      world.s3.hook({ operation: "PutObject", skip: 1, times: 1, error: "ConditionalRequestConflict" });
      (await write("b")).about.should.not.have.property("atomic");
    });

    it("is not asked with bodies over 64 KiB", async () => {
      (await write("big", Buffer.alloc(65_537))).about.should.containEql({ atomic: false });
      sent().should.eql(["HeadObject", guarded]);
      reset();
      (await write("small", Buffer.alloc(65_536))).about.should.not.have.property("atomic");
      sent().should.eql(["HeadObject", guarded, guarded]);
    });

    it("is not asked with parts, nor taken to heed it with them: two looks, whatever small writes have shown", async () => {
      for (const path of ["parts", "more parts"]) {
        reset();
        (await write(path, Buffer.alloc(large))).about.should.containEql({ atomic: false });
        sent()
          .filter((one) => /Head|Complete/.test(one))
          .should.eql(["HeadObject", "HeadBucket", "HeadObject", "CompleteMultipartUpload if absent"]);
        (await write(`small after ${path}`)).about.should.not.have.property("atomic");
      }
    });

    it("is looked at in each bucket before the first write, which is sent a second time in none but the first", async () => {
      world.s3.put("other", "there", "old");
      await write("a");
      const elsewhere = (path: string) => within("other", path);
      reset();
      await elsewhere("there").should.be.rejectedWith({ code: "ObjectExists" });
      for (const path of ["a", "b"]) (await elsewhere(path)).about.should.not.have.property("atomic");
      sent().should.eql(["HeadObject", "HeadObject", guarded, guarded]);
      must(world.s3.get("other", "there")?.body.toString()).should.equal("old");
    });

    it("is not taken to heed it in a bucket with versions: a look before each write, and one version of it", async () => {
      const versioned = (path: string) => within("versioned", path);
      (await versioned("before")).about.should.containEql({ atomic: false });
      await write("a");
      reset();
      for (const path of ["a", "b"]) (await versioned(path)).about.should.containEql({ atomic: false });
      await versioned("a").should.be.rejectedWith({ code: "ObjectExists" });
      sent().should.eql(["HeadObject", guarded, "HeadObject", guarded, "HeadObject"]);
      for (const path of ["before", "a", "b"]) world.s3.versions("versioned", path).should.have.length(1);
      warnings.should.have.length(0);
    });

    it("is asked no more in a bucket that gets versions, from the first write that makes one", async () => {
      await write("a");
      world.s3.setVersioning("bucket", "Enabled");
      reset();
      for (const path of ["b", "c"]) (await write(path)).about.should.containEql({ atomic: false });
      sent().should.eql([guarded, "HeadObject", guarded]);
    });

    it("forgets buckets rather than to remember all of those that messages name", async () => {
      const { guard } = core.connection;
      guard.learn("heeded");
      for (let n = 0; n <= 10_000; n++) guard.saw(`bucket-${n}`, "put", undefined);
      guard.decides("bucket-0", "put").should.be.false();
      guard.decides("bucket-10000", "put").should.be.true();
    });

    it("makes a missing bucket with create, as it does where the store is known", async () => {
      const elsewhere = open({ bucket: "not-yet" });
      const { result } = await elsewhere.run("create", { path: "a", createBucket: true });
      await elsewhere.close();
      result.created.should.be.true();
      sent().should.eql(["HeadObject", guarded, "CreateBucket", "HeadObject", guarded, guarded]);
    });

    it("is not asked by writes with overwrite", async () => {
      (await write("a", "x", { overwrite: true })).about.should.not.have.property("atomic");
      sent().should.eql(["PutObject"]);
    });
  });

  describe("of a store that ignores If-None-Match", () => {
    beforeEach(() => world.s3.hook(ignoring));

    it("is found out with the first write, which stays as it is, and replaced by a look from then on", async () => {
      world.s3.put("bucket", "there", "old");
      const first = await write("a", "new");
      first.result.should.eql({ path: "a", size: 3, etag: world.s3.get("bucket", "a")?.etag, written: true });
      first.about.should.containEql({ atomic: false });
      must(content("a")).should.equal("new");
      sent().should.eql(["HeadObject", guarded, guarded, guarded]);
      reset();
      const second = await write("b");
      second.about.should.containEql({ atomic: false });
      sent().should.eql(["HeadObject", guarded]);
      (await core.failure("write", { path: "there", data: "new" })).code.should.equal("ObjectExists");
      must(content("there")).should.equal("old");
    });

    it("does not lose what is there even with the first write of all", async () => {
      world.s3.put("bucket", "there", "old");
      (await core.failure("write", { path: "there", data: "new" })).code.should.equal("ObjectExists");
      must(content("there")).should.equal("old");
      sent().should.eql(["HeadObject"]);
    });

    it("warns once, of what follows and what to set", async () => {
      for (const path of ["a", "b", "c"]) await write(path);
      await core.run("create", { path: "d" });
      warnings.should.have.length(1);
      must(warnings[0])
        .should.match(/ignores If-None-Match/)
        .and.match(/“Write guard” to “check”/)
        .and.not.match(/\n/);
    });

    it("makes one version of each write, and is not found out where there are versions", async () => {
      const versioned = open({ bucket: "versioned" });
      for (const path of ["a", "b"]) {
        const { result, about } = await versioned.run("write", { path, data: "new" });
        about.should.containEql({ atomic: false });
        const versions = world.s3.versions("versioned", path);
        versions.map(({ versionId }) => versionId).should.eql([result.versionId]);
      }
      await versioned.close();
      warnings.should.have.length(0);
    });

    it("skips what is there", async () => {
      await write("a", "first");
      const { result, about } = await write("a", "second", { onConflict: "skip" });
      result.should.containEql({ path: "a", size: 5, written: false });
      about.should.not.have.property("atomic");
      must(content("a")).should.equal("first");
    });

    it("renames what is there, bytes and streams, in one request and in parts", async () => {
      await write("a.txt", "first");
      const names = [];
      for (const data of [
        "second",
        Readable.from(["third"]),
        Buffer.alloc(large),
        Readable.from([Buffer.alloc(large)]),
      ]) {
        const { result, about } = await write("a.txt", data, { onConflict: "rename" });
        about.should.containEql({ atomic: false });
        names.push(result.path);
      }
      names.should.eql(["a (1).txt", "a (2).txt", "a (3).txt", "a (4).txt"]);
      ["a.txt", "a (1).txt", "a (2).txt"].map(content).should.eql(["first", "second", "third"]);
    });

    it("creates once", async () => {
      const made = await core.run("create", { path: "f/" });
      made.result.created.should.be.true();
      made.about.should.containEql({ atomic: false });
      const again = await core.run("create", { path: "f/" });
      again.result.created.should.be.false();
      again.about.should.not.have.property("atomic");
    });

    it("leaves a large object alone that came while the parts were sent", async () => {
      world.s3.hook((request) => {
        if (request.operation === "UploadPart") world.s3.put("bucket", "raced", "theirs");
        return undefined;
      });
      (await core.failure("write", { path: "raced", data: Buffer.alloc(large) })).code.should.equal("ObjectExists");
      must(content("raced")).should.equal("theirs");
      world.s3.uploads("bucket").should.have.length(0);
    });

    for (const known of [false, true]) {
      for (const size of [8, large]) {
        const count = size > MiB ? 6 : 64;
        it(`has one winner of ${count} writers of ${size} bytes at once, ${known ? "known" : "unknown"} before`, async () => {
          if (known) await write("before");
          const shared = Buffer.alloc(size);
          const outcomes = await Promise.allSettled(
            Array.from({ length: count }, (_, n) =>
              core.run("write", { path: "race", data: size > MiB ? shared : Buffer.from(`writer${n}`) }),
            ),
          );
          const winners = outcomes.flatMap(({ status }, n) => (status === "fulfilled" ? [n] : []));
          winners.should.have.length(1);
          for (const outcome of outcomes)
            if (outcome.status === "rejected") outcome.reason.code.should.equal("ObjectExists");
          if (size < MiB) must(content("race")).should.equal(`writer${winners[0]}`);
        });
      }
    }

    it("gives each of 20 writers at once a name of its own under rename", async () => {
      const all = await Promise.all(
        Array.from({ length: 20 }, (_, n) => core.run("write", { path: "r", data: `${n}`, onConflict: "rename" })),
      );
      new Set(all.map(({ result }) => result.path)).size.should.equal(20);
      all.map(({ result }) => content(result.path)).should.eql(all.map((_, n) => `${n}`));
    });

    it("does not replace what a write with overwrite puts there between the look and the write", async () => {
      await write("before");
      let overwriting: Promise<unknown> = Promise.resolve();
      world.s3.hook(async (request) => {
        if (request.operation !== "HeadObject" || request.key !== "both") return undefined;
        overwriting = core.run("write", { path: "both", data: "over", overwrite: true });
        // Long enough for the other write, were it not kept waiting.
        return { delayAfter: 300 };
      });
      await core.run("write", { path: "both", data: "guarded" });
      await overwriting;
      must(content("both")).should.equal("over");
    });

    it("has succeeded when the answer to a write was lost, in one request and in parts", async () => {
      await write("before");
      world.s3.hook({ operation: "PutObject", times: 1, drop: true });
      (await write("lost", "mine")).result.should.containEql({ size: 4, written: true });
      world.s3.hook({ operation: "CompleteMultipartUpload", times: 1, drop: true });
      (await write("lost parts", Buffer.alloc(large))).result.should.containEql({ size: large, written: true });
    });

    it("says of many that it was not atomic if it was not for any", async () => {
      const data = [
        { path: "a", data: 1 },
        { path: "b", data: 2 },
      ];
      const { result, about, ...more } = await core.run("write", { path: "many/", data });
      result.map(({ written }: { written: boolean }) => written).should.eql([true, true]);
      for (const one of result) one.should.not.have.property("atomic");
      about.should.eql({ atomic: false });
      more.should.eql({ caveat: "done, not atomic" });
      const again = await core.run("write", { path: "many/", data, onConflict: "skip" });
      again.about.should.eql({});
    });

    it("ends a write at once that waits for another one of its key when it is aborted", async () => {
      await write("before");
      world.s3.hook({ operation: "PutObject", key: "slow", delay: 60_000 });
      const job = new AbortController();
      const { context } = core;
      const first = core.run("write", { path: "slow", data: "1" }).catch(({ code }) => code);
      while (world.s3.inFlight === 0 || sent().at(-1) !== guarded)
        await new Promise((resolve) => setTimeout(resolve, 5));
      const held = context.signal;
      context.signal = job.signal;
      const second = core.run("write", { path: "slow", data: "2" });
      context.signal = held;
      job.abort(Object.assign(new Error("stop"), { code: "Stopped" }));
      await second.should.be.rejectedWith({ code: "Stopped" });
      await core.close();
      must(await first).should.equal("Aborted");
    });
  });

  for (const [kind, hook] of Object.entries(refusals)) {
    describe(`of a store that refuses If-None-Match with ${kind}`, () => {
      beforeEach(() => world.s3.hook(hook));

      it("is found out with the first write, which is repeated without it, and replaced by a look", async () => {
        const { result, about } = await write("a", "new");
        result.should.containEql({ path: "a", size: 3, written: true });
        about.should.containEql({ atomic: false });
        sent().should.eql(["HeadObject", guarded, "HeadObject", "PutObject"]);
        warnings.should.have.length(1);
        must(warnings[0]).should.match(/refuses If-None-Match/);
        reset();
        (await write("b")).about.should.containEql({ atomic: false });
        sent().should.eql(["HeadObject", "PutObject"]);
        (await core.failure("write", { path: "a", data: "other" })).code.should.equal("ObjectExists");
        (await write("a", "other", { onConflict: "skip" })).result.written.should.be.false();
        (await core.run("create", { path: "a" })).result.created.should.be.false();
        must(content("a")).should.equal("new");
      });

      it("is found out with parts too", async () => {
        (await write("parts", Buffer.alloc(large))).about.should.containEql({ atomic: false });
        must(world.s3.get("bucket", "parts")?.size).should.equal(large);
        world.s3.uploads("bucket").should.have.length(0);
        reset();
        await write("small");
        sent().should.eql(["HeadObject", "PutObject"]);
      });

      it("has one winner of 64 writers at once", async () => {
        const outcomes = await Promise.allSettled(
          Array.from({ length: 64 }, (_, n) => core.run("write", { path: "race", data: `writer${n}` })),
        );
        const winners = outcomes.flatMap(({ status }, n) => (status === "fulfilled" ? [n] : []));
        winners.should.have.length(1);
        must(content("race")).should.equal(`writer${winners[0]}`);
        warnings.should.have.length(1);
      });
    });
  }

  describe("takes no other refusal for one of If-None-Match", () => {
    const tags = { tags: { a: "b" } };

    it("such as 501 for tags", async () => {
      const tagged = ({ headers }: { headers: object }) => "x-amz-tagging" in headers;
      world.s3.hook({ when: tagged, error: { code: "NotImplemented", extra: { Header: "x-amz-tagging" } } });
      (await core.failure("write", { path: "a", data: "x", ...tags })).code.should.equal("NotImplemented");
      sent().should.eql(["HeadObject", guarded]);
      world.s3.hooks.length = 0;
      world.s3.hook({ when: tagged, error: "NotImplemented" });
      (await core.failure("write", { path: "a", data: "x", ...tags })).code.should.equal("NotImplemented");
      reset();
      (await write("b")).about.should.not.have.property("atomic");
      sent().should.eql(["HeadObject", guarded, guarded]);
      warnings.should.have.length(0);
    });

    it("such as 400 for a storage class", async () => {
      world.s3.hook({ operation: "PutObject", error: "InvalidStorageClass" });
      (await core.failure("write", { path: "a", data: "x" })).code.should.equal("InvalidStorageClass");
      sent().should.eql(["HeadObject", guarded]);
    });
  });

  describe("by the connection's setting", () => {
    it("is left to the store, whatever it does, with trust", async () => {
      const trusting = open({ conditionalWrites: "trust" });
      for (const path of ["a", "b"])
        (await trusting.run("write", { path, data: "x" })).about.should.not.have.property("atomic");
      world.s3.hook(refusals["501"]);
      (await trusting.failure("write", { path: "c", data: "x" })).code.should.equal("NotImplemented");
      await trusting.close();
      sent().should.eql([guarded, guarded, guarded]);
    });

    for (const [kind, hook] of [
      ["heeds", {}],
      ["ignores", ignoring],
    ] as const) {
      it(`is a look without any probe, nor a warning, with check on a store that ${kind} it`, async () => {
        world.s3.hook(hook);
        const checking = open({ conditionalWrites: "check" });
        for (const path of ["a", "b"])
          (await checking.run("write", { path, data: "x" })).about.should.containEql({ atomic: false });
        await checking.close();
        sent().should.eql(["HeadObject", guarded, "HeadObject", guarded]);
        warnings.should.have.length(0);
      });
    }

    it("drops the header where the store refuses it, with check", async () => {
      world.s3.hook(refusals["501"]);
      const checking = open({ conditionalWrites: "check" });
      for (const path of ["a", "b"]) await checking.run("write", { path, data: "x" });
      await checking.close();
      sent().should.eql(["HeadObject", guarded, "HeadObject", "PutObject", "HeadObject", "PutObject"]);
      warnings.should.have.length(0);
    });

    it("is auto where an old flow has none", async () => {
      const old = open({ conditionalWrites: undefined });
      old.connection.settings.conditionalWrites.should.equal("auto");
      await old.run("write", { path: "a", data: "x" });
      await old.close();
      sent().should.eql(["HeadObject", guarded, guarded]);
    });
  });

  describe("whose look is refused", () => {
    const users = { reader: "s3:ListBucket", writer: "s3:PutObject" };
    const as = (user: keyof typeof users) => {
      world.s3.addUser({ accessKey: user, secretKey: `${user}-secret`, allow: ["s3:PutObject", users[user]] });
      return open({ accessKey: user, secretKey: `${user}-secret` });
    };

    it("says what to do where the keys may neither read nor list", async () => {
      const blind = as("writer");
      const error = await blind.failure("write", { path: "a", data: "x" });
      await blind.close();
      error.should.containEql({ code: "AccessDenied", statusCode: 403 });
      error.message.should.match(/s3:GetObject and s3:ListBucket/).and.match(/“Write guard” to “trust”/);
      sent().should.eql(["HeadObject", "ListObjectsV2"]);
    });

    it("looks by a listing where the keys may list and not read", async () => {
      const lister = as("reader");
      for (const key of ["there", "there/below", "other-1"]) world.s3.put("bucket", key, "old");
      (await lister.failure("write", { path: "there", data: "x" })).code.should.equal("ObjectExists");
      (await lister.run("write", { path: "other", data: "x" })).result.written.should.be.true();
      await lister.close();
      must(content("there")).should.equal("old");
    });

    for (const [what, settings, code] of [
      ["the secret key is wrong", { secretKey: "wrong" }, "SignatureDoesNotMatch"],
      ["nobody knows the access key", { accessKey: "nobody" }, "InvalidAccessKeyId"],
    ] as const) {
      it(`says that ${what}`, async () => {
        const wrong = open(settings);
        for (const error of [
          await wrong.failure("write", { path: "a", data: "x" }),
          await wrong.failure("create", { path: "a" }),
        ])
          error.code.should.equal(code);
        await wrong.close();
      });
    }
  });

  it("writes where a store takes a deleted object for one that is there, and replaces none", async () => {
    // As Ceph does where versioning is suspended.
    const deleted = new Set(["deleted"]);
    const taken: Hook = {
      operation: "PutObject",
      when: ({ key = "", headers }) => deleted.has(key) && headers["if-none-match"] !== undefined,
      error: "PreconditionFailed",
    };
    world.s3.hook(taken);
    const { result, about } = await write("deleted", "again");
    result.written.should.be.true();
    about.should.containEql({ atomic: false });
    must(content("deleted")).should.equal("again");
    (await core.failure("write", { path: "deleted", data: "more" })).code.should.equal("ObjectExists");
    must(content("deleted")).should.equal("again");
  });
});

describe("the guard of a write without overwrite to AWS", () => {
  const world = useFreshServer({ tls: { key: tlsKey, cert } });
  /** Under the names of AWS, the embedded server. */
  const tls = {
    ca: cert,
    checkServerIdentity: () => undefined,
    lookup: (_host: string, _options: unknown, found: (error: null, all: object[]) => void) =>
      found(null, [{ address: "127.0.0.1", family: 4 }]),
  };
  const guardedWrites = async (host: string) => {
    const core = openCore(
      { ...world.s3, endpoint: `https://${host}:${world.s3.port}`, ...keysOf() },
      { conditionalWrites: "auto", pathStyle: "always", tls },
    );
    try {
      await core.run("write", { path: "a", data: "x" });
      await core.run("create", { path: "b" });
    } finally {
      await core.close();
    }
    return world.s3.requests.map(({ operation }) => operation);
  };
  const keysOf = () => ({ accessKey: world.s3.accessKey, secretKey: world.s3.secretKey, region: world.s3.region });

  for (const host of [
    "s3.us-east-1.amazonaws.com",
    "bucket.vpce-1a2b3c-4d5e.s3.us-east-1.vpce.amazonaws.com",
    "s3.cn-north-1.amazonaws.com.cn",
  ]) {
    it(`costs no request: ${host}`, async () => {
      (await guardedWrites(host)).should.eql(["PutObject", "PutObject"]);
    });
  }

  for (const host of ["amazonaws.com.example.com", "notamazonaws.com", "s3.example.com"]) {
    it(`is found out where the name only looks like it: ${host}`, async () => {
      (await guardedWrites(host)).should.eql(["HeadObject", "PutObject", "PutObject", "PutObject"]);
    });
  }

  it("is known where there is no endpoint", async () => {
    const core = openCore({ ...keysOf(), endpoint: "" }, { conditionalWrites: "auto" });
    core.connection.guard.knowledge.should.equal("heeded");
    await core.close();
  });
});
