import { Damaged } from "./through";

/** Bytes that come, of which some may be looked at, and given back. */
export interface ByteReader {
  /** Whatever comes next; undefined at the end. */
  next(): Promise<Buffer | undefined>;
  /** Bytes that are to come again. */
  back(bytes: Buffer): void;
  /** The next bytes, fewer only at the end. They stay. */
  peek(length: number): Promise<Buffer>;
  /** Just so many bytes. Rejects with {@link Damaged} where they end before. */
  take(length: number): Promise<Buffer>;
  /** Lets the rest come to its end, so that whoever gives it can say whether it was right. */
  drain(): Promise<void>;
}

export const createByteReader = (bytes: AsyncIterator<Buffer, unknown, undefined>): ByteReader => {
  let held = Buffer.alloc(0);
  const more = async (): Promise<Buffer | undefined> => {
    const { done, value } = await bytes.next();
    return done ? undefined : (value as Buffer);
  };
  const peek = async (length: number): Promise<Buffer> => {
    while (held.length < length) {
      const bytes = await more();
      if (!bytes) break;
      held = held.length === 0 ? (bytes as typeof held) : Buffer.concat([held, bytes]);
    }
    return held.subarray(0, length);
  };
  const next = async (): Promise<Buffer | undefined> => {
    if (held.length === 0) return more();
    const all = held;
    held = Buffer.alloc(0);
    return all;
  };
  return {
    next,
    back(bytes) {
      held = Buffer.concat([bytes, held]);
    },
    peek,
    async take(length) {
      const taken = await peek(length);
      if (taken.length < length) throw new Damaged("", true);
      held = held.subarray(length);
      return taken;
    },
    async drain() {
      while (await next());
    },
  };
};
