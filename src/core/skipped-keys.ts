import { compareKeys } from "./key";
import type { KeyRange } from "./key-range";
import type { Page } from "./reply-pages";

/** What lists a few keys of the store. */
export interface Look {
  /** The first keys behind one, up to so many, in the store's order. */
  keysBehind(key: string, most: number): Promise<readonly string[]>;
  isThere(key: string): Promise<boolean>;
}

/** More keys are not written just before one key while others are listed. */
const fewWritten = 1000;

/**
 * A key that showed where a range ends, and did not come with the next, may have been deleted since, or written when what follows
 * had come already: then the store lists it behind a place before it, as a store with an order of its own does not, from where
 * the walk went on otherwise.
 */
const isSkipped = async ({ keysBehind, isThere }: Look, key: string, after: string): Promise<boolean> => {
  for (const one of await keysBehind(after, fewWritten)) {
    const order = compareKeys(one, key);
    if (order === 0) return false;
    if (order > 0) break;
  }
  return isThere(key);
};

/** Tells whether a walk has left out a key that it has seen. A store with an order of its own may have it neither here nor there. */
export interface SkippedKeys {
  /** All of a range has been handed on. */
  leave(range: KeyRange): void;
  /** Gives the key that was left out, if a page that comes next shows it. @param isFirst of its range */
  before(page: Page, isFirst: boolean): Promise<string | undefined>;
  /** The same, where no page comes any more. */
  atEnd(): Promise<string | undefined>;
}

/** Of a walk that goes from one range to the next: where a range ends, a key of the next one shows. */
export const skippedInOrder = (look: Look): SkippedKeys => {
  /** A key that is to come, and the last place before it to which the walk has come. */
  let owed: { key: string; after: string } | undefined;
  const settle = async (): Promise<string | undefined> => {
    if (!owed) return undefined;
    const { key, after } = owed;
    owed = undefined;
    const [first] = await look.keysBehind(after, 1);
    // Where another one comes first, it was written since, as this one may have been.
    if (first !== undefined && compareKeys(first, key) <= 0) return undefined;
    return (await look.isThere(key)) ? key : undefined;
  };
  return {
    leave({ until, behind }) {
      if (until !== undefined && behind !== undefined) owed ??= { key: behind, after: until };
    },
    async before({ objects }) {
      if (!owed) return undefined;
      for (const { key } of objects) {
        const order = compareKeys(key, owed.key);
        if (order > 0) return settle();
        if (order === 0) owed = undefined;
        if (!owed) return undefined;
        owed.after = key;
      }
      return undefined;
    },
    atEnd: settle,
  };
};

/** Of a walk whose ranges come as they come: what shows behind one is the first of another, unless it came or went meanwhile. */
export const skippedAnywhere = (look: Look): SkippedKeys => {
  const firsts = new Set<string>();
  const owed = new Map<string, string>();
  return {
    leave({ until, behind }) {
      if (until !== undefined && behind !== undefined && !owed.has(behind)) owed.set(behind, until);
    },
    async before({ objects: [first] }, isFirst) {
      if (isFirst && first) firsts.add(first.key);
      return undefined;
    },
    async atEnd() {
      for (const [key, after] of owed) if (!firsts.has(key) && (await isSkipped(look, key, after))) return key;
      return undefined;
    },
  };
};
