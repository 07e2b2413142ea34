/**
 * Tells of each request of a store whether it is still within the rate. What was not used may be used later, up to
 * `most` of it.
 * @param rate a second; 0 for any
 * @param each what a request counts
 * @param most what may be saved up; default: that of a second, or of one request where that is more
 */
export const rateOf = (rate: number, each: number, most = Math.max(rate, each)): (() => boolean) => {
  let tokens = 0;
  let last = performance.now();
  return () => {
    const now = performance.now();
    tokens = Math.min(most, tokens + ((now - last) / 1000) * rate);
    last = now;
    if (rate > 0 && tokens < each) return false;
    tokens -= each;
    return true;
  };
};
