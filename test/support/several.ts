/** What became of many runs. */
export interface Runs<T> {
  results: T[];
  /** What went wrong, each with the seed that repeats it. */
  failures: string[];
}

/**
 * Runs so many, each with a seed of its own, some side by side: the lanes, from 0. After five that throw it begins no others.
 */
export const several = async <T>(
  count: number,
  first: number,
  run: (seed: number, lane: number) => Promise<T>,
  width = 12,
): Promise<Runs<T>> => {
  const results: T[] = [];
  const failures: string[] = [];
  let next = 0;
  const work = async (lane: number): Promise<void> => {
    while (next < count && failures.length < 5) {
      const seed = first + next++;
      try {
        results.push(await run(seed, lane));
      } catch (error) {
        failures.push(`seed ${seed}: ${error instanceof Error ? error.message.slice(0, 200) : error}`);
      }
    }
  };
  await Promise.all(Array.from({ length: width }, (_, lane) => work(lane)));
  return { results, failures };
};
