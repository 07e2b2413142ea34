/**
 * What S3 checks of the smaller configurations of a bucket. Each returns what is to be
 * kept of it, and throws what S3 answers for a common mistake.
 */
import { checkTags } from "./attributes";
import { S3Error } from "./errors";
import type { Bucket } from "./model";
import { childrenOf, flag, invalidArgument, oneOf, onlyChildren, optional, required } from "./schema";
import type { State } from "./state";
import { childText, type XmlElement } from "./xml-reader";

/** Up to 50 tags ("Using cost allocation S3 bucket tags"). Throws MalformedXML, InvalidTag, BadRequest. */
export function checkBucketTags(root: XmlElement): XmlElement {
  const [set] = childrenOf(root, "TagSet", 1, 1) as [XmlElement];
  onlyChildren(set, ["Tag"]);
  const tags = set.children.map((one) => {
    const key = childText(one, "Key");
    const value = childText(one, "Value");
    if (key === undefined || value === undefined) throw new S3Error("MalformedXML");
    return { key, value };
  });
  checkTags(tags, 50, "Bucket tag count cannot be greater than 50");
  return root;
}

/** Exactly one rule. Throws MalformedXML, InvalidArgument. */
export function checkEncryption(root: XmlElement): XmlElement {
  onlyChildren(root, ["Rule"]);
  const [rule] = childrenOf(root, "Rule", 1, 1) as [XmlElement];
  onlyChildren(rule, ["ApplyServerSideEncryptionByDefault", "BlockedEncryptionTypes", "BucketKeyEnabled"]);
  flag(rule, "BucketKeyEnabled");
  const blocked = optional(rule, "BlockedEncryptionTypes");
  for (const { text } of blocked?.children ?? []) oneOf(text.trim(), ["NONE", "SSE-C"]);
  const byDefault = optional(rule, "ApplyServerSideEncryptionByDefault");
  if (!byDefault) {
    if (rule.children.length === 0) throw new S3Error("MalformedXML");
    return root;
  }
  onlyChildren(byDefault, ["KMSMasterKeyID", "SSEAlgorithm"]);
  const algorithm = oneOf(required(byDefault, "SSEAlgorithm"), ["AES256", "aws:kms", "aws:kms:dsse"]);
  if (algorithm === "AES256" && optional(byDefault, "KMSMasterKeyID")) {
    throw invalidArgument(
      "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
    );
  }
  return root;
}

const BLOCKS = ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"];

/** Four flags, false when they are left out; all four are told again. Throws MalformedXML. */
export function checkPublicAccessBlock(root: XmlElement): XmlElement {
  onlyChildren(root, BLOCKS);
  return { ...root, children: BLOCKS.map((name) => ({ name, children: [], text: String(flag(root, name)) })) };
}

/** One rule with one of the three ownerships. Throws MalformedXML, InvalidBucketAclWithObjectOwnership. */
export function checkOwnershipControls(root: XmlElement, bucket: Bucket): XmlElement {
  onlyChildren(root, ["Rule"]);
  const [rule] = childrenOf(root, "Rule", 1, 1) as [XmlElement];
  const ownership = oneOf(required(rule, "ObjectOwnership"), [
    "BucketOwnerEnforced",
    "BucketOwnerPreferred",
    "ObjectWriter",
  ]);
  // "Prerequisites for disabling ACLs": nobody but the owner may be in the bucket's ACL
  if (ownership === "BucketOwnerEnforced" && bucket.acl) throw new S3Error("InvalidBucketAclWithObjectOwnership");
  return root;
}

/** Throws MalformedXML. */
export function checkRequestPayment(root: XmlElement): XmlElement {
  onlyChildren(root, ["Payer"]);
  oneOf(required(root, "Payer"), ["BucketOwner", "Requester"]);
  return root;
}

/** Throws MalformedXML. */
export function checkAccelerate(root: XmlElement): XmlElement {
  onlyChildren(root, ["Status"]);
  oneOf(required(root, "Status"), ["Enabled", "Suspended"]);
  return root;
}

/** Throws MalformedXML, InvalidArgument. */
export function checkWebsite(root: XmlElement): XmlElement {
  onlyChildren(root, ["ErrorDocument", "IndexDocument", "RedirectAllRequestsTo", "RoutingRules"]);
  const all = optional(root, "RedirectAllRequestsTo");
  const index = optional(root, "IndexDocument");
  if (all) {
    if (root.children.length > 1) throw new S3Error("MalformedXML");
    required(all, "HostName");
    return root;
  }
  if (!index)
    throw invalidArgument("A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty");
  const suffix = required(index, "Suffix");
  if (suffix === "" || suffix.includes("/")) {
    throw invalidArgument("The IndexDocument Suffix is not well formed", "IndexDocument", suffix);
  }
  return root;
}

/** The target must be a bucket of this server. Throws MalformedXML, InvalidTargetBucketForLogging. */
export function checkLogging(root: XmlElement, state: State): XmlElement {
  onlyChildren(root, ["LoggingEnabled"]);
  const enabled = optional(root, "LoggingEnabled");
  if (!enabled) return root;
  onlyChildren(enabled, ["TargetBucket", "TargetGrants", "TargetObjectKeyFormat", "TargetPrefix"]);
  const target = required(enabled, "TargetBucket");
  required(enabled, "TargetPrefix");
  if (!state.buckets.has(target)) {
    throw new S3Error("InvalidTargetBucketForLogging", { extra: { TargetBucket: target } });
  }
  return root;
}
