/** Multipart uploads, step by step. */
import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandInput,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  UploadPartCommand,
  type UploadPartCommandInput,
} from "@aws-sdk/client-s3";
import type { Context } from "./context";
import { holds } from "./expect";

/** What every request of an upload names. */
export interface Upload {
  Bucket: string;
  Key: string;
  UploadId: string;
}

/** The least size of a part that is not the last one ("Amazon S3 multipart upload limits", userguide/qfacts.html). */
export const LEAST_PART = 5 * 1024 * 1024;

/** A part of the least size whose bytes `seed` tells from others. */
export function bigPart(seed: number): Buffer {
  const bytes = Buffer.alloc(LEAST_PART, seed);
  // no run of equal bytes: a part that is shifted or cut must not look the same
  for (let at = 0; at + 4 <= bytes.length; at += 1024) bytes.writeUInt32BE(at, at);
  return bytes;
}

/** Creates an upload; of a key of its own unless told otherwise. */
export async function begin(c: Context, more: Partial<CreateMultipartUploadCommandInput> = {}): Promise<Upload> {
  const input = { ...more, Bucket: more.Bucket ?? c.bucket, Key: more.Key ?? c.key("upload") };
  const { UploadId } = await c.client.send(new CreateMultipartUploadCommand(input));
  holds(UploadId, "CreateMultipartUpload gives no UploadId");
  return { Bucket: input.Bucket, Key: input.Key, UploadId };
}

/** Uploads a part; gives what CompleteMultipartUpload is to be told of it, checksums aside. */
export async function addPart(
  c: Context,
  upload: Upload,
  PartNumber: number,
  Body: string | Buffer,
  more: Partial<UploadPartCommandInput> = {},
): Promise<{ PartNumber: number; ETag: string }> {
  const { ETag } = await c.client.send(new UploadPartCommand({ ...upload, PartNumber, Body, ...more }));
  holds(ETag, "UploadPart gives no ETag");
  return { PartNumber, ETag };
}

/** Completes an upload from these parts. */
export function complete(
  c: Context,
  upload: Upload,
  Parts: CompletedPart[],
  more: Partial<CompleteMultipartUploadCommandInput> = {},
) {
  return c.client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts }, ...more }));
}

/** An upload of these parts, completed; gives its key. */
export async function uploaded(
  c: Context,
  bodies: readonly (string | Buffer)[],
  more: Partial<CreateMultipartUploadCommandInput> = {},
): Promise<string> {
  const upload = await begin(c, more);
  const parts = [];
  for (const [index, body] of bodies.entries()) parts.push(await addPart(c, upload, index + 1, body));
  await complete(c, upload, parts);
  return upload.Key;
}
