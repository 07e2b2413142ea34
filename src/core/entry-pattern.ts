import { isAt, kinds } from "./scan-xml";

/** Where the texts of an entry lie that differ from one entry to the next, by their place in the entry. */
export interface Spans {
  froms: Int32Array;
  tos: Int32Array;
  flags: Uint8Array;
}

/** What lies between the texts of an entry. What looks the same but for these texts, is as well-formed as it was. */
export interface EntryPattern {
  /** The kind of entry it is. */
  name: string;
  /** Which fields it has, the others included. */
  seen: number;
  places: readonly number[];
  /** One more than places: what is before each, and behind the last. */
  between: readonly Uint8Array[];
}

const lessThan = 0x3c;

const copyOf = (bytes: Uint8Array, from: number, to: number): Uint8Array => new Uint8Array(bytes.subarray(from, to));

/**
 * Takes the pattern from an entry that was read.
 * @param varying places of the fields whose texts differ
 */
export const patternOf = (
  bytes: Uint8Array,
  [from, to]: readonly [number, number],
  { froms, tos }: Spans,
  varying: readonly number[],
  { name, seen }: { name: string; seen: number },
): EntryPattern => {
  const places = varying
    .filter((place) => seen & (1 << place) && (tos[place] as number) > 0)
    .sort((a, b) => (froms[a] as number) - (froms[b] as number));
  const between: Uint8Array[] = [];
  let at = from;
  for (const place of places) {
    between.push(copyOf(bytes, at, froms[place] as number));
    at = tos[place] as number;
  }
  between.push(copyOf(bytes, at, to));
  return { name, seen, places, between };
};

/** Finds the texts of the next entry. @returns where it ends; -1 if it looks otherwise */
export const matchEntry = (
  bytes: Uint8Array,
  from: number,
  { places, between }: EntryPattern,
  { froms, tos, flags }: Spans,
): number => {
  const { length } = bytes;
  let at = from;
  for (let index = 0; ; index++) {
    const before = between[index] as Uint8Array;
    if (!isAt(bytes, before, at)) return -1;
    at += before.length;
    if (index === places.length) return at;
    const place = places[index] as number;
    froms[place] = at;
    // "<", or "&" where quotes are to follow.
    const stop = between[index + 1]?.[0];
    let kind = 0;
    for (; at < length; at++) {
      const byte = bytes[at] as number;
      if (byte === stop || byte === lessThan) break;
      kind |= kinds[byte] as number;
    }
    tos[place] = at;
    flags[place] = kind;
  }
};
