import { inBatches } from "./batches";
import type { Context } from "./operation";
import { createPatience } from "./patience";
import { batchLimit, type Ended, type Pace, removeMany, type Victim } from "./remove";
import { createWindow } from "./window";

/** DeleteObjects under way at a time, at first and at most. */
const [start, most] = [4, 32];

/**
 * Deletes keys while they are still coming, 1,000 with each request, and as many requests at a time as the store keeps up
 * with. That it asks to slow down is no failure, as long as there is patience.
 * @param ended called once for each key, unless it throws or is stopped
 * @param asTheyCome batches are of 1,000 at most, and go as they are: none waits for another to be filled up
 * @throws the first failure, of a batch or of what they come from; what is under way ends first, and nothing more is started
 */
export const removeAll = async <V extends Victim>(
  context: Context,
  batches: AsyncIterable<readonly V[]> | Iterable<readonly V[]>,
  ended: Ended<V>,
  asTheyCome = false,
): Promise<void> => {
  const { signal, stop, connection } = context;
  const window = createWindow(start, Math.min(most, connection.settings.concurrency));
  const patience = createPatience(context);
  const running = new Set<Promise<void>>();
  let failure: { error: unknown } | undefined;
  const note: Ended<V> = (victim, trouble) => {
    if (!trouble) patience.went();
    ended(victim, trouble);
  };
  const over = (): boolean => failure !== undefined || stop?.aborted === true;
  try {
    for await (const batch of asTheyCome ? batches : inBatches(batches, batchLimit)) {
      if (over()) break;
      const place = await window.enter(signal);
      const begun = performance.now();
      let good = true;
      const pace: Pace = {
        throttled() {
          good = false;
          place.throttled();
        },
        lasts: (error) => patience.lasts(begun, error),
      };
      const removing: Promise<void> = (over() ? Promise.resolve() : removeMany(context, batch, note, pace))
        .then(
          () => {
            if (good) place.good();
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
