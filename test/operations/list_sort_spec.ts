import "should";
import { randomFrom } from "../../dev/random";
import type { Entry } from "../../src/core/entry";
import { type Core, openCore, smallPages } from "../support/context";
import { numbered } from "../support/keys";
import { useServer } from "../support/server";

const day = 86_400_000;
const start = Date.parse("2026-01-01T00:00:00Z");

describe("list in an order", () => {
  const world = useServer({ buckets: ["bucket", "random", "large"] });
  let core: Core;
  const list = async (values: object = {}, one = core): Promise<Entry[]> =>
    (await one.run("list", { recurse: true, ...values })).result;
  const paths = async (values: object = {}) => (await list(values)).map(({ path }) => path);
  before(() => {
    for (const [key, age, size] of [
      ["a", 3, 30],
      ["b/c", 1, 10],
      ["b/d", 2, 20],
      ["e", 1, 20],
    ] as const) {
      world.s3.put("bucket", key, "x".repeat(size), { lastModified: start - age * day });
    }
    world.s3.seed("large", numbered(2500));
    core = openCore(world.s3);
  });
  after(() => core.close());
  beforeEach(() => world.s3.clear());
  afterEach(() => {
    world.s3.hooks.length = 0;
  });

  it("of keys by default, else by time or size, equals by their paths", async () => {
    (await paths()).should.eql(["a", "b/c", "b/d", "e"]);
    (await paths({ sort: "key" })).should.eql(["a", "b/c", "b/d", "e"]);
    (await paths({ sort: "newest" })).should.eql(["b/c", "e", "b/d", "a"]);
    (await paths({ sort: "oldest" })).should.eql(["a", "b/d", "b/c", "e"]);
    (await paths({ sort: "largest" })).should.eql(["a", "b/d", "e", "b/c"]);
    (await paths({ sort: "smallest" })).should.eql(["b/c", "b/d", "e", "a"]);
  });

  it("has folders, which have no time and no size, at the end", async () => {
    for (const sort of ["newest", "oldest", "largest", "smallest"])
      (await paths({ sort, entries: "all" })).at(-1)?.should.equal("b/");
    (await paths({ sort: "largest", entries: "folders" })).should.eql(["b/"]);
  });

  it("has what the store tells no time of at the end", async () => {
    world.s3.hook({
      operation: "ListObjectsV2",
      body: (body) => String(body).replace(/<LastModified>[^<]*<\/LastModified>/, ""),
    });
    (await paths({ sort: "newest" })).should.eql(["b/c", "e", "b/d", "a"]);
    (await paths({ sort: "oldest" })).at(-1)?.should.equal("a");
  });

  it("gives the first so many of all, and says whether there are more", async () => {
    const newest = await core.run("list", { recurse: true, sort: "newest", maxResults: 2 });
    newest.result.map(({ path }: Entry) => path).should.eql(["b/c", "e"]);
    newest.about.should.eql({ count: 2, truncated: true });
    const all = await core.run("list", { recurse: true, sort: "newest", maxResults: 4 });
    all.about.should.eql({ count: 4, truncated: false });
  });

  it("looks closer only at those that it gives", async () => {
    await list({ sort: "newest", maxResults: 1, includeMetadata: true });
    const heads = world.s3.requests.filter(({ operation }) => operation === "HeadObject");
    heads.map(({ key }) => key).should.eql(["b/c"]);
  });

  it("is sent in batches and one by one too", async () => {
    const large = openCore(world.s3, { bucket: "large" });
    const batches = await large.sequence("list", { recurse: true, sort: "largest", emit: "batches", batchSize: 1200 });
    const sizes: number[] = [];
    for (let next = await batches.next(); !next.done; next = await batches.next()) sizes.push(next.value.length);
    sizes.should.eql([1200, 1200, 100]);
    const each = await core.sequence("list", { recurse: true, sort: "oldest", emit: "each" });
    const found: string[] = [];
    for (let next = await each.next(); !next.done; next = await each.next()) found.push(next.value.path);
    found.should.eql(["a", "b/d", "b/c", "e"]);
    await large.close();
  });

  const seed = Number(process.env.SEED) || Math.floor(Math.random() * 2 ** 31);

  it(`is what sorting the whole list gives, and what comes after a path is the rest, SEED=${seed}`, async () => {
    const random = randomFrom(seed);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
    const segments = ["a", "b", "ab", "a-", "A", "", "é", "😀", "z"];
    const one = openCore(world.s3, { bucket: "random" });
    smallPages(one, 7);
    const keys = new Set<string>();
    while (keys.size < 60) {
      const key = Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(segments)).join("/");
      if (key !== "") keys.add(key);
    }
    for (const key of keys) {
      const lastModified = start + Math.floor(random() * 9) * 1000;
      world.s3.put("random", key, "x".repeat(Math.floor(random() * 9)), { lastModified });
    }
    for (let round = 0; round < 60; round++) {
      const values = {
        path: pick(["", "a", "b", "z/"]),
        recurse: random() < 0.7,
        entries: pick(["files", "folders", "all"]),
      };
      const whole = await list(values, one);
      const sort = pick(["newest", "oldest", "largest", "smallest"] as const);
      const maxResults = 1 + Math.floor(random() * 70);
      const rank = ({ lastModified, size }: Entry): number => {
        const value = sort === "newest" || sort === "oldest" ? lastModified && Date.parse(lastModified) : size;
        if (value === undefined) return Number.MAX_VALUE;
        return sort === "newest" || sort === "largest" ? -(value as number) : (value as number);
      };
      const expected = whole
        .map((entry, index) => ({ entry, index }))
        .sort((a, b) => rank(a.entry) - rank(b.entry) || a.index - b.index)
        .map(({ entry }) => entry);
      const { result, about } = await one.run("list", { ...values, sort, maxResults });
      const told = JSON.stringify({ ...values, sort, maxResults });
      result.should.eql(expected.slice(0, maxResults), told);
      about.should.eql({ count: result.length, truncated: whole.length > maxResults }, told);
      const cut = Math.floor(random() * whole.length);
      const startAfter = whole[cut]?.path ?? "";
      if (startAfter === "") continue;
      (await list({ ...values, startAfter }, one)).should.eql(whole.slice(cut + 1), `${told} after ${startAfter}`);
    }
    await one.close();
  });
});
