/** From a request line to the operation it asks for; the one table of operations. */
import type { IncomingHttpHeaders } from "node:http";
import { getBucketAcl, getObjectAcl, putBucketAcl, putObjectAcl } from "./acl-operations";
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
import { optionsObject } from "./cors";
import { deleteObject, deleteObjects } from "./delete-object";
import type { Exchange, Reply } from "./exchange";
import { getObject } from "./get-object";
import { listObjects, listObjectsV2 } from "./list-objects";
import { listMultipartUploads, listParts } from "./list-uploads";
import { listObjectVersions } from "./list-versions";
import { abortMultipartUpload, createMultipartUpload, uploadPart, uploadPartCopy } from "./multipart";
import { getObjectAttributes } from "./object-attributes";
import { getObjectLockConfiguration, putObjectLockConfiguration } from "./object-lock-configuration";
import { deleteBucketPolicy, getBucketPolicy, getBucketPolicyStatus, putBucketPolicy } from "./policy-operations";
import { postObject } from "./post-object";
import { prepareWrite } from "./prepare-write";
import { putObject } from "./put-object";
import { getObjectLegalHold, getObjectRetention, putObjectLegalHold, putObjectRetention } from "./retention";
import { subresourceOperations } from "./subresource-operations";
import { isBucketTagging, subresourceOperation } from "./subresource-routes";
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from "./tagging";
import type { Query } from "./uri";

/** One operation: the permission it takes, and what it does. Per-key permissions are the operation's own business. */
export interface Operation {
  action?: string;
  /** it is about a bucket's configuration, which nobody need pay for */
  configures?: true;
  run(exchange: Exchange): Reply | Promise<Reply>;
}

/** An operation that writes an object, under the bucket's settings. */
function writing(run: Operation["run"]): Operation["run"] {
  return (exchange) => {
    prepareWrite(exchange);
    return run(exchange);
  };
}

/** Every operation that the server knows, by the name of the API reference. */
export const OPERATIONS: Record<string, Operation> = {
  ...subresourceOperations(),
  AbortMultipartUpload: { action: "s3:AbortMultipartUpload", run: abortMultipartUpload },
  CompleteMultipartUpload: { action: "s3:PutObject", run: completeMultipartUpload },
  CopyObject: { action: "s3:PutObject", run: writing(copyObject) },
  CreateBucket: { action: "s3:CreateBucket", run: createBucket },
  CreateMultipartUpload: { action: "s3:PutObject", run: writing(createMultipartUpload) },
  DeleteBucket: { action: "s3:DeleteBucket", run: deleteBucket },
  DeleteBucketPolicy: { action: "s3:DeleteBucketPolicy", configures: true, run: deleteBucketPolicy },
  DeleteObject: { action: "s3:DeleteObject", run: deleteObject },
  DeleteObjectTagging: { action: "s3:DeleteObjectTagging", run: deleteObjectTagging },
  DeleteObjects: { run: deleteObjects },
  GetBucketAcl: { action: "s3:GetBucketAcl", configures: true, run: getBucketAcl },
  GetBucketLocation: { action: "s3:GetBucketLocation", run: getBucketLocation },
  GetBucketPolicy: { action: "s3:GetBucketPolicy", configures: true, run: getBucketPolicy },
  GetBucketPolicyStatus: { action: "s3:GetBucketPolicyStatus", configures: true, run: getBucketPolicyStatus },
  GetBucketVersioning: { action: "s3:GetBucketVersioning", run: getBucketVersioning },
  GetObject: { action: "s3:GetObject", run: getObject },
  GetObjectAcl: { run: getObjectAcl },
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
  PutObjectLegalHold: { action: "s3:PutObjectLegalHold", run: putObjectLegalHold },
  PutObjectLockConfiguration: { action: "s3:PutBucketObjectLockConfiguration", run: putObjectLockConfiguration },
  PutObjectRetention: { action: "s3:PutObjectRetention", run: putObjectRetention },
  OptionsObject: { configures: true, run: optionsObject },
  PutBucketAcl: { action: "s3:PutBucketAcl", configures: true, run: putBucketAcl },
  PutBucketPolicy: { action: "s3:PutBucketPolicy", configures: true, run: putBucketPolicy },
  PutBucketVersioning: { action: "s3:PutBucketVersioning", run: putBucketVersioning },
  PutObject: { action: "s3:PutObject", run: writing(putObject) },
  PutObjectAcl: { run: putObjectAcl },
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

const KNOWN_SUBRESOURCES = new Set(SUBRESOURCES);

function namesSubresource(query: Query): boolean {
  for (const name in query) if (KNOWN_SUBRESOURCES.has(name)) return true;
  return false;
}

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
  if (method === "OPTIONS") return bucketName === "" ? "MethodNotAllowed" : "OptionsObject";
  const part = namesSubresource(query) ? SUBRESOURCES.find((name) => query[name] !== undefined) : undefined;
  if (part !== undefined) return subresourceOperation(part, method, bucketName, key);
  if (isBucketTagging(bucketName, key, query)) return subresourceOperation("tagging", method, bucketName, key);
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
      return query["list-type"] === "2" ? "ListObjectsV2" : "ListObjects";
    case "HEAD":
      return "HeadBucket";
    case "PUT":
      return versioning ? "PutBucketVersioning" : "CreateBucket";
    case "DELETE":
      return "DeleteBucket";
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
