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

/**
 * Judges by the second round of the first few: in the first round, new connections find their pace.
 * @param alone bytes per ms of one request
 * @param size bytes of one request
 */
export const createGain = (alone: number, size: number): Gain => {
  const round = few * size;
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
