import * as zlib from "node:zlib";
import { interruptible } from "./interruptible";
import { type Engine, type Packing, zstd } from "./packing";
import { asBuffer, type Body } from "./parts";
import { pieceSize, through } from "./through";

/** Of Brotli, Node.js takes 11, which is made for files that are compressed once and fetched a million times. */
const brotliQuality = 5;

/** ZSTD_c_checksumFlag, which zstd(1) sets too: else damage may go unnoticed. */
const zstdChecksum = 201;

const engines: Readonly<Record<Packing, () => Engine | undefined>> = {
  // Its header has neither a name nor a time: the same data give the same bytes.
  gzip: () => zlib.createGzip({ chunkSize: pieceSize }),
  brotli: () =>
    zlib.createBrotliCompress({
      chunkSize: pieceSize,
      params: { [zlib.constants.BROTLI_PARAM_QUALITY]: brotliQuality },
    }),
  zstd: () => zstd.createZstdCompress?.({ chunkSize: pieceSize, params: { [zstdChecksum]: 1 } }),
};

/** Bytes at hand go in by so many, to be stopped between two. */
const sliceSize = 1_048_576;

async function* slices(bytes: Uint8Array, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += sliceSize) {
    if (signal.aborted) throw signal.reason;
    yield bytes.subarray(at, at + sliceSize);
  }
}

async function* packed(body: Body, packing: Packing, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const source = body instanceof Uint8Array ? slices(body, signal) : body(signal);
  const iterator = source[Symbol.asyncIterator]();
  const next = async (): Promise<Buffer | undefined> => {
    const { done, value } = await iterator.next();
    return done ? undefined : asBuffer(value);
  };
  const engine = engines[packing]();
  try {
    // One piece of the source may keep the engine busy for seconds, in which an upload is to be cleared up.
    if (engine) yield* interruptible(through(engine, { next, back() {} }), signal);
  } finally {
    // Not waited for: behind an unanswered `next` it would wait for ever.
    iterator.return?.().catch(() => {});
  }
}

/** The body, compressed while it is read. */
export const pack =
  (body: Body, packing: Packing): Exclude<Body, Uint8Array> =>
  (signal) =>
    packed(body, packing, signal);
