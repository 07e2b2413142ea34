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

/**
 * Cuts a body into parts, each held in memory so that it can be sent again. An empty body is one empty part.
 * Reads ahead by no more than one part.
 */
export async function* parts(body: Body, signal: AbortSignal): AsyncGenerator<Buffer, void, undefined> {
  if (body instanceof Uint8Array) {
    if (body.byteLength <= singleLimit) return yield asBuffer(body);
    for (let at = 0, index = 0; at < body.byteLength; at += partSize(index), index++) {
      yield asBuffer(body.subarray(at, at + partSize(index)));
    }
    return;
  }
  let index = 0;
  let held: Buffer[] = [];
  let length = 0;
  for await (const chunk of body(signal)) {
    // The producer may use its buffer again once it is asked for more.
    let rest = Buffer.from(chunk);
    while (length + rest.length > partSize(index)) {
      const room = partSize(index) - length;
      yield Buffer.concat([...held, rest.subarray(0, room)]);
      rest = rest.subarray(room);
      held = [];
      length = 0;
      index++;
    }
    if (rest.length > 0) held.push(rest);
    length += rest.length;
  }
  if (length > 0 || index === 0) yield Buffer.concat(held);
}
