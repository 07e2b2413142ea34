import { HeadObjectCommand, type HeadObjectCommandOutput, PutObjectTaggingCommand } from "@aws-sdk/client-s3";
import type { Answer } from "./conditional";
import { S3Error } from "./error";
import { plainEtag } from "./etag";
import type { Context } from "./operation";
import { codeOf, statusOf } from "./to-error";
import type { Upload } from "./upload";

/**
 * Sees to it that an object has its tags that was just put together from parts: Ceph 16.2 and 18.2 drop those of
 * CreateMultipartUpload without a word. Costs a look; on a store that does as AWS does, nothing.
 * @throws if the tags were seen to be missing and cannot be put there
 */
export const keepTags = async (
  context: Context,
  { key, keeping }: Upload,
  { ETag, VersionId }: Answer,
): Promise<void> => {
  const { connection, bucket, signal } = context;
  if (!keeping.Tagging || connection.guard.trusted) return;
  const TagSet = [...new URLSearchParams(keeping.Tagging)].map(([Key, Value]) => ({ Key, Value }));
  const object = { Bucket: bucket, Key: key };
  let seen: HeadObjectCommandOutput | undefined;
  try {
    // Without the version, which would take a permission of its own.
    seen = await connection.send(new HeadObjectCommand(object), signal);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    // Somebody has deleted it.
    if (statusOf(error) === 404) return;
  }
  // Somebody has put something else there: that gets no tags of ours.
  if (seen && (VersionId ? seen.VersionId !== VersionId : ETag && plainEtag(seen.ETag) !== plainEtag(ETag))) return;
  if (seen?.TagCount === TagSet.length) return;
  try {
    const version = seen && VersionId ? { VersionId } : {};
    await connection.send(new PutObjectTaggingCommand({ ...object, ...version, Tagging: { TagSet } }), signal);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    // Most stores keep them. Where nobody could see that they are missing, they are taken to be there.
    if (!seen || statusOf(error) === 404) return;
    const code = codeOf(error);
    const text = `the object is written, but this store has dropped its tags, as some do with objects in parts, and setting them afterwards failed (${code}): allow s3:PutObjectTagging and, in a bucket with versions, s3:PutObjectVersionTagging`;
    throw new S3Error(code, text, { statusCode: statusOf(error) });
  }
};
