import { setTimeout as pause } from "node:timers/promises";
import type { Context } from "./operation";
import { isThrottled } from "./throttling";

/** How long work on many objects outlasts throttling, as piece by piece goes on. */
export interface Patience {
  /** The store has done a piece of it. */
  went(): void;
  /** Whether a request that was begun then, and is throttled, is to be sent again: something went, and not too long ago. */
  lasts(begun: number): boolean;
  /** The work has failed: nothing is waited for any more. */
  end(): void;
}

/** How often the connection waits for its timeout until it gives up a store that does nothing but throttle. */
const timeouts = 5;

/** Of work that has just begun nothing went: a store that refuses everything fails as quickly as anywhere. */
export const createPatience = ({ connection }: Context): Patience => {
  const most = timeouts * connection.settings.timeout * 1000;
  let wentLast: number | undefined;
  let ended = false;
  return {
    went() {
      wentLast = performance.now();
    },
    lasts: (begun) => !ended && wentLast !== undefined && performance.now() - Math.max(begun, wentLast) < most,
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
      if (!isThrottled(error) || !patience.lasts(begun)) throw error;
    }
    await rest(signal, attempt);
  }
};
