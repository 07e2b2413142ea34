import "should";
import { randomFrom } from "../../dev/random";
import { deploy } from "../support/bench";
import { type Core, openCore, smallPages } from "../support/context";
import { numbered } from "../support/keys";
import { onlyMessage } from "../support/once";
import { useServer } from "../support/server";

const start = Date.parse("2026-01-01T00:00:00Z");

describe("list of how much lies there", () => {
  const world = useServer({
    buckets: ["bucket", "many", "random", "wide", { name: "versioned", versioning: "Enabled" }],
  });
  let core: Core;
  const summary = async (values: object = {}, one = core) =>
    one.run("list", { emit: "summary", recurse: true, ...values });
  before(() => {
    const put = (key: string, size: number, seconds: number, headers = {}) =>
      world.s3.put("bucket", key, "x".repeat(size), { lastModified: start + seconds * 1000, headers });
    put("logs/2025/a", 1, 2);
    put("logs/2025/b/c", 2, 1);
    put("logs/2026/a", 4, 4, { "x-amz-storage-class": "GLACIER" });
    put("logs/direct", 8, 3);
    put("logs/2027/", 0, 9);
    put("other", 16, 0);
    core = openCore(world.s3);
  });
  after(() => core.close());
  beforeEach(() => world.s3.clear());

  it("has counts, bytes, the oldest and the newest, by folder and by class", async () => {
    const { result, about } = await summary({ path: "logs" });
    result.should.eql({
      count: 4,
      bytes: 15,
      oldest: { path: "logs/2025/b/c", lastModified: "2026-01-01T00:00:01.000Z" },
      newest: { path: "logs/2026/a", lastModified: "2026-01-01T00:00:04.000Z" },
      folders: { "2025/": { count: 2, bytes: 3 }, "2026/": { count: 1, bytes: 4 }, "": { count: 1, bytes: 8 } },
      storageClasses: { STANDARD: { count: 3, bytes: 11 }, GLACIER: { count: 1, bytes: 4 } },
    });
    about.should.eql({ count: 4, truncated: false });
  });

  it("is of the folder itself without its subfolders", async () => {
    const { result } = await summary({ path: "logs", recurse: false });
    result.folders.should.eql({ "": { count: 1, bytes: 8 } });
    result.count.should.equal(1);
  });

  it("is of files, whatever entries says", async () => {
    for (const entries of ["files", "folders", "all"]) (await summary({ entries })).result.count.should.equal(5);
    (await summary({ entries: "folders", minSize: 1 })).result.count.should.equal(5);
  });

  it("has neither oldest nor newest where nothing lies there", async () => {
    const { result, about } = await summary({ path: "nothing" });
    result.should.eql({ count: 0, bytes: 0, folders: {}, storageClasses: {} });
    about.should.eql({ count: 0, truncated: false });
  });

  it("is of what is selected", async () => {
    (await summary({ storageClass: "GLACIER" })).result.bytes.should.equal(4);
    (await summary({ filter: "a" })).result.count.should.equal(2);
  });

  it("sums up the first so many, and says so", async () => {
    const { result, about } = await summary({ maxResults: 2 });
    [result.count, result.bytes].should.eql([2, 3]);
    about.should.eql({ count: 2, truncated: true });
  });

  it("counts versions and delete markers where they are asked for, markers in no class", async () => {
    const versioned = openCore(world.s3, { bucket: "versioned" });
    for (const size of [1, 2, 4]) world.s3.put("versioned", "a/b", "x".repeat(size));
    await versioned.run("delete", { path: "a/b" });
    (await summary({}, versioned)).result.count.should.equal(0);
    const { result } = await summary({ versions: true }, versioned);
    result.should.containEql({ count: 4, bytes: 7, folders: { "a/": { count: 4, bytes: 7 } } });
    result.storageClasses.should.eql({ STANDARD: { count: 3, bytes: 7 } });
    await versioned.close();
  });

  it("has the folders beyond 1,000 together", async () => {
    world.s3.seed("wide", [...numbered(1003).map((name) => `${name}/x`), "zz"], "four");
    const wide = openCore(world.s3, { bucket: "wide" });
    const { folders, count } = (await summary({}, wide)).result;
    count.should.equal(1004);
    Object.keys(folders).length.should.equal(1001);
    folders.others.should.eql({ count: 4, bytes: 16 });
    await wide.close();
  });

  it("is one message, and looks at no object closer", async () => {
    const bench = await deploy("list", { emit: "summary" }, { server: world.s3 });
    const payload = { path: "logs", recurse: true, includeMetadata: true, includeTags: true, sort: "newest" };
    const msg = onlyMessage(await bench.send({ payload }));
    await bench.close();
    msg.payload.count.should.equal(4);
    msg.s3.should.containEql({ operation: "list", path: "logs", count: 4, truncated: false });
    msg.should.not.have.property("parts");
    world.s3.requests.map(({ operation }) => operation).should.eql(["ListObjectsV2"]);
  });

  for (const values of [{ emit: "summary" }, { sort: "largest", maxResults: 3 }]) {
    it(`holds no objects that it has seen: ${JSON.stringify(values)}`, async () => {
      world.s3.seed("many", numbered(8000));
      // A machine under load makes pages slow, which would be fetched several ways at once.
      const many = openCore(world.s3, { bucket: "many", concurrency: 2 });
      const seen: WeakRef<object>[] = [];
      const { send } = many.connection;
      let most = 0;
      Object.assign(many.connection, {
        send: async (...args: Parameters<typeof send>) => {
          const answer = (await send(...args)) as unknown as { page: { objects: object[] } };
          // The largest comes first among equals, and is kept.
          seen.push(new WeakRef(answer.page.objects.at(-1) as object));
          await new Promise(setImmediate);
          global.gc?.();
          most = Math.max(most, seen.filter((one) => one.deref() !== undefined).length);
          return answer;
        },
      });
      await many.run("list", { recurse: true, ...values });
      await many.close();
      seen.length.should.equal(8);
      // The page that is worked on and the one after it; V8 may keep one or two more for a while.
      most.should.be.within(1, 5);
    });
  }

  const seed = Number(process.env.SEED) || Math.floor(Math.random() * 2 ** 31);

  it(`is what adding up the list gives, SEED=${seed}`, async () => {
    const random = randomFrom(seed);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
    const one = openCore(world.s3, { bucket: "random" });
    smallPages(one, 5);
    for (let count = 0; count < 50; count++) {
      const key = Array.from({ length: 1 + Math.floor(random() * 3) }, () =>
        pick(["a", "b", "", "__proto__", "é"]),
      ).join("/");
      if (key === "") continue;
      const headers = random() < 0.5 ? { "x-amz-storage-class": pick(["GLACIER", "STANDARD_IA"]) } : {};
      const lastModified = start + Math.floor(random() * 5) * 1000;
      world.s3.put("random", key, "x".repeat(Math.floor(random() * 9)), { lastModified, headers });
    }
    for (const path of ["", "a", "b", "a/b", "__proto__", "/"]) {
      for (const recurse of [true, false]) {
        const { result: entries } = await one.run("list", { path, recurse });
        const { result } = await summary({ path, recurse }, one);
        const base = path === "" || path === "/" ? "" : `${path}/`;
        const by = (nameOf: (entry: { path: string; storageClass: string }) => string) => {
          const sums = new Map<string, { count: number; bytes: number }>();
          for (const entry of entries) {
            const { count, bytes } = sums.get(nameOf(entry)) ?? { count: 0, bytes: 0 };
            sums.set(nameOf(entry), { count: count + 1, bytes: bytes + entry.size });
          }
          return [...sums].sort();
        };
        Object.entries(result.folders)
          .sort()
          .should.eql(by((entry) => /^[^/]*\/|/.exec(entry.path.slice(base.length))?.[0] ?? ""));
        Object.entries(result.storageClasses)
          .sort()
          .should.eql(by((entry) => entry.storageClass));
        result.count.should.equal(entries.length);
        result.bytes.should.equal(entries.reduce((sum: number, { size }: { size: number }) => sum + size, 0));
        const times = entries.map(({ lastModified }: { lastModified: string }) => lastModified).sort();
        [result.oldest?.lastModified, result.newest?.lastModified].should.eql([times[0], times.at(-1)]);
      }
    }
    await one.close();
  });
});
