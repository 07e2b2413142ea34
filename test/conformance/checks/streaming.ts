/** Bodies that come in chunks: aws-chunked, signed or with a trailing checksum. */
import { Readable } from "node:stream";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { group } from "../check";
import type { Context } from "../context";
import { answered, holds, refused, same } from "../expect";
import { type Framing, frames } from "../frames";
import type { RawReply } from "../raw";
import { hasBytes, notStored } from "../stored";
import { etag, sum } from "../sums";

const STREAM = "API/sigv4-streaming.html";
const TRAILERS = "API/sigv4-streaming-trailers.html";
const INTEGRITY = "userguide/checking-object-integrity-upload.html";

const CHUNKS = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
const SIGNED_TRAILER = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";
const UNSIGNED_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";

// a full chunk and a short last one; bytes in which framing would be seen
const PIECES = [Buffer.alloc(65_536, "0123456789abcdef\r\n"), Buffer.from("the last one")];
const WHOLE = Buffer.concat(PIECES);
const CRC = `x-amz-checksum-crc32:${sum("CRC32", WHOLE)}`;
const WRONG_CRC = `x-amz-checksum-crc32:${sum("CRC32", "something else")}`;

interface Upload extends Partial<Framing> {
  payloadHash?: string;
  headers?: Record<string, string>;
  decodedLength?: number | null;
}

/** Puts WHOLE in signed chunks, unless asked otherwise. */
function upload(c: Context, key: string, options: Upload = {}): Promise<RawReply> {
  const { payloadHash = CHUNKS, headers, decodedLength = WHOLE.length, ...framing } = options;
  const trailers = payloadHash.endsWith("-TRAILER");
  return c.raw({
    method: "PUT",
    path: c.path(key),
    payloadHash,
    headers: {
      "content-encoding": "aws-chunked",
      ...(decodedLength !== null && { "x-amz-decoded-content-length": String(decodedLength) }),
      ...(trailers && { "x-amz-trailer": "x-amz-checksum-crc32" }),
      ...headers,
    },
    framed: frames({
      pieces: PIECES,
      signed: payloadHash.includes("HMAC"),
      ...(trailers && { trailer: CRC }),
      ...framing,
    }),
  });
}

async function rejected(c: Context, options: Upload, status: number, ...codes: string[]): Promise<void> {
  const key = c.key();
  await refused(upload(c, key, options), status, ...codes);
  await notStored(c, key);
}

const headersOf = async (c: Context, key: string) =>
  (await answered(c.raw({ method: "HEAD", path: c.path(key) }), 200)).headers;

