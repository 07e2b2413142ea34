import { performance } from "node:perf_hooks";

/** Requests side by side: at first, to see whether they bring more than one, and then. */
const few = 2;
const many = 8;

/** What several requests side by side bring over one. */
export interface Gain {
  /** How many there should be at a time. */
  readonly lanes: number;
  /** Whether they bring no more than one: they share a line that is no faster. */
  readonly vain: boolean;
  /** Bytes came. */
  got(count: number): void;
}

/** Bytes after which new connections have found their pace, and by as many of which they are judged then. */
const round = 4 * 1024 * 1024;

/** @param alone bytes per ms of one request */
export const createGain = (alone: number): Gain => {
  let lanes = few;
  let vain = false;
  let judged = false;
  let received = 0;
  let began: number | undefined;
  return {
    get lanes() {
      return lanes;
    },
    get vain() {
      return vain;
    },
    got(count) {
      if (judged) return;
      received += count;
      if (received < round) return;
      began ??= performance.now();
      if (received < 2 * round) return;
      judged = true;
      const rate = (received - round) / (performance.now() - began);
      if (rate > 1.2 * alone) lanes = many;
      else vain = true;
    },
  };
};
