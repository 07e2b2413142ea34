import "should";
import { type Core, openCore } from "../support/context";
import { needsFaults, onlyEmbedded } from "../support/only-embedded";
import { useStore } from "../support/world";

const day = 24 * 60 * 60 * 1000;

onlyEmbedded(needsFaults, () => {
  describe("purge of what is selected", () => {
    const world = useStore();
    let core: Core;
    const keys = () => world.s3.keys("bucket");
    const put = (key: string, size: number, days: number, storageClass?: string) =>
      world.embedded.put(world.bucket, key, "x".repeat(size), {
        lastModified: Date.now() - days * day,
        ...(storageClass ? { headers: { "x-amz-storage-class": storageClass } } : {}),
      });
    before(() => {
      core = openCore(world.s3);
    });
    after(() => core.close());
    beforeEach(async () => {
      await core.run("purge", { path: "/", force: true, wholeBucket: true });
      put("logs/", 0, 400);
      put("logs/2024/old.log", 10, 400);
      put("logs/2026/big.log", 5000, 10, "STANDARD_IA");
      put("logs/2026/new.log", 20, 0);
      put("logs/2026/new.tmp", 30, 0);
      world.s3.clear();
    });
    const all = ["logs/", "logs/2024/old.log", "logs/2026/big.log", "logs/2026/new.log", "logs/2026/new.tmp"];

    const cases: [string, object, string[]][] = [
      ["a minimum", { minSize: "1 kB" }, ["logs/2026/big.log"]],
      ["a maximum", { maxSize: 20 }, ["logs/2024/old.log", "logs/2026/new.log"]],
      ["an age", { modifiedBefore: "90d" }, ["logs/2024/old.log"]],
      [
        "the time after a date",
        { modifiedAfter: new Date(Date.now() - day) },
        ["logs/2026/new.log", "logs/2026/new.tmp"],
      ],
      ["a class", { storageClass: "STANDARD_IA" }, ["logs/2026/big.log"]],
      ["an expression", { regex: "^2026/n.*\\.log$" }, ["logs/2026/new.log"]],
      ["all of it", { filter: "*.log", minSize: 11, modifiedBefore: "1d" }, ["logs/2026/big.log"]],
    ];
    for (const [what, told, gone] of cases) {
      it(`takes what passes ${what}, in a dry run and with force alike, and never the folder's marker`, async () => {
        const values = Object.fromEntries(
          Object.entries(told).map(([name, it]) => [name, it instanceof Date ? it.getTime() : it]),
        );
        const dry = await core.run("purge", { path: "logs", ...values });
        dry.result.sample.should.eql(gone);
        (await keys()).should.eql(all);
        const { result } = await core.run("purge", { path: "logs", ...values, force: true });
        result.should.containEql({ deleted: gone.length, bytes: dry.result.bytes });
        (await keys()).should.eql(all.filter((key) => !gone.includes(key)));
      });
    }

    it("asks the store for no more than the filter begins with", async () => {
      await core.run("purge", { path: "logs", filter: "2024/*", caseSensitive: true, force: true });
      world.s3.requests
        .map(({ query }) => query.prefix)
        .filter(Boolean)
        .should.eql(["logs/2024/"]);
      (await keys()).should.eql(all.filter((key) => key !== "logs/2024/old.log"));
    });

    it("counts what is selected for At most", async () => {
      const error = await core.failure("purge", { path: "logs", maxSize: 30, force: true, maxDelete: 2 });
      error.code.should.equal("TooManyToPurge");
      (await core.run("purge", { path: "logs", maxSize: 30, force: true, maxDelete: 3 })).result.deleted.should.equal(
        3,
      );
    });

    it("that nothing can pass is refused, and nothing is sent", async () => {
      for (const values of [
        { minSize: 2, maxSize: 1 },
        { modifiedBefore: "90d", modifiedAfter: "1d" },
        { minSize: "10M" },
        { regex: "(" },
        { regex: "a", filter: "b" },
      ]) {
        const error = await core.failure("purge", { path: "logs", force: true, ...values });
        error.code.should.equal("InvalidParameter", JSON.stringify(values));
      }
      world.s3.requests.length.should.equal(0);
    });

    describe("with versions", () => {
      let versioned: Core;
      let count = 0;
      let bucket: string;
      beforeEach(async () => {
        bucket = `versioned-${++count}`;
        await world.s3.createBucket({ name: bucket, versioning: "Enabled" });
        versioned = openCore(world.s3, { bucket });
        const name = world.s3.bucketName(bucket);
        for (const [size, days] of [
          [1, 400],
          [2000, 300],
          [3, 10],
          [4, 0],
        ] as const)
          world.embedded.put(name, "logs/a", "x".repeat(size), { lastModified: Date.now() - days * day });
      });
      afterEach(() => versioned.close());
      const sizes = async () => (await world.s3.versions(bucket, "logs/a")).map(({ size }) => size);

      it("judges each by its own size and time", async () => {
        const old = { path: "logs", versions: true, force: true, modifiedBefore: "90d" };
        (await versioned.run("purge", { ...old, minSize: 1000 })).result.deleted.should.equal(1);
        (await sizes()).should.eql([4, 3, 1]);
        (await versioned.run("purge", old)).result.deleted.should.equal(1);
        (await sizes()).should.eql([4, 3]);
      });

      it("takes a delete marker by its time, and by nothing else", async () => {
        await versioned.run("delete", { path: "logs/a" });
        for (const values of [{ maxSize: 10 }, { storageClass: "STANDARD" }]) {
          const { sample, matched } = (await versioned.run("purge", { path: "logs", versions: true, ...values }))
            .result;
          [sample.length, matched].should.eql([values.maxSize ? 3 : 4, values.maxSize ? 3 : 4]);
        }
        const marker = { path: "logs", versions: true, modifiedAfter: "1d" };
        (await versioned.run("purge", marker)).result.should.containEql({ matched: 2, bytes: 4 });
      });

      it("counts for Keep newest those that are not selected too", async () => {
        const values = { path: "logs", versions: true, keepVersions: 2, force: true, maxSize: 10 };
        (await versioned.run("purge", values)).result.deleted.should.equal(1);
        (await sizes()).should.eql([4, 3, 2000]);
      });
    });
  });
});
