import type { Failed } from "./partial";

/** Failures that a result lists at most: memory must not depend on how many there are. */
export const longestList = 1000;

/** What of a purge failed, of which a result lists the first ones. */
export interface FailedList {
  add(failed: Failed): void;
  /** The first ones. */
  readonly listed: Failed[];
  /** All of them. */
  readonly count: number;
}

/**
 * @param tell is given each, however many there are
 * @param most are listed
 */
export const createFailedList = (tell: (failed: Failed) => void = () => {}, most = longestList): FailedList => {
  const listed: Failed[] = [];
  let count = 0;
  return {
    add(failed) {
      count++;
      if (listed.length < most) listed.push(failed);
      tell(failed);
    },
    listed,
    get count() {
      return count;
    },
  };
};

/** What a result lists of the failures, and how many they are where that is not all. */
export const failedOf = ({ listed, count }: FailedList): { failed: Failed[]; failedCount?: number } => ({
  failed: listed,
  ...(count > listed.length ? { failedCount: count } : {}),
});
