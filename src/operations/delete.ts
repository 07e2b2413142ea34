import { operation } from "../core/operation";
import { choice, requiredTexts, text } from "../core/parameter";

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
    { action: "s3:DeleteObjectVersion", why: "only with a version" },
    { action: "s3:GetObjectVersion", why: "only with a version" },
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
      text: "the object to delete, or an array of them",
      placeholder: "reports/2026/may.csv",
    }),
    versionId: text({
      label: "Version",
      icon: "history",
      literal: "",
      text: "delete this one version for good; only with a single path",
      fallbackText: "the current one",
    }),
    ifMissing: choice(["error", "ignore"], "error", {
      label: "If missing",
      icon: "question-circle-o",
      literal: "error",
      text: "<code>error</code>: an object that does not exist is an error (<code>NoSuchKey</code>); <code>ignore</code>: it is not",
    }),
  },
  settings: {},
  async run() {
    throw new Error("to come");
  },
});
