import { compareKeys } from "./key";
import type { KeyRange } from "./key-range";
import type { Page } from "./reply-pages";

/** What lists a few keys of the store. */
export interface Look {
  /** The first keys behind one, a page of them, in the store's order. */
  keysBehind(key: string): Promise<readonly string[]>;
  isThere(key: string): Promise<boolean>;
}

/** A page of keys. */
const many = 1000;

/** Keys may come and go between two questions. */
const times = 3;

/**
 * A key that showed where a range ends, and did not come with the next, may have been deleted since, or written when what follows
 * had come already: then the store lists it behind a place before it, or others that were written since, as a store with an order
 * of its own does not, from where the walk went on otherwise.
 */
const isSkipped = async ({ keysBehind, isThere }: Look, key: string, after: string): Promise<boolean> => {
  for (let time = 0; time < times; time++) {
    const behind = await keysBehind(after);
    const past = behind.findIndex((one) => compareKeys(one, key) >= 0);
    // It is there, or so many were written before it that it may be further on.
    if (behind[past] === key || (past < 0 && behind.length >= many)) return false;
    if (!(await isThere(key))) return false;
  }
  return true;
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
    return (await isSkipped(look, key, after)) ? key : undefined;
  };
  return {
    leave({ until, behind }) {
      if (until === undefined || behind === undefined) return;
      owed ??= { key: behind, after: until };
      // Where nothing lay between, it is to come from further on.
      if (owed.key === behind && compareKeys(until, owed.after) > 0) owed.after = until;
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
      if (until === undefined || behind === undefined) return;
      const known = owed.get(behind);
      if (known === undefined || compareKeys(until, known) > 0) owed.set(behind, until);
    },
    async before({ objects }, isFirst) {
      const [first] = objects;
      if (isFirst && first) firsts.add(first.key);
      if (owed.size > 0) for (const { key } of objects) owed.delete(key);
      return undefined;
    },
    async atEnd() {
      for (const [key, after] of owed) if (!firsts.has(key) && (await isSkipped(look, key, after))) return key;
      return undefined;
    },
  };
};
