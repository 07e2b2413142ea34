import type { PartPool } from "./part-pool";

/** What is uploaded: bytes that are all there, or bytes that come, until the signal ends them. */
export type Body = Uint8Array | ((signal: AbortSignal) => AsyncIterable<Uint8Array>);

const MiB = 1024 * 1024;

/** Bytes up to this length go in one request. */
export const singleLimit = 16 * MiB;

/**
 * The size of part `index` (from 0): 8 MiB, doubling every 1,000 parts, so that S3's 10,000 parts hold 8 TiB, more
 * than its largest object (UserGuide/qfacts). Every part but the last must have 5 MiB.
 */
export const partSize = (index: number): number => 8 * MiB * 2 ** Math.floor(index / 1000);

export const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** As long as less than this has come of a body, it is kept as it came: a buffer for a whole part would mostly stay empty. */
const few = MiB;

/** Fills parts with what comes, each byte copied once. The producer may use its buffers again afterwards. */
async function* partsOf(chunks: AsyncIterable<Uint8Array>, pool: PartPool): AsyncGenerator<Buffer, void, undefined> {
  let index = 0;
  let first: Buffer[] = [];
  let part: Buffer | undefined;
  let length = 0;
  const allocate = (): Buffer => {
    const whole = pool.take(partSize(index));
    let at = 0;
    for (const chunk of first) at += chunk.copy(whole, at);
    first = [];
    return whole;
  };
  for await (const chunk of chunks) {
    let rest = asBuffer(chunk);
    while (rest.length > 0) {
      if (length === partSize(index)) {
        yield part as Buffer;
        part = undefined;
        length = 0;
        index++;
      }
      if (!part && index === 0 && length + rest.length <= few) {
        first.push(Buffer.from(rest));
        length += rest.length;
        break;
      }
      part ??= allocate();
      const copied = rest.copy(part, length);
      length += copied;
      rest = rest.subarray(copied);
    }
  }
  if (part) yield part.subarray(0, length);
  else if (length > 0 || index === 0) yield Buffer.concat(first);
}

/**
 * Cuts a body into parts, each held in memory so that it can be sent again. An empty body is one empty part.
 * Reads ahead by no more than one part.
 */
export async function* parts(body: Body, signal: AbortSignal, pool: PartPool): AsyncGenerator<Buffer, void, undefined> {
  if (!(body instanceof Uint8Array)) return yield* partsOf(body(signal), pool);
  if (body.byteLength <= singleLimit) return yield asBuffer(body);
  for (let at = 0, index = 0; at < body.byteLength; at += partSize(index), index++) {
    yield asBuffer(body.subarray(at, at + partSize(index)));
  }
}
