import type { S3Server } from "../../dev/s3-server";
import { compareKeys } from "../../src/core/key";
import { justBefore, justBehind } from "./near-keys";
import { openQuickPut } from "./quick-put";

/** Where the folder of a key begins and ends: all of its keys begin like this. */
const folderOf = (key: string): string => key.slice(0, key.lastIndexOf("/") + 1);

/** A folder that is called like a key, or begins like it where that is long. */
const madeFolder = (key: string): string => {
  const name = [...key];
  while (Buffer.byteLength(name.join("")) > 1000) name.pop();
  return `${name.join("")}/`;
};

/** Keys that lie together: those of a folder, where it is a small one, or some in a row. */
const neighbours = (keys: readonly string[], random: () => number): string[] => {
  const most = Math.ceil(keys.length / 12);
  const at = Math.floor(random() * keys.length);
  const folder = folderOf(keys[at] as string);
  const inFolder = folder === "" ? [] : keys.filter((key) => key.startsWith(folder));
  return inFolder.length > 0 && inFolder.length <= most ? inFolder : keys.slice(at, at + 1 + random() * most);
};

/**
 * Fills a bucket with keys, most of which stand, while the others, and many that are made up, can be made to come and go.
 * What stands is written again at times, and never deleted.
 * @param counts whether what changes now counts
 */
export const openRestlessBucket = (
  server: S3Server,
  bucket: string,
  keys: readonly string[],
  random: () => number,
  counts: () => boolean,
) => {
  const below = (limit: number): number => Math.floor(random() * limit);
  const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T;
  const chance = (share: number): boolean => random() < share;

  const groups = Array.from({ length: 4 }, () => neighbours(keys, random));
  const passing = new Set([...groups.flat(), ...keys.filter(() => chance(0.1))]);
  const standing = keys.filter((key) => !passing.has(key));
  const possible = keys.filter((key) => passing.has(key));
  const stands = new Set(standing);
  const there = new Set(standing);
  for (const key of passing) if (chance(0.5)) there.add(key);
  server.seed(bucket, there);

  const quick = openQuickPut(server.endpoint, server, 4);
  const leaving = new Set<Promise<void>>();
  const changes = { written: 0, deleted: 0 };
  const failed: string[] = [];

  /** Those that are there, and were made up. */
  const made = new Set<string>();
  const remove = (key: string): void => {
    if (stands.has(key) || !there.delete(key)) return;
    made.delete(key);
    const leave = async (): Promise<void> => {
      if (!(await quick.remove(bucket, key))) failed.push(key);
      else if (counts()) changes.deleted++;
    };
    const left = leave().finally(() => leaving.delete(left));
    leaving.add(left);
  };
  const write = (key: string): void => {
    server.put(bucket, key, "again");
    there.add(key);
    if (counts()) changes.written++;
    if (stands.has(key) || passing.has(key)) return;
    made.add(key);
    // The bucket is to stay about as large as it was.
    const [oldest] = made;
    if (oldest !== undefined && made.size > keys.length / 4) remove(oldest);
  };
  const toggle = (key: string | undefined): void => {
    if (key === undefined) return;
    if (there.has(key) && !stands.has(key)) remove(key);
    else write(key);
  };
  const toggleAll = (all: readonly string[]): void => {
    const isThere = all.some((key) => there.has(key) && !stands.has(key));
    for (const key of all) {
      if (isThere) remove(key);
      else write(key);
    }
  };

  return {
    standing,
    changes,
    /** A key changes, or the place right before it, or right behind it, or the next key there is that may go. */
    stir(key: string): void {
      const next = (): string | undefined => possible.find((one) => there.has(one) && compareKeys(one, key) > 0);
      toggle(pick([justBefore(key), key, justBehind(key), next()]));
    },
    /** Something changes anywhere: all of a folder or some keys in a row, a folder that was not there, an end, or one key. */
    change(): void {
      const key = pick(keys);
      const folder = madeFolder(key);
      const ends = [justBefore(keys[0] as string), keys[0], keys.at(-1), justBehind(keys.at(-1) as string)];
      const kind = below(6);
      if (kind === 0) toggleAll(pick(groups));
      else if (kind === 1) toggleAll(["0", "1", "x/y", "z"].map((name) => folder + name));
      else if (kind === 2) toggle(pick(ends));
      else toggle(pick(possible));
    },
    /** Waits for what is being deleted. @throws if any of it was not */
    async close(): Promise<void> {
      await Promise.all(leaving);
      quick.close();
      if (failed.length > 0) throw new Error(`not deleted: ${JSON.stringify(failed)}`);
    },
  };
};
