interface Listeners {
  all: Set<() => void>;
  /** The one that the signal itself has, while there are others. */
  call(): void;
}

const listenersOf = new WeakMap<AbortSignal, Listeners>();

const create = (): Listeners => {
  const all = new Set<() => void>();
  return {
    all,
    call() {
      for (const one of [...all]) one();
      all.clear();
    },
  };
};

/**
 * Calls `listener` once when the signal is aborted, unless it was taken back before. For signals that many requests listen
 * to one after the other: Node.js links its listeners with one another, and as soon as V8 takes one that is long over for
 * old, all that come after it, with the answers that they hold, are old too. With nobody left, the signal has no listener: one
 * of several signals that has one is held by Node.js until it is aborted.
 * @returns takes it back
 */
export const onAbort = (signal: AbortSignal, listener: () => void): (() => void) => {
  const own = listenersOf.get(signal) ?? create();
  listenersOf.set(signal, own);
  if (own.all.size === 0) signal.addEventListener("abort", own.call, { once: true });
  own.all.add(listener);
  return () => {
    if (own.all.delete(listener) && own.all.size === 0) signal.removeEventListener("abort", own.call);
  };
};
