import type { NodeMessage } from "node-red";

/** One run, which a message may end early. */
interface Stop {
  signal: AbortSignal;
  close(): void;
}

/** The runs of a node that a message with `msg.reset` ends where they are: those under way, and those that wait. */
export interface Stops {
  /** @param sequence the id of the sequence that the run is for */
  open(sequence?: unknown): Stop;
  /**
   * Takes a message that ends them; false for one that asks for something.
   * @param sequence only the run for the sequence with this id
   */
  take(msg: NodeMessage, sequence?: unknown): boolean;
}

export const createStops = (): Stops => {
  const running = new Map<AbortController, unknown>();
  return {
    open(sequence) {
      const controller = new AbortController();
      running.set(controller, sequence);
      return { signal: controller.signal, close: () => void running.delete(controller) };
    },
    take(msg, sequence) {
      if (!(msg as { reset?: unknown }).reset) return false;
      for (const [controller, own] of running) if (sequence === undefined || own === sequence) controller.abort();
      return true;
    },
  };
};
