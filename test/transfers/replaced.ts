import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import type { Plan } from "../../dev/fault-proxy";
import { randomFrom } from "../../dev/random";
import type { Core } from "../support/context";
import { outcomeOf } from "../support/outcome";
import type { Store } from "../support/store";

const ways = ["download to a file", "read a stream", "read a Buffer"] as const;

export interface Replaced {
  /** Whether another object took the place of the first, before a further request for the rest of it. */
  replaced: boolean;
  /** Which object was given; "none" where it ended with an error. */
  given: "old" | "new" | "none";
}

/** Where it is done. */
export interface Place {
  store: Pick<Store, "put">;
  /** Has a plan befall the requests of a key, until the function it returns is called. */
  befall(key: string, plan: Plan): () => void;
  /** As the store calls it. */
  bucket: string;
  core: Core;
  /** From which all objects are cut. */
  bytes: Buffer;
  /** An empty folder for each run is made in it. */
  home: string;
}

/**
 * One download that is cut off, and whose object is replaced by another one, as long as itself, before one of the requests for the
 * rest. Neither has a checksum that would tell a mixture of both.
 * @throws Error if what is given is neither the one nor the other, or a file is left behind that is not
 */
export const replaceOne = async (
  { store, befall, bucket, core, bytes, home }: Place,
  seed: number,
): Promise<Replaced> => {
  const random = randomFrom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const way = ways[below(ways.length)];
  const size = 2 + below(bytes.length / 2 - 2);
  const from = below(bytes.length / 2 - size);
  const old = bytes.subarray(from, from + size);
  const other = bytes.subarray(bytes.length - size);
  const key = `replaced-${seed}`;
  const folder = join(home, key);
  const file = join(folder, "a file");
  await mkdir(folder);
  await store.put(bucket, key, old);
  const replacedAt = 2 + below(3);
  let asked = 0;
  let replaced = false;
  const unhook = befall(key, async ({ operation }) => {
    if (operation !== "GetObject" || ++asked > replacedAt) return undefined;
    // So much that the cuts before it leave something to ask for.
    if (asked < replacedAt) return { cut: below(size / replacedAt) };
    replaced = true;
    await store.put(bucket, key, other);
    return undefined;
  });
  let bytesGiven: Buffer | undefined;
  const code = await outcomeOf(async () => {
    if (way === "download to a file") {
      await core.run("download", { path: key, target: file });
      bytesGiven = await readFile(file);
      return;
    }
    const { result, ended } = await core.run("read", {
      path: key,
      format: way === "read a Buffer" ? "buffer" : "stream",
    });
    // It says the same as the stream.
    ended?.catch(() => {});
    bytesGiven = way === "read a Buffer" ? result : await buffer(result);
  }).finally(unhook);
  const left = (await readdir(folder)).filter((name) => code !== undefined || name !== "a file");
  if (left.length > 0)
    throw new Error(`${way}, ${size} bytes, ${code ?? "success"}: ${left.join(", ")} is left behind`);
  const given =
    bytesGiven === undefined ? "none" : old.equals(bytesGiven) ? "old" : other.equals(bytesGiven) ? "new" : undefined;
  if (given === undefined) throw new Error(`${way}, ${size} bytes: a mixture of two objects was given`);
  await rm(folder, { recursive: true });
  // A store may hold all in memory.
  await store.put(bucket, key, "");
  return { replaced, given };
};
