import type { Stats } from "node:fs";
import { lstat, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { S3Error, shown } from "../error";
import { codeOf } from "../to-error";

/** What stands at a path, a link itself and not what it leads to; undefined for nothing. */
export const standing = (path: string): Promise<Stats | undefined> =>
  lstat(path).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  });

/** What is refused because of a symbolic link that stands below the target. */
export const throughLink = (path: string): S3Error =>
  new S3Error(
    "UnsafePath",
    `${shown(path)} is a symbolic link, which may lead out of the target: nothing was written through it; take the link away, or name the folder it leads to as target`,
  );

/** What is refused because a file is where a folder is needed, or the other way round. */
export const inTheWay = (path: string, needed: "file" | "folder"): S3Error => {
  const there = needed === "file" ? "a folder" : "a file";
  const text = `${shown(path)} is ${there}, and a ${needed} of this name is needed: the store can have both, a disk cannot; rename one of them`;
  return new S3Error("NameClash", text);
};

/**
 * Sees to it that each folder of a path below `root` is there and is a folder of its own, no link.
 * @param make whether missing ones are made
 * @returns the folder's path, or undefined if it is not there
 * @throws UnsafePath for a link, NameClash for a file where a folder must be
 */
export const folderIn = async (root: string, names: readonly string[], make: boolean): Promise<string | undefined> => {
  let path = root;
  for (const name of names) {
    path = join(path, name);
    let there = await standing(path);
    if (!there) {
      if (!make) return undefined;
      await mkdir(path).catch((error: unknown) => {
        // Another file's download made it meanwhile, or something else took its place: looked at now.
        if (codeOf(error) !== "EEXIST") throw error;
      });
      there = await standing(path);
    }
    if (there?.isSymbolicLink()) throw throughLink(path);
    if (!there?.isDirectory()) throw inTheWay(path, "folder");
  }
  return path;
};