export const streaming = group("streaming", {
  signed: [
    "signed chunks are stored without their framing",
    STREAM,
    async (c) => {
      const key = c.key();
      const reply = await answered(upload(c, key), 200);
      same(reply.headers.etag, etag(WHOLE), "the ETag");
      await hasBytes(c, key, WHOLE);
    },
  ],
  "no-content-encoding": [
    "x-amz-content-sha256 tells of the chunks, also without Content-Encoding",
    "API/sig-v4-header-based-auth.html",
    async (c) => {
      const key = c.key();
      const framed = frames({ pieces: PIECES, signed: true });
      const headers = { "x-amz-decoded-content-length": String(WHOLE.length) };
      await answered(c.raw({ method: "PUT", path: c.path(key), payloadHash: CHUNKS, headers, framed }), 200);
      await hasBytes(c, key, WHOLE);
    },
  ],
  "encoding-not-stored": [
    "aws-chunked is not stored as the object's Content-Encoding",
    STREAM,
    async (c) => {
      const key = c.key();
      await answered(upload(c, key), 200);
      const { "content-encoding": found = "" } = await headersOf(c, key);
      same(found, "", "Content-Encoding");
    },
  ],
  "encoding-beside": [
    "of `aws-chunked,gzip`, gzip is stored",
    STREAM,
    async (c) => {
      const key = c.key();
      await answered(upload(c, key, { headers: { "content-encoding": "aws-chunked,gzip" } }), 200);
      same((await headersOf(c, key))["content-encoding"], "gzip", "Content-Encoding");
      await hasBytes(c, key, WHOLE);
    },
  ],
  empty: [
    "an empty body is one empty chunk",
    STREAM,
    async (c) => {
      const key = c.key();
      await answered(upload(c, key, { pieces: [], decodedLength: 0 }), 200);
      await hasBytes(c, key, "");
    },
  ],
  "chunk-signature": [
    "a chunk with a wrong signature is 403 SignatureDoesNotMatch, and nothing is stored",
    STREAM,
    (c) => rejected(c, { spoilChunk: 0 }, 403, "SignatureDoesNotMatch"),
  ],
  "last-chunk-signature": [
    "the last, empty chunk is signed as well",
    STREAM,
    (c) => rejected(c, { spoilChunk: PIECES.length }, 403, "SignatureDoesNotMatch"),
  ],
  "decoded-length-long": [
    "fewer bytes than x-amz-decoded-content-length says are refused with 400",
    STREAM,
    (c) => rejected(c, { decodedLength: WHOLE.length + 1 }, 400),
  ],
  "decoded-length-short": [
    "more bytes than x-amz-decoded-content-length says are refused with 400",
    STREAM,
    (c) => rejected(c, { decodedLength: WHOLE.length - 1 }, 400),
  ],
  "decoded-length-missing": [
    "without x-amz-decoded-content-length it is refused, with 411 or 400",
    STREAM,
    async (c) => {
      const key = c.key();
      const { status } = await upload(c, key, { decodedLength: null });
      holds(status === 411 || status === 400, `answered ${status}, not 411 or 400`);
      await notStored(c, key);
    },
  ],
  cut: ["a body without its last, empty chunk is refused with 400", STREAM, (c) => rejected(c, { cut: true }, 400)],
  unframed: [
    "a body that is not framed as it says is refused",
    STREAM,
    async (c) => {
      const key = c.key();
      const headers = { "content-encoding": "aws-chunked", "x-amz-decoded-content-length": String(WHOLE.length) };
      const { status } = await c.raw({ method: "PUT", path: c.path(key), payloadHash: CHUNKS, headers, body: WHOLE });
      holds(status === 400 || status === 403, `answered ${status}, not 400 or 403`);
      await notStored(c, key);
    },
  ],
  "signed-trailer": [
    "signed chunks with a signed trailing checksum are stored",
    TRAILERS,
    async (c) => {
      const key = c.key();
      await answered(upload(c, key, { payloadHash: SIGNED_TRAILER }), 200);
      await hasBytes(c, key, WHOLE);
    },
  ],
  "signed-trailer-signature": [
    "a trailer with a wrong signature is 403 SignatureDoesNotMatch",
    TRAILERS,
    (c) => rejected(c, { payloadHash: SIGNED_TRAILER, spoilTrailer: true }, 403, "SignatureDoesNotMatch"),
  ],
  "signed-trailer-wrong": [
    "a signed trailing checksum that is wrong is 400 BadDigest",
    INTEGRITY,
    (c) => rejected(c, { payloadHash: SIGNED_TRAILER, trailer: WRONG_CRC }, 400, "BadDigest"),
  ],
  "unsigned-trailer": [
    "unsigned chunks with a trailing checksum are stored without their framing",
    TRAILERS,
    async (c) => {
      const key = c.key();
      await answered(upload(c, key, { payloadHash: UNSIGNED_TRAILER }), 200);
      await hasBytes(c, key, WHOLE);
    },
  ],
  "trailer-kept": [
    "a trailing checksum is kept, and told by Put",
    "API/API_PutObject.html",
    async (c) => {
      const reply = await answered(upload(c, c.key(), { payloadHash: UNSIGNED_TRAILER }), 200);
      same(reply.headers["x-amz-checksum-crc32"], sum("CRC32", WHOLE), "x-amz-checksum-crc32");
    },
  ],
  "sdk-trailer-wrong": [
    "a wrong trailing checksum is 400 BadDigest when x-amz-sdk-checksum-algorithm names it, as SDKs do",
    INTEGRITY,
    (c) =>
      rejected(
        c,
        {
          payloadHash: UNSIGNED_TRAILER,
          trailer: WRONG_CRC,
          headers: { "x-amz-sdk-checksum-algorithm": "CRC32" },
        },
        400,
        "BadDigest",
      ),
  ],
  "unsigned-trailer-wrong": [
    "a trailing checksum that is wrong is 400 BadDigest, and nothing is stored",
    INTEGRITY,
    (c) => rejected(c, { payloadHash: UNSIGNED_TRAILER, trailer: WRONG_CRC }, 400, "BadDigest"),
  ],
  "unsigned-trailer-missing": [
    "a trailer that was announced and does not come is refused with 400",
    TRAILERS,
    async (c) => {
      const key = c.key();
      const framed = frames({ pieces: PIECES, signed: false });
      const headers = {
        "content-encoding": "aws-chunked",
        "x-amz-decoded-content-length": String(WHOLE.length),
        "x-amz-trailer": "x-amz-checksum-crc32",
      };
      const request = { method: "PUT", path: c.path(key), payloadHash: UNSIGNED_TRAILER, headers, framed };
      await refused(c.raw(request), 400);
      await notStored(c, key);
    },
  ],
  "sdk-stream": [
    "a stream from the SDK at its default settings is stored as it is, with its checksum",
    INTEGRITY,
    async (c) => {
      const key = c.key();
      const body = Buffer.alloc(200_000, "streamed ");
      const Body = Readable.from([body.subarray(0, 70_000), body.subarray(70_000)]);
      const done = await c.client.send(
        new PutObjectCommand({ Bucket: c.bucket, Key: key, Body, ContentLength: body.length }),
      );
      await hasBytes(c, key, body);
      same(done.ETag, etag(body), "the ETag");
      same(done.ChecksumCRC32, sum("CRC32", body), "x-amz-checksum-crc32");
    },
  ],
});
