import type { Writable } from "node:stream";
import { pause } from "../s3-server/latency";
import { drained } from "../s3-server/send";

export interface Copying {
  /** how many bytes at most; default all */
  limit?: number | undefined;
  /** bytes per second; default as they come */
  rate?: number | undefined;
  /** ends whatever waits */
  closing: AbortSignal;
  onBytes: (count: number) => void;
}

/** Writes a body to where it goes, and does not end it. */
export const copyBody = async (
  body: AsyncIterable<Buffer> | Iterable<Buffer>,
  to: Writable,
  { limit = Number.POSITIVE_INFINITY, rate, closing, onBytes }: Copying,
): Promise<void> => {
  const step = rate === undefined ? Number.POSITIVE_INFINITY : Math.max(1, Math.ceil(rate / 50));
  const start = performance.now();
  let copied = 0;
  if (limit === 0) return;
  for await (const piece of body) {
    const wanted = piece.subarray(0, limit - copied);
    for (let at = 0; at < wanted.length; at += step) {
      const part = wanted.subarray(at, at + step);
      to.write(part);
      copied += part.length;
      onBytes(part.length);
      if (rate !== undefined) await pause(start + (copied / rate) * 1000 - performance.now(), closing);
      if (to.writableNeedDrain) await drained(to);
      if (to.destroyed) return;
    }
    if (copied >= limit) return;
  }
};
