import { constants } from "node:fs";
import { type FileHandle, lstat, open, readdir, rename, unlink } from "node:fs/promises";
import { join } from "node:path";
import { isPartName, leftBehind, newPartName, type PartOf, releasePartName } from "./part-name";

/** A temporary file beside the one that it will become. */
export interface Part {
  path: string;
  handle: FileHandle;
  /** Bytes that an interrupted download left in it. */
  left: number;
  /** Closes it and takes it away, unless it has its name by now (`placed`). */
  end(placed?: boolean): Promise<void>;
}

/** Names in a folder that may be temporary files, read once for all files of a run. */
export type PartsIn = (folder: string) => Promise<readonly string[]>;

export const partsFinder = (): PartsIn => {
  const known = new Map<string, Promise<readonly string[]>>();
  return (folder) => {
    const names = known.get(folder) ?? readdir(folder).then((all) => all.filter(isPartName));
    known.set(folder, names);
    return names;
  };
};

// Windows has no such flag, and no link that others may make.
const noFollow = constants.O_NOFOLLOW ?? 0;

const opened = async (folder: string, of: PartOf, rights: number | undefined, from?: string): Promise<Part> => {
  const name = newPartName(of);
  const path = join(folder, name);
  let handle: FileHandle | undefined;
  const end = async (placed = false): Promise<void> => {
    await handle?.close().catch(() => {});
    if (!placed) await unlink(path).catch(() => {});
    releasePartName(name);
  };
  try {
    // Whoever renames it has it: a second one finds nothing there.
    if (from !== undefined) await rename(join(folder, from), path);
    const create = from === undefined ? constants.O_CREAT | constants.O_EXCL : noFollow;
    handle = await open(path, constants.O_RDWR | create, rights ?? 0o666);
    // Nobody else could have made it.
    if (from === undefined) return { path, handle, left: 0, end };
    if (rights !== undefined) await handle.chmod(rights).catch(() => {});
    const { size, nlink } = await handle.stat();
    if (nlink > 1) throw new Error("it is another file too");
    return { path, handle, left: size, end };
  } catch (error) {
    await end();
    throw error;
  }
};

/**
 * Opens a temporary file in a folder: one that an interrupted download of the same version of the object left there, or
 * an empty one. What was left of other versions is taken away.
 * @param rights of the file that it will replace: who may not read that must not read this one either
 */
export const openPart = async (folder: string, of: PartOf, partsIn: PartsIn, rights?: number): Promise<Part> => {
  for (const name of await partsIn(folder)) {
    const path = join(folder, name);
    const there = await lstat(path).catch(() => undefined);
    if (!there?.isFile()) continue;
    const left = leftBehind(name, of, there.mtimeMs);
    if (left === "other") await unlink(path).catch(() => {});
    // Taken by somebody else, or not to be opened: then anew.
    const part = left === "same" ? await opened(folder, of, rights, name).catch(() => undefined) : undefined;
    if (part) return part;
  }
  return opened(folder, of, rights);
};
