import { HeadObjectCommand, PutObjectTaggingCommand } from "@aws-sdk/client-s3";
import type { Answer } from "./conditional";
import { S3Error } from "./error";
import { plainEtag } from "./etag";
import type { Context } from "./operation";
import { codeOf, statusOf } from "./to-error";
import type { Upload } from "./upload";

/**
 * Sees to it that an object has its tags that was just put together from parts: Ceph 16.2 and 18.2 drop those of
 * CreateMultipartUpload without a word. Costs a look, which may fail; on a store that does as AWS does, nothing.
 * @throws if the tags are not there and cannot be put there
 */
export const keepTags = async (
  context: Context,
  { key, keeping }: Upload,
  { ETag, VersionId }: Answer,
): Promise<void> => {
  const { connection, bucket, signal } = context;
  if (!keeping.Tagging || connection.guard.trusted) return;
  const TagSet = [...new URLSearchParams(keeping.Tagging)].map(([Key, Value]) => ({ Key, Value }));
  const object = { Bucket: bucket, Key: key, ...(VersionId ? { VersionId } : {}) };
  const told = await connection.send(new HeadObjectCommand(object), signal).catch(() => undefined);
  if (told?.TagCount === TagSet.length) return;
  // Somebody else's by now, where there are no versions: it gets no tags of ours.
  if (ETag && told && plainEtag(told.ETag) !== plainEtag(ETag)) return;
  try {
    await connection.send(new PutObjectTaggingCommand({ ...object, Tagging: { TagSet } }), signal);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    const code = codeOf(error);
    const text = `the object is written, but maybe without its tags: this store may drop those of objects in parts, and setting them afterwards failed (${code}). Allow s3:PutObjectTagging or, if it is sure to keep them, set “Write guard” to “trust” in the connection`;
    throw new S3Error(code, text, { statusCode: statusOf(error) });
  }
};
