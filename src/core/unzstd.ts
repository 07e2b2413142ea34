import type { ByteReader } from "./byte-reader";
import { zstd } from "./packing";
import { Damaged, pieceSize, through } from "./through";

// RFC 8878. Node.js unpacks the first frame alone, and says nothing where data end before they should.

const isFrame = (bytes: Buffer): boolean => bytes.length === 4 && bytes.readUInt32LE() === 0xfd2fb528;

/** A frame with anything in it that is none of the data. */
const isSkippable = (bytes: Buffer): boolean => bytes.length === 4 && bytes.readUInt32LE() >>> 4 === 0x184d2a5;

async function* bytesOf(reader: ByteReader, length: number): AsyncGenerator<Buffer, void, undefined> {
  let left = length;
  while (left > 0) {
    const bytes = await reader.next();
    if (!bytes) throw new Damaged("", true);
    if (bytes.length > left) reader.back(bytes.subarray(left));
    yield bytes.subarray(0, left);
    left -= Math.min(left, bytes.length);
  }
}

/** The bytes of one frame, and no more. */
async function* frameOf(reader: ByteReader): AsyncGenerator<Buffer, void, undefined> {
  const start = await reader.take(5);
  yield start;
  const descriptor = start[4] as number;
  const isSingle = (descriptor & 0x20) !== 0;
  const sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][descriptor >>> 6] as number;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] as number;
  yield* bytesOf(reader, (isSingle ? 0 : 1) + dictionaryBytes + sizeBytes);
  let isLast = false;
  while (!isLast) {
    const header = await reader.take(3);
    yield header;
    const block = header.readUIntLE(0, 3);
    isLast = (block & 1) === 1;
    const isRepeated = ((block >>> 1) & 3) === 1;
    yield* bytesOf(reader, isRepeated ? 1 : block >>> 3);
  }
  yield* bytesOf(reader, descriptor & 4 ? 4 : 0);
}

/** What Zstandard data hold, of one frame or several. */
export async function* unzstd(reader: ByteReader): AsyncGenerator<Buffer, void, undefined> {
  if ((await reader.peek(1)).length === 0) throw new Damaged("", true);
  for (;;) {
    const magic = await reader.peek(4);
    if (magic.length === 0) return;
    if (isSkippable(magic)) {
      for await (const _ of bytesOf(reader, (await reader.take(8)).readUInt32LE(4)));
    } else if (isFrame(magic)) {
      const frame = frameOf(reader);
      const next = async () => (await frame.next()).value ?? undefined;
      const engine = zstd.createZstdDecompress?.({ chunkSize: pieceSize });
      if (engine) yield* through(engine, { next, back() {} });
    } else {
      throw new Damaged(magic.length < 4 ? "" : "something else stands where Zstandard data should", magic.length < 4);
    }
  }
}
