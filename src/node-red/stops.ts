import type { NodeMessage } from "node-red";

/** One run, which a message may end early. */
interface Stop {
  signal: AbortSignal;
  close(): void;
}

/** The runs of a node that a message with `msg.reset` ends where they are: those under way, and those that wait. */
export interface Stops {
  open(): Stop;
  /** Takes a message that ends them; false for one that asks for something. */
  take(msg: NodeMessage): boolean;
}

export const createStops = (): Stops => {
  const running = new Set<AbortController>();
  return {
    open() {
      const controller = new AbortController();
      running.add(controller);
      return { signal: controller.signal, close: () => void running.delete(controller) };
    },
    take(msg) {
      if (!(msg as { reset?: unknown }).reset) return false;
      for (const controller of running) controller.abort();
      return true;
    },
  };
};
