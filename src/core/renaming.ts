import { keyOf } from "./key";
import type { Context } from "./operation";
import { pages } from "./walk";

/** How many names are tried. A store that says of every name that it is taken would be asked for ever. */
const tries = 1000;

/** Where the number goes: before the last extension; a leading dot makes none. */
const split = (path: string): [start: string, end: string] => {
  const name = path.lastIndexOf("/") + 1;
  const dot = path.lastIndexOf(".");
  const at = dot > name ? dot : path.length;
  return [path.slice(0, at), path.slice(at)];
};

/** `name (1).ext` of `name.ext`. */
export const numbered = (path: string, n: number): string => {
  const [start, end] = split(path);
  return `${start} (${n})${end}`;
};

/** The numbers that are taken, or undefined where the keys may not list, or the listing fails. */
const takenOf = async (context: Context, path: string): Promise<Set<number> | undefined> => {
  const [start, end] = split(path);
  const prefix = keyOf(context.connection, `${start} (`);
  const taken = new Set<number>();
  try {
    for await (const { objects } of pages(context, { prefix, delimiter: "/", question: true })) {
      for (const { key } of objects) {
        const digits = key.endsWith(`)${end}`) ? key.slice(prefix.length, -1 - end.length) : "";
        if (/^[1-9]\d*$/.test(digits)) taken.add(Number(digits));
      }
      // In the order of keys, digits are followed by what cannot be a number.
      if ((objects.at(-1)?.key.slice(prefix.length) ?? "") > ":") break;
    }
  } catch (error) {
    if (context.signal.aborted) throw error;
    return undefined;
  }
  return taken;
};

/** A free number, one of the `window` smallest. */
const freeNumber = (taken: ReadonlySet<number>, window: number): number => {
  let left = Math.floor(Math.random() * window);
  for (let n = 1; ; n++) if (!taken.has(n) && left-- === 0) return n;
};

/**
 * Names to try one after the other: `name.ext`, `name (1).ext`, then the smallest number that a listing shows to be
 * free. Where that is taken meanwhile, others are at work on the same name: numbers are drawn from a window that
 * doubles, so that many writers do not try each number all together. Without a listing, all numbers in turn.
 */
export async function* names(context: Context, path: string): AsyncGenerator<string, void, undefined> {
  yield path;
  yield numbered(path, 1);
  const taken = await takenOf(context, path);
  taken?.add(1);
  for (let tried = 2, window = 1; tried < tries; tried++) {
    const n = taken ? freeNumber(taken, window) : tried;
    yield numbered(path, n);
    taken?.add(n);
    window = Math.min(window * 2, tries);
  }
}
