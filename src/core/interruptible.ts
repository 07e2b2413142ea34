/**
 * Gives what a source gives, until `signal` is aborted: then throws the reason at once, even where the source never
 * says another word. A stream is destroyed when it is no longer read.
 */
export async function* interruptible<T>(
  source: AsyncIterable<T>,
  signal: AbortSignal,
): AsyncGenerator<T, void, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  let interrupt = (): void => {};
  const interrupted = new Promise<never>((_, reject) => {
    interrupt = () => reject(signal.reason);
  });
  interrupted.catch(() => {});
  if (signal.aborted) interrupt();
  signal.addEventListener("abort", interrupt, { once: true });
  try {
    for (;;) {
      const { done, value } = await Promise.race([interrupted, iterator.next()]);
      if (done) return;
      yield value;
    }
  } finally {
    signal.removeEventListener("abort", interrupt);
    (source as { destroy?: () => void }).destroy?.();
    // Not waited for: behind an unanswered `next` it would wait for ever.
    iterator.return?.().catch(() => {});
  }
}
