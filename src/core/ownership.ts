import { createHash } from "node:crypto";
import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { plainEtag } from "./etag";
import type { Context } from "./operation";
import { statusOf } from "./to-error";

/** What would be at the key if an earlier attempt, whose answer was lost, had succeeded. */
export interface Expected {
  key: string;
  etag: () => string;
  checksum?: string | undefined;
}

/** The ETag that S3 gives to an object put in one request, unless a KMS key encrypts it. */
export const md5 = (bytes: Uint8Array): string => createHash("md5").update(bytes).digest("hex");

/** The ETag that S3 gives to an object made of parts. */
export const multipartEtag = (etags: readonly string[]): string =>
  `${md5(Buffer.concat(etags.map((etag) => Buffer.from(etag, "hex"))))}-${etags.length}`;

/**
 * After a conditional write was repeated and refused: is what stands there our own? Only asked when an earlier attempt
 * may have been carried out. A rival that wrote the very same bytes meanwhile cannot be told apart.
 * @throws what keeps the question from being answered: "it is somebody else's" would be a guess. Where the keys may not
 *   look, that guess is all there is
 */
export const isOurs = async (context: Context, expected: Expected) => {
  const { connection, bucket, signal } = context;
  const input = { Bucket: bucket, Key: expected.key, ChecksumMode: "ENABLED" as const };
  const told = await connection.send(new HeadObjectCommand(input), signal).catch((error: unknown) => {
    if ([403, 404, 405].includes(statusOf(error) ?? 0)) return undefined;
    throw error;
  });
  if (!told) return undefined;
  const sameEtag = plainEtag(told.ETag) === expected.etag();
  const sameChecksum = expected.checksum !== undefined && told.ChecksumCRC32 === expected.checksum;
  return sameEtag || sameChecksum ? told : undefined;
};
