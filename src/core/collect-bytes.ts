import type { SpareBuffers } from "./spare-buffers";

/** The bytes of a body; of a longer one its beginning, one byte over the limit at least. */
export const collectBytes = async (body: AsyncIterable<Buffer>, limit: number): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > limit) break;
  }
  return Buffer.concat(chunks);
};

/** The same, in a buffer of `spares`: give back `buffer` when `bytes` are done with. */
export const collectInto = async (
  spares: SpareBuffers,
  body: AsyncIterable<Buffer>,
  limit: number,
): Promise<{ bytes: Buffer; buffer: Buffer }> => {
  let buffer = spares.take(0);
  let length = 0;
  for await (const chunk of body) {
    if (length + chunk.length > buffer.length) {
      const longer = spares.take(2 * (length + chunk.length));
      buffer.copy(longer, 0, 0, length);
      spares.give(buffer);
      buffer = longer;
    }
    length += chunk.copy(buffer, length);
    if (length > limit) break;
  }
  return { bytes: buffer.subarray(0, length), buffer };
};
