/** Keys of a benchmark, by how they lie; all of them begin with `logs/`. */
export const layouts = {
  *flat(count: number): Generator<string> {
    for (let index = 0; index < count; index++) yield `logs/device-${String(index).padStart(8, "0")}.json`;
  },
  /** In folders of 1,000. */
  *folders(count: number): Generator<string> {
    for (let index = 0; index < count; index++) {
      const folder = String(Math.floor(index / 1000)).padStart(4, "0");
      yield `logs/2026/${folder}/device-${String(index).padStart(8, "0")}.json`;
    }
  },
} as const satisfies Record<string, (count: number) => Generator<string>>;

export type Layout = keyof typeof layouts;

/** What comes before all of them. */
export const top = "logs/";
