import { realpath, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { S3Error, shown } from "../error";
import { nameOf } from "../key";
import type { Context } from "../operation";
import { inTheWay } from "./folders";
import { withFile } from "./local-error";
import { localPath } from "./local-path";
import { safeSegments } from "./safe-segments";

/** Where a file is to go. */
export interface FileTarget {
  /** The folder, without links in its path where it is there. Everything in it that is one is refused. */
  root: string;
  /** Names of the folders below it, and of the file. */
  segments: readonly string[];
}

const kindOf = (path: string): Promise<"folder" | "other" | undefined> =>
  stat(path).then(
    (stats) => (stats.isDirectory() ? "folder" : "other"),
    (error: { code?: string }) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    },
  );

/** The folder that a path is, links followed as its author may have meant: what is not there yet has none. */
const followed = async (path: string): Promise<string> =>
  realpath(path).catch(async (error: { code?: string }) => {
    if (error.code !== "ENOENT" || dirname(path) === path) throw error;
    return join(await followed(dirname(path)), basename(path));
  });

/**
 * The folder that objects are downloaded into.
 * @throws NameClash for a file
 */
export const folderTarget = (context: Context, target: string): Promise<string> => {
  const path = localPath(context, target, "target");
  return withFile(path, async () => {
    if ((await kindOf(path)) === "other") throw inTheWay(path, "folder");
    return followed(path);
  });
};

/** Whether a target says by itself that it is a folder. */
const endsAsFolder = (target: string): boolean =>
  /[/\\]$/.test(target) && (target.endsWith("/") || process.platform === "win32");

const whole = (root: string, segments: string[]) => ({ root, segments, file: join(root, ...segments) });

/**
 * The file that one object is downloaded to: in a folder, which is there or ends with a slash, under its own name.
 * @throws UnsafePath if its name is none for a file
 */
export const fileTarget = async (
  context: Context,
  path: string,
  target: string,
): Promise<FileTarget & { file: string }> => {
  const to = localPath(context, target, "target");
  const folder = endsAsFolder(target) || (await withFile(to, () => kindOf(to))) === "folder";
  if (folder) return whole(await folderTarget(context, target), safeSegments(nameOf(path)));
  const root = dirname(to);
  if (root === to) throw new S3Error("NotAFile", `${shown(target)} is the root of the disk; name a file`);
  return whole(await folderTarget(context, root), [basename(to)]);
};
