import { compareKeys } from "./key";
import type { KeyRange } from "./key-range";
import type { Page } from "./reply-pages";

/** What lists a few keys of the store. */
export interface Look {
  /** The first key behind one. */
  firstBehind(key: string): Promise<string | undefined>;
  isThere(key: string): Promise<boolean>;
}

/**
 * Tells whether a walk that goes from one range to the next has left out a key that it has seen: where a range ends, a key of
 * the next one shows. A store with an order of its own may have it neither here nor there.
 */
export const createSkippedKeys = ({ firstBehind, isThere }: Look) => {
  /** A key that is to come, and the last place before it to which the walk has come. */
  let owed: { key: string; after: string } | undefined;
  /**
   * It may have been deleted since, or written when what follows had come already: then the store lists it behind that place,
   * as a store with an order of its own does not, from where the walk went on otherwise.
   */
  const isSkipped = async (): Promise<string | undefined> => {
    if (!owed) return undefined;
    const { key, after } = owed;
    owed = undefined;
    const first = await firstBehind(after);
    if (first !== undefined && compareKeys(first, key) <= 0) return undefined;
    return (await isThere(key)) ? key : undefined;
  };
  return {
    /** A range has been handed on. */
    leave({ until, behind }: KeyRange): void {
      if (until !== undefined && behind !== undefined) owed ??= { key: behind, after: until };
    },
    /** Gives the key that was left out, if a page that comes next shows it. */
    async before({ objects }: Page): Promise<string | undefined> {
      if (!owed) return undefined;
      for (const { key } of objects) {
        const order = compareKeys(key, owed.key);
        if (order > 0) return isSkipped();
        if (order === 0) owed = undefined;
        if (!owed) return undefined;
        owed.after = key;
      }
      return undefined;
    },
    /** The same, where no page comes any more. */
    atEnd: isSkipped,
  };
};
