/**
 * Gives what a source gives, until `signal` is aborted: then throws the reason at once, even where the source never
 * says another word. A stream is destroyed when it is no longer read.
 */
export async function* interruptible<T>(
  source: AsyncIterable<T>,
  signal: AbortSignal,
): AsyncGenerator<T, void, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  let refuse: (reason: unknown) => void = () => {};
  const interrupt = (): void => refuse(signal.reason);
  signal.addEventListener("abort", interrupt, { once: true });
  // A promise for each step: one for all of them, raced against, would keep a reaction for every step in memory.
  const step = (): Promise<IteratorResult<T>> =>
    new Promise((resolve, reject) => {
      refuse = reject;
      if (signal.aborted) interrupt();
      else iterator.next().then(resolve, reject);
    });
  try {
    for (;;) {
      const { done, value } = await step();
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
