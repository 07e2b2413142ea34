/** Rates that a server allows: what goes beyond is answered 503 SlowDown. */
import { S3Error } from "./errors";

/** Counts what is used of a rate. */
export interface Meter {
  /** takes `count` of the rate, or throws SlowDown */
  take(count: number): void;
}

/**
 * A meter that fills at `perSecond` and holds one second's worth. A request passes while anything is left, and may
 * leave a debt, so that a batch larger than the rate passes sometimes and the average is exact.
 */
export function meter(perSecond: number | undefined, clock: () => number = Date.now): Meter {
  if (perSecond === undefined) return { take() {} };
  let level = perSecond;
  let last = clock();
  return {
    take(count) {
      const now = clock();
      level = Math.min(perSecond, level + ((now - last) / 1000) * perSecond);
      last = now;
      if (level <= 0) throw new S3Error("SlowDown");
      level -= count;
    },
  };
}
