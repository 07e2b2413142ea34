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
 * Compares the medians of three samples: those after the first minute, or after the half where there are fewer, and the
 * last. Until then code is compiled, and modules are loaded.
 */
export const compare = (samples: readonly Sample[]): Compared[] => {
  const from = Math.min(
    Math.max(
      0,
      samples.findIndex(({ at }) => at >= 60),
    ),
    samples.length - 4,
  );
  if (from < 1) throw new Error(`${samples.length} samples are too few`);
  return names.map((name) => {
    const of = (list: readonly Sample[]): number => Math.round(median(list.map((one) => one[name])) * 10) / 10;
    const [before, after] = [of(samples.slice(from, from + 3)), of(samples.slice(-3))];
    return { name, before, after, held: after <= before * 1.05 };
  });
};
