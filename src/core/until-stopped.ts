import type { Context } from "./operation";

/** Lets the work end where it is to stop. */
export async function* untilStopped<T>(
  context: Context,
  work: (context: Context) => AsyncIterable<T>,
): AsyncGenerator<T> {
  const { signal, stop } = context;
  if (!stop) return yield* work(context);
  if (stop.aborted) return;
  try {
    yield* work({ ...context, signal: AbortSignal.any([signal, stop]) });
  } catch (error) {
    if (!stop.aborted || signal.aborted) throw error;
  }
}
