import "should";
import { type Core, openCore } from "../support/context";
import { must } from "../support/must";
import { useStore } from "../support/world";

const large = Buffer.alloc(16 * 1024 * 1024 + 1);
const writers = 32;

/** Whatever the store does with `If-None-Match`: what a flow author is promised holds. */
describe("a write without overwrite", () => {
  const world = useStore({
    buckets: [
      { name: "versioned", versioning: "Enabled" },
      { name: "suspended", versioning: "Suspended" },
    ],
  });
  let core: Core;
  const open = (bucket: string) => openCore(world.s3, { bucket, conditionalWrites: "auto" });
  afterEach(() => core.close());

  for (const bucket of ["bucket", "versioned"]) {
    for (const [kind, data] of [
      ["small", Buffer.from("new")],
      ["large", large],
    ] as const) {
      it(`of a ${kind} object replaces nothing in ${bucket}, whatever was learned before`, async () => {
        await world.s3.put(bucket, `${kind}-there`, "old");
        core = open("bucket");
        // What a bucket without versions shows.
        await core.run("write", { path: `${kind}-before-${bucket}`, data: "x" });
        core.context.bucket = world.s3.bucketName(bucket);
        for (const path of [`${kind}-new-1`, `${kind}-new-2`]) {
          (await core.run("write", { path, data })).result.written.should.be.true();
          (await core.failure("write", { path, data: "other" })).code.should.equal("ObjectExists");
        }
        (await core.failure("write", { path: `${kind}-there`, data })).code.should.equal("ObjectExists");
        const skipped = await core.run("write", { path: `${kind}-there`, data, onConflict: "skip" });
        skipped.result.written.should.be.false();
        must((await world.s3.get(bucket, `${kind}-there`))?.body.toString()).should.equal("old");
        must((await world.s3.get(bucket, `${kind}-new-1`))?.size).should.equal(data.length);
        (await world.s3.uploads(bucket)).should.have.length(0);
        if (bucket === "versioned") (await world.s3.versions(bucket, `${kind}-there`)).should.have.length(1);
      });
    }

    for (const known of [false, true]) {
      it(`has one winner of ${writers} at once in ${bucket}, ${known ? "known" : "unknown"} before`, async () => {
        core = open(bucket);
        if (known) for (const path of ["known-1", "known-2"]) await core.run("write", { path, data: "x" });
        const path = `race-${known}`;
        const all = await Promise.allSettled(
          Array.from({ length: writers }, (_, n) => core.run("write", { path, data: `writer ${n}` })),
        );
        const winners = all.flatMap(({ status }, n) => (status === "fulfilled" ? [n] : []));
        winners.should.have.length(1);
        for (const one of all) if (one.status === "rejected") one.reason.code.should.equal("ObjectExists");
        must((await world.s3.get(bucket, path))?.body.toString()).should.equal(`writer ${winners[0]}`);
        if (bucket === "versioned") (await world.s3.versions(bucket, path)).should.have.length(1);
      });
    }
  }

  for (const bucket of ["bucket", "versioned", "suspended"]) {
    it(`writes and creates again what was deleted in ${bucket}, and replaces it no more then`, async () => {
      core = open(bucket);
      for (const known of [false, true]) {
        const path = `again-${known}`;
        await core.run("write", { path, data: "first" });
        await core.run("delete", { path });
        (await core.run("write", { path, data: "second" })).result.written.should.be.true();
        (await core.failure("write", { path, data: "third" })).code.should.equal("ObjectExists");
        String((await world.s3.get(bucket, path))?.body).should.equal("second");
        await core.run("delete", { path });
        (await core.run("create", { path })).result.created.should.be.true();
        (await core.run("create", { path })).result.created.should.be.false();
      }
    });
  }

  it("says that it was no single step in a bucket with versions, and with parts", async () => {
    core = open("versioned");
    for (const path of ["told-1", "told-2"])
      (await core.run("write", { path, data: "x" })).about.should.containEql({ atomic: false });
    core.context.bucket = world.s3.bucketName("bucket");
    (await core.run("write", { path: "told", data: large })).about.should.containEql({ atomic: false });
  });
});
