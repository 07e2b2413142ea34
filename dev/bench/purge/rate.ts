/**
 * Tells of each request of a store whether it is still within the rate. What was not used of a second may be used in the next;
 * one request may always be saved up for.
 * @param rate a second; 0 for any
 * @param each what a request counts
 */
export const rateOf = (rate: number, each: number): (() => boolean) => {
  let tokens = 0;
  let last = performance.now();
  return () => {
    const now = performance.now();
    tokens = Math.min(Math.max(rate, each), tokens + ((now - last) / 1000) * rate);
    last = now;
    if (rate > 0 && tokens < each) return false;
    tokens -= each;
    return true;
  };
};
