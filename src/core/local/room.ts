/** Memory that several pieces of work share: each goes on when there is room for what it holds. */
export type Room = <T>(bytes: number, signal: AbortSignal, work: () => Promise<T>) => Promise<T>;

/** Bytes that the files of one upload or download hold together. */
export const roomForFiles = 64 * 1024 * 1024;

/** @param limit bytes in all; whoever holds more has all of it for itself */
export const createRoom = (limit = roomForFiles): Room => {
  let free = limit;
  const waiting: { bytes: number; admit: () => void }[] = [];
  const admit = (): void => {
    // In the order in which they came, or a large one would wait for ever.
    for (let next = waiting[0]; next && next.bytes <= free; next = waiting[0]) {
      waiting.shift();
      free -= next.bytes;
      next.admit();
    }
  };
  const enter = (bytes: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const onAbort = (): void => {
        const at = waiting.indexOf(place);
        if (at < 0) return;
        waiting.splice(at, 1);
        reject(signal.reason);
        admit();
      };
      const place = {
        bytes,
        admit() {
          signal.removeEventListener("abort", onAbort);
          resolve();
        },
      };
      signal.addEventListener("abort", onAbort, { once: true });
      waiting.push(place);
      admit();
    });
  return async (wanted, signal, work) => {
    const bytes = Math.min(wanted, limit);
    await enter(bytes, signal);
    try {
      return await work();
    } finally {
      free += bytes;
      admit();
    }
  };
};
