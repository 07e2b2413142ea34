/** runPurge: one purge by our operation, in a process of its own, which is loaded before the clock starts. */
import { createConnection } from "../../../src/core/connection";
import { connectionSettings } from "../../../src/core/connection-settings";
import { purge } from "../../../src/operations/purge";
import type { Store } from "../bare-client";
import { inChild, serveTask } from "../in-child";
import { peakMemory } from "../peak-memory";
import type { Cost } from "../transfer/measured";

export interface Task {
  store: Store;
  bucket: string;
}

export const runPurge = (task: Task): Promise<Cost> => inChild(__filename, "purge", task);

const work = async ({ store, bucket }: Task): Promise<Cost> => {
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
  return { wall, cpu: (user + system) / 1000, peak: peakMemory() };
};

serveTask(module, work);
