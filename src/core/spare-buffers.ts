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
 * @param quiet so many ms after the last use, none is kept any more; without, they go with whoever has them
 */
export const createSpareBuffers = (most: number, step: number, quiet?: number): SpareBuffers => {
  const spare: Buffer[] = [];
  let timer: NodeJS.Timeout | undefined;
  const empty = (): void => {
    spare.length = 0;
    timer = undefined;
  };
  const begin = (): void => {
    if (timer) timer.refresh();
    else if (quiet !== undefined) timer = setTimeout(empty, quiet).unref();
  };
  return {
    take(size) {
      const last = spare.pop();
      return last && last.length >= size ? last : Buffer.allocUnsafeSlow(Math.max(1, Math.ceil(size / step)) * step);
    },
    give(buffer) {
      if (spare.length < most && buffer.length <= largest) spare.push(buffer);
      begin();
    },
  };
};
