import { setMaxListeners } from "node:events";

const listeners = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls `listener` once when the signal is aborted, unless it was taken back before. For signals that many requests listen
 * to one after the other: Node.js links its listeners with one another, and as soon as V8 takes one that is long over for
 * old, all that come after it, with the answers that they hold, are old too.
 * @returns takes it back
 */
export const onAbort = (signal: AbortSignal, listener: () => void): (() => void) => {
  let all = listeners.get(signal);
  if (!all) {
    const own = new Set<() => void>();
    all = own;
    listeners.set(signal, own);
    setMaxListeners(0, signal);
    signal.addEventListener(
      "abort",
      () => {
        for (const one of own) one();
        own.clear();
      },
      { once: true },
    );
  }
  const own = all;
  own.add(listener);
  return () => void own.delete(listener);
};
