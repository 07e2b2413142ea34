import { AsyncLocalStorage } from "node:async_hooks";
import type { ChildProcess } from "node:child_process";
import { subscribe } from "node:diagnostics_channel";
import { readFileSync } from "node:fs";

/** The programs that some work has started, which may be none of its own: the SDK runs that of a profile without an end. */
export interface Programs {
  /** Does work; what it starts is known from then on. */
  watch<T>(work: () => Promise<T>): Promise<T>;
  /** Ends all that run, and what these have started. */
  end(): void;
  /** Resolves when none runs any more. */
  over(): Promise<void>;
}

const running = new AsyncLocalStorage<Set<ChildProcess>>();

/** How much work is watched. */
let watched = 0;

/** In Node.js 20, what follows asynchronous work costs each promise of the process time: it is followed for as long as is needed. */
const watchOne = async <T>(programs: Set<ChildProcess>, work: () => Promise<T>): Promise<T> => {
  watched++;
  try {
    return await running.run(programs, work);
  } finally {
    if (--watched === 0) running.disable();
  }
};

subscribe("child_process", (message) => {
  const { process: child } = message as { process: ChildProcess };
  const programs = running.getStore();
  if (!programs) return;
  programs.add(child);
  // One that could not be started has no other end.
  for (const event of ["close", "error"]) child.once(event, () => programs.delete(child));
});

/** A shell waits for what it has started, and that would go on without it. Told on Linux alone. */
const startedBy = (pid: number): number[] => {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
};

const kill = (pid: number): void => {
  const started = startedBy(pid);
  try {
    // What hangs may not heed anything else.
    process.kill(pid, "SIGKILL");
  } catch {
    // It is over.
  }
  started.forEach(kill);
};

/** Knows of none at first. */
export const createPrograms = (): Programs => {
  const programs = new Set<ChildProcess>();
  return {
    watch: (work) => watchOne(programs, work),
    end() {
      for (const { pid } of programs) if (pid !== undefined) kill(pid);
    },
    async over() {
      await Promise.all(
        [...programs].map(
          (child) => new Promise<void>((resolve) => void child.once("close", resolve).once("error", () => resolve())),
        ),
      );
    },
  };
};
