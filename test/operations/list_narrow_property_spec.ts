import "should";
import { randomFrom } from "../../dev/random";
import type { Entry } from "../../src/core/entry";
import { S3Error } from "../../src/core/error";
import { createFilter, type Filter } from "../../src/core/filter";
import { type Core, openCore, smallPages } from "../support/context";
import { useServer } from "../support/server";

const segments = ["a", "ab", "b", "A", "1", "12", "", ".", "..", "a*", "é", "😀", "{a", "a b"];
const bits = [
  "a",
  "b",
  "A",
  "1",
  "2",
  ".",
  "*",
  "**",
  "?",
  "[ab]",
  "{a,b}",
  "{a,b/1}",
  "@(a|b)",
  "!(a)",
  "\\*",
  "é",
  "😀",
];

/** undefined where the patterns would take long to match: some draws do. */
const filterOf = (patterns: string[], caseSensitive: boolean): Filter | undefined => {
  try {
    return createFilter(patterns, caseSensitive);
  } catch (error) {
    if (error instanceof S3Error && /stands for so much|take long to match together/.test(error.message)) return;
    throw error;
  }
};

describe("list of random patterns", () => {
  const world = useServer();
  const seed = Number(process.env.SEED) || Math.floor(Math.random() * 2 ** 31);
  let core: Core;
  before(() => {
    core = openCore(world.s3);
    smallPages(core, 50);
  });
  after(() => core.close());

  it(`is the whole list filtered, though the store is asked for less, SEED=${seed}`, async function () {
    this.timeout(90_000);
    const random = randomFrom(seed);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
    const some = (most: number, from: readonly string[], between: string): string =>
      Array.from({ length: 1 + Math.floor(random() * most) }, () => pick(from)).join(between);
    const keys = new Set<string>();
    while (keys.size < 200) keys.add(some(4, segments, "/") || "a");
    await world.s3.seed("bucket", keys);
    const whole = new Map<string, Entry[]>();
    let found = 0;
    let narrowed = 0;
    let refused = 0;
    for (let round = 0; round < 120; round++) {
      const values = {
        path: pick(["", "a", "ab"]),
        recurse: random() < 0.6,
        entries: pick(["files", "folders", "all"]),
      };
      const named = JSON.stringify(values);
      const all = whole.get(named) ?? (await core.run("list", values)).result;
      whole.set(named, all);
      const pattern = () =>
        random() < 0.5
          ? `${some(2, segments, "/")}/${some(2, bits, "")}`
          : Array.from({ length: 1 + Math.floor(random() * 3) }, () => some(2, bits, "")).join("/");
      const filter = [pattern(), ...(random() < 0.3 ? [pattern()] : []), ...(random() < 0.2 ? [`!${pattern()}`] : [])];
      const caseSensitive = random() < 0.7;
      const wanted = filterOf(filter, caseSensitive);
      if (wanted === undefined) {
        refused++;
        continue;
      }
      const base = values.path === "" ? "" : `${values.path}/`;
      const expected = all.filter(({ path }: Entry) => wanted(path.slice(base.length)));
      world.s3.clear();
      const { result } = await core.run("list", { ...values, filter, caseSensitive });
      result.should.eql(expected, `${named} ${JSON.stringify({ filter, caseSensitive })}`);
      found += result.length;
      if (world.s3.requests.some(({ query }) => (query.prefix ?? "").length > base.length)) narrowed++;
    }
    // Or else nothing was shown.
    found.should.be.above(60);
    narrowed.should.be.above(10);
    refused.should.be.below(3);
  });
});
