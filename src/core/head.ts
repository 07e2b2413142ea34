import { HeadBucketCommand, HeadObjectCommand } from "@aws-sdk/client-s3";
import { S3Error } from "./error";
import { plainEtag } from "./etag";
import { decodeMetadata } from "./metadata";
import type { About, Context } from "./operation";
import { codeOf, statusOf } from "./to-error";

interface Told {
  ETag?: string | undefined;
  ContentLength?: number | undefined;
  LastModified?: Date | undefined;
  ContentType?: string | undefined;
  Metadata?: Record<string, string> | undefined;
  VersionId?: string | undefined;
  StorageClass?: string | undefined;
  $metadata?: { requestId?: string | undefined };
}

/** What S3 told of an object, in the words of `msg.s3`; what it did not tell is absent. */
export const aboutObject = (told: Told): About => {
  const about: About = {
    etag: plainEtag(told.ETag),
    size: told.ContentLength,
    lastModified:
      told.LastModified && !Number.isNaN(told.LastModified.getTime()) ? told.LastModified.toISOString() : undefined,
    contentType: told.ContentType,
    metadata: told.Metadata && Object.keys(told.Metadata).length > 0 ? decodeMetadata(told.Metadata) : undefined,
    versionId: told.VersionId,
    storageClass: told.StorageClass,
    requestId: told.$metadata?.requestId,
  };
  for (const [name, value] of Object.entries(about)) if (value === undefined) delete about[name];
  return about;
};

const askForBucket = async ({ connection, bucket, signal }: Context): Promise<void> => {
  try {
    await connection.send(new HeadBucketCommand({ Bucket: bucket }), signal);
  } catch (error) {
    // With 403 the bucket is there and may not be listed; the object was answered all the same.
    if (statusOf(error) === 403) return;
    if (statusOf(error) !== 404) throw error;
    throw Object.assign(new Error(""), {
      name: "NoSuchBucket",
      $metadata: (error as { $metadata?: unknown }).$metadata,
    });
  }
};

const asked = new WeakMap<Context, Promise<void>>();

/**
 * A HEAD answered with 404 does not say what is missing. This asks, once for a message, and throws NoSuchBucket if it
 * is the bucket.
 */
const bucketMustExist = (context: Context): Promise<void> => {
  const asking = asked.get(context) ?? askForBucket(context);
  asked.set(context, asking);
  return asking;
};

/**
 * What S3 tells of an object, without its content.
 * @returns undefined if there is no such object
 * @throws whatever keeps the question from being answered: no permission, no bucket, no network
 */
export const head = async (context: Context, key: string, versionId = ""): Promise<About | undefined> => {
  const { connection, bucket, signal } = context;
  const input = { Bucket: bucket, Key: key, ...(versionId ? { VersionId: versionId } : {}) };
  try {
    return aboutObject(await connection.send(new HeadObjectCommand(input), signal));
  } catch (error) {
    if (statusOf(error) === 405 && versionId) return { versionId, deleteMarker: true };
    if (statusOf(error) !== 404) throw error;
    if (codeOf(error) === "NoSuchBucket") throw error;
    await bucketMustExist(context);
    return undefined;
  }
};

/** There is no such object, or version of it. `requestId` is that of the answer that said so, where one did. */
export const noSuchObject = (context: Context, path: string, versionId = "", requestId?: string): S3Error => {
  const [code, what] = versionId
    ? ["NoSuchVersion", `${JSON.stringify(path)} has no version ${JSON.stringify(versionId.slice(0, 200))}`]
    : ["NoSuchKey", `there is no object ${JSON.stringify(path)}`];
  const text = `${what} in bucket ${context.bucket}. Check the path: capitals, spaces and a leading / count. (${code})`;
  return new S3Error(code, text, { statusCode: 404, path, requestId });
};
