import { plainArray } from "./plain";

/** The same items in batches of another size; only the last is smaller. */
export async function* inBatches<T>(batches: AsyncIterable<T[]> | Iterable<T[]>, size: number): AsyncGenerator<T[]> {
  let held = plainArray<T>();
  for await (const batch of batches) {
    if (held.length === 0 && batch.length === size) {
      yield batch;
      continue;
    }
    for (const entry of batch) {
      held.push(entry);
      if (held.length < size) continue;
      yield held;
      held = plainArray();
    }
  }
  if (held.length > 0) yield held;
}
