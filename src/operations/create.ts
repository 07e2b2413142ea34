import { setTimeout as pause } from "node:timers/promises";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import mime from "mime-types";
import { refused } from "../core/conditional";
import { S3Error } from "../core/error";
import { caveatOf } from "../core/guarded";
import { head } from "../core/head";
import { checkObjectPath, keyOf } from "../core/key";
import { type About, type Context, operation } from "../core/operation";
import { flag, requiredText } from "../core/parameter";
import { codeOf } from "../core/to-error";
import { upload } from "../core/upload";

/** Of the empty object; a folder's is what the S3 console gives it. */
const contentTypeOf = (key: string): string =>
  key.endsWith("/") ? "application/x-directory" : mime.lookup(key) || "application/octet-stream";

/** How often it is tried, while others are at work on the same bucket or object. */
const rounds = 8;

const makeBucket = async ({ connection, bucket, signal }: Context): Promise<void> => {
  try {
    // The SDK names the connection's region as the bucket's (API_CreateBucket, LocationConstraint).
    await connection.send(new CreateBucketCommand({ Bucket: bucket }), signal);
  } catch (error) {
    // Made, or being made, by another message, which is as good.
    if (!["BucketAlreadyOwnedByYou", "OperationAborted"].includes(codeOf(error))) throw error;
  }
};

interface Creation {
  created: boolean;
  about: About;
}

/** Undefined if it was there, and was deleted before it could be looked at. */
const attempt = async (context: Context, key: string): Promise<Creation | undefined> => {
  const keeping = { ContentType: contentTypeOf(key) };
  const made = await upload(context, { key, body: Buffer.alloc(0), keeping, ifAbsent: true });
  if (made !== refused) return { created: true, about: { ...made } };
  const about = await head(context, key);
  return about && { created: false, about };
};

const createIn = async (context: Context, path: string, createBucket: boolean): Promise<Creation> => {
  const key = keyOf(context.connection, path);
  let failure: unknown = new S3Error(
    "ConditionalRequestConflict",
    `${path} comes and goes while it is created: the store says that it is there, and that it is not. Try again.`,
  );
  for (let round = 1; round <= rounds; round++) {
    try {
      const creation = await attempt(context, key);
      if (creation) return creation;
    } catch (error) {
      if (!createBucket || codeOf(error) !== "NoSuchBucket") throw error;
      await makeBucket(context);
      failure = error;
    }
    // A bucket may need a moment until all of S3 knows it.
    if (round > 1) await pause(Math.random() * Math.min(50 * 2 ** round, 500), undefined, { signal: context.signal });
  }
  throw failure;
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
    "The check and the creation are one step in the store (<code>If-None-Match</code>), so that of two flows creating the same path at the same time exactly one gets <code>created: true</code>. Where the store does not do that (see <i>Write guard</i> in the help of the connection), the node looks first and then creates; <code>msg.s3.atomic</code> is <code>false</code> then, since another program may have come in between.",
  ],
  permissions: [
    { action: "s3:PutObject", why: "to create" },
    { action: "s3:GetObject", why: "to tell the ETag of what exists" },
    { action: "s3:ListBucket", why: "to tell a missing bucket from a missing object" },
    { action: "s3:CreateBucket", why: "only with <i>Add bucket</i>", extra: true },
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
      label: "Add bucket",
      icon: "archive",
      literal: false,
      text: "create the bucket too, in the connection's region, if it is missing",
    }),
  },
  settings: {},
  async run({ path, createBucket }, context) {
    checkObjectPath(path);
    const { created, about } = await createIn(context, path, createBucket);
    return { result: { path, created, etag: about.etag }, about, caveat: caveatOf(about, context) };
  },
});
