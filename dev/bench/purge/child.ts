/** runPurge: one purge by our operation, or by the bare AWS SDK, in a process of its own, which is loaded before the clock starts. */
import { DeleteObjectsCommand, paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { createConnection } from "../../../src/core/connection";
import { connectionSettings } from "../../../src/core/connection-settings";
import { purge } from "../../../src/operations/purge";
import { bareClient, type Store } from "../bare-client";
import { inChild, serveTask } from "../in-child";
import { top } from "../keys/layouts";
import { type Cost, costAndDelayOf } from "../transfer/measured";

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

const lanes = { purge: byPurge, SDK: bySdk };

const work = (task: Task): Promise<Told> => costAndDelayOf(() => lanes[task.lane ?? "purge"](task));

serveTask(module, work);
