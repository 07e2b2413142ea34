/** Takes in the body of a request: unframes it, hashes it, checks everything that was said about it. */
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { type Identity, isStreaming } from "./authentication";
import { type Body, type BodySink, memorySink, patternBody } from "./body";
import { type Algorithm, type Checksum, checksumHeader, declaredChecksum, hasher, requireDigest } from "./checksums";
import { type ChunkedDecoder, chunkedDecoder } from "./chunked";
import { S3Error } from "./errors";

/** How a body is to be received. */
export interface ReceiveOptions {
  identity: Identity;
  maxSize: number;
  minChunkSize: number;
  /** bodies beyond this size are not kept */
  discardOver: number;
  /** a checksum to compute though none was declared */
  algorithm?: Algorithm | undefined;
  /** the headers' checksum is not that of this body, but of the object that CompleteMultipartUpload makes */
  checksumOfObject?: boolean;
  /** a length must be declared: 411 otherwise */
  needsLength?: boolean;
  /** where the bytes go; default memory */
  sink?: BodySink | undefined;
  /** called once, before the first byte is read */
  onStart?: () => void;
  /** called with the bytes as they come off the wire */
  onBytes?: (count: number) => void;
}

/** A body that arrived whole, and whose checksums are right. */
export interface Received {
  body: Body;
  md5: Buffer;
  checksum?: Checksum;
}

/** Receives a body. Rejects with S3's error for the first thing that is wrong with it; nothing of it is kept then. */
export async function receive(request: IncomingMessage, options: ReceiveOptions): Promise<Received> {
  const { headers } = request;
  const { payloadHash } = options.identity;
  const streaming = isStreaming(payloadHash);
  const declared = options.checksumOfObject ? undefined : declaredChecksum(headers);
  if (declared && options.algorithm && declared.algorithm !== options.algorithm) {
    throw new S3Error("InvalidRequest", {
      message: `Checksum Type mismatch occurred, expected checksum Type: ${options.algorithm.toLowerCase()}, actual checksum Type: ${declared.algorithm.toLowerCase()}`,
    });
  }
  const contentMd5 = md5Header(headers["content-md5"]);
  const length = declaredLength(request, streaming, options.needsLength ?? false);
  if (length !== undefined && length > options.maxSize) throw tooLarge(length, options.maxSize);

  const sink = options.sink ?? memorySink();
  const md5 = createHash("md5");
  const sha256 = /^[0-9a-f]{64}$/.test(payloadHash) ? createHash("sha256") : undefined;
  const algorithm = declared?.algorithm ?? options.algorithm;
  const sum = algorithm && hasher(algorithm);
  let size = 0;
  const take = (data: Buffer): void => {
    size += data.length;
    if (size > options.maxSize) throw tooLarge(size, options.maxSize);
    md5.update(data);
    sha256?.update(data);
    sum?.update(data);
    if (size <= options.discardOver) sink.add(data);
    else sink.clear();
  };
  const decoder = streaming ? decoderFor(options, payloadHash, take) : undefined;
  options.onStart?.();
  await drain(request, (data) => {
    options.onBytes?.(data.length);
    if (decoder) decoder.push(data);
    else take(data);
  });
  const trailers = decoder?.end() ?? {};
  requireAnnounced(headers["x-amz-trailer"], trailers);

  if (length !== undefined && size !== length) throw new S3Error("IncompleteBody");
  if (sha256) {
    const computed = sha256.digest("hex");
    if (computed !== payloadHash) {
      throw new S3Error("XAmzContentSHA256Mismatch", {
        extra: { ClientComputedContentSHA256: payloadHash, S3ComputedContentSHA256: computed },
      });
    }
  }
  const digest = md5.digest();
  if (contentMd5 && !contentMd5.equals(digest)) {
    throw new S3Error("BadDigest", {
      message: "The Content-MD5 you specified did not match what we received.",
      extra: { ExpectedDigest: contentMd5.toString("hex"), CalculatedDigest: digest.toString("base64") },
    });
  }
  const body = size > options.discardOver ? patternBody(size) : sink.body();
  if (!algorithm || !sum) return { body, md5: digest };
  const value = sum.digest().toString("base64");
  if (declared) {
    const said = declared.value ?? trailers[checksumHeader(algorithm)];
    if (said === undefined) throw new S3Error("MalformedTrailerError");
    requireDigest(algorithm, said);
    if (said !== value) {
      throw new S3Error("BadDigest", {
        message: `The ${algorithm} you specified did not match the calculated checksum.`,
      });
    }
  }
  return { body, md5: digest, checksum: { algorithm, value, type: "FULL_OBJECT" } };
}

/** Throws MalformedTrailerError for a trailer that x-amz-trailer did not announce. */
function requireAnnounced(announced: string | string[] | undefined, trailers: Record<string, string>): void {
  for (const name in trailers) {
    const names = String(announced ?? "").split(",");
    if (!names.some((one) => one.trim().toLowerCase() === name)) throw new S3Error("MalformedTrailerError");
  }
}

function tooLarge(size: number, limit: number): S3Error {
  return new S3Error("EntityTooLarge", { extra: { ProposedSize: size, MaxSizeAllowed: limit } });
}

function md5Header(value: string | string[] | undefined): Buffer | undefined {
  if (typeof value !== "string") return undefined;
  const bytes = Buffer.from(value, "base64");
  if (bytes.length !== 16 || bytes.toString("base64") !== value) throw new S3Error("InvalidDigest");
  return bytes;
}

function declaredLength(request: IncomingMessage, streaming: boolean, needed: boolean): number | undefined {
  const decoded = request.headers["x-amz-decoded-content-length"];
  const text = streaming ? decoded : request.headers["content-length"];
  if (typeof text === "string" && /^\d+$/.test(text)) return Number(text);
  if (streaming || needed) throw new S3Error("MissingContentLength");
  return undefined;
}

function decoderFor(options: ReceiveOptions, payloadHash: string, onData: (data: Buffer) => void): ChunkedDecoder {
  const { signingKey, scope, timestamp, signature } = options.identity;
  const signed = payloadHash.startsWith("STREAMING-AWS4");
  if (signed && !(signingKey && scope && timestamp && signature)) throw new S3Error("AccessDenied");
  return chunkedDecoder({
    trailers: payloadHash.endsWith("-TRAILER"),
    minChunkSize: options.minChunkSize,
    onData,
    ...(signed &&
      signingKey &&
      scope &&
      timestamp &&
      signature && { signing: { key: signingKey, scope, timestamp, seed: signature } }),
  });
}

/** Reads a request to its end. What `onData` throws stops the reading; a client that goes away is a RequestTimeout. */
function drain(request: IncomingMessage, onData: (data: Buffer) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const finish = (error?: unknown): void => {
      request.off("data", data).off("end", end).off("close", gone).off("error", gone);
      if (error === undefined) resolve();
      else reject(error);
    };
    const data = (chunk: Buffer): void => {
      try {
        onData(chunk);
      } catch (error) {
        finish(error);
      }
    };
    const end = (): void => finish();
    const gone = (): void => finish(new S3Error("RequestTimeout"));
    request.on("data", data).on("end", end).on("close", gone).on("error", gone);
    if (request.readableEnded) finish();
    else if (request.destroyed) gone();
  });
}
