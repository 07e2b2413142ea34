/** Buckets that may be public: new ones block it. */
import { DeletePublicAccessBlockCommand } from "@aws-sdk/client-s3";
import type { Context } from "./context";
import { answered } from "./expect";

/**
 * Takes the public access block of a bucket away, where there is one. A server without any has nothing to take away,
 * and some take a DELETE that they do not know for one of the bucket.
 */
export async function allowPublic(c: Context, Bucket: string): Promise<void> {
  const { status } = await c.raw({ path: `/${Bucket}`, query: { publicAccessBlock: "" } });
  if (status === 200) await c.client.send(new DeletePublicAccessBlockCommand({ Bucket }));
  else await answered(c.raw({ method: "HEAD", path: `/${Bucket}` }), 200);
}
