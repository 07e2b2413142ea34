import { setTimeout as pause } from "node:timers/promises";
import type { Context } from "./operation";
import { isOfStore, isThrottled } from "./throttling";

/** How long work on many objects outlasts throttling, as piece by piece goes on. */
export interface Patience {
  /** The store has done a piece of it. */
  went(): void;
  /**
   * Whether what was begun then, and is throttled, is to be tried again: something went, and not too long ago; or nothing yet,
   * and it is a store that says so.
   * @param error that the request ended with; none where its answer told of keys
   */
  lasts(begun: number, error?: unknown): boolean;
  /** The work has failed: nothing is waited for any more. */
  end(): void;
}

/**
 * How many of the connection's timeouts go by until a store is given up that does nothing but throttle: once it has done
 * something, and from the first.
 */
const [onceItWent, fromTheFirst] = [5, 1];

export const createPatience = ({ connection }: Context): Patience => {
  const timeout = connection.settings.timeout * 1000;
  let wentLast: number | undefined;
  let ended = false;
  return {
    went() {
      wentLast = performance.now();
    },
    lasts(begun, error) {
      if (ended) return false;
      const now = performance.now();
      if (wentLast !== undefined) return now - Math.max(begun, wentLast) < onceItWent * timeout;
      return (error === undefined || isOfStore(error)) && now - begun < fromTheFirst * timeout;
    },
    end() {
      ended = true;
    },
  };
};

/**
 * A pause after so many attempts, each time longer, as chance will have it.
 * @throws the signal's reason when it is aborted; with `stop` aborted it ends early
 */
export const rest = async (signal: AbortSignal, attempt: number, stop?: AbortSignal): Promise<void> => {
  const ends = stop ? AbortSignal.any([signal, stop]) : signal;
  await pause(Math.random() * 200 * 2 ** Math.min(attempt, 6), undefined, { signal: ends }).catch(() => {});
  if (signal.aborted) throw signal.reason;
};

/** Asks, and again after the attempts of one request are used up, while there is nothing but throttling, and patience. */
export const outlast = async <T>({ signal }: Context, patience: Patience, ask: () => Promise<T>): Promise<T> => {
  const begun = performance.now();
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await ask();
      patience.went();
      return answer;
    } catch (error) {
      if (!isThrottled(error) || !patience.lasts(begun, error)) throw error;
    }
    await rest(signal, attempt);
  }
};
