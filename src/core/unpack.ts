import * as zlib from "node:zlib";
import { type ByteReader, createByteReader } from "./byte-reader";
import type { Download } from "./download";
import { invalidResponse } from "./error";
import { gunzip } from "./gunzip";
import type { Packing } from "./packing";
import { Damaged, pieceSize, through } from "./through";
import { unzstd } from "./unzstd";

async function* unbrotli(reader: ByteReader): AsyncGenerator<Buffer, void, undefined> {
  yield* through(zlib.createBrotliDecompress({ chunkSize: pieceSize }), reader);
  if ((await reader.peek(1)).length > 0) throw new Damaged("something else stands behind it");
}

const unpackers: Readonly<Record<Packing, (reader: ByteReader) => AsyncGenerator<Buffer, void, undefined>>> = {
  gzip: gunzip,
  brotli: unbrotli,
  zstd: unzstd,
};

/** Neither another attempt nor another message changes what is stored. */
const failureOf = ({ message, cut }: Damaged, packing: Packing, path: string): Error => {
  const what = cut
    ? `the ${packing} data of ${path} end too early: it was not stored whole. Store it again`
    : `${path} cannot be decompressed as ${packing} (${message}): it is compressed otherwise, not at all, or damaged. Choose another decompress`;
  return invalidResponse(`${what}, or set decompress to none to read it as it is`, { retryable: false });
};

/**
 * A download of what the bytes of another one hold, decompressed while they come.
 * @param failure makes the error for data that are damaged
 */
export const unpack = (download: Download, packing: Packing, path: string, failure = failureOf): Download => {
  let discarded = false;
  const discard = () => {
    discarded = true;
    download.discard();
  };
  const body = async function* (): AsyncGenerator<Buffer, void, undefined> {
    try {
      yield* unpackers[packing](createByteReader(download.body));
    } catch (error) {
      // The bytes ended because nobody wants them any more.
      if (discarded) return;
      throw error instanceof Damaged ? failure(error, packing, path) : error;
    } finally {
      download.discard();
    }
  };
  return { ...download, size: undefined, body: body(), discard };
};
