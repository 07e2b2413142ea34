/** Which permissions a request takes, beside the one of its operation ("Required permissions" of the API's pages). */
import type { IncomingHttpHeaders } from "node:http";
import type { Query } from "./uri";

/** "If you request a specific version, you do not need to have the s3:GetObject permission" (GetObject), and the like. */
const OF_VERSIONS: Record<string, string> = {
  "s3:DeleteObject": "s3:DeleteObjectVersion",
  "s3:DeleteObjectTagging": "s3:DeleteObjectVersionTagging",
  "s3:GetObject": "s3:GetObjectVersion",
  "s3:GetObjectAttributes": "s3:GetObjectVersionAttributes",
  "s3:GetObjectTagging": "s3:GetObjectVersionTagging",
  "s3:PutObjectTagging": "s3:PutObjectVersionTagging",
};

/** Headers of a write that take a permission of their own. */
const OF_HEADERS: Record<string, string> = {
  "x-amz-object-lock-legal-hold": "s3:PutObjectLegalHold",
  "x-amz-object-lock-mode": "s3:PutObjectRetention",
  "x-amz-tagging": "s3:PutObjectTagging",
};

/** The action that a request takes instead of `action` when it names a version. */
export function versionAction(action: string, query: Query): string {
  return query.versionId === undefined ? action : (OF_VERSIONS[action] ?? action);
}

/** What a request may not do without, beside `action`; empty for most. */
export function furtherActions(action: string, headers: IncomingHttpHeaders): readonly string[] {
  if (action === "s3:CreateBucket") {
    return headers["x-amz-bucket-object-lock-enabled"] === undefined
      ? []
      : ["s3:PutBucketObjectLockConfiguration", "s3:PutBucketVersioning"];
  }
  if (action !== "s3:PutObject" && action !== "s3:DeleteObject") return [];
  const further: string[] = [];
  // who learns whether an ETag is the right one reads the object ("Conditional requests": s3:GetObject with If-Match)
  if (headers["if-match"] !== undefined && headers["if-match"] !== "*") further.push("s3:GetObject");
  if (action === "s3:PutObject") {
    for (const name in OF_HEADERS) if (headers[name] !== undefined) further.push(OF_HEADERS[name] as string);
  }
  return further;
}
