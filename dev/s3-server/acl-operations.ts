/** GetBucketAcl, PutBucketAcl, GetObjectAcl, PutObjectAcl. */
import { aclXml, isPublicAcl, namesAcl, readAcl, readAclXml } from "./acl";
import { wholeBody } from "./body";
import { aclsDisabled, blocks } from "./configuration-effects";
import { S3Error } from "./errors";
import { notify } from "./events";
import { bucketOf, demand, type Exchange, header, type Reply } from "./exchange";
import { requestedVersion } from "./get-object";
import type { Acl, Bucket } from "./model";
import { versionHeader } from "./versions";
import { readXml } from "./xml-reader";

const FULL_CONTROL = "bucket-owner-full-control";
const XML = { "content-type": "application/xml" };

/** GetBucketAcl. */
export function getBucketAcl(exchange: Exchange): Reply {
  return { headers: XML, body: aclXml(bucketOf(exchange).acl) };
}

/** PutBucketAcl. */
export async function putBucketAcl(exchange: Exchange): Promise<Reply> {
  bucketOf(exchange);
  const acl = await wantedAcl(exchange);
  const bucket = bucketOf(exchange);
  checkAcl(exchange, bucket, acl);
  setBucketAcl(bucket, acl);
  return {};
}

/** Gives a bucket an ACL; undefined is the owner's alone. */
export function setBucketAcl(bucket: Bucket, acl: Acl | undefined): void {
  if (acl) bucket.acl = acl;
  else delete bucket.acl;
}

function ofVersion(exchange: Exchange, verb: "Get" | "Put"): string {
  return `s3:${verb}Object${exchange.query.versionId === undefined ? "" : "Version"}Acl`;
}

/** GetObjectAcl. */
export function getObjectAcl(exchange: Exchange): Reply {
  const action = ofVersion(exchange, "Get");
  demand(exchange, action);
  const bucket = bucketOf(exchange);
  const version = requestedVersion(exchange, bucket);
  return { headers: { ...XML, ...versionHeader(bucket, version) }, body: aclXml(version.attributes.acl) };
}

/** PutObjectAcl. */
export async function putObjectAcl(exchange: Exchange): Promise<Reply> {
  const action = ofVersion(exchange, "Put");
  demand(exchange, action);
  const acl = await wantedAcl(exchange);
  const bucket = bucketOf(exchange);
  checkAcl(exchange, bucket, acl);
  const version = requestedVersion(exchange, bucket);
  const { acl: _, ...others } = version.attributes;
  version.attributes = { ...others, ...(acl && { acl }) };
  notify(exchange, bucket, "ObjectAcl:Put", exchange.key, version);
  return { headers: versionHeader(bucket, version) };
}

/** The ACL of the headers, or of the body when they have none. */
async function wantedAcl(exchange: Exchange): Promise<Acl | undefined> {
  const { body } = await exchange.receive({ maxSize: 262_144 });
  const named = namesAcl(exchange.headers);
  if (body.size === 0) {
    if (named) return readAcl(exchange.headers);
    throw new S3Error("MissingSecurityHeader", { extra: { MissingHeaderName: "x-amz-acl" } });
  }
  if (named) throw new S3Error("UnexpectedContent");
  return readAclXml(readXml(wholeBody(body).toString()));
}

/**
 * Throws AccessControlListNotSupported where ACLs are disabled, AccessDenied for a public one that the public access
 * block is against. Where ownership controls were deleted, ACLs are in force, as with ObjectWriter.
 */
export function checkAcl(exchange: Exchange, bucket: Bucket, acl: Acl | undefined): void {
  if (aclsDisabled(bucket)) {
    // "Controlling ownership of objects": the owner's full control may still be asked for, by that name or in grants
    if (acl || (header(exchange, "x-amz-acl") ?? FULL_CONTROL) !== FULL_CONTROL) {
      throw new S3Error("AccessControlListNotSupported");
    }
  } else if (isPublicAcl(acl) && blocks(bucket, "BlockPublicAcls")) {
    throw new S3Error("AccessDenied");
  }
}
