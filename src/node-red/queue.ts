import { S3Error } from "../core/error";
import { createGate } from "../core/gate";

/** Messages of a node that wait their turn, at most. */
export const longestQueue = 10_000;

/** Runs work in order where it must be, side by side where it may be. */
export interface Queue {
  /** Takes a place at the door, or throws `QueueFull`. The place is given up when `run` starts the work. */
  admit(): Ticket;
}

export interface Ticket {
  /**
   * Runs the work when all earlier work with one of the same `paths` is done.
   * @param unbounded the work waits for further messages, so that it must not keep others out
   */
  run<T>(paths: readonly string[], signal: AbortSignal, unbounded: boolean, work: () => Promise<T>): Promise<T>;
  /** Gives the place up without any work. */
  leave(): void;
}

/** @param width how much work runs side by side */
export const createQueue = (width: number): Queue => {
  const gate = createGate(width);
  const tails = new Map<string, Promise<void>>();
  let waiting = 0;

  const admit = (): Ticket => {
    if (waiting >= longestQueue) {
      const text = `${longestQueue} messages wait at this node already: send them more slowly, or raise In flight in the connection`;
      throw new S3Error("QueueFull", text, { retryable: true });
    }
    waiting++;
    let here = true;
    const leave = (): void => {
      if (here) waiting--;
      here = false;
    };
    return {
      leave,
      async run(paths, signal, unbounded, work) {
        const before = paths.map((path) => tails.get(path));
        let finish: () => void = () => {};
        const mine = new Promise<void>((resolve) => {
          finish = resolve;
        });
        for (const path of paths) tails.set(path, mine);
        let exit = (): void => {};
        try {
          await Promise.all(before);
          if (!unbounded) exit = await gate.enter(signal);
          if (signal.aborted) throw signal.reason;
          leave();
          return await work();
        } finally {
          leave();
          exit();
          finish();
          for (const path of paths) if (tails.get(path) === mine) tails.delete(path);
        }
      },
    };
  };
  return { admit };
};
