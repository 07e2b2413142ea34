import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const parentOf = (pid: number): number => {
  try {
    // "pid (name) state ppid …": the name may hold anything, so the last bracket is looked for.
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    try {
      return Number(execFileSync("ps", ["-o", "ppid=", "-p", String(pid)], { encoding: "utf8" }));
    } catch {
      return 0;
    }
  }
};

const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
};

/**
 * Calls back once when npm, or the shell it started us in, is gone. npm hands signals on to the shell, which dies of
 * them without telling us; killed outright, npm tells nobody. Without npm above us, there is nothing to watch.
 */
export const whenNpmIsGone = (gone: () => void): void => {
  if (!process.env.npm_lifecycle_event) return;
  const shell = process.ppid;
  const watched = [shell, parentOf(shell)].filter((pid) => pid > 1);
  const timer = setInterval(() => {
    if (process.ppid === shell && watched.every(lives)) return;
    clearInterval(timer);
    gone();
  }, 500);
  timer.unref();
};
