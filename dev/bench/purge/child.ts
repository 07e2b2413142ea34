/** runPurge: one purge by our operation, in a process of its own, which is loaded before the clock starts. */
import { fork } from "node:child_process";
import { createConnection } from "../../../src/core/connection";
import { connectionSettings } from "../../../src/core/connection-settings";
import { purge } from "../../../src/operations/purge";
import type { Store } from "../bare-client";
import type { Cost } from "../transfer/measured";

export interface Task {
  store: Store;
  bucket: string;
}

export const runPurge = (task: Task): Promise<Cost> =>
  new Promise((resolve, reject) => {
    const child = fork(__filename, [], { stdio: "inherit", execArgv: ["--no-warnings"] });
    child.once("message", (told) => resolve(told as Cost));
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`purge ended with ${code}`)));
    child.send(task);
  });

const work = async ({ store, bucket }: Task): Promise<void> => {
  const declared = Object.entries({ ...purge.parameters, ...purge.settings });
  const fallbacks = Object.fromEntries(declared.map(([name, { fallback }]) => [name, fallback]));
  const connection = createConnection(connectionSettings({ ...store, bucket }));
  const signal = new AbortController().signal;
  const context = { connection, bucket, signal, progress() {}, workingDirectory: process.cwd() };
  const before = process.cpuUsage();
  const start = process.hrtime.bigint();
  await purge.run({ ...fallbacks, path: "logs/", force: true } as never, context);
  const wall = Number(process.hrtime.bigint() - start) / 1e6;
  const { user, system } = process.cpuUsage(before);
  const cost: Cost = { wall, cpu: (user + system) / 1000, peak: process.resourceUsage().maxRSS / 1024 };
  process.send?.(cost, () => process.exit());
};

if (require.main === module) {
  // Pauses between two attempts keep no process alive by themselves.
  setInterval(() => {}, 1000);
  process.once("message", (task) => {
    work(task as Task).catch((error: unknown) => {
      console.error(error);
      process.exit(1);
    });
  });
}
