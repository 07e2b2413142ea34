/** listInNodeRed: what a node that goes through a bucket takes of memory and of the event loop, in a Node-RED of its own. */
import { createHash } from "node:crypto";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { inChild, serveTask } from "../in-child";
import { peakMemory } from "../peak-memory";
import { startRuntime } from "../runtime";
import type { BenchServer } from "../server";

export interface Listing {
  server: BenchServer;
  bucket: string;
  /** What the node is told, beside the bucket; a list node, unless it has a type. */
  node: object;
  /** That of the message; everything, unless it is given. */
  payload?: object;
  /** Whether what it sends is looked at, which costs time and memory. */
  look?: boolean;
  /** It gets a message with `msg.reset` when its status first tells of progress. */
  reset?: boolean;
}

export interface Told {
  /** MiB of resident memory, the most that it was. */
  peak: number;
  /** ms by which timers came late, at the 99th percentile. */
  late: number;
  /** Messages that the node sent. */
  messages: number;
  wall: number;
  /** Entries that it sent, and a digest of their paths in their order; see `digestOf`. */
  entries: number;
  digest: string;
  /** The last payload, if it is no entry and no array of them. */
  payload?: unknown;
}

/** A digest of paths in their order. */
export const digestOf = (paths: Iterable<string>): string => {
  const hash = createHash("sha1");
  for (const path of paths) hash.update(`${path}\n`);
  return hash.digest("hex");
};

export const listInNodeRed = (listing: Listing): Promise<Told> => inChild(__filename, "the listing", listing);

const work = async ({ server, bucket, node, payload, look, reset }: Listing): Promise<Told> => {
  const one = { id: "list", type: "amazon-s3-list", bucket, bucketType: "str", ...node };
  const runtime = await startRuntime(server, [one]);
  const told = { messages: 0, entries: 0, payload: undefined as unknown };
  const hash = createHash("sha1");
  const add = ({ path }: { path: string }): void => {
    hash.update(`${path}\n`);
    told.entries++;
  };
  runtime.onSend((msg) => {
    told.messages++;
    if (!look) return;
    if (Array.isArray(msg.payload)) for (const entry of msg.payload) add(entry);
    else if (typeof msg.payload?.type === "string") add(msg.payload);
    else told.payload = msg.payload;
  });
  let isReset = false;
  runtime.onStatus(({ text = "" }) => {
    if (!reset || isReset || !/[1-9]/.test(text)) return;
    isReset = true;
    void runtime.send("list", { reset: true, payload: {} });
  });
  const resolution = 1;
  const delay = monitorEventLoopDelay({ resolution });
  delay.enable();
  const start = performance.now();
  await runtime.send("list", { payload: payload ?? { recurse: true } });
  const wall = performance.now() - start;
  delay.disable();
  const peak = peakMemory();
  await runtime.close();
  const late = Math.max(0, delay.percentile(99) / 1e6 - resolution);
  return { peak, late, wall, ...told, digest: hash.digest("hex") };
};

serveTask(module, work);
