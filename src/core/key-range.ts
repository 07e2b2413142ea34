import { circleFinder } from "./circle-finder";
import { invalidResponse, shown } from "./error";
import type { Next } from "./fetch-page";
import type { HeldPage } from "./held-pages";
import { compareKeys } from "./key";
import { alike, keyScale } from "./key-scale";
import { plainArray } from "./plain";
import { type Listed, type Page, PageOf } from "./reply-pages";

/** Keys that are walked one page after the other, and what is known of them. */
export interface KeyRange {
  /** The range begins behind this key. */
  readonly after: string;
  /** The last key it may have; without it, all that follow. */
  until: string | undefined;
  /** How many characters all its keys begin with alike, at least. */
  start: number;
  /** The first key that came. */
  first: string | undefined;
  /** The first key of the last page that came. */
  latest: string | undefined;
  /** The last key that came; before one has, where it begins. */
  at: string;
  /** The first key that came from behind its end. */
  behind: string | undefined;
  /** The last key that was handed on; before one was, where it begins. */
  seen: string;
  next: Next | undefined;
  /** Pages that have come, and are held until they are asked for. */
  held: HeldPage[];
  /** How many have come. */
  count: number;
  /** How many are left, as far as one can tell. */
  left: number;
  /** How many were thought to be in all of it when it was cut from another one. */
  expected: number;
  /** Keys of its last page, or of a range nearby. */
  sample: readonly string[];
  fetching: boolean;
  /** A page that has come is being read, to be handed on. */
  opening: boolean;
  done: boolean;
  /** Why no more of it came: told when all that came before has been read. */
  failure: { error: unknown } | undefined;
  /** Nobody knows where its keys end: a guess was wrong, or there was none. */
  vague: boolean;
  /** Its end is looked for. */
  probed: boolean;
  checkCircle: ReturnType<typeof circleFinder>;
}

/** So many keys tell what others look like. */
const sampleSize = 16;

export const sampleOf = (objects: readonly Listed[]): string[] => {
  const step = Math.max(1, objects.length / sampleSize);
  const keys: string[] = [];
  for (let at = 0; at < objects.length; at += step) keys.push((objects[Math.floor(at)] as Listed).key);
  keys.push((objects.at(-1) as Listed).key);
  return keys;
};

/** @param start how many characters its keys begin with alike, if its ends do not tell more */
export const newRange = (
  after: string,
  until: string | undefined,
  start: number,
  sample: readonly string[],
): KeyRange => ({
  after,
  until,
  start: Math.max(start, until === undefined ? 0 : alike(after, until)),
  first: undefined,
  latest: undefined,
  at: after,
  behind: undefined,
  seen: after,
  next: undefined,
  held: [],
  count: 0,
  left: 0,
  expected: 0,
  sample,
  fetching: false,
  opening: false,
  done: false,
  failure: undefined,
  vague: false,
  probed: false,
  checkCircle: circleFinder(),
});

/** Pages, where nobody can tell: more than fit into what is held. */
const many = 1000;

/** So many pages whose keys look alike are a range that is long: one may be a folder. */
const alikePages = 3;

/**
 * Tells how many pages there are between two keys that a range may still have, if they lie as close as those that came:
 * from where one page began to where another did, for pages end where folders do, and the next begins elsewhere.
 */
export const pageCounter = (range: KeyRange): ((from: string, to: string | undefined) => number) => {
  const { after, first, latest, at, until, count, left, expected, start, sample } = range;
  if (first === undefined) return () => left;
  const { numberOf } = keyScale(start, at, sample);
  const came = numberOf(latest) - numberOf(first);
  const whole = numberOf(until) - numberOf(after);
  return (from, to = until) => {
    const asked = Math.max(0, numberOf(to) - numberOf(from));
    if (came > 0) return ((count - 1) * asked) / came;
    // One page, or some that begin alike, further than numbers go: what it was cut from says more.
    return count < alikePages && expected > 0 && whole > 0 ? (expected * asked) / whole : many;
  };
};

const disorders = new WeakSet<object>();

const ownOrder = (what: string): Error => {
  const error = invalidResponse(
    `the store ${what}, which is not in the order of their bytes: list again, and it is listed one page after the other`,
  );
  disorders.add(error);
  return error;
};

