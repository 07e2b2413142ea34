import { setMaxListeners } from "node:events";
import type { Context } from "./operation";

/** Said of work that did not come to its end. */
export const stopped = ({ stop }: Context): { stopped?: true } => (stop?.aborted ? { stopped: true } : {});

/** Whether a failure is that of requests which were cut off because the work is to stop. */
export const isCutOff = ({ signal, stop }: Context): boolean => stop?.aborted === true && !signal.aborted;

/** The same work, whose requests are cut off where it is to stop. */
export const endingAtStop = (context: Context): Context => {
  const { signal, stop } = context;
  if (!stop) return context;
  const ending = AbortSignal.any([signal, stop]);
  // Each request of those side by side listens.
  setMaxListeners(0, ending);
  return { ...context, signal: ending };
};

/** Lets the work end where it is to stop. */
export async function* untilStopped<T>(
  context: Context,
  work: (context: Context) => AsyncIterable<T>,
): AsyncGenerator<T> {
  if (context.stop?.aborted) return;
  try {
    yield* work(endingAtStop(context));
  } catch (error) {
    if (!isCutOff(context)) throw error;
  }
}
