import { S3Error } from "../core/error";
import { createGate } from "../core/gate";

/** Messages of a node that wait their turn, at most. */
export const longestQueue = 10_000;

/** Runs work in order where it must be, side by side where it may be. */
export interface Queue {
  /**
   * Takes a place at the door, or throws `QueueFull`. The place is given up when `run` starts the work.
   * @param joins it cannot run by itself, however many places are free
   */
  admit(joins?: boolean): Ticket;
}

export interface Ticket {
  /**
   * Runs the work when all earlier work with one of the same `paths` is done. Rejects with `QueueFull` where only now
   * that the paths are known it turns out that it would have to wait behind too many.
   * @param unbounded the work waits for further messages, so that it must not keep others out
   */
  run<T>(paths: readonly string[], signal: AbortSignal, unbounded: boolean, work: () => Promise<T>): Promise<T>;
  /** Gives the place up without any work. */
  leave(): void;
}

const full = (): S3Error => {
  const text = `${longestQueue} messages wait at this node already: send them more slowly, or raise In flight in the connection`;
  return new S3Error("QueueFull", text, { retryable: true });
};

/** @param width how much work runs side by side */
export const createQueue = (width: number): Queue => {
  const gate = createGate(width);
  const tails = new Map<string, Promise<void>>();
  /** At the door: they wait, or are on their way to `run`. */
  let waiting = 0;
  /** Those of them that came to `run`, and wait for a path or a place. */
  let blocked = 0;

  const admit = (joins = false): Ticket => {
    // So many of those at the door can run at once: they do not wait for anything but their parameters.
    const free = joins ? 0 : width - gate.inside;
    if (waiting >= longestQueue + free) throw full();
    waiting++;
    let here = true;
    let isBlocked = false;
    const leave = (): void => {
      if (here) waiting--;
      here = false;
      if (isBlocked) blocked--;
      isBlocked = false;
    };
    return {
      leave,
      async run(paths, signal, unbounded, work) {
        const before = paths.map((path) => tails.get(path)).filter((tail) => tail !== undefined);
        if (before.length > 0 || (!unbounded && gate.inside >= width)) {
          if (blocked >= longestQueue) {
            leave();
            throw full();
          }
          blocked++;
          isBlocked = true;
        }
        let finish: () => void = () => {};
        const mine = new Promise<void>((resolve) => {
          finish = resolve;
        });
        for (const path of paths) tails.set(path, mine);
        let exit = (): void => {};
        try {
          // Who need not wait takes its place in the same turn, so that the next one sees that it is taken.
          if (before.length > 0) await Promise.all(before);
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
