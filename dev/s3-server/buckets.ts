/** Operations on buckets themselves. */
import { isPublicAcl, readAcl } from "./acl";
import { setBucketAcl } from "./acl-operations";
import { aclsDisabled } from "./configuration-effects";
import { S3Error } from "./errors";
import { bucketOf, demand, type Exchange, header, integer, type Reply } from "./exchange";
import type { Acl, Bucket } from "./model";
import { OWNER } from "./owner";
import { addBucket } from "./state";
import { setOwnership } from "./subresource-operations";
import { tag, xmlDocument } from "./xml";
import { readXmlBody } from "./xml-body";
import { childText, readXml } from "./xml-reader";

const XML = { "content-type": "application/xml" };

/** What a region of AWS looks like; there are more than a list could keep up with. */
const REGION = /^(?:EU|[a-z]{2}(?:-[a-z]+)+-\d)$/;

/** CreateBucket. */
export async function createBucket(exchange: Exchange): Promise<Reply> {
  const { body } = await exchange.receive({ maxSize: 65_536 });
  const { state, bucketName } = exchange;
  let region = state.region;
  if (body.size > 0) {
    const root = readXml(Buffer.concat([...body.read(0, body.size)]).toString());
    if (root.name !== "CreateBucketConfiguration") throw new S3Error("MalformedXML");
    const wanted = childText(root, "LocationConstraint")?.trim();
    // CreateBucket: us-east-1 is named by leaving the constraint out
    if (wanted === "us-east-1") {
      throw new S3Error("IllegalLocationConstraintException", { status: 400, extra: { LocationConstraint: wanted } });
    }
    if (wanted && wanted !== state.region && !REGION.test(wanted)) {
      throw new S3Error("InvalidLocationConstraint", { extra: { LocationConstraint: wanted } });
    }
    if (wanted) region = wanted === "EU" ? "eu-west-1" : wanted;
  }
  if (state.buckets.has(bucketName))
    throw new S3Error("BucketAlreadyOwnedByYou", { extra: { BucketName: bucketName } });
  const objectLock = header(exchange, "x-amz-bucket-object-lock-enabled")?.toLowerCase() === "true";
  const acl = readAcl(exchange.headers);
  const ownership = header(exchange, "x-amz-object-ownership");
  const bucket = addBucket(state, { name: bucketName, region, objectLock });
  try {
    if (ownership !== undefined) {
      demand(exchange, "s3:PutBucketOwnershipControls");
      setOwnership(bucket, ownership);
    }
    if (acl) {
      demand(exchange, "s3:PutBucketAcl");
      checkNewAcl(bucket, acl);
    }
    setBucketAcl(bucket, acl);
  } catch (error) {
    state.buckets.delete(bucketName);
    throw error;
  }
  return { headers: { location: `/${bucketName}` } };
}

/** "Default settings for new S3 buckets FAQ": an ACL takes ownership controls that allow it, and is never public. */
function checkNewAcl(bucket: Bucket, acl: Acl): void {
  if (aclsDisabled(bucket)) throw new S3Error("InvalidBucketAclWithObjectOwnership");
  if (isPublicAcl(acl)) throw new S3Error("InvalidBucketAclWithBlockPublicAccessError");
}

/** HeadBucket. */
export function headBucket(exchange: Exchange): Reply {
  return { headers: { "x-amz-bucket-region": bucketOf(exchange).region, "x-amz-access-point-alias": "false" } };
}

/** DeleteBucket: only an empty one, old versions and delete markers counted. */
export function deleteBucket(exchange: Exchange): Reply {
  const bucket = bucketOf(exchange);
  if (bucket.keys.size > 0) throw new S3Error("BucketNotEmpty", { extra: { BucketName: bucket.name } });
  exchange.state.buckets.delete(bucket.name);
  return { status: 204 };
}

/** ListBuckets, in the order of their names, paged when max-buckets asks for it. */
export function listBuckets(exchange: Exchange): Reply {
  const { state, query } = exchange;
  const prefix = query.prefix ?? "";
  const after = query["continuation-token"] ?? "";
  const limit = integer(exchange, "max-buckets", 10_000);
  const fits = ({ name }: Bucket) => name.startsWith(prefix) && name > after;
  const all = [...state.buckets.values()].filter(fits).sort((a, b) => (a.name < b.name ? -1 : 1));
  const page = all.slice(0, limit);
  const items = page.map(
    (one) =>
      `<Bucket>${tag("Name", one.name)}${tag("CreationDate", new Date(one.created).toISOString())}${tag("BucketRegion", one.region)}</Bucket>`,
  );
  const more = all.length > page.length ? tag("ContinuationToken", page[page.length - 1]?.name) : "";
  return {
    headers: XML,
    body: xmlDocument(
      "ListAllMyBucketsResult",
      `${OWNER}<Buckets>${items.join("")}</Buckets>${more}${tag("Prefix", query.prefix)}`,
    ),
  };
}

/** GetBucketLocation: us-east-1 is told by an empty element. */
export function getBucketLocation(exchange: Exchange): Reply {
  const { region } = bucketOf(exchange);
  return { headers: XML, body: xmlDocument("LocationConstraint", region === "us-east-1" ? "" : region) };
}

/** GetBucketVersioning. */
export function getBucketVersioning(exchange: Exchange): Reply {
  return { headers: XML, body: xmlDocument("VersioningConfiguration", tag("Status", bucketOf(exchange).versioning)) };
}

/** PutBucketVersioning: Enabled or Suspended; there is no way back to none. */
export async function putBucketVersioning(exchange: Exchange): Promise<Reply> {
  const root = await readXmlBody(exchange);
  const status = childText(root, "Status");
  if (root.name !== "VersioningConfiguration") throw new S3Error("MalformedXML");
  if (status !== "Enabled" && status !== "Suspended") throw new S3Error("IllegalVersioningConfigurationException");
  const bucket = bucketOf(exchange);
  if (bucket.objectLock && status === "Suspended") {
    throw new S3Error("InvalidBucketState", {
      message: "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.",
    });
  }
  bucket.versioning = status;
  return {};
}

/**
 * Throws for a bucket in another region than the request was signed for, and for one whose requester must pay, unless
 * the request is about the bucket's configuration: that is the owner's, who need not say so ("Requester Pays buckets").
 */
export function checkBucketAccess(exchange: Exchange, configures = false): void {
  const { state, identity } = exchange;
  const bucket = state.buckets.get(exchange.bucketName);
  const region = bucket?.region ?? state.region;
  const signed = identity.scope?.region;
  if (state.strictRegion && signed !== undefined && signed !== region) {
    const headers = bucket ? { "x-amz-bucket-region": region } : {};
    if (state.strictRegion === "redirect" && bucket) {
      const host = new URL(state.endpoint).host;
      throw new S3Error("PermanentRedirect", { headers, extra: { Endpoint: host, Bucket: bucket.name } });
    }
    throw new S3Error("AuthorizationHeaderMalformed", {
      message: `The authorization header is malformed; the region '${signed}' is wrong; expecting '${region}'`,
      headers,
      extra: { Region: region },
    });
  }
  if (bucket?.requesterPays && !configures && header(exchange, "x-amz-request-payer") !== "requester") {
    throw new S3Error("AccessDenied");
  }
}
