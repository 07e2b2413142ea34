import { setMaxListeners } from "node:events";
import type { Share } from "./allowance";
import { type Arriving, arriving } from "./arriving";
import { createGain } from "./gain";
import { createPartPool } from "./part-pool";
import { type Fetch, readBytes } from "./read-bytes";

/** Bytes of one range. */
export const rangeSize = 2 * 1024 * 1024;

/** Bytes of one download that are held, or under way, at a time. */
const window = 24 * 1024 * 1024;

/** A range that is fetched ahead. */
export interface Range extends Arriving {
  /** Bytes of other ranges that came while this one was fetched: what it failed with may be its own trouble alone. */
  readonly others: number;
  /** Its bytes are handed out. */
  over(): void;
}

/** The ranges of one download that are fetched ahead, in order. */
export interface Ahead {
  /** Where the first of them starts; undefined when there is none. */
  readonly from: number | undefined;
  /** The first of them: its bytes are here, or coming. */
  readonly first: Range | undefined;
  /** Takes the first away. */
  shift(): Range | undefined;
  /** Starts as many as may be started now. */
  fill(): void;
  /** Whether they bring nothing that one answer would not bring as well. */
  readonly vain: boolean;
  /** Ends all of them, at once. */
  cancel(): void;
}

/**
 * Fetches ranges ahead, from a place in a download on.
 * @param rate bytes per ms that the one answer brings
 */
export const fetchAhead = (fetch: Fetch, from: number, size: number, rate: number, signal: AbortSignal): Ahead => {
  const { allowance } = fetch.context.connection;
  const stop = new AbortController();
  const ending = AbortSignal.any([signal, stop.signal]);
  setMaxListeners(0, ending);
  const gain = createGain(rate);
  const pool = createPartPool();
  const ranges: (Range & { from: number })[] = [];
  const shares = new Set<Share>();
  let next = from;
  let underWay = 0;
  let held = 0;
  let received = 0;
  let failed = false;

  const start = (until: number, share: Share): void => {
    const at = next;
    let own = 0;
    const before = received;
    const onBytes = (count: number): void => {
      own += count;
      received += count;
      gain.got(count);
    };
    const onEnd = (whole: boolean): void => {
      underWay--;
      // What one of them failed with, the next ones would meet too.
      failed ||= !whole;
      share.arrived();
      fill();
    };
    underWay++;
    held += until - at;
    shares.add(share);
    const whole = pool.take(rangeSize);
    const coming = arriving(readBytes(fetch, { from: at, until }, ending), whole, onBytes, onEnd);
    ranges.push({
      ...coming,
      from: at,
      get others() {
        return received - before - own;
      },
      over() {
        if (!shares.delete(share)) return;
        held -= until - at;
        pool.give(whole);
        share.freed();
      },
    });
  };

  const fill = (): void => {
    while (!failed && !ending.aborted && !gain.vain && next < size && underWay < gain.lanes) {
      const until = Math.min(next + rangeSize, size);
      if (held + until - next > window) return;
      const share = allowance.take(until - next);
      if (!share) return;
      start(until, share);
      next = until;
    }
  };

  fill();
  return {
    get from() {
      return ranges[0]?.from;
    },
    get first() {
      return ranges[0];
    },
    get vain() {
      return gain.vain;
    },
    shift: () => ranges.shift(),
    fill,
    cancel() {
      stop.abort();
      for (const share of shares) share.freed();
      shares.clear();
    },
  };
};
