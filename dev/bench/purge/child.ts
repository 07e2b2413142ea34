/** runPurge: one purge by our operation, or by the bare AWS SDK, in a process of its own, which is loaded before the clock starts. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { DeleteObjectsCommand, paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { createConnection } from "../../../src/core/connection";
import { connectionSettings } from "../../../src/core/connection-settings";
import { purge } from "../../../src/operations/purge";
import { bareClient, type Store } from "../bare-client";
import { inChild, serveTask } from "../in-child";
import { top } from "../keys/layouts";
import { peakMemory } from "../peak-memory";
import type { Cost } from "../transfer/measured";

export interface Task {
  store: Store;
  bucket: string;
  /** That of the nodes, unless it is said. */
  lane?: "purge" | "SDK";
}

/** What it cost, and the 99th percentile of how late the event loop was, in ms. */
export interface Told extends Cost {
  late: number;
}

export const runPurge = (task: Task): Promise<Told> => inChild(__filename, "purge", task);

const byPurge = async ({ store, bucket }: Task): Promise<void> => {
  const declared = Object.entries({ ...purge.parameters, ...purge.settings });
  const fallbacks = Object.fromEntries(declared.map(([name, { fallback }]) => [name, fallback]));
  const connection = createConnection(connectionSettings({ ...store, bucket }));
  const signal = new AbortController().signal;
  const context = { connection, bucket, signal, progress() {}, workingDirectory: process.cwd() };
  await purge.run({ ...fallbacks, path: top, force: true } as never, context);
};

/** Page by page, as its documentation shows it. */
const bySdk = async ({ store, bucket: Bucket }: Task): Promise<void> => {
  const client = bareClient(store);
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix: top })) {
    const Objects = Contents.map(({ Key }) => ({ Key }));
    const { Errors = [] } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
    if (Errors.length > 0) throw new Error(`${Errors.length} keys were not deleted: ${Errors[0]?.Code}`);
  }
};

const work = async (task: Task): Promise<Told> => {
  const run = task.lane === "SDK" ? bySdk : byPurge;
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const before = process.cpuUsage();
  const start = process.hrtime.bigint();
  await run(task);
  const wall = Number(process.hrtime.bigint() - start) / 1e6;
  const { user, system } = process.cpuUsage(before);
  return { wall, cpu: (user + system) / 1000, peak: peakMemory(), late: delay.percentile(99) / 1e6 - 1 };
};

serveTask(module, work);
