import { CreateBucketCommand } from "@aws-sdk/client-s3";
import mime from "mime-types";
import { refused } from "../core/conditional";
import { head } from "../core/head";
import { checkObjectPath, keyOf } from "../core/key";
import { type Context, operation } from "../core/operation";
import { flag, requiredText } from "../core/parameter";
import { codeOf } from "../core/to-error";
import { upload, type Written } from "../core/upload";

/** Of the empty object; a folder's is what the S3 console gives it. */
const contentTypeOf = (key: string): string =>
  key.endsWith("/") ? "application/x-directory" : mime.lookup(key) || "application/octet-stream";

const makeBucket = async ({ connection, bucket, signal }: Context): Promise<void> => {
  try {
    // The SDK names the connection's region as the bucket's (API_CreateBucket, LocationConstraint).
    await connection.send(new CreateBucketCommand({ Bucket: bucket }), signal);
  } catch (error) {
    // Made by another message meanwhile, which is as good.
    if (codeOf(error) !== "BucketAlreadyOwnedByYou") throw error;
  }
};

const createIn = async (context: Context, key: string, createBucket: boolean): Promise<Written | typeof refused> => {
  const empty = { key, body: Buffer.alloc(0), keeping: { ContentType: contentTypeOf(key) }, ifAbsent: true };
  try {
    return await upload(context, empty);
  } catch (error) {
    if (!createBucket || codeOf(error) !== "NoSuchBucket") throw error;
    await makeBucket(context);
    return await upload(context, empty);
  }
};

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
  async run({ path, createBucket }, context) {
    checkObjectPath(path);
    const key = keyOf(context.connection, path);
    for (;;) {
      const made = await createIn(context, key, createBucket);
      if (made !== refused) {
        return { result: { path, created: true, etag: made.etag }, about: { ...made } };
      }
      const there = await head(context, key);
      if (there) return { result: { path, created: false, etag: there.etag }, about: there };
      // It was there, and was deleted before it could be looked at.
    }
  },
});
