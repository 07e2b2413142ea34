import { monitorEventLoopDelay } from "node:perf_hooks";
import { median } from "../median";
import { peakMemory } from "../peak-memory";

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

/** What some work costs this process. */
export const costOf = async (work: () => Promise<unknown>): Promise<Cost> => {
  const before = process.cpuUsage();
  const start = process.hrtime.bigint();
  await work();
  const wall = Number(process.hrtime.bigint() - start) / 1e6;
  const { user, system } = process.cpuUsage(before);
  return { wall, cpu: (user + system) / 1000, peak: peakMemory() };
};

/** The same, and the 99th percentile of how late the event loop was, in ms. */
export const costAndDelayOf = async (work: () => Promise<unknown>): Promise<Cost & { late: number }> => {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const cost = await costOf(work);
  return { ...cost, late: delay.percentile(99) / 1e6 - 1 };
};
