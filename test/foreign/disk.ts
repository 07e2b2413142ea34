/** Files of the disk, for checks of whole folders. */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { sameBytes, sameKeys } from "./samples";

/** The paths of the files below a folder. */
export const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => statSync(join(folder, path)).isFile());

/** Writes a file, making its folders. */
export const put = (folder: string, path: string, bytes: Buffer): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), bytes);
};

/** Throws unless the folder holds these files, and nothing else. */
export const sameFiles = (folder: string, wanted: ReadonlyMap<string, Buffer>): void => {
  sameKeys(filesBelow(folder), [...wanted.keys()]);
  for (const [path, bytes] of wanted) sameBytes(readFileSync(join(folder, path)), bytes);
};

const timeOf = (folder: string, path: string): bigint => statSync(join(folder, path), { bigint: true }).mtimeNs;

/**
 * Throws unless the files of a folder have the times of those of another.
 * @param unit of ns, in which they are compared
 */
export const sameTimes = (folder: string, other: string, unit: bigint): void => {
  const paths = filesBelow(other);
  const wrong = paths.filter((path) => timeOf(folder, path) / unit !== timeOf(other, path) / unit);
  const [first] = wrong;
  if (first === undefined) return;
  const told = `${timeOf(folder, first)} instead of ${timeOf(other, first)}`;
  throw new Error(`${wrong.length} of ${paths.length} times differ: ${JSON.stringify(first)} has ${told}`);
};
