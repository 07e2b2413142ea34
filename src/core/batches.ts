/** The same items in batches of another size; only the last is smaller. */
export async function* inBatches<T>(
  batches: AsyncIterable<readonly T[]> | Iterable<readonly T[]>,
  size: number,
): AsyncGenerator<T[]> {
  let held: T[] = [];
  for await (const batch of batches) {
    for (const entry of batch) {
      held.push(entry);
      if (held.length < size) continue;
      yield held;
      held = [];
    }
  }
  if (held.length > 0) yield held;
}
