import * as zlib from "node:zlib";
import type { ByteReader } from "./byte-reader";
import { crc32 } from "./checksum";
import { Damaged, pieceSize, through } from "./through";

// RFC 1952. Node.js's own Gunzip drops what it has unpacked when something else stands behind it.

const hasCheck = 2;
const hasExtra = 4;
const hasName = 8;
const hasComment = 16;
const reserved = 0xe0;

const isMember = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** A name or a comment may be of any length, and is not held. */
const skipText = async (reader: ByteReader): Promise<void> => {
  for (;;) {
    const bytes = await reader.next();
    if (!bytes) throw new Damaged("", true);
    const end = bytes.indexOf(0);
    if (end < 0) continue;
    return reader.back(bytes.subarray(end + 1));
  }
};

const skipHeader = async (reader: ByteReader): Promise<void> => {
  const header = await reader.take(10);
  const flags = header[3] as number;
  if (header[2] !== 8 || flags & reserved) throw new Damaged("unknown compression method");
  if (flags & hasExtra) await reader.take((await reader.take(2)).readUInt16LE());
  if (flags & hasName) await skipText(reader);
  if (flags & hasComment) await skipText(reader);
  if (flags & hasCheck) await reader.take(2);
};

/**
 * What gzip data hold, of one member or several. What stands behind them and is no member is let go, as gzip(1) does it:
 * tools pad with zeros.
 */
export async function* gunzip(reader: ByteReader): AsyncGenerator<Buffer, void, undefined> {
  if (!isMember(await reader.peek(2))) throw new Damaged("it does not begin as gzip data do");
  do {
    await skipHeader(reader);
    let crc = 0;
    let size = 0;
    for await (const piece of through(zlib.createInflateRaw({ chunkSize: pieceSize }), reader)) {
      crc = crc32(piece, crc);
      size = (size + piece.length) % 2 ** 32;
      yield piece;
    }
    const trailer = await reader.take(8);
    if (trailer.readUInt32LE(0) !== crc) throw new Damaged("the checksum differs");
    if (trailer.readUInt32LE(4) !== size) throw new Damaged("the length differs");
  } while (isMember(await reader.peek(2)));
  await reader.drain();
}
