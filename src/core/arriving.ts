import { setImmediate as turn } from "node:timers/promises";

/** Bytes given out of memory in one go: the rest of Node-RED has work too. */
const inOneGo = 1024 * 1024;

/** Bytes that are fetched into memory, without waiting for whoever reads them. */
export interface Arriving {
  /** Resolves when the first bytes are here (true), or none will come (false). */
  readonly begun: Promise<boolean>;
  /** The bytes, in order, as they come. Throws what the source failed with, when all before it were given. */
  bytes(): AsyncGenerator<Buffer, void, undefined>;
}

/** Bytes given in one piece. */
const piece = 128 * 1024;

/**
 * Starts to fetch. What waits, waits in one buffer, and is copied out of it: pieces that wait long enough to grow old are
 * collected late, tens of MiB of them.
 * @param whole where the bytes go; it may be used again when the source has ended and all of them were given
 * @param onBytes is told how many have come
 * @param onEnd is called when no more will come, with whether all came
 */
export const arriving = (
  source: AsyncIterable<Buffer>,
  whole: Buffer,
  onBytes: (count: number) => void,
  onEnd: (whole: boolean) => void,
): Arriving => {
  let length = 0;
  let ended = false;
  let failure: { error: unknown } | undefined;
  let wake = (): void => {};
  let begin: (came: boolean) => void = () => {};
  const begun = new Promise<boolean>((resolve) => {
    begin = resolve;
  });
  const fetch = async (): Promise<void> => {
    try {
      for await (const chunk of source) {
        length += chunk.copy(whole, length);
        begin(true);
        onBytes(chunk.length);
        wake();
      }
    } catch (error) {
      failure = { error };
    }
    ended = true;
    begin(false);
    wake();
    onEnd(failure === undefined);
  };
  void fetch();
  return {
    begun,
    async *bytes() {
      let given = 0;
      let inThisGo = 0;
      for (;;) {
        if (given < length) {
          if (inThisGo > inOneGo) {
            await turn();
            inThisGo = 0;
          }
          const next = Buffer.from(whole.subarray(given, Math.min(length, given + piece)));
          given += next.length;
          inThisGo += next.length;
          yield next;
        } else if (ended) {
          if (failure) throw failure.error;
          return;
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          inThisGo = 0;
        }
      }
    },
  };
};
