import type { Dirent, Stats } from "node:fs";
import { lstat, opendir } from "node:fs/promises";
import { join } from "node:path";
import { withFile } from "./local-error";
import { isPartName } from "./part-name";

/** A file of the disk, below the folder that was walked. */
export interface Found {
  /** Names of the folders to it, and its own. */
  segments: readonly string[];
  path: string;
  stats: Stats;
}

/** Such a name is not UTF-8 on the disk, and what Node.js makes of it finds another file, or none. */
const unreadable = (name: string): boolean => name.includes("\ufffd");

/**
 * The regular files below a folder. Links are not followed, and neither they nor devices are among them; nor are this
 * node's own temporary files.
 * @throws what keeps a folder from being read: a walk that ends without an error is whole
 */
export async function* filesBelow(
  root: string,
  signal: AbortSignal,
  segments: readonly string[] = [],
): AsyncGenerator<Found, void, undefined> {
  const folders: Dirent[] = [];
  const folder = join(root, ...segments);
  for await (const entry of await withFile(folder, () => opendir(folder))) {
    signal.throwIfAborted();
    if (unreadable(entry.name) || isPartName(entry.name)) continue;
    // Later: folders that are open at the same time would be as many as they are deep.
    if (entry.isDirectory()) folders.push(entry);
    if (!entry.isFile()) continue;
    const path = join(folder, entry.name);
    const stats = await lstat(path).catch(() => undefined);
    if (stats?.isFile()) yield { segments: [...segments, entry.name], path, stats };
  }
  for (const { name } of folders) yield* filesBelow(root, signal, [...segments, name]);
}
