/** Buffers of the parts of one upload, used again: new ones of 8 MiB each keep the garbage collector busy. */
export interface PartPool {
  /** @param size bytes */
  take(size: number): Buffer;
  /** Gives back a part that nobody will send any more; what was not taken here stays whose it is. */
  give(part: Buffer): void;
}

export const createPartPool = (): PartPool => {
  const taken = new WeakSet<Buffer>();
  const free: Buffer[] = [];
  return {
    take(size) {
      const at = free.findIndex((one) => one.length === size);
      const part = at < 0 ? Buffer.allocUnsafeSlow(size) : (free.splice(at, 1)[0] as Buffer);
      taken.add(part);
      return part;
    },
    give(part) {
      if (taken.delete(part)) free.push(part);
    },
  };
};
