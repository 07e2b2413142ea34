import { realpath, rmdir, unlink } from "node:fs/promises";
import { homedir } from "node:os";
import { join, parse, sep } from "node:path";
import { invalid, S3Error, shown } from "../error";
import type { Filter } from "../filter";
import type { Context } from "../operation";
import { type Found, filesBelow } from "./files-below";
import { folderIn, standing } from "./folders";

/** Whether `inner` is `outer` or lies in it. */
const holds = (outer: string, inner: string): boolean =>
  inner === outer || inner.startsWith(outer.endsWith(sep) ? outer : outer + sep);

/**
 * Refuses to delete what is not on the other side in a folder that is surely not meant for that.
 * @throws InvalidParameter for the disk itself, and for what holds the home folder or one of the program's
 */
export const checkMirror = async (
  target: string,
  { workingDirectory, ownDirectory }: Pick<Context, "workingDirectory" | "ownDirectory">,
): Promise<void> => {
  const real = await realpath(target).catch(() => target);
  const kept = await Promise.all(
    [homedir(), process.cwd(), workingDirectory, ...(ownDirectory ? [ownDirectory] : [])].map((folder) =>
      realpath(folder).catch(() => folder),
    ),
  );
  if (real !== parse(real).root && !kept.some((folder) => holds(real, folder))) return;
  throw invalid(
    "target",
    `${shown(target)} holds more than a copy of a bucket, and Sync deletes what the bucket has not: name a folder of its own`,
  );
};

/**
 * The files below a folder that the other side has not.
 * @param has whether the other side has a file of these names
 * @param wanted only what matches may go; undefined for all
 */
export const extraFiles = async (
  root: string,
  has: (segments: readonly string[]) => boolean,
  wanted: Filter | undefined,
  signal: AbortSignal,
): Promise<Found[]> => {
  const extra: Found[] = [];
  if (!(await standing(root))) return extra;
  for await (const found of filesBelow(root, signal)) {
    if (has(found.segments) || (wanted && !wanted(found.segments.join("/")))) continue;
    extra.push(found);
  }
  return extra;
};

/**
 * Deletes a file, and the folders that are empty without it.
 * @param kept whether a folder of these names stays though it is empty
 * @throws UnsafePath, FileChanged, or what the file system says
 */
export const deleteExtra = async (
  root: string,
  { segments, path, stats }: Found,
  kept: (segments: readonly string[]) => boolean,
): Promise<void> => {
  const above = segments.slice(0, -1);
  // Since the walk, a folder may have become a link that leads elsewhere.
  if ((await folderIn(root, above, false)) === undefined) return;
  const there = await standing(path);
  if (!there) return;
  if (!there.isFile() || there.ino !== stats.ino || there.mtimeMs !== stats.mtimeMs) {
    throw new S3Error("FileChanged", `${shown(path)} has changed since it was looked at, and was left as it is`);
  }
  await unlink(path);
  for (let length = above.length; length > 0 && !kept(above.slice(0, length)); length--) {
    const gone = await rmdir(join(root, ...above.slice(0, length))).then(
      () => true,
      () => false,
    );
    if (!gone) return;
  }
};
