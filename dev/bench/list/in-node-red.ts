/** listInNodeRed: what listing a bucket takes of memory and of the event loop, in a Node-RED of its own. */
import { fork } from "node:child_process";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { startRuntime } from "../runtime";
import type { BenchServer } from "../server";

export interface Listing {
  server: BenchServer;
  bucket: string;
  /** What the list node is told, beside the bucket. */
  node: object;
}

export interface Told {
  /** MiB of resident memory, the most that it was. */
  peak: number;
  /** ms by which timers came late, at the 99th percentile. */
  late: number;
  /** Messages that the node sent. */
  messages: number;
  wall: number;
}

export const listInNodeRed = (listing: Listing): Promise<Told> =>
  new Promise((resolve, reject) => {
    const child = fork(__filename, [], { stdio: "inherit", execArgv: ["--no-warnings"] });
    child.once("message", (told) => resolve(told as Told));
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the listing ended with ${code}`)));
    child.send(listing);
  });

const work = async ({ server, bucket, node }: Listing): Promise<Told> => {
  const list = { id: "list", type: "amazon-s3-list", bucket, bucketType: "str", ...node };
  const runtime = await startRuntime(server, [list]);
  let messages = 0;
  runtime.onSend(() => {
    messages++;
  });
  const resolution = 1;
  const delay = monitorEventLoopDelay({ resolution });
  delay.enable();
  const start = performance.now();
  await runtime.send("list", { payload: { recurse: true } });
  const wall = performance.now() - start;
  delay.disable();
  const peak = process.resourceUsage().maxRSS / 1024;
  await runtime.close();
  return { peak, late: Math.max(0, delay.percentile(99) / 1e6 - resolution), messages, wall };
};

if (require.main === module) {
  process.once("message", (listing) => {
    work(listing as Listing).then(
      (told) => process.send?.(told, () => process.exit()),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
}
