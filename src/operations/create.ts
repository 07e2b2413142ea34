import { operation } from "../core/operation";
import { flag, requiredText } from "../core/parameter";

/** Makes an empty object or a folder marker, and the bucket where it is asked to. */
export const create = operation({
  type: "amazon-s3-create",
  label: "create",
  icon: "amazon-s3-create.svg",
  lead: "Creates an empty object or a folder in a bucket. What exists already is left as it is.",
  output:
    "<code>{ path, created, etag }</code>. <code>created</code> is <code>false</code> if it was there already, and then nothing was changed.",
  details: [
    "A path that ends with <code>/</code>, such as <code>reports/2026/</code>, creates a folder marker: an empty object that makes the folder visible before anything lies in it. S3 itself needs no folders: writing <code>reports/2026/may.csv</code> works without one.",
    "The check and the creation are one step in the store (<code>If-None-Match</code>), so that of two flows creating the same path at the same time exactly one gets <code>created: true</code>.",
  ],
  permissions: [
    { action: "s3:PutObject", why: "to create" },
    { action: "s3:GetObject", why: "to tell the ETag of what exists" },
    { action: "s3:ListBucket", why: "to tell a missing bucket from a missing object" },
    { action: "s3:CreateBucket", why: "only with <i>New bucket</i>" },
  ],
  references: [
    {
      title: "Organizing objects using folders",
      url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-folders.html",
    },
    {
      title: "Bucket naming rules",
      url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html",
    },
  ],
  parameters: {
    path: requiredText({
      label: "Path",
      icon: "file-o",
      text: "the object to create; with a <code>/</code> at the end, a folder",
      placeholder: "reports/2026/",
    }),
    createBucket: flag(false, {
      label: "New bucket",
      icon: "archive",
      literal: false,
      text: "create the bucket too, in the connection's region, if it is missing",
    }),
  },
  settings: {},
  async run() {
    throw new Error("to come");
  },
});
