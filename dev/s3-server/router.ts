/** From a request line to the operation it asks for; the one table of operations. */
import type { IncomingHttpHeaders } from "node:http";
import {
  createBucket,
  deleteBucket,
  getBucketLocation,
  getBucketVersioning,
  headBucket,
  listBuckets,
  putBucketVersioning,
} from "./buckets";
import { completeMultipartUpload } from "./complete-upload";
import { copyObject } from "./copy-object";
import { deleteObject, deleteObjects } from "./delete-object";
import type { Exchange, Reply } from "./exchange";
import { getObject } from "./get-object";
import { listObjects, listObjectsV2 } from "./list-objects";
import { listMultipartUploads, listParts } from "./list-uploads";
import { listObjectVersions } from "./list-versions";
import { abortMultipartUpload, createMultipartUpload, uploadPart, uploadPartCopy } from "./multipart";
import { getObjectAttributes } from "./object-attributes";
import { getObjectLockConfiguration, putObjectLockConfiguration } from "./object-lock-configuration";
import { postObject } from "./post-object";
import { putObject } from "./put-object";
import { getObjectLegalHold, getObjectRetention, putObjectLegalHold, putObjectRetention } from "./retention";
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from "./tagging";
import type { Query } from "./uri";

/** One operation: the permission it takes, and what it does. Per-key permissions are the operation's own business. */
export interface Operation {
  action?: string;
  run(exchange: Exchange): Reply | Promise<Reply>;
}

/** Every operation that the server knows, by the name of the API reference. */
export const OPERATIONS: Record<string, Operation> = {
  AbortMultipartUpload: { action: "s3:AbortMultipartUpload", run: abortMultipartUpload },
  CompleteMultipartUpload: { action: "s3:PutObject", run: completeMultipartUpload },
  CopyObject: { action: "s3:PutObject", run: copyObject },
  CreateBucket: { action: "s3:CreateBucket", run: createBucket },
  CreateMultipartUpload: { action: "s3:PutObject", run: createMultipartUpload },
  DeleteBucket: { action: "s3:DeleteBucket", run: deleteBucket },
  DeleteObject: { action: "s3:DeleteObject", run: deleteObject },
  DeleteObjectTagging: { action: "s3:DeleteObjectTagging", run: deleteObjectTagging },
  DeleteObjects: { run: deleteObjects },
  GetBucketLocation: { action: "s3:GetBucketLocation", run: getBucketLocation },
  GetBucketVersioning: { action: "s3:GetBucketVersioning", run: getBucketVersioning },
  GetObject: { action: "s3:GetObject", run: getObject },
  GetObjectAttributes: { action: "s3:GetObject", run: getObjectAttributes },
  GetObjectLegalHold: { action: "s3:GetObjectLegalHold", run: getObjectLegalHold },
  GetObjectLockConfiguration: { action: "s3:GetBucketObjectLockConfiguration", run: getObjectLockConfiguration },
  GetObjectRetention: { action: "s3:GetObjectRetention", run: getObjectRetention },
  GetObjectTagging: { action: "s3:GetObjectTagging", run: getObjectTagging },
  HeadBucket: { action: "s3:ListBucket", run: headBucket },
  HeadObject: { action: "s3:GetObject", run: getObject },
  ListBuckets: { action: "s3:ListAllMyBuckets", run: listBuckets },
  ListMultipartUploads: { action: "s3:ListBucketMultipartUploads", run: listMultipartUploads },
  ListObjectVersions: { action: "s3:ListBucketVersions", run: listObjectVersions },
  ListObjects: { action: "s3:ListBucket", run: listObjects },
  ListObjectsV2: { action: "s3:ListBucket", run: listObjectsV2 },
  ListParts: { action: "s3:ListMultipartUploadParts", run: listParts },
  // a form names its key and its caller itself
  PostObject: { run: postObject },
  PutBucketVersioning: { action: "s3:PutBucketVersioning", run: putBucketVersioning },
  PutObject: { action: "s3:PutObject", run: putObject },
  PutObjectLegalHold: { action: "s3:PutObjectLegalHold", run: putObjectLegalHold },
  PutObjectLockConfiguration: { action: "s3:PutBucketObjectLockConfiguration", run: putObjectLockConfiguration },
  PutObjectRetention: { action: "s3:PutObjectRetention", run: putObjectRetention },
  PutObjectTagging: { action: "s3:PutObjectTagging", run: putObjectTagging },
  UploadPart: { action: "s3:PutObject", run: uploadPart },
  UploadPartCopy: { action: "s3:PutObject", run: uploadPartCopy },
};

