/** The store of a purge, in a process of its own: it is filled for each run, and may have a rate that it does not exceed. */
import { fork } from "node:child_process";
import { startS3Server } from "../../s3-server";
import type { Store } from "../bare-client";
import { type Layout, layouts } from "../keys/layouts";
import { rateOf } from "./rate";

/** What was asked of it in one run. */
export interface Asked {
  /** Keys that are still there. */
  left: number;
  /** DeleteObjects that it carried out, and that it refused. */
  done: number;
  refused: number;
}

export interface PurgeServer extends Store {
  /**
   * Fills another bucket, and gives its name.
   * @param rate keys a second that may be deleted, as AWS has 3,500 for a prefix; 0 for as many as it can
   */
  fill(keys: number, rate: number, layout?: Layout): Promise<string>;
  asked(): Promise<Asked>;
  /** @param latency before each answer, in ms */
  setLatency(latency: number): Promise<unknown>;
  close(): void;
}

interface Filling {
  keys: number;
  rate: number;
  layout: Layout;
}

/** Keys of one DeleteObjects; only the last of a run may have fewer. */
const batch = 1000;

const serve = async (): Promise<void> => {
  const server = await startS3Server({ logLimit: 10 });
  const { endpoint, accessKey, secretKey, region } = server;
  let name = "";
  let round = 0;
  let takes = rateOf(0, batch);
  const asked = { done: 0, refused: 0 };
  server.hook(({ operation }) => {
    if (operation !== "DeleteObjects") return undefined;
    if (!takes()) {
      asked.refused++;
      return { error: "SlowDown" };
    }
    asked.done++;
    return undefined;
  });
  process.send?.({ endpoint, accessKey, secretKey, region });
  process.on("message", (message: Filling | number | "asked") => {
    if (typeof message === "number") {
      server.setLatency(message);
      process.send?.({});
      return;
    }
    if (message === "asked") {
      process.send?.({ ...asked, left: server.keys(name).length });
      return;
    }
    name = `bucket-${++round}`;
    server.createBucket({ name });
    server.seed(name, layouts[message.layout](message.keys), "x");
    // The first listing puts them in order.
    server.keys(name, "none");
    takes = rateOf(message.rate, batch);
    Object.assign(asked, { done: 0, refused: 0 });
    process.send?.(name);
  });
  process.once("disconnect", () => process.exit());
};

export const startPurgeServer = (): Promise<PurgeServer> =>
  new Promise((resolve, reject) => {
    const child = fork(__filename, [], { stdio: "inherit" });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
    const ask = <T>(message: object | string | number): Promise<T> =>
      new Promise((answer) => {
        child.once("message", (told) => answer(told as T));
        child.send(message);
      });
    child.once("message", (told) =>
      resolve({
        ...(told as Store),
        fill: (keys, rate, layout = "flat") => ask<string>({ keys, rate, layout }),
        asked: () => ask<Asked>("asked"),
        setLatency: (latency) => ask(latency),
        close: () => child.disconnect(),
      }),
    );
  });

if (require.main === module) void serve();
