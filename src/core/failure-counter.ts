/** Bytes that must have come since the last failure for the next one to count as the first again. */
const progress = 65_536;

/**
 * Counts the failures of a download, each with what was received until then.
 * @returns how many there were in a row. A few bytes between two of them do not part them: a store that cuts off
 * every answer after some bytes would be asked thousands of times
 */
export const failureCounter = (start: number): ((received: number) => number) => {
  let failures = 0;
  let mark = start;
  return (received) => {
    failures = received - mark > progress ? 1 : failures + 1;
    mark = received;
    return failures;
  };
};
