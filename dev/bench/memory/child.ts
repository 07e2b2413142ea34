/** tellMemory: one way of moving one object, in a Node-RED of its own, and what it took of memory and of the event loop. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { inChild, serveTask } from "../in-child";
import { peakMemory } from "../peak-memory";
import { startRuntime } from "../runtime";
import type { Served } from "../server";
import { type Stage, ways } from "./ways";

export interface Task extends Omit<Stage, "runtime"> {
  server: Served;
  way: number;
}

export interface Told {
  bytes: number;
  /** MiB of resident memory, the most that it was. */
  peak: number;
  /** ms by which timers came late: at the 99th percentile, and at most. */
  p99: number;
  worst: number;
}

/**
 * V8's young generation, in MiB, as Node.js 20 has it: Node.js 24 lets it grow to four times as much once so many bytes have been
 * made, whatever the program is, and however little of them is held.
 */
const young = 16;

export const tellMemory = (task: Task): Promise<Told> =>
  inChild(__filename, String(ways[task.way]?.name), task, [`--max-semi-space-size=${young}`]);

/** How often the event loop is looked at, in ms. */
const resolution = 5;

const work = async ({ server, way, ...stage }: Task): Promise<Told> => {
  const { node, run } = ways[way] as (typeof ways)[number];
  const runtime = await startRuntime(server, [{ id: "node", ...node }]);
  const delay = monitorEventLoopDelay({ resolution });
  delay.enable();
  const bytes = await run({ runtime, ...stage });
  delay.disable();
  const peak = peakMemory();
  const late = (ns: number): number => Math.max(0, ns / 1e6 - resolution);
  await runtime.close();
  return { bytes, peak, p99: late(delay.percentile(99)), worst: late(delay.max) };
};

serveTask(module, work);
