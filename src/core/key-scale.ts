import { compareKeys } from "./key";

/** Where between two keys others may lie: keys as numbers from 0 to 1, as far as one can tell from some of them. */
export interface KeyScale {
  numberOf(key: string | undefined): number;
  /**
   * A key, there or not, between two others.
   * @param share how far from the first to the second: 0.5 is half-way
   * @returns undefined where there is none to be found
   */
  between(after: string, until: string | undefined, share: number): string | undefined;
}

/** So many characters make up the number. */
const digits = 10;

/** The longest key that S3 takes, in bytes. */
const longest = 1024;

/** Kinds of characters, as bits; those of hexadecimal numbers apart. */
const kind = { digit: 1, hex: 2, lower: 4, bigHex: 8, upper: 16 };

const kindOf = (code: number): number => {
  if (code >= 48 && code <= 57) return kind.digit;
  if (code >= 97 && code <= 122) return code <= 102 ? kind.hex : kind.lower;
  if (code >= 65 && code <= 90) return code <= 70 ? kind.bigHex : kind.upper;
  return 0;
};

/** What may stand at a place: all of the kinds that stand in its word, and the signs that were seen there. */
const alphabetOf = (kinds: number, signs: ReadonlySet<number>): number[] => {
  const all = new Set(signs);
  const add = (from: number, to: number): void => {
    for (let code = from; code <= to; code++) all.add(code);
  };
  const digits = (kinds & kind.digit) !== 0;
  if (digits) add(48, 57);
  // Letters a to f beside digits are hexadecimal, unless others show that they are not.
  if (kinds & (kind.hex | kind.lower)) add(97, digits && !(kinds & kind.lower) ? 102 : 122);
  if (kinds & (kind.bigHex | kind.upper)) add(65, digits && !(kinds & kind.upper) ? 70 : 90);
  if (all.size === 0) add(48, 57);
  // Of what lies beyond, no order is the same everywhere.
  return [...all].filter((code) => code < 0xd800).sort((a, b) => a - b);
};

/** The alphabets of the places from `start` on. */
const alphabetsOf = (start: number, sample: readonly string[]): number[][] => {
  const seen = Array.from({ length: digits }, () => ({ kinds: 0, signs: new Set<number>() }));
  for (const key of sample) {
    for (let at = start; at < key.length && at < start + digits; ) {
      const code = key.charCodeAt(at);
      if (kindOf(code) === 0) {
        seen[at++ - start]?.signs.add(code);
        continue;
      }
      let from = at;
      while (from > 0 && kindOf(key.charCodeAt(from - 1)) !== 0) from--;
      let kinds = 0;
      let to = from;
      for (; to < key.length && kindOf(key.charCodeAt(to)) !== 0; to++) kinds |= kindOf(key.charCodeAt(to));
      for (; at < to && at < start + digits; at++) {
        const place = seen[at - start];
        if (place) place.kinds |= kinds;
      }
    }
  }
  return seen.map(({ kinds, signs }) => alphabetOf(kinds, signs));
};

/** How many characters two keys begin with alike. */
export const alike = (a: string, b: string): number => {
  let at = 0;
  while (at < a.length && at < b.length && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  // Not between the two halves of one character.
  return at > 0 && a.charCodeAt(at - 1) >= 0xd800 && a.charCodeAt(at - 1) < 0xdc00 ? at - 1 : at;
};

/** Whether S3 takes it as a place to start after. */
export const canStartAfter = (key: string): boolean => {
  const last = key.charCodeAt(key.length - 1);
  return !(last >= 0xd800 && last < 0xdc00) && Buffer.byteLength(key) <= longest;
};

/**
 * @param start how many characters all keys in question begin with alike
 * @param sample keys from nearby
 */
export const keyScale = (start: number, like: string, sample: readonly string[]): KeyScale => {
  const prefix = like.slice(0, start);
  const near = sample.filter((key) => key.startsWith(prefix));
  const alphabets = alphabetsOf(start, near.length > 0 ? near : sample);
  const numberOf = (key: string | undefined): number => {
    if (key === undefined) return 1;
    let value = 0;
    let weight = 1;
    for (let place = 0; place < digits && start + place < key.length; place++) {
      const alphabet = alphabets[place] as number[];
      const code = key.charCodeAt(start + place);
      let index = 0;
      while (index < alphabet.length && (alphabet[index] as number) < code) index++;
      weight /= Math.max(alphabet.length, 1);
      value += index * weight;
      if (alphabet[index] !== code) break;
    }
    return Math.min(value, 1);
  };
  const textOf = (value: number, resolution: number): string => {
    let text = prefix;
    let rest = value;
    let weight = 1;
    for (let place = 0; place < digits && weight > resolution; place++) {
      const alphabet = alphabets[place] as number[];
      if (alphabet.length === 0) break;
      rest *= alphabet.length;
      weight /= alphabet.length;
      const index = Math.min(Math.floor(rest), alphabet.length - 1);
      rest -= index;
      text += String.fromCharCode(alphabet[index] as number);
    }
    return text;
  };
  return {
    numberOf,
    between(after, until, share) {
      const from = numberOf(after);
      const to = numberOf(until);
      if (!(to > from)) return undefined;
      const key = textOf(from + (to - from) * share, (to - from) / 12);
      const fits = compareKeys(key, after) > 0 && (until === undefined || compareKeys(key, until) < 0);
      return fits && canStartAfter(key) ? key : undefined;
    },
  };
};
