import { median } from "../median";

/** What one run of a lane cost its own process. */
export interface Cost {
  /** Wall time, in ms. */
  wall: number;
  /** CPU time, in ms. */
  cpu: number;
  /** The most memory it held at a time, in MiB. */
  peak: number;
}

/** The median of each, the memory alone being the highest: what it may cost is what a machine must have. */
export const medianOf = (costs: readonly Cost[]): Cost => ({
  wall: median(costs.map(({ wall }) => wall)),
  cpu: median(costs.map(({ cpu }) => cpu)),
  peak: Math.max(...costs.map(({ peak }) => peak)),
});
