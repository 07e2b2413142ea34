/** runTask: one transfer in a process of its own, which is loaded before the clock starts. */
import { fork } from "node:child_process";
import type { Cost } from "./measured";
import { lanes, type Task } from "./ours";

export const runTask = (task: Task): Promise<Cost> =>
  new Promise((resolve, reject) => {
    // The SDK warns of the Node.js versions that it will leave behind, in each process anew.
    const child = fork(__filename, [], { stdio: "inherit", execArgv: ["--no-warnings"] });
    child.once("message", (told) => resolve(told as Cost));
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${task.lane}, ${task.direction}: ended with ${code}`)));
    child.send(task);
  });

const work = async (task: Task): Promise<void> => {
  const before = process.cpuUsage();
  const start = process.hrtime.bigint();
  await lanes[task.lane](task);
  const wall = Number(process.hrtime.bigint() - start) / 1e6;
  const { user, system } = process.cpuUsage(before);
  const cost: Cost = { wall, cpu: (user + system) / 1000, peak: process.resourceUsage().maxRSS / 1024 };
  process.send?.(cost, () => process.exit());
};

if (require.main === module) {
  process.once("message", (task) => {
    work(task as Task).catch((error: unknown) => {
      console.error(error);
      process.exit(1);
    });
  });
}
