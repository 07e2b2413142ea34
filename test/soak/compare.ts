import type { Sample } from "./messages";

export interface Compared {
  name: string;
  before: number;
  after: number;
  /** Whether it has grown by no more than a twentieth. */
  held: boolean;
}

const names = ["memory", "handles", "sockets", "listeners"] as const;

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] as number;
};

/**
 * Compares the medians of three samples: the first ones after a minute, until which code is compiled and modules are loaded,
 * and the last. What grows a little with each deploy is seen because no sample is in both.
 */
export const compare = (samples: readonly Sample[]): Compared[] => {
  const settled = samples.filter(({ at }) => at >= 60);
  if (settled.length < 6) throw new Error(`${settled.length} samples after the first minute are too few`);
  return names.map((name) => {
    const of = (list: readonly Sample[]): number => Math.round(median(list.map((one) => one[name])) * 10) / 10;
    const [before, after] = [of(settled.slice(0, 3)), of(settled.slice(-3))];
    return { name, before, after, held: after <= before * 1.05 };
  });
};
