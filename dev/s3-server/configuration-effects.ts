/** What the stored configurations of a bucket say, for those who act on them. */
import type { Bucket, Configuration } from "./model";
import { child, childText, type XmlElement } from "./xml-reader";

/** Whether ACLs are of no effect: only where the bucket says so. */
export function aclsDisabled(bucket: Bucket): boolean {
  const rule = firstRule(bucket.configurations?.ownershipControls);
  return rule !== undefined && childText(rule, "ObjectOwnership")?.trim() === "BucketOwnerEnforced";
}

/** Whether one of the four switches of the public access block is on. */
export function blocks(
  bucket: Bucket,
  what: "BlockPublicAcls" | "BlockPublicPolicy" | "IgnorePublicAcls" | "RestrictPublicBuckets",
): boolean {
  const configuration = bucket.configurations?.publicAccessBlock;
  return configuration !== undefined && childText(configuration.root, what) === "true";
}

/** Stands for the key that AWS makes when the default is aws:kms without a key ("aws/s3"). */
const MANAGED_KEY = "key/00000000-0000-4000-8000-000000000000";

/** The headers that the bucket's default encryption gives to a write that asks for none; none for AES256. */
export function defaultEncryption(bucket: Bucket): Record<string, string> {
  const rule = firstRule(bucket.configurations?.encryption);
  const byDefault = rule && child(rule, "ApplyServerSideEncryptionByDefault");
  const algorithm = byDefault && childText(byDefault, "SSEAlgorithm")?.trim();
  if (!rule || !byDefault || algorithm === undefined || algorithm === "AES256") return {};
  const key = childText(byDefault, "KMSMasterKeyID")?.trim();
  return {
    "x-amz-server-side-encryption": algorithm,
    "x-amz-server-side-encryption-aws-kms-key-id": key ?? `arn:aws:kms:${bucket.region}:000000000000:${MANAGED_KEY}`,
    ...(childText(rule, "BucketKeyEnabled")?.trim() === "true" && {
      "x-amz-server-side-encryption-bucket-key-enabled": "true",
    }),
  };
}

/** Whether the bucket takes no objects under customers' keys ("Blocking or unblocking SSE-C"). */
export function blocksCustomerKeys(bucket: Bucket): boolean {
  const rule = firstRule(bucket.configurations?.encryption);
  const blocked = rule && child(rule, "BlockedEncryptionTypes");
  return blocked?.children.some((one) => one.text.trim() === "SSE-C") ?? false;
}

function firstRule(configuration: Configuration | undefined): XmlElement | undefined {
  return configuration && child(configuration.root, "Rule");
}
