import { randomBytes } from "node:crypto";
import { open, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { standing } from "./folders";

/** Which names a file system takes for the same. */
export interface Folding {
  /** `A` and `a`: Windows, macOS, and folders of Linux that are set so. */
  letters: boolean;
  /** `é` as one character and as two: macOS. */
  accents: boolean;
}

/** Whether a file is found by another name, too. */
type Found = (folder: string, name: string, other: string) => Promise<boolean>;

/** Looks with a file of its own, which is gone afterwards. */
const byProbe: Found = async (folder, name, other) => {
  const path = join(folder, name);
  await (await open(path, "wx")).close();
  try {
    return (await standing(join(folder, other))) !== undefined;
  } finally {
    await unlink(path).catch(() => {});
  }
};

/**
 * Finds out which names a folder takes for the same.
 * @param folder is there, and may be written
 */
export const probeFolding = async (folder: string, found: Found = byProbe): Promise<Folding> => {
  const name = `.s3-probe-${randomBytes(8).toString("hex")}`;
  return {
    letters: await found(folder, `${name}-a`, `${name}-A`),
    accents: await found(folder, `${name}-\u00e9`, `${name}-e\u0301`),
  };
};

/**
 * Guesses the same without writing anything: by whether the folder itself, or the next one above that is there, is
 * found in other letters.
 */
export const guessFolding = async (folder: string): Promise<Folding> => {
  const mac = process.platform === "darwin";
  for (let path = folder; ; path = dirname(path)) {
    const name = basename(path);
    const other = name === name.toUpperCase() ? name.toLowerCase() : name.toUpperCase();
    const there = other === name ? undefined : await standing(path).catch(() => undefined);
    if (there) {
      const twin = await standing(join(dirname(path), other)).catch(() => undefined);
      return { letters: twin?.ino === there.ino && twin.dev === there.dev, accents: mac };
    }
    if (dirname(path) === path) return { letters: mac || process.platform === "win32", accents: mac };
  }
};

/** The same text for all names that are the same to the file system. */
export const folder = ({ letters, accents }: Folding): ((name: string) => string) => {
  const composed = accents ? (name: string) => name.normalize("NFC") : (name: string) => name;
  // Upper case first: some letters have two small forms, such as the final sigma.
  return letters ? (name) => composed(name).toUpperCase().toLowerCase() : composed;
};

/**
 * Finds paths that would be one on the disk though the store has several, such as `A/b` and `a/c`. Holds nothing where the
 * file system folds nothing.
 * @returns the path that came before and is the same up to the returned length, or undefined
 */
export const clashFinder = (folding: Folding): ((segments: readonly string[]) => string | undefined) => {
  if (!folding.letters && !folding.accents) return () => undefined;
  const fold = folder(folding);
  const spelled = new Map<string, string>();
  return (segments) => {
    for (let length = 1; length <= segments.length; length++) {
      const path = segments.slice(0, length).join("/");
      const before = spelled.get(fold(path));
      if (before === undefined) spelled.set(fold(path), path);
      else if (before !== path) return before;
    }
    return undefined;
  };
};
