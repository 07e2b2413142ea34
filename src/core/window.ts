import { onAbort } from "./on-abort";

/** A place for one request, which may be sent several times. */
export interface Place {
  /** The store asked to slow down: fewer requests go at a time. */
  throttled(): void;
  /** The request was answered as it should: perhaps more of them can go. */
  good(): void;
  /** The next one may enter. */
  leave(): void;
}

/** How many requests are under way at a time: more as long as the store keeps up, half as many when not. */
export interface Window {
  /** At present, a whole number; of less than one it is the share of the time in which one is under way. */
  readonly width: number;
  /** Requests that would enter at once. */
  readonly free: number;
  /** How many have entered and not left. */
  readonly inside: number;
  /** Waits for a place, in the order of coming. Rejects with the signal's reason when it is aborted meanwhile. */
  enter(signal?: AbortSignal): Promise<Place>;
}

/** At a width below one, each request is followed by a pause: of this many ms at a half, three times as many at a quarter. */
const pauseAtHalf = 10;

/** Good answers since it was halved, after which a window that may become less than one grows as quickly as any. */
const patience = 32;

/** So many good answers since the last halving, and it is not made less than so wide. */
const [mostlyGood, wide] = [8, 4];

const wholeOf = (width: number): number => Math.max(1, Math.floor(width + 1e-6));

/**
 * @param start its width at first
 * @param most its greatest width
 * @param least its least width; below one, it also grows the slower the shorter ago it was halved, as requests that are
 *   few and small are refused at a rate, and not for being many at a time
 */
export const createWindow = (start: number, most: number, least = 1): Window => {
  let width = Math.max(1, Math.min(start, most));
  let inside = 0;
  /** Good answers since it was halved, or since the beginning. */
  let good = 0;
  /** How often it was halved. */
  let halvings = 0;
  let leftLast = 0;
  let timer: NodeJS.Timeout | undefined;
  const waiting: (() => void)[] = [];
  /** How long nobody may enter, in ms. */
  const closedFor = (): number =>
    width < 1 ? leftLast + pauseAtHalf * (1 / width - 1) - performance.now() : Number.NEGATIVE_INFINITY;
  const admit = (): void => {
    while (timer === undefined && inside < wholeOf(width) && waiting.length > 0) {
      const pause = closedFor();
      if (pause > 0) {
        timer = setTimeout(() => {
          timer = undefined;
          admit();
        }, pause).unref();
        return;
      }
      inside++;
      waiting.shift()?.();
    }
  };
  const place = (): Place => {
    let left = false;
    // What was sent before a halving says nothing of the width since: of all that are throttled at once, one halves it.
    let sent = halvings;
    return {
      throttled() {
        if (sent === halvings) {
          // One of many that are answered well is of a part of the store, and the others go on.
          const floor = least < 1 && good >= mostlyGood ? Math.min(width, wide) : least;
          width = Math.max(floor, width / 2);
          if (least === 1) width = wholeOf(width);
          halvings++;
          good = 0;
        }
        sent = halvings;
      },
      good() {
        if (sent !== halvings) return;
        good++;
        const step = 1 / wholeOf(width);
        const isSlow = least < 1 && halvings > 0;
        width = Math.min(most, width + (isSlow ? Math.min(step, (width * good) / patience) : step));
        admit();
      },
      leave() {
        if (left) return;
        left = true;
        inside--;
        leftLast = performance.now();
        admit();
      },
    };
  };
  return {
    get width() {
      return width < 1 ? width : wholeOf(width);
    },
    get free() {
      return closedFor() > 0 ? 0 : Math.max(0, wholeOf(width) - inside - waiting.length);
    },
    get inside() {
      return inside;
    },
    enter(signal) {
      if (signal?.aborted) return Promise.reject(signal.reason);
      return new Promise((resolve, reject) => {
        let forget = (): void => {};
        let isInside = false;
        const entered = () => {
          isInside = true;
          forget();
          resolve(place());
        };
        const abort = () => {
          const at = waiting.indexOf(entered);
          if (at >= 0) waiting.splice(at, 1);
          reject(signal?.reason);
        };
        waiting.push(entered);
        admit();
        if (signal && !isInside) forget = onAbort(signal, abort);
      });
    },
  };
};
