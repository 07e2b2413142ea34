/**
 * Works on what comes, a few at a time.
 * @param work fails only with what ends all of it
 * @throws the first failure, of the source or of the work; what is under way ends first, and nothing more is started
 */
export const severalOf = async <T>(
  source: AsyncIterable<readonly T[]>,
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> => {
  const running = new Set<Promise<void>>();
  let failure: { error: unknown } | undefined;
  const fail = (error: unknown): void => {
    failure ??= { error };
  };
  const start = (item: T): void => {
    const one: Promise<void> = work(item)
      .catch(fail)
      .finally(() => running.delete(one));
    running.add(one);
  };
  try {
    for await (const batch of source) {
      for (const item of batch) {
        while (running.size >= width) await Promise.race(running);
        if (failure) break;
        start(item);
      }
      if (failure) break;
    }
  } catch (error) {
    fail(error);
  }
  await Promise.all(running);
  if (failure) throw failure.error;
};
