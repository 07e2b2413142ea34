import { invalid, shown } from "../core/error";
import { createFilter } from "../core/filter";
import { checkFilePath } from "../core/key";
import { conflictParameters } from "../core/local/conflict";
import { downloadFolder } from "../core/local/download-folder";
import { downloadObject } from "../core/local/download-object";
import { localPath } from "../core/local/local-path";
import { reportSetting } from "../core/local/report";
import { syncParameters } from "../core/local/sync";
import { operation } from "../core/operation";
import { flag, requiredText, texts } from "../core/parameter";

/** Downloads an object to a file, or a folder's objects to a folder of the disk. */
export const download = operation({
  type: "amazon-s3-download",
  label: "download",
  icon: "amazon-s3-download.svg",
  lead: "Downloads an object, or all that lies in a folder of a bucket, to the disk of the machine that runs Node-RED.",
  output:
    "<code>{ target, downloaded, skipped, failed, bytes }</code>, where <code>failed</code> holds <code>{ path, file, code, message }</code> for each object that is not on the disk. With <i>Sync</i> also <code>deleted</code>, or <code>wouldDelete</code> and <code>sample</code>, the first 10 files. With <i>Report</i> also <code>entries</code>, <code>{ path, file, action, size }</code> for each file. For one object, <code>msg.s3</code> has its size, ETag, date, content type and metadata.",
  details: [
    "A path that ends with <code>/</code> is a folder: everything in it goes to the same place below the target. Any other path is one object; a target that ends with <code>/</code>, or is a folder already, gets it under its own name. Folders that are missing are made.",
    "A file appears under its name only when it is whole: until then it has a temporary name beside it, which is gone after an error. A download that a crash interrupted goes on where it stopped, if the object is still the same.",
    "Without <i>Overwrite</i> a file that exists is left as it is, except for <i>newer</i> and <i>different</i>, and of several nodes that download to the same file at once exactly one gets it. <i>different</i> makes a second download of a folder transfer only what has changed.",
    "Nothing is ever written outside of the target, whatever the objects are called: those with <code>..</code>, <code>//</code>, a backslash or a drive in their name, and those whose way leads through a symbolic link, fail with <code>UnsafePath</code>. Names that are one to the disk, or file and folder at once, fail with <code>NameClash</code>. The others are downloaded.",
    "<i>Sync</i> deletes files in the target that the folder in the bucket does not have; with a filter, only files that match it. Look first: without <i>Force</i> nothing is deleted, and <code>wouldDelete</code> says how many files would go. Nothing is deleted if any download failed, if nothing at all lies in the folder in the bucket, or if the target holds the home folder or Node-RED's working directory.",
  ],
  permissions: [
    { action: "s3:GetObject", why: "to download" },
    {
      action: "s3:ListBucket",
      why: "to find what lies in a folder, and to tell a missing object from a forbidden one",
    },
  ],
  references: [
    { title: "GetObject", url: "https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html" },
    { title: "minimatch: the glob syntax", url: "https://github.com/isaacs/minimatch#features" },
  ],
  parameters: {
    path: requiredText({
      label: "Path",
      icon: "file-o",
      text: "the object to download, or the folder, with a <code>/</code> at its end",
      placeholder: "reports/2026/",
    }),
    target: requiredText({
      label: "Target",
      icon: "hdd-o",
      text: "the file or folder on the disk; a relative path is relative to Node-RED's working directory",
      placeholder: "/data/reports/",
    }),
    filter: texts({
      label: "Filter",
      icon: "filter",
      text: "a glob, or an array of globs: only what matches in the folder is downloaded",
      example: "*.csv",
      fallbackText: "everything",
    }),
    caseSensitive: flag(false, {
      label: "Match case",
      icon: "font",
      text: "whether the filter tells <code>A</code> from <code>a</code>",
    }),
    ...conflictParameters("a file", "FileExists"),
    dryRun: flag(false, {
      label: "Dry run",
      icon: "eye",
      literal: false,
      text: "write and delete nothing, and report what would be done",
    }),
    ...syncParameters("files"),
  },
  settings: {
    restoreTimes: flag(false, {
      label: "Keep times",
      icon: "clock-o",
      text: "give files the time at which their content was changed: that in the metadata <code>mtime</code>, else that of the object",
    }),
    ...reportSetting,
  },
  async run({ filter, caseSensitive, sync, force, maxDelete, report, ...order }, context) {
    const { path } = order;
    const entries = report === "entries";
    // Refuses what is no path, before anything is sent.
    localPath(context, order.target, "target");
    if (sync && !order.overwrite && order.onConflict === "rename") {
      throw invalid("onConflict", "rename does not go with sync, which would delete what it renames; choose different");
    }
    if (path === "" || path.endsWith("/")) {
      const wanted = filter !== undefined && filter.length > 0 ? createFilter(filter, caseSensitive) : undefined;
      const folder = { ...order, wanted, sync, force, maxDelete, entries };
      return { result: await downloadFolder(context, folder), about: {} };
    }
    checkFilePath(path);
    if (sync) throw invalid("sync", `is for folders, and ${shown(path)} is an object: end the path with /`);
    return downloadObject(context, { ...order, entries });
  },
});
