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

/**
 * Starts to fetch.
 * @param onBytes is told how many have come
 * @param onEnd is called when no more will come, with whether all came
 */
export const arriving = (
  source: AsyncIterable<Buffer>,
  onBytes: (count: number) => void,
  onEnd: (whole: boolean) => void,
): Arriving => {
  const held: Buffer[] = [];
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
        held.push(chunk);
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
      for (;;) {
        const chunk = held.shift();
        if (chunk) {
          if (given > inOneGo) {
            await turn();
            given = 0;
          }
          given += chunk.length;
          yield chunk;
        } else if (ended) {
          if (failure) throw failure.error;
          return;
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          given = 0;
        }
      }
    },
  };
};
