/** Runs something for each item, so many at a time, in their order. `run` must not reject: the others would go on unheeded. */
export const sideBySide = async <T>(
  width: number,
  items: Iterable<T>,
  run: (item: T) => Promise<void>,
): Promise<void> => {
  const left = [...items].values();
  const work = async (): Promise<void> => {
    for (const item of left) await run(item);
  };
  await Promise.all(Array.from({ length: width }, work));
};
