import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { followCount } from "../core/count-progress";
import { invalid } from "../core/error";
import { head, noSuchObject } from "../core/head";
import { checkObjectPath, checkVersionId, keyOf } from "../core/key";
import { type Context, operation, type Single } from "../core/operation";
import { choice, requiredTexts, text } from "../core/parameter";
import { brokenOff, deletedBefore, type Failed, partialFailure } from "../core/partial";
import { batchLimit } from "../core/remove";
import { removeAll } from "../core/remove-all";
import { forEachOf } from "../core/side-by-side";
import { statusOf, toS3Error } from "../core/to-error";
import { versionIsListed } from "../core/version-is-listed";

const deleteOne = async (context: Context, path: string, versionId: string, mustExist: boolean): Promise<Single> => {
  const { connection, bucket, signal } = context;
  const key = keyOf(connection, path);
  const there =
    (await head(context, key, versionId)) || (versionId && (await versionIsListed(context, key, versionId)));
  if (!there) {
    if (mustExist) throw noSuchObject(context, path, versionId);
    return { result: { path, deleted: false }, about: {} };
  }
  const version = versionId ? { VersionId: versionId } : {};
  const answer = await connection.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, ...version }), signal);
  const told = {
    ...(answer.VersionId ? { versionId: answer.VersionId } : {}),
    ...(answer.DeleteMarker ? { deleteMarker: true } : {}),
  };
  const requestId = answer.$metadata.requestId ? { requestId: answer.$metadata.requestId } : {};
  return { result: { path, deleted: true, ...told }, about: { ...told, ...requestId } };
};

/** The counts of a delete of many. */
interface Counts {
  deleted: number;
  missing: number;
  failed: Failed[];
}

/** Asks which objects are there, since DeleteObjects does not tell what was missing. */
const look = async (context: Context, paths: string[], missing: (path: string) => void, counts: Counts) => {
  const there: { key: string; path: string }[] = [];
  const refused: { path: string; error: unknown }[] = [];
  await forEachOf(context, paths, async (path) => {
    const key = keyOf(context.connection, path);
    try {
      if (await head(context, key)) there.push({ key, path });
      else missing(path);
    } catch (error) {
      if (statusOf(error) !== 403) throw error;
      refused.push({ path, error });
    }
  });
  // One forbidden object is its own failure; if all are, the keys of the connection may be at fault.
  if (refused.length === paths.length) throw refused[0]?.error;
  for (const { path, error } of refused) {
    const { bucket, connection } = context;
    const { code, message } = toS3Error(error, { operation: "delete", bucket, path, redact: connection.redact });
    counts.failed.push({ path, code, message });
  }
  return there;
};

const deleteMany = async (context: Context, paths: string[], mustExist: boolean): Promise<Single> => {
  const result: Counts = { deleted: 0, missing: 0, failed: [] };
  const missing = (path: string): void => {
    result.missing++;
    if (!mustExist) return;
    const { code, message } = noSuchObject(context, path);
    result.failed.push({ path, code, message });
  };
  const tell = followCount("deleted", context.progress);
  async function* there() {
    for (let at = 0; at < paths.length; at += batchLimit) {
      yield await look(context, paths.slice(at, at + batchLimit), missing, result);
    }
  }
  try {
    await removeAll(context, there(), ({ path }, trouble) => {
      if (trouble) result.failed.push({ path, ...trouble });
      else result.deleted++;
      tell(result.deleted);
    });
  } catch (error) {
    throw brokenOff(context, { operation: "delete", path: paths }, error, result, deletedBefore(result.deleted));
  }
  if (result.failed.length > 0) throw partialFailure("deleted", result.failed, paths.length, result);
  return { result, about: {} };
};

/** Deletes one object, one version of it, or many objects. */
export const deleteOperation = operation({
  type: "amazon-s3-delete",
  label: "delete",
  icon: "amazon-s3-delete.svg",
  lead: "Deletes an object, or every object of an array of paths.",
  output:
    "for one path <code>{ path, deleted, versionId, deleteMarker }</code>; for an array the counts <code>{ deleted, missing, failed }</code>, where <code>failed</code> holds <code>{ path, code, message }</code> for each object that is still there.",
  details: [
    "A path is one object. <code>logs/</code> deletes the marker of that folder and nothing below it; to empty a folder, use the <b>purge</b> node.",
    "An array is deleted in batches of 1,000. If any of its objects fails, the message goes to a Catch node with the code <code>PartialFailure</code>, and the counts are in <code>msg.error.cause.result</code>. A path that is named twice counts once.",
    "In a bucket with versioning, deleting hides the object behind a delete marker and its versions stay. With a version, that one version is deleted for good.",
  ],
  permissions: [
    { action: "s3:DeleteObject", why: "to delete" },
    { action: "s3:GetObject", why: "to see whether the object is there" },
    { action: "s3:ListBucket", why: "to tell a missing object from a forbidden one" },
    { action: "s3:DeleteObjectVersion", why: "only with a version", extra: true },
    { action: "s3:GetObjectVersion", why: "only with a version", extra: true },
    {
      action: "s3:ListBucketVersions",
      why: "only with the version of a delete marker, at stores that do not show it otherwise",
      extra: true,
    },
  ],
  references: [
    {
      title: "Deleting Amazon S3 objects",
      url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeletingObjects.html",
    },
    {
      title: "Working with delete markers",
      url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html",
    },
  ],
  parameters: {
    path: requiredTexts({
      label: "Path",
      icon: "file-o",
      text: "the path of the object to delete, or an array of paths",
      placeholder: "reports/2026/may.csv",
    }),
    versionId: text({
      label: "Version",
      icon: "history",
      literal: "",
      text: "delete this one version for good; only with a single path",
      fallbackText: "the current one",
    }),
    ifMissing: choice({ error: "fail with <code>NoSuchKey</code>", ignore: "go on" }, "error", {
      label: "If missing",
      icon: "question-circle-o",
      literal: "error",
      text: "what to do about an object that does not exist",
    }),
  },
  settings: {},
  paths: ({ path }) => (typeof path === "string" ? [path] : path),
  async run({ path, versionId, ifMissing }, context) {
    if (typeof path === "string") {
      checkObjectPath(path);
      checkVersionId(versionId);
      return deleteOne(context, path, versionId, ifMissing === "error");
    }
    if (versionId) throw invalid("versionId", "goes with a single path, and path is an array");
    path.forEach((one, index) => {
      checkObjectPath(one, `path[${index}]`);
    });
    return deleteMany(context, [...new Set(path)], ifMissing === "error");
  },
});
