import type { Context } from "./operation";

/**
 * Works on items side by side, as many as the connection allows.
 * @param most at a time, where each of them is much
 * @throws the first failure; what is under way ends first, and nothing more is started
 */
export const forEachOf = async <T>(
  context: Context,
  items: readonly T[],
  work: (item: T, index: number) => Promise<void>,
  most = Number.POSITIVE_INFINITY,
): Promise<void> => {
  let next = 0;
  let failure: { error: unknown } | undefined;
  const worker = async (): Promise<void> => {
    while (next < items.length && !failure) {
      const index = next++;
      await work(items[index] as T, index).catch((error: unknown) => {
        failure ??= { error };
      });
    }
  };
  const width = Math.min(context.connection.settings.concurrency, items.length, most);
  await Promise.all(Array.from({ length: width }, worker));
  if (failure) throw failure.error;
};
