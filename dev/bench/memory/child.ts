/** tellMemory: one way of moving one object, in a Node-RED of its own, and what it took of memory and of the event loop. */
import { fork } from "node:child_process";
import { monitorEventLoopDelay } from "node:perf_hooks";
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

export const tellMemory = (task: Task): Promise<Told> =>
  new Promise((resolve, reject) => {
    const child = fork(__filename, [], { stdio: "inherit", execArgv: ["--no-warnings"] });
    child.once("message", (told) => resolve(told as Told));
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${ways[task.way]?.name}: ended with ${code}`)));
    child.send(task);
  });

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

if (require.main === module) {
  process.once("message", (task) => {
    work(task as Task).then(
      (told) => process.send?.(told, () => process.exit()),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
}
