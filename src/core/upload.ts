import { setMaxListeners } from "node:events";
import { PutObjectCommand, type PutObjectCommandInput } from "@aws-sdk/client-s3";
import type { Attempts } from "./attempts";
import { crc32Base64 } from "./checksum";
import { refused } from "./conditional";
import { plainEtag } from "./etag";
import type { Condition } from "./guarded";
import { uploadParts } from "./multipart";
import type { Context } from "./operation";
import { md5 } from "./ownership";
import { createPartPool } from "./part-pool";
import { asBuffer, type Body, parts, singleLimit } from "./parts";
import { type Terms, underTerms } from "./under-terms";

/** How an object is kept: the fields that PutObject and CreateMultipartUpload share. */
export type Keeping = Pick<
  PutObjectCommandInput,
  | "ContentType"
  | "Metadata"
  | "Tagging"
  | "StorageClass"
  | "CacheControl"
  | "ContentDisposition"
  | "ContentEncoding"
  | "ServerSideEncryption"
  | "SSEKMSKeyId"
>;

export interface Upload extends Terms {
  body: Body;
  keeping: Keeping;
  /** Told the bytes that are there, part by part, in place of the context's. */
  progress?: ((bytes: number) => void) | undefined;
  /** Goes on with an open upload of the key, begun after this time (ms since 1970), where there is one. */
  resumeSince?: number | undefined;
}

export interface Written {
  /** Without quotes. */
  etag: string;
  /** Bytes. */
  size: number;
  versionId?: string;
  requestId?: string;
  /** Present where the store is not known to have looked and written in one step. */
  atomic?: false;
}

/** Bodies up to this size may be sent twice, once a connection, to find out what the store does. */
const smallLimit = 65_536;

/** What an answer told, with the size that was sent. */
export const written = (
  answer: {
    ETag?: string | undefined;
    VersionId?: string | undefined;
    $metadata?: { requestId?: string | undefined };
    atomic?: false;
  },
  size: number,
): Written => ({
  etag: plainEtag(answer.ETag) ?? "",
  size,
  ...(answer.VersionId ? { versionId: answer.VersionId } : {}),
  ...(answer.$metadata?.requestId ? { requestId: answer.$metadata.requestId } : {}),
  ...(answer.atomic === false ? { atomic: false } : {}),
});

const put = async (context: Context, upload: Upload, bytes: Buffer): Promise<Written | typeof refused> => {
  const { connection, bucket, signal } = context;
  const checksum = connection.checksums ? crc32Base64(bytes) : undefined;
  const input: PutObjectCommandInput = {
    ...upload.keeping,
    Bucket: bucket,
    Key: upload.key,
    Body: bytes,
    ContentLength: bytes.length,
    ...(checksum ? { ChecksumCRC32: checksum } : {}),
  };
  const send = (condition: Condition, attempts?: Attempts, until = signal) =>
    connection.send(new PutObjectCommand({ ...input, ...condition }), until, attempts);
  const expected = { key: upload.key, etag: () => md5(bytes), checksum };
  const write = { kind: "put" as const, expected, small: bytes.length <= smallLimit, send };
  const answer = await underTerms(context, upload, write, () => send({}));
  return answer === refused ? refused : written(answer, bytes.length);
};

/**
 * Writes an object: in one request if it is small, else in parts, side by side. Every request can be repeated.
 * @returns `refused` if the terms of the upload do not hold: then nothing was changed
 */
export const upload = async (context: Context, upload: Upload): Promise<Written | typeof refused> => {
  const { body } = upload;
  // By far the most writes: they need no parts, and nothing that could be left behind.
  if (body instanceof Uint8Array && body.byteLength <= singleLimit) return put(context, upload, asBuffer(body));
  const stop = new AbortController();
  // Every request of the work listens, and the parts of an object are many.
  setMaxListeners(0, stop.signal);
  const onAbort = () => stop.abort(context.signal.reason);
  if (context.signal.aborted) onAbort();
  context.signal.addEventListener("abort", onAbort, { once: true });
  const pool = createPartPool();
  const pieces = parts(upload.body, stop.signal, pool);
  try {
    const first = await pieces.next();
    const second = await pieces.next();
    const start = first.value ?? Buffer.alloc(0);
    if (second.done) return await put(context, upload, start);
    return await uploadParts(context, upload, { first: [start, second.value], rest: pieces, pool }, stop);
  } finally {
    context.signal.removeEventListener("abort", onAbort);
    // Lets the source go, so that a stream that failed to be written is destroyed.
    stop.abort();
    await pieces.return();
  }
};
