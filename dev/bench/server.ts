/** The store of a benchmark, in a process of its own so that it does not share the event loop with what is measured. */
import { fork } from "node:child_process";
import { startS3Server } from "../s3-server";

export interface BenchServer {
  endpoint: string;
  accessKey: string;
  secretKey: string;
  region: string;
  /** CPU time that the server has used so far, in ms. */
  cpu(): Promise<number>;
  close(): void;
}

/** Buckets of the benchmark by what they hold: so many keys each, in folders of 1,000. */
export const buckets = { empty: 0, thousand: 1000, many: 100_000 };

function* keys(count: number): Generator<string> {
  for (let index = 0; index < count; index++) {
    const folder = String(Math.floor(index / 1000)).padStart(4, "0");
    yield `measurements/2026/${folder}/device-${String(index).padStart(7, "0")}.json`;
  }
}

const serve = async (): Promise<void> => {
  const server = await startS3Server({ buckets: Object.keys(buckets), logLimit: 10 });
  for (const [bucket, count] of Object.entries(buckets)) server.seed(bucket, keys(count), '{"temperature":21.5}');
  const { endpoint, accessKey, secretKey, region } = server;
  process.send?.({ endpoint, accessKey, secretKey, region });
  process.on("message", () => {
    const { user, system } = process.cpuUsage();
    process.send?.((user + system) / 1000);
  });
  process.once("disconnect", () => process.exit());
};

/** Starts it, and resolves when it is filled. */
export const startBenchServer = (): Promise<BenchServer> =>
  new Promise((resolve, reject) => {
    const child = fork(__filename, [], { stdio: "inherit" });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
    const cpu = (): Promise<number> =>
      new Promise((answer) => {
        child.once("message", (told) => answer(told as number));
        child.send("cpu");
      });
    child.once("message", (told) => resolve({ ...(told as BenchServer), cpu, close: () => child.disconnect() }));
  });

if (require.main === module) void serve();
