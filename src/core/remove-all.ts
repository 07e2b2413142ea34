import { inBatches } from "./batches";
import { onceATurn } from "./once-a-turn";
import type { Context } from "./operation";
import { createPatience } from "./patience";
import { batchLimit, type Ended, type Pace, removeMany, type Victim } from "./remove";
import { createWindow } from "./window";

/** DeleteObjects under way at a time, at first and at most. */
const [start, most] = [4, 32];

/** So many at a time are always worth it, and so many that wait at the store for others. */
const [few, queue] = [8, 4];

/**
 * Tells from how long requests take whether more of them at a time would bring more: where each takes the longer, the more there
 * are, they wait for one another at the store, and what they hold is held for nothing.
 */
const createWorth = () => {
  let least = Number.POSITIVE_INFINITY;
  return (width: number, ms: number, keys: number): boolean => {
    // Of fewer keys, it is less by itself.
    if (keys === batchLimit) least = Math.min(least, ms);
    return width < few || width * (1 - Math.min(1, least / ms)) < queue;
  };
};

/** Is told what becomes of keys. */
export interface Telling<V extends Victim> {
  ended: Ended<V>;
  doubted?: (count: number) => void;
}

/**
 * Deletes keys while they are still coming, 1,000 with each request, and as many requests at a time as the store keeps up
 * with. That it asks to slow down is no failure, as long as there is patience.
 * @param told `ended` is called once for each key, unless it throws or is stopped; `doubted` then tells of how many that were under
 *   way nobody knows whether they are gone
 * @param asTheyCome batches are of 1,000 at most, and go as they are: none waits for another to be filled up
 * @throws the first failure, of a batch or of what they come from; what is under way ends first, and nothing more is started
 */
export const removeAll = async <V extends Victim>(
  context: Context,
  batches: AsyncIterable<V[]> | Iterable<V[]>,
  { ended, doubted }: Telling<V>,
  asTheyCome = false,
): Promise<void> => {
  const { signal, stop, connection } = context;
  const window = createWindow(start, Math.min(most, connection.settings.concurrency));
  const isWorthMore = createWorth();
  const patience = createPatience(context);
  const running = new Set<Promise<void>>();
  let failure: { error: unknown } | undefined;
  // Of all that a report tells of at once, one is enough.
  const went = onceATurn(patience.went);
  const note: Ended<V> = (victim, trouble) => {
    if (!trouble) went();
    ended(victim, trouble);
  };
  const over = (): boolean => failure !== undefined || stop?.aborted === true;
  try {
    for await (const batch of asTheyCome ? batches : inBatches(batches, batchLimit)) {
      if (over()) break;
      const place = await window.enter(signal);
      const begun = performance.now();
      // What outlives the request must not hold the batch.
      const keys = batch.length;
      let good = true;
      const pace: Pace = {
        throttled() {
          good = false;
          place.throttled();
        },
        lasts: (error) => patience.lasts(begun, error),
        ...(doubted ? { doubted } : {}),
      };
      const removing: Promise<void> = (over() ? Promise.resolve() : removeMany(context, batch, note, pace))
        .then(
          () => {
            if (good && isWorthMore(window.width, performance.now() - begun, keys)) place.good();
          },
          (error: unknown) => {
            failure ??= { error };
          },
        )
        .finally(() => {
          place.leave();
          running.delete(removing);
        });
      running.add(removing);
    }
  } catch (error) {
    failure ??= { error };
  }
  await Promise.all(running);
  if (failure) throw failure.error;
};
