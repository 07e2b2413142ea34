import { setMaxListeners } from "node:events";
import { aborted, graceMs } from "../core/connection";

/** The work that a node has under way, so that it can be ended as a whole. */
export interface Jobs {
  /** Runs work under a signal of its own, which is aborted when the node closes, and by `abort`. Never rejects. */
  start(work: (signal: AbortSignal, abort: (reason: Error) => void) => Promise<void>): void;
  /** Aborts everything, and resolves when it has ended; after less than a second in any case. */
  close(): Promise<void>;
}

/** @param closing ends all work too: that of the connection */
export const createJobs = (closing: AbortSignal): Jobs => {
  const running = new Map<AbortController, Promise<void>>();
  const abortAll = (): void => {
    for (const controller of running.keys()) controller.abort(aborted());
  };
  closing.addEventListener("abort", abortAll, { once: true });
  return {
    start(work) {
      const controller = new AbortController();
      // Every request of the work listens, and the parts of an object are many.
      setMaxListeners(0, controller.signal);
      const abort = (reason: Error): void => controller.abort(reason);
      const job = work(controller.signal, abort).finally(() => running.delete(controller));
      running.set(controller, job);
    },
    async close() {
      closing.removeEventListener("abort", abortAll);
      abortAll();
      if (running.size === 0) return;
      let timer: NodeJS.Timeout | undefined;
      const grace = new Promise<void>((resolve) => {
        // What has given up its clearing up is to be seen to end.
        timer = setTimeout(resolve, graceMs + 100);
      });
      await Promise.race([Promise.allSettled([...running.values()]), grace]);
      clearTimeout(timer);
    },
  };
};