const disorder = (key: string, before: string): Error => ownOrder(`lists ${shown(key)} after ${shown(before)}`);

/** The error for a key that showed behind the end of a range, and came in none that follows. */
export const leftOut = (key: string): Error => ownOrder(`lists ${shown(key)} elsewhere than where it was to come`);

/** Whether a store has shown that its order is one of its own. */
export const isDisorder = (error: unknown): boolean => typeof error === "object" && disorders.has(error as object);

/** Whether all of a page lies behind the end of a range. */
export const isBehind = ({ until }: KeyRange, { objects }: Page): boolean =>
  until !== undefined && objects.length > 0 && compareKeys((objects[0] as Listed).key, until) > 0;

/** The first two neighbours that are not in order, if there are any. @param before the last key that came before */
export const misplaced = (objects: readonly Listed[], before?: string): [key: string, before: string] | undefined => {
  let last = before;
  for (const { key } of objects) {
    if (last !== undefined && compareKeys(key, last) <= 0) return [key, last];
    last = key;
  }
  return undefined;
};

/** @throws InvalidResponse for a page with an order of its own: between two places in it, others may lie than those that come */
export const checkOrder = ({ objects }: Page): void => {
  const found = misplaced(objects);
  if (found) throw disorder(...found);
};

/** How many of these keys, which come in order, lie before an end, or are it. */
export const countUntil = (objects: readonly Listed[], until: string | undefined): number => {
  const isBeyond = ({ key }: Listed): boolean => until !== undefined && compareKeys(key, until) > 0;
  const last = objects.at(-1);
  return last && isBeyond(last) ? objects.findIndex(isBeyond) : objects.length;
};

/** Notes what a page shows of the keys behind the end of its range. */
export const noteBehind = (range: KeyRange, until: string | undefined, { objects }: Page): void => {
  range.behind ??= objects[countUntil(objects, until)]?.key;
};

/** The same keys anew, but for those that were handed on. */
export const anew = ({ seen, until, start, sample, left, expected, held }: KeyRange): KeyRange => ({
  ...newRange(seen, until, start, sample),
  left: left + held.length + 1,
  expected,
});

/**
 * Takes a page in.
 * @returns what of it belongs to the range; undefined if nothing does
 * @throws InvalidResponse for one in which keys come that came before
 */
export const takePage = (range: KeyRange, page: Page): Page | undefined => {
  const { until } = range;
  let { objects, next } = page;
  const first = objects[0]?.key;
  if (first !== undefined && compareKeys(first, range.at) <= 0) throw disorder(first, range.at);
  if (next) range.checkCircle(next, objects.length === 0);
  const own = countUntil(objects, until);
  if (own < objects.length) {
    objects = objects.slice(0, own);
    next = undefined;
  }
  range.next = next;
  range.done = !next;
  if (objects.length > 0) {
    // It was to end with this page, and goes on: keys lie closer here than those before.
    if (next && range.left < 1 && range.latest !== undefined) {
      [range.first, range.count] = [range.latest, 1];
      // So does what it was cut from.
      range.expected = 0;
    }
    range.first ??= first;
    range.latest = first;
    range.at = (objects.at(-1) as Listed).key;
    range.sample = sampleOf(objects);
    range.count++;
  }
  range.left = range.done ? 0 : pageCounter(range)(range.at, until);
  range.vague ||= range.left >= many;
  return objects.length > 0 ? new PageOf(objects, plainArray(), next) : undefined;
};

/** Ends a range earlier, where nothing lies behind. */
export const endRange = (range: KeyRange, until: string): void => {
  range.until = until;
  range.start = Math.max(range.start, alike(range.first ?? range.after, until));
};

/** Cuts a range in two. @returns the second; undefined if there is no place for a cut */
export const cutRange = (range: KeyRange, share: number): KeyRange | undefined => {
  const { at, until, start, sample } = range;
  const cut = keyScale(start, at, sample).between(at, until, share);
  if (cut === undefined) return undefined;
  const rest = newRange(cut, until, start, sample);
  rest.left = range.left * (1 - share);
  rest.expected = rest.left;
  range.left *= share;
  range.until = cut;
  return rest;
};
