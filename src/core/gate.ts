import { onAbort } from "./on-abort";

/** Lets at most so many through at a time, in the order in which they came. */
export interface Gate {
  /** Waits for a place. Rejects with the signal's reason when it is aborted meanwhile. Call the result to leave. */
  enter(signal?: AbortSignal): Promise<() => void>;
  /** How many are inside. */
  readonly inside: number;
}

/** @param limit places, 1 or more */
export const createGate = (limit: number): Gate => {
  let inside = 0;
  const waiting: (() => void)[] = [];
  const leaving = (): (() => void) => {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      inside--;
      waiting.shift()?.();
    };
  };
  return {
    get inside() {
      return inside;
    },
    enter(signal) {
      if (signal?.aborted) return Promise.reject(signal.reason);
      if (inside < limit) {
        inside++;
        return Promise.resolve(leaving());
      }
      return new Promise((resolve, reject) => {
        const admit = () => {
          forget?.();
          inside++;
          resolve(leaving());
        };
        const abort = () => {
          const at = waiting.indexOf(admit);
          if (at >= 0) waiting.splice(at, 1);
          reject(signal?.reason);
        };
        waiting.push(admit);
        const forget = signal && onAbort(signal, abort);
      });
    },
  };
};