/** Parts of a bucket or object that are addressed by a query parameter without a value. */
const SUBRESOURCES = [
  "accelerate",
  "acl",
  "analytics",
  "cors",
  "encryption",
  "intelligent-tiering",
  "inventory",
  "lifecycle",
  "logging",
  "metrics",
  "notification",
  "ownershipControls",
  "policy",
  "policyStatus",
  "publicAccessBlock",
  "replication",
  "requestPayment",
  "restore",
  "select",
  "torrent",
  "website",
];

/** What a request is addressed to. */
export interface Target {
  method: string;
  bucketName: string;
  key: string;
  query: Query;
  headers: IncomingHttpHeaders;
}

/**
 * The name of the operation. "NotImplemented" and "MethodNotAllowed" stand for what the server does not know and
 * what makes no sense.
 */
export function operationOf({ method, bucketName, key, query, headers }: Target): string {
  const lock = lockOperation(method, key, query);
  if (lock !== undefined) return lock;
  if (SUBRESOURCES.some((name) => query[name] !== undefined)) return "NotImplemented";
  const copies = headers["x-amz-copy-source"] !== undefined;
  if (bucketName === "")
    return method === "GET" ? "ListBuckets" : method === "POST" ? "AssumeRole" : "MethodNotAllowed";
  return (key === "" ? onBucket(method, query) : onObject(method, query, copies)) ?? "MethodNotAllowed";
}

function lockOperation(method: string, key: string, query: Query): string | undefined {
  const what =
    key === ""
      ? query["object-lock"] !== undefined && "ObjectLockConfiguration"
      : query.retention !== undefined
        ? "ObjectRetention"
        : query["legal-hold"] !== undefined && "ObjectLegalHold";
  if (!what) return undefined;
  return method === "GET" ? `Get${what}` : method === "PUT" ? `Put${what}` : "MethodNotAllowed";
}

function onBucket(method: string, query: Query): string | undefined {
  const versioning = query.versioning !== undefined;
  switch (method) {
    case "GET":
      if (query.location !== undefined) return "GetBucketLocation";
      if (versioning) return "GetBucketVersioning";
      if (query.versions !== undefined) return "ListObjectVersions";
      if (query.uploads !== undefined) return "ListMultipartUploads";
      if (query.tagging !== undefined) return "NotImplemented";
      return query["list-type"] === "2" ? "ListObjectsV2" : "ListObjects";
    case "HEAD":
      return "HeadBucket";
    case "PUT":
      if (query.tagging !== undefined) return "NotImplemented";
      return versioning ? "PutBucketVersioning" : "CreateBucket";
    case "DELETE":
      return query.tagging !== undefined ? "NotImplemented" : "DeleteBucket";
    case "POST":
      return query.delete !== undefined ? "DeleteObjects" : "PostObject";
    default:
      return undefined;
  }
}

function onObject(method: string, query: Query, copies: boolean): string | undefined {
  const tagging = query.tagging !== undefined;
  const upload = query.uploadId !== undefined;
  switch (method) {
    case "GET":
      if (tagging) return "GetObjectTagging";
      if (query.attributes !== undefined) return "GetObjectAttributes";
      return upload ? "ListParts" : "GetObject";
    case "HEAD":
      return "HeadObject";
    case "PUT":
      if (tagging) return "PutObjectTagging";
      if (upload) return copies ? "UploadPartCopy" : "UploadPart";
      return copies ? "CopyObject" : "PutObject";
    case "DELETE":
      if (tagging) return "DeleteObjectTagging";
      return upload ? "AbortMultipartUpload" : "DeleteObject";
    case "POST":
      if (query.uploads !== undefined) return "CreateMultipartUpload";
      return upload ? "CompleteMultipartUpload" : undefined;
    default:
      return undefined;
  }
}
