import { unlessAborted } from "./unless-aborted";

/** A place for one request, which may be sent several times. */
export interface Place {
  /** The store asked to slow down: fewer requests go at a time. */
  throttled(): void;
  /** The request was answered as it should: perhaps more of them can go. */
  good(): void;
  /** The next one may enter. */
  leave(): void;
}

/** How many requests of one work are under way at a time: more as long as the store keeps up, half as many when not. */
export interface Window {
  /** At present. */
  readonly width: number;
  /** Waits for a place. Rejects with the signal's reason when it is aborted meanwhile. */
  enter(signal: AbortSignal): Promise<Place>;
}

/**
 * @param start its width at first
 * @param most its greatest width
 */
export const createWindow = (start: number, most: number): Window => {
  let width = Math.max(1, Math.min(start, most));
  let inside = 0;
  /** Good answers since the width changed. */
  let good = 0;
  /** How often it was halved. */
  let halvings = 0;
  const waiting: (() => void)[] = [];
  const admit = (): void => {
    while (inside < width && waiting.length > 0) {
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
          width = Math.max(1, width >> 1);
          halvings++;
          good = 0;
        }
        sent = halvings;
      },
      good() {
        if (sent !== halvings || ++good < width) return;
        good = 0;
        width = Math.min(most, width + 1);
        admit();
      },
      leave() {
        if (left) return;
        left = true;
        inside--;
        admit();
      },
    };
  };
  return {
    get width() {
      return width;
    },
    async enter(signal) {
      let entered = (): void => {};
      const turn = new Promise<void>((resolve) => {
        entered = resolve;
      });
      waiting.push(entered);
      admit();
      try {
        await unlessAborted(signal, turn);
      } catch (error) {
        const at = waiting.indexOf(entered);
        if (at >= 0) waiting.splice(at, 1);
        else {
          inside--;
          admit();
        }
        throw error;
      }
      return place();
    },
  };
};
