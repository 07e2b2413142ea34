import { inByteOrder } from "./keys";

const hex = [..."0123456789abcdef"];
const odd = [..."ab%+ &<>'\"/é漢\ue000\uffee😀🁀~\u0001"];
const astral = ["😀", "🁀", "\ue000", "\uffee", "a", "\ud7ff"];
const word = [..."abcdefghijklmnopqrstuvwxyz-"];

/** `start`0000000, `start`0000001 … */
export const numbers = (count: number, start = "", width = 7): string[] =>
  Array.from({ length: count }, (_, index) => `${start}${String(index).padStart(width, "0")}`);

/** Sets of keys by what is special about them, for walks that guess from some keys where others lie. */
const setsOf = (random: () => number, share: number) => {
  const so = (count: number): number => Math.ceil(count * share);
  const text = (length: number, letters: readonly string[]): string =>
    Array.from({ length }, () => letters[Math.floor(random() * letters.length)]).join("");
  const many = (count: number, make: (index: number) => string): string[] =>
    Array.from({ length: so(count) }, (_, at) => make(at));
  return {
    "numbered ones": () => numbers(so(1500), "device-"),
    "folders of one page": () =>
      many(60, (at) => `2026/${String(at).padStart(4, "0")}/`).flatMap((folder) => numbers(20, folder, 3)),
    "hexadecimal ones": () => many(1500, () => text(12, hex)),
    // Of the first folder, some pages: by fewer, nothing is expected behind them.
    "all but a few in the last folder": () => [...numbers(100, "a/"), ...numbers(so(1200), "zzz/some/where/far/down/")],
    "a first folder that is crowded, and few behind": () => [
      ...numbers(so(900), "a/"),
      ...many(100, () => text(5, hex)),
    ],
    "a long beginning in common": () => numbers(so(900), `${"long/".repeat(150)}end-`, 9),
    "keys of 1,024 bytes": () => numbers(so(300), "x".repeat(1017)),
    "keys of 1,024 bytes that differ late": () => many(300, () => `${"é".repeat(500)}${text(24, hex)}`),
    "odd characters": () => many(1000, () => text(1 + random() * 6, odd)),
    "astral ones and private ones": () => many(700, () => text(3, astral)),
    "words of all lengths": () => many(1000, () => text(1 + random() * 30, word)),
    dates: () => many(1000, (at) => `log/${new Date(1.7e12 + at * 3.7e6).toISOString()}.gz`),
  };
};

type KeySet = keyof ReturnType<typeof setsOf>;

export const keySets = Object.keys(setsOf(Math.random, 1)) as readonly KeySet[];

const drawn = (set: KeySet, random: () => number, share: number): string[] =>
  inByteOrder(new Set(setsOf(random, share)[set]()));

/**
 * The keys of a set, in the order of their bytes.
 * @param about so many, if the set has as many; without it, all, which are some dozens of pages with 20 keys each
 */
export const keysOf = (set: KeySet, random: () => number, about?: number): string[] => {
  const keys = drawn(set, random, 1);
  return about === undefined || keys.length <= about ? keys : drawn(set, random, about / keys.length);
};
