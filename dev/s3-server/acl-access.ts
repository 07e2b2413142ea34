/** What ACLs allow those to whom nothing else does. */
import { grants } from "./acl";
import { aclsDisabled, blocks } from "./configuration-effects";
import type { Bucket, Permission } from "./model";
import type { Caller } from "./policy";
import { namedVersion } from "./request-context";

/** "Mapping of ACL permissions and access policy permissions", for the bucket's ACL */
const ON_BUCKET: Record<string, Permission> = {
  "s3:GetBucketAcl": "READ_ACP",
  "s3:ListBucket": "READ",
  "s3:ListBucketMultipartUploads": "READ",
  "s3:ListBucketVersions": "READ",
  "s3:PutBucketAcl": "WRITE_ACP",
  "s3:PutObject": "WRITE",
};
/** … and for an object's */
const ON_OBJECT: Record<string, Permission> = {
  "s3:GetObject": "READ",
  "s3:GetObjectAcl": "READ_ACP",
  "s3:GetObjectVersion": "READ",
  "s3:GetObjectVersionAcl": "READ_ACP",
  "s3:PutObjectAcl": "WRITE_ACP",
  "s3:PutObjectVersionAcl": "WRITE_ACP",
};

/** Whether the ACL of the bucket, or of the object called `key`, allows `action`. */
export function allowedByAcl(caller: Caller, action: string, bucket: Bucket, key: string): boolean {
  const onObject = ON_OBJECT[action];
  const permission = onObject ?? ON_BUCKET[action];
  if (permission === undefined) return false;
  const acl = onObject ? namedVersion(caller, bucket, key)?.attributes.acl : bucket.acl;
  // all grants that count here are public ones
  if (!acl || aclsDisabled(bucket) || blocks(bucket, "IgnorePublicAcls")) return false;
  return grants(acl, permission, caller.accessKey !== undefined);
}
