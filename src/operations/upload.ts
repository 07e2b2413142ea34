import { basename } from "node:path";
import { caveatOf } from "../core/guarded";
import { conflictParameters } from "../core/local/conflict";
import { reportSetting } from "../core/local/report";
import { syncParameters } from "../core/local/sync";
import { uploadFiles } from "../core/local/upload-files";
import { operation } from "../core/operation";
import { flag, requiredText } from "../core/parameter";
import { keeping } from "./keeping";

/** Uploads files from the disk of the machine that runs Node-RED. */
export const upload = operation({
  type: "amazon-s3-upload",
  label: "upload",
  icon: "amazon-s3-upload.svg",
  lead: "Uploads a file, a folder with all that lies in it, or all files that a glob matches, from the disk of the machine that runs Node-RED. Without <i>Overwrite</i> it replaces an object that exists only for <i>newer</i> and <i>different</i>.",
  output:
    "<code>{ path, uploaded, skipped, failed, bytes }</code>: two counts, <code>{ path, file, code, message }</code> for each file that failed, and the bytes that were uploaded. With <i>Sync</i> also <code>deleted</code>, or without <i>Force</i> <code>wouldDelete</code> and <code>sample</code>, the first 10 paths; with <i>Dry run</i>, <code>dryRun</code>; with the report of each file, <code>entries</code>.",
  details: [
    "One file goes to <i>Path</i> or, where that ends with <code>/</code>, into this folder under its own name. A folder's files go below <i>Path</i> with their folders, and those of a glob such as <code>/data/**/*.csv</code> with the folders from the first <code>*</code> on. A relative source is relative to Node-RED's working directory.",
    "Memory does not grow with the files: up to four go at a time, and one of more than 16 MiB in parts. Every object gets the file's modification time in its metadata, as <code>mtime</code>, in the way of rclone.",
    "If a single file fails, the message goes to a Catch node with the code of the failure. Of several, all are tried; if some fail, the code is <code>PartialFailure</code>, and the result with <code>failed</code> is in <code>msg.error.cause.result</code>.",
    "A file that changes while it is read fails with <code>FileChanged</code>, and no object is made of it.",
    "<i>newer</i> compares the file's modification time with the object's <code>mtime</code>, or else with the time when it was written. <i>different</i> compares sizes, then checksums, so that uploading a folder once more sends only what has changed.",
    "<i>Sync</i> deletes objects below <i>Path</i> that the source does not have, after all files are there. It deletes nothing without <i>Force</i>, if any file failed, or if there are more than <i>At most</i>. With a glob, only objects that the glob matches go.",
    "With <i>Resume</i>, a file of more than 16 MiB goes on where a crash of Node-RED or of the machine has stopped it: each part in the store is compared with the file, and only what is missing or different is sent. Metadata and the other options are those with which it was begun. A node that is stopped or deployed anew clears up, so that nothing is left to go on with.",
    "Empty folders are left out, and so are links to folders; a link to a file is the file. Pipes, sockets and devices fail with <code>NotAFile</code>, names with a backslash or in another encoding than UTF-8 with <code>InvalidFileName</code>.",
  ],
  permissions: [
    { action: "s3:PutObject", why: "to upload" },
    { action: "s3:GetObject", why: "to look at what exists, without <i>Overwrite</i>" },
    {
      action: "s3:ListBucket",
      why: "to see which files of a folder are there already, to find a free name for <i>rename</i>, and for <i>Sync</i>",
    },
    { action: "s3:AbortMultipartUpload", why: "to clear up when a large upload fails" },
    { action: "s3:ListBucketMultipartUploads", why: "only with <i>Resume</i>", extra: true },
    { action: "s3:ListMultipartUploadParts", why: "only with <i>Resume</i>", extra: true },
    { action: "s3:DeleteObject", why: "only with <i>Sync</i>", extra: true },
    { action: "s3:PutObjectTagging", why: "only with tags", extra: true },
  ],
  references: [
    { title: "PutObject", url: "https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html" },
    {
      title: "Multipart uploads",
      url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html",
    },
    { title: "minimatch: the glob syntax", url: "https://github.com/isaacs/minimatch#features" },
  ],
  parameters: {
    source: requiredText({
      label: "Source",
      icon: "hdd-o",
      text: "a file, a folder, or a glob on the disk of the machine that runs Node-RED",
      placeholder: "/data/reports",
    }),
    path: requiredText({
      label: "Path",
      icon: "file-o",
      text: "the object for one file; the folder for a folder or a glob, and for one file with a <code>/</code> at the end",
      placeholder: "reports/2026/",
    }),
    ...conflictParameters("an object", "ObjectExists"),
    dryRun: flag(false, {
      label: "Dry run",
      icon: "eye",
      literal: false,
      text: "upload and delete nothing, and report what would be done",
    }),
    ...syncParameters("objects"),
    ...keeping,
    contentType: { ...keeping.contentType, fallbackText: "from the path's extension" },
  },
  settings: {
    ...reportSetting,
    resume: flag(false, {
      label: "Resume",
      icon: "step-forward",
      text: "go on with the upload of a file in parts that a crash has cut off: parts that are there already are not sent again",
    }),
    wholeBucket: flag(false, {
      label: "Whole bucket",
      icon: "archive",
      text: "let <i>Sync</i> delete in the whole bucket (or the connection's root path) for the path <code>/</code>",
    }),
  },
  // Files for one folder need not wait for one another.
  paths: ({ path, source }) => [path.endsWith("/") ? path + basename(source) : path],
  async run(values, context) {
    const { result, about } = await uploadFiles(context, values);
    return { result, about, caveat: caveatOf(about, context) };
  },
});
