import * as zlib from "node:zlib";

const { zstdCompressSync } = zlib as { zstdCompressSync?: (bytes: Uint8Array, options: object) => Buffer };

/** As zstd(1) does it, by the number of the parameter: with a checksum. */
const checked = { params: { 201: 1 } };

/** Whether this Node.js knows Zstandard. */
export const hasZstd = zstdCompressSync !== undefined;

type Packer = readonly [name: string, coding: string, extension: string, pack: (data: Uint8Array) => Buffer];

const quick = { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } };

const gzip: Packer = ["gzip", "gzip", ".gz", (data) => zlib.gzipSync(data)];
const brotli: Packer = ["brotli", "br", ".br", (data) => zlib.brotliCompressSync(data, quick)];

/** What this Node.js can compress with: by its name, and as others call it. */
export const packers: readonly Packer[] = [
  gzip,
  brotli,
  ...(zstdCompressSync ? [["zstd", "zstd", ".zst", (data) => zstdCompressSync(data, checked)] as Packer] : []),
];
