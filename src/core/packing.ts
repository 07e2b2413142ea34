import * as zlib from "node:zlib";
import { invalid } from "./error";

/** How bytes are compressed. */
export type Packing = "gzip" | "brotli" | "zstd";

/** By what others know it: the coding in `Content-Encoding`, and the extension and type of a file. Brotli has no type. */
export const packings: Readonly<Record<Packing, { coding: string; extension: string; type: string }>> = {
  gzip: { coding: "gzip", extension: ".gz", type: "application/gzip" },
  brotli: { coding: "br", extension: ".br", type: "application/octet-stream" },
  zstd: { coding: "zstd", extension: ".zst", type: "application/zstd" },
};

const names = Object.keys(packings) as Packing[];

/** What the extension of a path says. */
export const packingOfPath = (path: string): Packing | undefined =>
  names.find((name) => path.toLowerCase().endsWith(packings[name].extension));

/** RFC 9110 has recipients take `x-gzip` for `gzip`. */
const packingOfCoding = (coding: string): Packing | undefined =>
  names.find((name) => packings[name].coding === coding.replace(/^x-(?=gzip$)/, ""));

/**
 * How an object is compressed, in the order in which it is to be undone.
 * @param contentEncoding codings that are none of ours (`aws-chunked`, and what people write there) do not count
 */
export const packingsOf = (contentEncoding: string | undefined, path: string): Packing[] => {
  const codings = (contentEncoding ?? "").split(",").map((coding) => coding.trim().toLowerCase());
  const told = codings.map(packingOfCoding).filter((packing) => packing !== undefined);
  if (told.length > 0) return told.reverse();
  return [packingOfPath(path) ?? []].flat();
};

/** A transform of node:zlib. */
export type Engine = zlib.InflateRaw | zlib.Gzip | zlib.BrotliCompress | zlib.BrotliDecompress;

/** What Node.js has only from 22.15 and 23.8 on. */
export const zstd = zlib as {
  createZstdCompress?: (options: zlib.BrotliOptions) => Engine;
  createZstdDecompress?: (options: zlib.BrotliOptions) => Engine;
};

/** Refuses what this Node.js cannot do (`InvalidParameter`). */
export const checkPacking = (parameter: string, packing: string): void => {
  if (packing !== "zstd" || zstd.createZstdDecompress) return;
  throw invalid(
    parameter,
    `zstd needs Node.js 22.15, 23.8 or later, and this is ${process.versions.node}; use gzip or brotli`,
  );
};
