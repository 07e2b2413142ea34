/** What one run of a lane cost its own process. */
export interface Cost {
  /** Wall time, in ms. */
  wall: number;
  /** CPU time, in ms. */
  cpu: number;
  /** The most memory it held at a time, in MiB. */
  peak: number;
}

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return ((sorted[(sorted.length - 1) >> 1] as number) + (sorted[sorted.length >> 1] as number)) / 2;
};

/** The median of each, the memory alone being the highest: what it may cost is what a machine must have. */
export const medianOf = (costs: readonly Cost[]): Cost => ({
  wall: median(costs.map(({ wall }) => wall)),
  cpu: median(costs.map(({ cpu }) => cpu)),
  peak: Math.max(...costs.map(({ peak }) => peak)),
});
