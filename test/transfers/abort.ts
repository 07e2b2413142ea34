import { createReadStream } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";
import { randomFrom } from "../../dev/random";
import { singleLimit } from "../../src/core/parts";
import { toS3Error } from "../../src/core/to-error";
import { openCore } from "../support/context";
import type { Target } from "../support/target";
import type { Stage } from "./transfer";

export interface Abort {
  /** Whether it was aborted, and not at its end already. */
  aborted: boolean;
  /** How long closing took. */
  ms: number;
  /** Requests that came when it had closed. */
  late: number;
}

/**
 * Begins a transfer that takes a while, and closes its connection at any time, as a deployment does.
 * @param target the store as the connection sees it
 * @throws Error if an open upload or a file is left behind, half of an object, or if it ends otherwise than it should
 */
export const abortOne = async (
  { store, bucket, bytes, home, befall }: Pick<Stage, "store" | "bucket" | "bytes" | "home" | "befall">,
  seed: number,
  target: Target,
): Promise<Abort> => {
  const random = randomFrom(seed);
  const size = 1 + Math.floor(random() * bytes.length);
  const body = bytes.subarray(0, size);
  const key = `abort-${seed}`;
  const folder = join(home, key);
  const file = join(folder, "a file");
  await mkdir(folder);
  const core = openCore(target, { bucket });
  const way = Math.floor(random() * 3);
  // After so many requests, on a machine of any speed.
  const enough = way > 0 && size > singleLimit ? 1 + Math.floor(random() * 5) : 1;
  let asked = 0;
  let reached = (): void => {};
  const there = new Promise<void>((resolve) => {
    reached = resolve;
  });
  let closed = false;
  let late = 0;
  const unhook = befall(key, (request) => {
    if (request.key !== key) return undefined;
    if (closed) late++;
    if (++asked === enough) reached();
    const wait = Math.floor(random() * 40);
    return request.operation === "GetObject" ? { delay: wait, rate: 40e6 } : { delay: wait, delayAfter: wait };
  });
  const begin = async (): Promise<unknown> => {
    if (way === 0) {
      await store.put(bucket, key, body);
      return core.run("download", { path: key, target: file });
    }
    await writeFile(file, body);
    if (way === 1) return core.run("upload", { source: file, path: key });
    return core.run("write", { path: key, data: createReadStream(file) });
  };
  const working = begin().then(
    () => undefined,
    (error: unknown) => toS3Error(error, { operation: "transfer" }).code,
  );
  await Promise.race([there, working]);
  await pause(random() * (enough === 1 ? 20 : 60));
  const start = performance.now();
  await core.close();
  const ms = performance.now() - start;
  // What was on its way arrives.
  for (let turn = 0; turn < 20; turn++) await nextTurn();
  closed = true;
  const code = await working;
  const wrong = (what: string): Error =>
    new Error(`${["download", "upload", "write"][way]} of ${size} bytes, ${code ?? "success"}: ${what}`);
  if (code !== undefined && code !== "Aborted") throw wrong("it was closed, and should say Aborted");
  // What the store was doing when the connection closed may take that long.
  await pause(100);
  unhook();
  if ((await store.uploads(bucket)).some((upload) => upload.key === key)) throw wrong("an upload is left open");
  if (way === 0) {
    const left = await readdir(folder);
    if (code === undefined ? left.join() !== "a file" : left.length > 0) throw wrong(`there is ${left.join(", ")}`);
  } else {
    const found = (await store.get(bucket, key))?.body;
    if (found ? !body.equals(found) : code === undefined) throw wrong("the object is not what was sent");
  }
  await rm(folder, { recursive: true });
  await store.put(bucket, key, "");
  return { aborted: code !== undefined, ms, late };
};
