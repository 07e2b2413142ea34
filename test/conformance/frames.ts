/** Bodies framed as aws-chunked, by hand (API/sigv4-streaming.html, API/sigv4-streaming-trailers.html). */
import type { RawRequest } from "./raw";
import { chunkSignature, type Signature } from "./sign";

export interface Framing {
  pieces: readonly Buffer[];
  /** `x-amz-checksum-crc32:…`, without line end */
  trailer?: string;
  /** whether chunks and trailer are signed */
  signed: boolean;
  /** spoils the signature of the chunk with this index; the last, empty one has the index of pieces.length */
  spoilChunk?: number;
  spoilTrailer?: boolean;
  /** leaves out the last, empty chunk and what follows */
  cut?: boolean;
}

const spoiled = (signature: string): string => (signature.startsWith("0") ? "1" : "0") + signature.slice(1);

/** For `framed` of a request by hand. */
export function frames(framing: Framing): NonNullable<RawRequest["framed"]> {
  const { pieces, trailer, signed } = framing;
  return (seed: Signature, timestamp: string): Buffer => {
    const out: (Buffer | string)[] = [];
    let previous = seed.signature;
    const all = framing.cut ? pieces : [...pieces, Buffer.alloc(0)];
    all.forEach((piece, index) => {
      const size = piece.length.toString(16);
      if (signed) {
        previous = chunkSignature(seed, timestamp, previous, piece);
        out.push(`${size};chunk-signature=${framing.spoilChunk === index ? spoiled(previous) : previous}\r\n`);
      } else out.push(`${size}\r\n`);
      if (piece.length > 0) out.push(piece, "\r\n");
    });
    if (framing.cut) return join(out);
    if (trailer !== undefined) {
      out.push(`${trailer}\r\n`);
      if (signed) {
        const signature = chunkSignature(seed, timestamp, previous, `${trailer}\n`, "TRAILER");
        out.push(`x-amz-trailer-signature:${framing.spoilTrailer ? spoiled(signature) : signature}\r\n`);
      }
    }
    out.push("\r\n");
    return join(out);
  };
}

const join = (pieces: readonly (Buffer | string)[]): Buffer => Buffer.concat(pieces.map((one) => Buffer.from(one)));
