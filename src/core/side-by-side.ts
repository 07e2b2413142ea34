import type { Context } from "./operation";

/**
 * Works on items side by side, as many as the connection allows. Those that are still to come are asked for when there is
 * room for them.
 * @param most at a time, where each of them is much
 * @throws the first failure, of the work or of what the items come from; what is under way ends first, and nothing more
 * is started
 */
export const forEachOf = async <T>(
  context: Context,
  items: Iterable<T> | AsyncIterable<T>,
  work: (item: T, index: number) => Promise<void>,
  most = Number.POSITIVE_INFINITY,
): Promise<void> => {
  const coming = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  let index = 0;
  let failure: { error: unknown } | undefined;
  const worker = async (): Promise<void> => {
    while (!failure) {
      const { done, value } = await coming.next();
      if (done || failure) return;
      await work(value, index++);
    }
  };
  const tried = (): Promise<void> =>
    worker().catch((error: unknown) => {
      failure ??= { error };
    });
  const width = Math.min(context.connection.settings.concurrency, most);
  await Promise.all(Array.from({ length: width }, tried));
  await coming.return?.();
  if (failure) throw failure.error;
};
