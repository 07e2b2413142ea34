/** Data that come piece by piece, as the messages of a sequence do, and are written as one. */
export interface Joined {
  readonly [joined]: true;
  /** The first piece, which tells the kind of data. */
  first: unknown;
  pieces: AsyncIterable<unknown>;
  /** Goes between two pieces. */
  separator: string | Uint8Array | undefined;
}

const joined = Symbol("joined");

/** Marks pieces to be written as one. */
export const join = (first: unknown, pieces: AsyncIterable<unknown>, separator: unknown): Joined => ({
  [joined]: true,
  first,
  pieces,
  separator: Array.isArray(separator)
    ? Buffer.from(separator)
    : typeof separator === "string" || separator instanceof Uint8Array
      ? separator
      : undefined,
});

/** Whether data come piece by piece. */
export const isJoined = (data: unknown): data is Joined => typeof data === "object" && data !== null && joined in data;
