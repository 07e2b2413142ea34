import { createWindow } from "./window";

/** Lets at most so many through at a time, in the order in which they came. */
export interface Gate {
  /** Waits for a place. Rejects with the signal's reason when it is aborted meanwhile. Call the result to leave. */
  enter(signal?: AbortSignal): Promise<() => void>;
  /** How many are inside. */
  readonly inside: number;
}

/**
 * A window that keeps its width.
 * @param limit places, 1 or more
 */
export const createGate = (limit: number): Gate => {
  const window = createWindow(limit, limit);
  return {
    get inside() {
      return window.inside;
    },
    enter: async (signal) => (await window.enter(signal)).leave,
  };
};
