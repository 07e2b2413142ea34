/** GetBucketPolicy, PutBucketPolicy, DeleteBucketPolicy, GetBucketPolicyStatus. */
import { wholeBody } from "./body";
import { blocks } from "./configuration-effects";
import { S3Error } from "./errors";
import { bucketOf, type Exchange, type Reply } from "./exchange";
import type { Bucket, BucketPolicy } from "./model";
import { readPolicy } from "./policy-document";
import { isPublicPolicy } from "./policy-judge";
import { tag, xmlDocument } from "./xml";

const MAX_POLICY = 20 * 1024;

function policyOf(bucket: Bucket): BucketPolicy {
  if (bucket.policy) return bucket.policy;
  throw new S3Error("NoSuchBucketPolicy", { extra: { BucketName: bucket.name } });
}

/** GetBucketPolicy: the text as it was put. */
export function getBucketPolicy(exchange: Exchange): Reply {
  return { headers: { "content-type": "application/json" }, body: policyOf(bucketOf(exchange)).text };
}

/** PutBucketPolicy. */
export async function putBucketPolicy(exchange: Exchange): Promise<Reply> {
  bucketOf(exchange);
  const { body } = await exchange.receive({ maxSize: MAX_POLICY });
  if (body.size === 0) throw new S3Error("MissingRequestBodyError");
  const bucket = bucketOf(exchange);
  const policy = readPolicy(wholeBody(body).toString(), bucket.name);
  if (isPublicPolicy(policy) && blocks(bucket, "BlockPublicPolicy")) throw new S3Error("AccessDenied");
  bucket.policy = policy;
  return { status: 204 };
}

/** DeleteBucketPolicy; 204 also when there is none. */
export function deleteBucketPolicy(exchange: Exchange): Reply {
  delete bucketOf(exchange).policy;
  return { status: 204 };
}

/** GetBucketPolicyStatus: whether the policy makes the bucket public. */
export function getBucketPolicyStatus(exchange: Exchange): Reply {
  const isPublic = isPublicPolicy(policyOf(bucketOf(exchange)));
  return {
    headers: { "content-type": "application/xml" },
    body: xmlDocument("PolicyStatus", tag("IsPublic", isPublic)),
  };
}
