/** runTask: one transfer in a process of its own, which is loaded before the clock starts. */
import { inChild, serveTask } from "../in-child";
import { peakMemory } from "../peak-memory";
import type { Cost } from "./measured";
import { lanes, type Task } from "./ours";

export const runTask = (task: Task): Promise<Cost> => inChild(__filename, `${task.lane}, ${task.direction}`, task);

const work = async (task: Task): Promise<Cost> => {
  const before = process.cpuUsage();
  const start = process.hrtime.bigint();
  await lanes[task.lane](task);
  const wall = Number(process.hrtime.bigint() - start) / 1e6;
  const { user, system } = process.cpuUsage(before);
  return { wall, cpu: (user + system) / 1000, peak: peakMemory() };
};

serveTask(module, work);
