import type { Engine } from "./packing";

/** Data that are not what they should be. */
export class Damaged extends Error {
  /** @param cut they end before they should */
  constructor(
    message: string,
    readonly cut = false,
  ) {
    super(message);
  }
}

/** What goes into an engine. */
export interface Input {
  /** Undefined at the end. */
  next(): Promise<Buffer | undefined>;
  /** What the engine left, since what it unpacks had come to its end. */
  back(bytes: Buffer): void;
}

/** What comes out of an engine in one piece. */
export const pieceSize = 65_536;

const isEndOfFile = (error: unknown): boolean => (error as { code?: string }).code === "Z_BUF_ERROR";

/**
 * What an engine makes of its input. Takes no more of it than is read of the output: a few KB may unpack to gigabytes.
 * @throws Damaged for what the engine cannot read, and what the input throws
 */
export async function* through(engine: Engine, input: Input): AsyncGenerator<Buffer, void, undefined> {
  let broken: { error: unknown } | undefined;
  // One listener for all steps: an engine that is destroyed calls nobody back.
  let wake = (): void => {};
  engine.once("close", () => wake());
  const feed = async (): Promise<void> => {
    try {
      for (;;) {
        const bytes = await input.next();
        if (engine.destroyed) return;
        if (!bytes) {
          engine.end();
          return;
        }
        if (bytes.length === 0) continue;
        const before = engine.bytesWritten;
        await new Promise<void>((resolve) => {
          wake = resolve;
          engine.write(bytes, () => resolve());
        });
        const used = engine.bytesWritten - before;
        if (used === bytes.length) continue;
        input.back(bytes.subarray(used));
        return;
      }
    } catch (error) {
      broken = { error };
      engine.destroy();
    }
  };
  const feeding = feed();
  try {
    for await (const piece of engine) yield piece as Buffer;
  } catch (error) {
    throw broken ? broken.error : new Damaged((error as Error).message, isEndOfFile(error));
  } finally {
    engine.destroy();
  }
  await feeding;
}
