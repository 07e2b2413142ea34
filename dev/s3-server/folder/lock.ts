/** One server a folder: a file that names the process that has it. */
import { linkSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FolderError } from "./folder-error";

export const LOCK = "lock";

interface Holder {
  pid: number;
  /** when the process began, in the machine's own measure; 0 where that is not told */
  began: number;
}

/** Folders that this process has. */
const held = new Set<string>();

/**
 * Takes the folder for this process; the function it returns gives it back. A lock whose process is gone is taken over.
 * Throws a FolderError when another server has it.
 */
export function lockFolder(folder: string): () => void {
  const real = realpathSync(folder);
  const file = join(real, LOCK);
  const own: Holder = { pid: process.pid, began: beginOf(process.pid) };
  if (held.has(real)) throw inUse(folder, own.pid, file);
  while (!tryWrite(file, own)) {
    const holder = readHolder(file);
    if (holder && lives(holder)) throw inUse(folder, holder.pid, file);
    removeStale(file, holder);
  }
  held.add(real);
  return () => {
    if (!held.delete(real)) return;
    rmSync(file, { force: true });
  };
}

function inUse(folder: string, pid: number, file: string): FolderError {
  return new FolderError(
    `The folder ${folder} is in use by another server (process ${pid}); end it first. If there is none, remove ${file}`,
  );
}

function tryWrite(file: string, own: Holder): boolean {
  // linked, not written, into its place: nobody can find it half written
  const mine = `${file}.${own.pid}`;
  writeFileSync(mine, JSON.stringify(own), { mode: 0o600 });
  try {
    linkSync(mine, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(mine, { force: true });
  }
}

function readHolder(file: string): Holder | undefined {
  try {
    const { pid, began } = JSON.parse(readFileSync(file, "utf8"));
    return Number.isInteger(pid) && pid > 0 ? { pid, began: Number(began) } : undefined;
  } catch {
    return undefined;
  }
}

function removeStale(file: string, stale: Holder | undefined): void {
  // moved away before it goes: another server may have taken it over since it was read
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  const found = readHolder(aside);
  if (JSON.stringify(found) !== JSON.stringify(stale)) linkSync(aside, file);
  rmSync(aside, { force: true });
}

/** A process id is given away again, after a restart of the machine often: the time of its begin tells them apart. */
function lives({ pid, began }: Holder): boolean {
  // without that time, a lock of our own id that we do not hold is one of an earlier process
  if (pid === process.pid) return began !== 0 && began === beginOf(pid);
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  const begin = beginOf(pid);
  return began === 0 || begin === 0 || begin === began;
}

/** Field 22 of /proc/PID/stat: the begin of a process in clock ticks since the boot (proc(5)). */
function beginOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]);
  } catch {
    return 0;
  }
}
