/** The store of a benchmark, in a process of its own so that it does not share the event loop with what is measured. */
import { fork } from "node:child_process";
import { type S3Server, startS3Server } from "../s3-server";

export interface BenchServer {
  endpoint: string;
  accessKey: string;
  secretKey: string;
  region: string;
  /** CPU time that the server has used so far, in ms. */
  cpu(): Promise<number>;
  /** Requests that it was asked since the last time, 10,000 at most. */
  requests(): Promise<number>;
  close(): void;
}

/** Where a Node-RED finds a store: in the bucket "empty", where no other one is named. */
export interface Served extends Pick<BenchServer, "endpoint" | "accessKey" | "secretKey" | "region"> {
  bucket?: string;
}

/** Buckets of the benchmark by what they hold: so many keys each, in folders of 1,000. */
export const buckets = { empty: 0, thousand: 1000, many: 100_000 };

/** Folders of the bucket `folders`, which is the only one where it is asked for: so many keys in each. */
export const folders = { thousand: 1000, million: 1_000_000 };

/** Objects of the bucket `objects`, which is the only one where it is asked for: so many bytes each. */
export const objects = { small: 1024, some: 64 * 1024 ** 2, middle: 256 * 1024 ** 2, large: 1024 ** 3 };

/** The keys of the bucket `listed`, and of those in `buckets`. */
export function* listedKeys(count: number): Generator<string> {
  for (let index = 0; index < count; index++) {
    const folder = String(Math.floor(index / 1000)).padStart(4, "0");
    yield `measurements/2026/${folder}/device-${String(index).padStart(7, "0")}.json`;
  }
}

function* keysOf(folder: string, count: number): Generator<string> {
  for (let index = 0; index < count; index++) yield `${folder}/device-${String(index).padStart(7, "0")}.json`;
}

const body = '{"temperature":21.5}';

const withBuckets = async (): Promise<S3Server> => {
  const server = await startS3Server({ buckets: Object.keys(buckets), logLimit: 10 });
  for (const [bucket, count] of Object.entries(buckets)) server.seed(bucket, listedKeys(count), body);
  return server;
};

const withFolders = async (): Promise<S3Server> => {
  const server = await startS3Server({ buckets: ["folders"] });
  for (const [folder, count] of Object.entries(folders)) server.seed("folders", keysOf(folder, count), body);
  // The first listing puts them in order.
  server.keys("folders", "thousand/");
  return server;
};

const withObjects = async (): Promise<S3Server> => {
  const server = await startS3Server({ buckets: ["objects"], logLimit: 10 });
  for (const [key, size] of Object.entries(objects)) server.put("objects", key, { size }, { checksum: "CRC32" });
  return server;
};

const withNothing = (): Promise<S3Server> => startS3Server({ buckets: ["empty"], logLimit: 10 });

/** A bucket `listed` with so many keys, in folders of 1,000, and a latency in ms. */
const toList = async (): Promise<S3Server> => {
  const [count = 0, latency = 0] = process.argv.slice(3).map(Number);
  const server = await startS3Server({ buckets: ["listed"], logLimit: 10_000, latency });
  server.seed("listed", listedKeys(count), body);
  // The first listing puts them in order, and those of a page write its entries.
  server.keys("listed", "measurements/2026/0000/");
  return server;
};

const fillings = {
  buckets: withBuckets,
  folders: withFolders,
  objects: withObjects,
  listed: toList,
  nothing: withNothing,
};

const serve = async (): Promise<void> => {
  const server = await fillings[process.argv[2] as keyof typeof fillings]();
  const { endpoint, accessKey, secretKey, region } = server;
  process.send?.({ endpoint, accessKey, secretKey, region });
  process.on("message", (asked) => {
    const { user, system } = process.cpuUsage();
    process.send?.(asked === "cpu" ? (user + system) / 1000 : server.requests.length);
    if (asked === "requests") server.clear();
  });
  process.once("disconnect", () => process.exit());
};

/** Starts it, and resolves when it is filled: with the buckets, the folders, the objects, with what is to be listed, or nothing. */
export const startBenchServer = (
  filling: keyof typeof fillings = "buckets",
  ...more: readonly number[]
): Promise<BenchServer> =>
  new Promise((resolve, reject) => {
    const child = fork(__filename, [filling, ...more.map(String)], { stdio: "inherit" });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
    const ask = (what: "cpu" | "requests") => (): Promise<number> =>
      new Promise((answer) => {
        child.once("message", (told) => answer(told as number));
        child.send(what);
      });
    const asked = { cpu: ask("cpu"), requests: ask("requests") };
    child.once("message", (told) => resolve({ ...(told as BenchServer), ...asked, close: () => child.disconnect() }));
  });

if (require.main === module) void serve();
