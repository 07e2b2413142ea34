import { link, open, rename, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { numbered } from "../renaming";
import { codeOf } from "../to-error";
import { standing } from "./folders";

/** What file systems without hard links say: FAT, some network shares, Android. */
const noLinks = new Set([
  "EPERM",
  "ENOTSUP",
  "EOPNOTSUPP",
  "ENOSYS",
  "EMLINK",
  "EACCES",
  "EINVAL",
  "UNKNOWN",
  "EISDIR",
]);

/** Takes a name by creating an empty file of it, which only one of many can, and puts the file in its place. */
const placeByReserving = async (from: string, to: string): Promise<boolean> => {
  try {
    await (await open(to, "wx")).close();
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
  try {
    await rename(from, to);
  } catch (error) {
    await unlink(to).catch(() => {});
    throw error;
  }
  return true;
};

/**
 * Gives a whole file its name, unless something has it already: of several at once, exactly one gets it.
 * @param links makes the second name that is the deciding step; a spec has it fail
 * @returns whether it got the name; if not, `from` is still there
 */
export const placeNew = async (from: string, to: string, links: typeof link = link): Promise<boolean> => {
  try {
    await links(from, to);
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    if (!noLinks.has(codeOf(error))) throw error;
    return placeByReserving(from, to);
  }
  await unlink(from);
  return true;
};

/** Gives a whole file its name, in place of the file that has it. */
export const placeOver = (from: string, to: string): Promise<void> => rename(from, to);

/** How many numbers are tried. */
const tries = 1000;

/** The first name of `name`, `name (1)`, … that nothing has. For a dry run; who writes must `placeFree`. */
export const freeName = async (path: string): Promise<string | undefined> => {
  for (let n = 0; n < tries; n++) {
    const to = n === 0 ? path : join(dirname(path), numbered(basename(path), n));
    if (!(await standing(to))) return to;
  }
  return undefined;
};

/**
 * Gives a whole file its name, or the first of `name (1).ext`, `name (2).ext` … that nothing has.
 * @returns the path it got, undefined if a thousand are taken
 */
export const placeFree = async (from: string, to: string, links?: typeof link): Promise<string | undefined> => {
  for (let n = 0; n < tries; n++) {
    const path = n === 0 ? to : await freeName(to);
    if (path === undefined) return undefined;
    // Whoever was quicker has that name now: the next round finds another.
    if (await placeNew(from, path, links)) return path;
  }
  return undefined;
};
