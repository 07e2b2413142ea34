import { Readable } from "node:stream";
import { ReadableStream } from "node:stream/web";
import { createEncoder, encode } from "./encoding";
import { invalid, S3Error, shown, unseen } from "./error";
import { interruptible } from "./interruptible";
import { isJoined, type Joined } from "./joined";
import type { Body } from "./parts";
import { isPromise, promised } from "./promise";

/** What data are to be written, and the content type that their kind suggests. */
export interface Bytes {
  body: Body;
  contentType: string;
}

/** Text in these encodings stands for bytes. */
const binary = (encoding: string): boolean => encoding === "base64" || encoding === "hex";

const isIterable = (value: object): value is AsyncIterable<Uint8Array | string> => Symbol.asyncIterator in value;

/** Streams whose bytes are on their way to an object already. */
const taken = new WeakSet<object>();

/** Node.js's own streams, and those of the web: other iterables may be read more than once. */
const isStream = (value: object): boolean => value instanceof ReadableStream || "pipe" in value;

/** Refuses a stream that has no bytes any more: an object would be overwritten with nothing. */
const checkUnread = (data: object): void => {
  const { readableEnded, destroyed, locked, readable } = data as Record<string, unknown>;
  const web = data instanceof ReadableStream && Readable.isDisturbed(data as never);
  if (!(readableEnded || destroyed || locked || readable === false || web || taken.has(data))) return;
  throw invalid("data", "is a stream that was read already; give each message a stream of its own, or its bytes");
};

/** What a source gives. An error of its own says what was wrong with data, in a code that flows know. */
async function* sourced(source: AsyncIterable<unknown>, signal: AbortSignal): AsyncGenerator<unknown> {
  checkUnread(source);
  if (isStream(source)) taken.add(source);
  try {
    yield* interruptible(source, signal);
  } catch (error) {
    if (signal.aborted || error instanceof S3Error) throw error;
    const said = error instanceof Error ? error.message.split("\n")[0] : shown(error);
    throw invalid("data", `is a stream that broke off: ${said}`);
  }
}

/** The chunks of a stream as bytes; text in it is taken by the encoding. */
async function* chunks(stream: AsyncIterable<unknown>, encoding: string): AsyncGenerator<Uint8Array> {
  const encoder = createEncoder(encoding);
  for await (const chunk of stream) {
    if (chunk instanceof Uint8Array) yield chunk;
    else if (typeof chunk === "string") yield encoder.write(chunk);
    else throw invalid("data", `is a stream of ${shown(chunk)}; it must be a stream of Buffers or text`);
  }
  yield encoder.end();
}

const bytesOf = (value: unknown): Uint8Array | undefined => {
  if (value instanceof Uint8Array) return value;
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) return new Uint8Array(value);
  return undefined;
};

/** Refuses what holds its bytes back until it is asked: as JSON, a Blob is `{}`. */
const checkNoBlob = (data: object): void => {
  if (typeof (data as { arrayBuffer?: unknown }).arrayBuffer !== "function") return;
  const kind = Object.prototype.toString.call(data).slice("[object ".length, -1);
  throw invalid("data", `is a ${kind}, and its bytes are not there yet; write what its arrayBuffer() gives`);
};

const asJson = (value: object): Buffer => {
  let json: string | undefined;
  try {
    json = JSON.stringify(value);
  } catch (error) {
    throw invalid("data", `cannot be written as JSON: ${(error as Error).message.split("\n")[0]}`);
  }
  if (json === undefined) throw invalid("data", "cannot be written as JSON: it gives nothing");
  return Buffer.from(json, "utf8");
};

/** The pieces of a sequence as bytes, each by the rules for data, with the separator between. */
async function* pieces(
  { pieces, separator }: Joined,
  encoding: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const between = typeof separator === "string" ? encode(separator, binary(encoding) ? "utf8" : encoding) : separator;
  let first = true;
  for await (const piece of interruptible(pieces, signal)) {
    if (!first && between && between.length > 0) yield between;
    first = false;
    const { body } = bytesFor(piece, encoding);
    if (body instanceof Uint8Array) yield body;
    else yield* body(signal);
  }
}

const bytesOfAny = (data: unknown, encoding: string): Bytes => {
  if (isJoined(data)) {
    const { contentType } = bytesFor(data.first, encoding);
    return { body: (signal) => pieces(data, encoding, signal), contentType };
  }
  const bytes = bytesOf(data);
  if (bytes) return { body: bytes, contentType: "application/octet-stream" };
  switch (typeof data) {
    case "string": {
      return {
        body: encode(data, encoding),
        contentType: binary(encoding) ? "application/octet-stream" : "text/plain",
      };
    }
    case "number":
    case "boolean":
    case "bigint":
      return { body: Buffer.from(String(data)), contentType: "text/plain" };
    case "object":
      if (data === null) break;
      if (isPromise(data)) throw promised("data");
      if (isIterable(data)) {
        checkUnread(data);
        const body = (signal: AbortSignal) => chunks(sourced(data, signal), encoding);
        return { body, contentType: "application/octet-stream" };
      }
      checkNoBlob(data);
      return { body: asJson(data), contentType: "application/json" };
  }
  throw invalid("data", `must be text, bytes, a number, an object, an array or a stream, and is ${shown(data)}`);
};

/**
 * The bytes that data stand for. Nothing is guessed: a string that looks like base64 stays text.
 * @throws InvalidParameter for what has no bytes, such as a function
 */
export const bytesFor = (data: unknown, encoding: string): Bytes => {
  try {
    return bytesOfAny(data, encoding);
  } catch (error) {
    throw error instanceof S3Error ? error : unseen("data", error);
  }
};
