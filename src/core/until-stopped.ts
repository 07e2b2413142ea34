import { setMaxListeners } from "node:events";
import type { Context } from "./operation";

/** Lets the work end where it is to stop. */
export async function* untilStopped<T>(
  context: Context,
  work: (context: Context) => AsyncIterable<T>,
): AsyncGenerator<T> {
  const { signal, stop } = context;
  if (!stop) return yield* work(context);
  if (stop.aborted) return;
  const ending = AbortSignal.any([signal, stop]);
  // Each request of those side by side listens.
  setMaxListeners(0, ending);
  try {
    yield* work({ ...context, signal: ending });
  } catch (error) {
    if (!stop.aborted || signal.aborted) throw error;
  }
}
