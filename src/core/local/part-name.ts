import { createHash, randomBytes } from "node:crypto";
import { hostname } from "node:os";

/** Which object a temporary file holds a part of. */
export interface PartOf {
  /** The file's name in its folder. */
  name: string;
  /** The object's ETag: another version of it is another file. */
  etag: string;
  size: number;
}

/** What the name of a temporary file tells. */
interface PartName {
  file: string;
  version: string;
  host: string;
  pid: number;
}

const short = (text: string, length: number): string =>
  createHash("sha256").update(text).digest("hex").slice(0, length);

const pattern = /^\.s3-([0-9a-f]{12})-([0-9a-f]{12})-([0-9a-f]{6})-(\d{1,10})-[0-9a-f]{8}\.part$/;

const here = short(hostname(), 6);

/** Those that this process is writing. */
const active = new Set<string>();

/**
 * A new name, of the same length for every file, so that a name which just fits fits too. It is `active` until released.
 */
export const newPartName = ({ name, etag, size }: PartOf): string => {
  const version = short(`${size} ${etag}`, 12);
  const part = `.s3-${short(name, 12)}-${version}-${here}-${process.pid}-${randomBytes(4).toString("hex")}.part`;
  active.add(part);
  return part;
};

/** Says that nobody in this process writes a file of this name any more. */
export const releasePartName = (part: string): void => void active.delete(part);

/** Whether a name is that of a temporary file: no object may be written to one, and none counts as a file of the user's. */
export const isPartName = (name: string): boolean => pattern.test(name.toLowerCase());

const read = (name: string): PartName | undefined => {
  const [, file, version, host, pid] = pattern.exec(name) ?? [];
  return pid === undefined ? undefined : ({ file, version, host, pid: Number(pid) } as PartName);
};

const runs = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code !== "ESRCH";
  }
};

/** How long a temporary file of another machine must have been left alone, in ms: nothing tells whether its writer lives. */
const patience = 24 * 60 * 60 * 1000;

/**
 * Whether a name is that of a temporary file that was left behind: its writer is gone.
 * @param modified when the file was last written, in ms
 * @returns undefined if it is not, or for another file than `name`; else whether it holds the same version of the object
 */
export const leftBehind = (
  part: string,
  { name, etag, size }: PartOf,
  modified: number,
): "same" | "other" | undefined => {
  const told = read(part);
  if (!told || told.file !== short(name, 12)) return undefined;
  const mine = told.pid === process.pid;
  const abandoned = told.host !== here ? Date.now() - modified > patience : mine ? !active.has(part) : !runs(told.pid);
  if (!abandoned) return undefined;
  return told.version === short(`${size} ${etag}`, 12) ? "same" : "other";
};
