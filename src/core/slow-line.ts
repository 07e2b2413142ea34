import { performance } from "node:perf_hooks";

/** Bytes, and ms, over which a line is looked at. */
const stretch = 2 * 1024 * 1024;
const shortest = 100;

/** Bytes per ms above which more requests are not worth their while. */
const fast = 150_000;

/** Tells whether an answer comes slowly. */
export interface Line {
  /**
   * Is told of each chunk, and how long it was waited for.
   * @returns the rate in bytes per ms, when the consumer has been waiting for the wire, and not the wire for the
   * consumer, or for this process
   */
  slow(bytes: number, waited: number): number | undefined;
}

/** Looks at each stretch of an answer but the first, in which a connection finds its pace. */
export const createLine = (): Line => {
  const start = performance.now();
  let began = start;
  let load = performance.eventLoopUtilization();
  let all = 0;
  let received = 0;
  let waiting = 0;
  let first = true;
  return {
    slow(bytes, waited) {
      all += bytes;
      received += bytes;
      waiting += waited;
      if (received < stretch) return undefined;
      const took = performance.now() - began;
      if (took < shortest) return undefined;
      // One stretch alone may have come in a burst.
      const rate = Math.min(received / took, all / (performance.now() - start));
      const starved = waiting > took / 2;
      // A process that has its hands full gets nothing sooner by asking for more.
      const idle = performance.eventLoopUtilization(load).utilization < 0.75;
      const judged = !first;
      first = false;
      began = performance.now();
      load = performance.eventLoopUtilization();
      received = 0;
      waiting = 0;
      return judged && starved && idle && rate < fast ? rate : undefined;
    },
  };
};
