import { createReadStream } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Fault, type ProxiedRequest, startFaultProxy } from "../../dev/fault-proxy";
import { randomFrom } from "../../dev/random";
import { singleLimit } from "../../src/core/parts";
import { toS3Error } from "../../src/core/to-error";
import { openCore, smallPages } from "../support/context";
import type { Store } from "../support/store";
import { watchClose } from "./watch-close";

export interface Abort {
  /** Whether it was aborted, and not at its end already. */
  aborted: boolean;
  /** How long closing took, in ms. */
  ms: number;
  /** Whether the store did not answer what clears up, so that closing gave up. */
  unanswered: boolean;
  /** Requests of the connection, for whatever they are, that came when none may come. */
  late: number;
}

/** What is aborted, and where. */
export interface Place {
  store: Store;
  bucket: string;
  /** From which all objects are cut. */
  bytes: Buffer;
  /** An empty folder for each run is made in it. */
  home: string;
}

const ways = ["download", "upload", "write", "purge"] as const;

/** One in so many is an upload in parts, whose abort the store carries out and does not answer. */
const muteEvery = 4;

/** What a purge takes, in pages of two. */
const purged = Array.from({ length: 20 }, (_, at) => String(at));

/**
 * Begins some work that takes a while, and closes its connection at any time, as a deployment does. A proxy of its own tells its
 * requests from all others, also those that name no key.
 * @throws Error if an open upload or a file is left behind, half of an object, or if it ends otherwise than it should
 */
export const abortOne = async ({ store, bucket, bytes, home }: Place, seed: number): Promise<Abort> => {
  const random = randomFrom(seed);
  const isMute = seed % muteEvery === 0;
  const way = ways[isMute ? 1 + Math.floor(random() * 2) : Math.floor(random() * ways.length)];
  const least = isMute ? singleLimit + 1 : 1;
  const size = least + Math.floor(random() * (bytes.length - least));
  const body = bytes.subarray(0, size);
  const key = `abort-${seed}`;
  const folder = join(home, key);
  const file = join(folder, "a file");
  await mkdir(folder);
  // After so many requests, on a machine of any speed.
  const isLong = way === "purge" || (way !== "download" && size > singleLimit);
  const enough = isLong ? 1 + Math.floor(random() * 5) : 1;
  let asked = 0;
  let reached = (): void => {};
  const there = new Promise<void>((resolve) => {
    reached = resolve;
  });
  let unanswered = false;
  const watched = watchClose();
  const plan = (request: ProxiedRequest): Fault => {
    watched.came(request);
    if (++asked === enough) reached();
    if (isMute && request.operation === "AbortMultipartUpload") {
      unanswered = true;
      return { handle: true, stall: true };
    }
    const wait = Math.floor(random() * 40);
    return request.operation === "GetObject" ? { delay: wait, rate: 40e6 } : { delay: wait, delayAfter: wait };
  };
  const begin = async (): Promise<unknown> => {
    switch (way) {
      case "download":
        await store.put(bucket, key, body);
        return core.run("download", { path: key, target: file });
      case "purge":
        await store.seed(
          bucket,
          purged.map((name) => `${key}/${name}`),
        );
        return core.run("purge", { path: `${key}/`, force: true });
      case "upload":
        await writeFile(file, body);
        return core.run("upload", { source: file, path: key });
      default:
        await writeFile(file, body);
        return core.run("write", { path: key, data: createReadStream(file) });
    }
  };
  const proxy = await startFaultProxy({ target: store.endpoint, plan, logLimit: 10 });
  const { accessKey, secretKey, region, bucketName } = store;
  const core = openCore({ endpoint: proxy.endpoint, accessKey, secretKey, region, bucketName }, { bucket });
  smallPages(core, 2);
  try {
    const working = begin().then(
      () => undefined,
      (error: unknown) => toS3Error(error, { operation: "transfer" }).code,
    );
    await Promise.race([there, working]);
    await pause(random() * (isLong ? 60 : 20));
    const ms = await watched.close(core);
    const code = await working;
    const wrong = (what: string): Error => new Error(`${way} of ${size} bytes, ${code ?? "success"}: ${what}`);
    if (code !== undefined && code !== "Aborted") throw wrong("it was closed, and should say Aborted");
    // What the store was doing when the connection closed may take that long, and what is tried again comes by then.
    await pause(300);
    if ((await store.uploads(bucket)).some((upload) => upload.key === key)) throw wrong("an upload is left open");
    if (way === "download") {
      const left = await readdir(folder);
      if (code === undefined ? left.join() !== "a file" : left.length > 0) throw wrong(`there is ${left.join(", ")}`);
    } else if (way === "purge") {
      const left = await store.keys(bucket, `${key}/`);
      if (code === undefined && left.length > 0) throw wrong(`there is ${left.join(", ")}`);
    } else {
      const found = (await store.get(bucket, key))?.body;
      if (found ? !body.equals(found) : code === undefined) throw wrong("the object is not what was sent");
    }
    await rm(folder, { recursive: true });
    // A store may hold all in memory.
    await store.put(bucket, key, "");
    return { aborted: code !== undefined, ms, unanswered, late: watched.late };
  } finally {
    await proxy.close();
  }
};
