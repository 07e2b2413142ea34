import { createReadStream } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { FaultKind } from "../../dev/fault-proxy";
import { randomFrom } from "../../dev/random";
import type { Core } from "../support/context";
import { outcomeOf } from "../support/outcome";
import type { Store } from "../support/store";
import { type Faults, faultsOf } from "./faults";

/** How the bytes go. */
const allWays = [
  "upload a file",
  "write a stream",
  "write a Buffer",
  "download to a file",
  "read a stream",
  "read a Buffer",
] as const;
export type Way = (typeof allWays)[number];

export interface Outcome {
  way: Way;
  faults: number;
  /** The code of the error that it ended with. */
  code?: string;
}

export interface Stage {
  /** What is put into it and looked at there meets no fault. */
  store: Pick<Store, "put" | "get" | "uploads">;
  /** Has a plan befall the requests of its key, until the function it returns is called. */
  befall(key: string, plan: Faults["plan"]): () => void;
  /** What befalls them; default: all that a request may meet. */
  kinds?: readonly FaultKind[];
  /** Of the ways; default: all. */
  ways?: readonly Way[];
  /** As the store calls it. */
  bucket: string;
  core: Core;
  /** From which all objects are cut. */
  bytes: Buffer;
  /** An empty folder for each transfer is made in it. */
  home: string;
}

const collect = async (stream: Readable): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

/**
 * One transfer of 1 B to 64 MiB, most of them small, with faults. Everything about it comes from its seed.
 * @throws Error if it said that it had succeeded and the bytes are not those; or if it failed and left half of them behind
 */
export const transfer = async (stage: Stage, seed: number): Promise<Outcome> => {
  const { core, store, bucket, bytes, home, ways = allWays, kinds } = stage;
  const random = randomFrom(seed);
  const way = ways[Math.floor(random() * ways.length)] as Way;
  const size = Math.max(1, Math.floor(bytes.length ** random()));
  const at = Math.floor(random() * (bytes.length - size + 1));
  const body = bytes.subarray(at, at + size);
  const key = `transfer-${seed}`;
  const before = random() < 0.3 ? Buffer.from(`before ${seed}`) : undefined;
  const overwrite = before !== undefined || random() < 0.5;
  const isRead = way.startsWith("read") || way.startsWith("download");
  const folder = join(home, key);
  const file = join(folder, "a file");
  await mkdir(folder);
  if (isRead) await store.put(bucket, key, body, { checksum: "CRC32" });
  else if (before) await store.put(bucket, key, before);
  if (way === "upload a file") await writeFile(file, body);
  const faults = faultsOf(key, size, Math.floor(random() * 8), random, kinds);
  const unhook = stage.befall(key, faults.plan);

  const code = await outcomeOf(async () => {
    if (way === "upload a file") await core.run("upload", { source: file, path: key, overwrite });
    if (way === "write a Buffer") await core.run("write", { path: key, data: body, overwrite });
    if (way === "write a stream") {
      await writeFile(file, body);
      await core.run("write", { path: key, data: createReadStream(file), overwrite });
    }
    if (way === "download to a file") await core.run("download", { path: key, target: file });
    if (way === "read a Buffer") {
      const { result } = await core.run("read", { path: key, format: "buffer" });
      if (!body.equals(result)) throw new Error("the node gave other bytes than those that were stored");
    }
    if (way === "read a stream") {
      const { result, ended } = await core.run("read", { path: key, format: "stream" });
      // It says the same as the stream.
      ended?.catch(() => {});
      if (!body.equals(await collect(result)))
        throw new Error("the stream gave other bytes than those that were stored");
    }
  }).finally(unhook);

  const wrong = (what: string): Error => new Error(`${way}, ${size} bytes, ${code ?? "success"}: ${what}`);
  // What these say would be of somebody else's doing, and there is nobody else.
  if (
    code !== undefined &&
    ["ObjectExists", "FileExists", "NoSuchKey", "NoSuchUpload", "PreconditionFailed"].includes(code)
  )
    throw wrong("it meets its own work");
  if (isRead) {
    const left = await readdir(folder);
    if (way === "download to a file" && code === undefined) {
      if (!body.equals(await readFile(file))) throw wrong("the file has other bytes than the object");
      left.splice(left.indexOf("a file"), 1);
    }
    if (left.length > 0) throw wrong(`${left.join(", ")} is left behind`);
  } else {
    const found = (await store.get(bucket, key))?.body;
    const isNew = found !== undefined && body.equals(found);
    const isOld = before === undefined ? found === undefined : found !== undefined && before.equals(found);
    if (code === undefined ? !isNew : !isNew && !isOld)
      throw wrong("what is stored is neither what was there nor all of it");
    const open = (await store.uploads(bucket)).filter((upload) => upload.key === key);
    if (open.length >= Math.max(faults.begun, 1) || open.some(({ parts = 0 }) => parts > 0))
      throw wrong("an upload is left open");
  }
  await rm(folder, { recursive: true });
  // A store may hold all in memory.
  await store.put(bucket, key, "");
  return { way, faults: faults.count, ...(code === undefined ? {} : { code }) };
};
