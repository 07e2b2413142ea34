/** Buffers that are used again: V8 collects those that are left alone late, and many of them make it collect often. */
export interface SpareBuffers {
  /** One of this size at least, with whatever was in it. */
  take(size: number): Buffer;
  /** Nothing may refer to it any more. */
  give(buffer: Buffer): void;
}

/** Longer ones are not kept. */
const largest = 2 * 1024 * 1024;

/**
 * @param most that are kept
 * @param step sizes are multiples of it, in bytes
 */
export const createSpareBuffers = (most: number, step: number): SpareBuffers => {
  const spare: Buffer[] = [];
  return {
    take(size) {
      const last = spare.pop();
      return last && last.length >= size ? last : Buffer.allocUnsafeSlow(Math.max(1, Math.ceil(size / step)) * step);
    },
    give(buffer) {
      if (spare.length < most && buffer.length <= largest) spare.push(buffer);
    },
  };
};
