import should from "should";
import { newestOf } from "../../src/core/newest-of";
import { type Core, openCore, smallPages } from "../support/context";
import { numbered, possible } from "../support/keys";
import { some } from "../support/many";
import { needsFaults, onlyEmbedded } from "../support/only-embedded";
import { useStore } from "../support/world";

describe("purge of versions", () => {
  const world = useStore({ buckets: ["plain"] });
  let count = 0;
  let bucket: string;
  let core: Core;
  const deletions = () => world.s3.requests.filter(({ operation }) => operation.startsWith("Delete"));
  const hide = (key: string) => core.run("delete", { path: key });
  beforeEach(async () => {
    bucket = `versioned-${++count}`;
    await world.s3.createBucket({ name: bucket, versioning: "Enabled" });
    core = openCore(world.s3, { bucket });
  });
  afterEach(() => core.close());

  /** What is not below logs/, as far as the server can hold it. */
  const beside = possible(["logs", "logs-old/c", "logs/a"]).filter((key) => !key.startsWith("logs/"));
  /** Three versions, one of them hidden, one key that is only a delete marker. */
  const fill = async () => {
    for (const body of ["1", "22", "333"]) await world.s3.put(bucket, "logs/a", body);
    await world.s3.put(bucket, "logs/b", "4444");
    await hide("logs/b");
    await world.s3.put(bucket, "logs/", "");
    for (const key of beside) await world.s3.put(bucket, key, "55555");
    world.s3.clear();
  };

  it("leaves them behind delete markers without `versions`", async () => {
    await fill();
    const { result } = await core.run("purge", { path: "logs", force: true });
    result.should.eql({ path: "logs", dryRun: false, deleted: 2, bytes: 3, failed: [] });
    (await world.s3.keys(bucket)).should.eql(beside);
    (await world.s3.versions(bucket, "logs/a"))
      .map(({ deleteMarker }) => deleteMarker)
      .should.eql([true, false, false, false]);
    // What was hidden before is not touched: no second marker.
    (await world.s3.versions(bucket, "logs/b")).length.should.equal(2);
  });

  it("deletes all of them, and delete markers, with `versions`", async () => {
    await fill();
    const dry = await core.run("purge", { path: "logs", versions: true });
    dry.result.should.containEql({ matched: 6, bytes: 10, dryRun: true });
    deletions().should.eql([]);
    const { result } = await core.run("purge", { path: "logs", versions: true, force: true });
    result.should.eql({ path: "logs", dryRun: false, deleted: 6, bytes: 10, failed: [] });
    for (const key of ["logs/a", "logs/b", "logs/"]) (await world.s3.versions(bucket, key)).should.eql([]);
    (await world.s3.keys(bucket)).should.eql(beside);
  });

  it("filters versions by the path of their object", async () => {
    await fill();
    const { result } = await core.run("purge", { path: "logs", filter: "a", versions: true, force: true });
    result.deleted.should.equal(3);
    (await world.s3.versions(bucket, "logs/b")).length.should.equal(2);
    (await world.s3.versions(bucket, "logs/")).length.should.equal(1);
  });

  describe("keepVersions", () => {
    const states = async (key: string) =>
      (await world.s3.versions(bucket, key)).map(({ deleteMarker, size }) => (deleteMarker ? "marker" : size));
    const keep = (keepVersions: number, more: object = {}) =>
      core.run("purge", { path: "logs", versions: true, keepVersions, force: true, ...more });

    it("keeps the newest of each key, and takes older ones", async () => {
      await fill();
      const dry = await core.run("purge", { path: "logs", versions: true, keepVersions: 2 });
      dry.result.should.containEql({ matched: 1, bytes: 1, sample: ["logs/a"] });
      const { result } = await keep(2);
      result.should.containEql({ deleted: 1, bytes: 1 });
      (await states("logs/a")).should.eql([3, 2]);
      (await keep(1)).result.deleted.should.equal(1);
      (await states("logs/a")).should.eql([3]);
      (await states("logs/")).should.eql([0]);
    });

    it("leaves hidden what is hidden, and does not count the delete marker", async () => {
      for (const body of ["1", "22", "333"]) await world.s3.put(bucket, "logs/a", body);
      await hide("logs/a");
      (await keep(2)).result.deleted.should.equal(1);
      (await states("logs/a")).should.eql(["marker", 3, 2]);
      should(await world.s3.get(bucket, "logs/a")).be.undefined();
    });

    it("takes delete markers that are older than what stays, and no other", async () => {
      await world.s3.put(bucket, "logs/a", "1");
      await hide("logs/a");
      await world.s3.put(bucket, "logs/a", "22");
      await hide("logs/a");
      await world.s3.put(bucket, "logs/a", "333");
      (await keep(2)).result.deleted.should.equal(2);
      (await states("logs/a")).should.eql([3, "marker", 2]);
    });

    it("counts all versions of a key, also on the next page", async () => {
      for (const body of ["1", "22", "333", "4444"]) await world.s3.put(bucket, "logs/a", body);
      const small = openCore(world.s3, { bucket });
      smallPages(small, 1);
      await small.run("purge", { path: "logs", versions: true, keepVersions: 3, force: true });
      await small.close();
      (await states("logs/a")).should.eql([4, 3, 2]);
    });

    it("is refused without versions, and nothing is sent", async () => {
      world.s3.clear();
      const error = await core.failure("purge", { path: "logs", keepVersions: 2, force: true });
      error.code.should.equal("InvalidParameter");
      error.message.should.match(/keepVersions 2/).and.match(/All versions/);
      world.s3.requests.length.should.equal(0);
    });

    it("takes nothing newer than what stays, where a store lists a key's versions the other way round", () => {
      const entry = (second: number, deleteMarker?: true) => ({
        key: "a",
        size: 1,
        lastModified: new Date(second * 1000).toISOString(),
        ...(deleteMarker ? { deleteMarker } : {}),
      });
      const turned = newestOf(1);
      [entry(1), entry(2), entry(3), entry(4, true)].map(turned).should.eql([true, true, true, true]);
      // Of the same second, only what the store calls the latest is known to be it.
      const told = newestOf(1);
      [entry(1), { ...entry(1), isLatest: true }, entry(1)].map(told).should.eql([true, true, false]);
      const undated = newestOf(1);
      [1, 2].map(() => undated({ key: "a", size: 1 })).should.eql([true, true]);
    });
  });

  onlyEmbedded(needsFaults, () => {
    it("deletes nothing where old versions are listed without their ids: it would be the current object", async () => {
      for (const body of ["1", "22"]) await world.s3.put(bucket, "logs/a", body);
      world.s3.clear();
      const lose = (body: Buffer) => body.toString().replace(/<VersionId>[^<]*<.VersionId>/g, "");
      world.embedded.hook({ operation: "ListObjectVersions", body: lose });
      for (const more of [{ keepVersions: 1 }, { maxSize: 1 }]) {
        const error = await core.failure("purge", { path: "logs", versions: true, force: true, ...more });
        error.code.should.equal("InvalidResponse");
        error.message.should.match(/"logs\/a" without a VersionId/);
      }
      deletions().should.eql([]);
      world.embedded.hook({
        operation: "ListObjectVersions",
        body: (body) => lose(body).replace(/<IsLatest>[^<]*<.IsLatest>/g, ""),
      });
      await core.failure("purge", { path: "logs", versions: true, force: true, keepVersions: 1 });
      deletions().should.eql([]);
      world.embedded.hooks.length = 0;
    });
  });

  it("counts versions for maxDelete", async () => {
    await fill();
    const error = await core.failure("purge", { path: "logs", versions: true, force: true, maxDelete: 5 });
    error.code.should.equal("TooManyToPurge");
    deletions().should.eql([]);
    const { result } = await core.run("purge", { path: "logs", versions: true, force: true, maxDelete: 6 });
    result.deleted.should.equal(6);
  });

  it("goes through many of them, and through a key whose versions fill pages", async () => {
    await world.s3.seed(
      bucket,
      Array.from({ length: some / 2 }, () => "logs/many"),
    );
    await world.s3.seed(bucket, numbered(some / 2, "logs/"));
    const small = openCore(world.s3, { bucket });
    smallPages(small, some / 5);
    const { result } = await small.run("purge", { path: "logs", versions: true, force: true });
    await small.close();
    result.should.containEql({ deleted: some, bytes: some, failed: [] });
    (await world.s3.versions(bucket, "logs/many")).should.eql([]);
    (await core.run("purge", { path: "logs", versions: true })).result.matched.should.equal(0);
  });

  it("works through small pages that end between versions", async () => {
    await fill();
    const small = openCore(world.s3, { bucket });
    smallPages(small, 1);
    const { result } = await small.run("purge", { path: "logs", versions: true, force: true });
    await small.close();
    result.should.containEql({ deleted: 6, bytes: 10 });
    (await core.run("purge", { path: "logs", versions: true })).result.matched.should.equal(0);
  });

  it("works in a bucket without versioning", async () => {
    await world.s3.seed("plain", ["logs/a", "logs/b", "other"]);
    const plain = openCore(world.s3, { bucket: "plain" });
    const { result } = await plain.run("purge", { path: "logs", versions: true, force: true });
    await plain.close();
    result.should.containEql({ deleted: 2, failed: [] });
    (await world.s3.keys("plain")).should.eql(["other"]);
  });

  it("empties a whole bucket for good where the node says so", async () => {
    await fill();
    (await core.failure("purge", { path: "/", versions: true, force: true })).code.should.equal("WholeBucketRefused");
    const { result } = await core.run("purge", { path: "/", versions: true, force: true, wholeBucket: true });
    result.deleted.should.equal(6 + beside.length);
    (await core.run("purge", { path: "/", versions: true, wholeBucket: true })).result.matched.should.equal(0);
  });
});
