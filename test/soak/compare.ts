import type { Sample } from "./messages";

export interface Compared {
  name: string;
  before: number;
  after: number;
  /** Whether it has grown by no more than a twentieth. */
  held: boolean;
}

const names = ["memory", "handles", "listeners"] as const;

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] as number;
};

/** Those after the first minute, until which code is compiled and modules are loaded. */
const settled = (samples: readonly Sample[]): readonly Sample[] => samples.filter(({ at }) => at >= 60);

/**
 * Compares the medians of three samples: the first ones after a minute, and the last. What grows a little with each deploy is
 * seen because no sample is in both.
 */
export const compare = (samples: readonly Sample[]): Compared[] => {
  const late = settled(samples);
  if (late.length < 6) throw new Error(`${late.length} samples after the first minute are too few`);
  return names.map((name) => {
    const of = (list: readonly Sample[]): number => Math.round(median(list.map((one) => one[name])) * 10) / 10;
    const [before, after] = [of(late.slice(0, 3)), of(late.slice(-3))];
    return { name, before, after, held: after <= before * 1.05 };
  });
};

/**
 * The sockets that are open in two quiet moments at least, after the first minute. None should be: what a deploy has ended
 * has none, and what it has begun has asked for nothing. They are not compared, since faults end those that leak, too.
 */
export const stillOpen = (samples: readonly Sample[]): number =>
  settled(samples)
    .map(({ sockets }) => sockets)
    .sort((one, other) => other - one)[1] ?? 0;
