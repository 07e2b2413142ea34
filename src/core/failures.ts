/** Bytes that must have come since the last failure for the next one to count as the first again. */
const progress = 65_536;

/** Counts the failures of a download. */
export interface Failures {
  /**
   * Another one, after so many bytes.
   * @returns how many there were in a row. A few bytes between two of them do not part them: a store that cuts off
   * every answer after some bytes would be asked thousands of times
   */
  count(received: number): number;
  forget(): void;
}

/** @param start bytes before the first that are not of this download */
export const createFailures = (start: number): Failures => {
  let failures = 0;
  let mark = start;
  return {
    count(received) {
      failures = received - mark > progress ? 1 : failures + 1;
      mark = received;
      return failures;
    },
    forget() {
      failures = 0;
    },
  };
};
