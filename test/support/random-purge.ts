import "should";
import type { Core } from "./context";
import type { Store } from "./store";

/** Few enough for keys to be one another's beginnings. */
const segments = ["a", "ab", "a-", "b", "A", "", ".", "..", "a b", "😀", "%", "a\nb", "logs", "logs-old", "&amp;", "+"];

const pick = <T>(from: readonly T[], random: () => number): T => from[Math.floor(random() * from.length)] as T;

/** A path of so many segments at the most, with a slash at its end or without. */
export const randomPath = (most: number, random: () => number): string =>
  Array.from({ length: 1 + Math.floor(random() * most) }, () => pick(segments, random)).join("/") +
  (random() < 0.3 ? "/" : "");

const nameOf = (below: string): string => below.replace(/\/$/, "").replace(/^.*\//s, "");

/** Selectors, and what they let pass, said in another way. */
const selections: readonly [object, (below: string, size: number) => boolean][] = [
  [{}, () => true],
  [{}, () => true],
  [{ filter: "a*", caseSensitive: true }, (below) => nameOf(below).startsWith("a")],
  [{ regex: "^(a|l)" }, (below) => /^[al]/i.test(below)],
  [{ minSize: 2 }, (_, size) => size > 1],
  [{ maxSize: 1, regex: "a", modifiedAfter: "1d" }, (below, size) => size === 1 && /a/i.test(below)],
  [{ modifiedBefore: "1d" }, () => false],
];

/** A bucket that random purges go on in. */
export interface PurgeGround {
  store: Store;
  /** As the store calls it. */
  bucket: string;
  core: Core;
  /** With the root path `logs`. */
  rooted: Core;
  /** Of the keys that were put: what was left by the rounds before has the size that it had. */
  sizes: Map<string, number>;
}

/**
 * Puts some keys, and purges a folder that is there, or nearly so, or another one.
 * @returns how many keys went
 * @throws if it takes a key too many or too few, or says that it took others than it took
 */
export const purgeAtRandom = async (
  { store, bucket, core, rooted, sizes }: PurgeGround,
  random: () => number,
): Promise<number> => {
  const keys = new Set(Array.from({ length: 40 }, () => randomPath(4, random)).filter((key) => key !== ""));
  const isLong = (key: string): boolean => key.length % 2 === 1;
  const short = (key: string): boolean => !isLong(key);
  await store.seed(bucket, [...keys].filter(isLong), "four");
  await store.seed(bucket, [...keys].filter(short));
  for (const key of keys) sizes.set(key, isLong(key) ? 4 : 1);
  const before = await store.keys(bucket);
  const [one, root] = random() < 0.3 ? [rooted, "logs/"] : [core, ""];
  const near = pick(before, random).replace(/[^/]*$/, (last) => (random() < 0.5 ? "" : last));
  const path = random() < 0.2 || near.trim() === "" ? randomPath(3, random) : near;
  if (path === "/" || path.trim() === "") return 0;
  const folder = root + (path.endsWith("/") ? path : `${path}/`);
  const below = before.filter((key) => key.startsWith(folder));
  const [told, passes] = pick(selections, random);
  const what = `${JSON.stringify(path)} with ${JSON.stringify(told)}`;
  const { result: dry } = await one.run("purge", { path, ...told });
  (await store.keys(bucket)).should.eql(before, `a dry run of ${what}`);
  const { result } = await one.run("purge", { path, ...told, force: true });
  const after = new Set(await store.keys(bucket));
  const gone = before.filter((key) => !after.has(key));
  const strays = gone.filter((key) => !key.startsWith(folder));
  strays.should.eql([], what);
  const wanted = below.filter((key) => {
    const name = key.slice(folder.length);
    // With any selector, the folder's own marker stays.
    return Object.keys(told).length === 0 || (name !== "" && passes(name, sizes.get(key) ?? 0));
  });
  gone.should.eql(wanted, what);
  result.deleted.should.equal(gone.length).and.equal(dry.matched);
  return gone.length;
};
