/** Buckets that may be public: new ones block it. */
import type { Context } from "./context";

const OPEN =
  "<PublicAccessBlockConfiguration><BlockPublicAcls>false</BlockPublicAcls><IgnorePublicAcls>false</IgnorePublicAcls><BlockPublicPolicy>false</BlockPublicPolicy><RestrictPublicBuckets>false</RestrictPublicBuckets></PublicAccessBlockConfiguration>";

/**
 * Lets a bucket be public. A server that knows no public access block refuses, and has nothing in the way; it is not
 * deleted, since some take a DELETE that they do not know for one of the bucket (configs/delete-none).
 */
export async function allowPublic(c: Context, Bucket: string): Promise<void> {
  await c.raw({ method: "PUT", path: `/${Bucket}`, query: { publicAccessBlock: "" }, body: OPEN });
}
