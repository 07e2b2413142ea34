import { DeleteBucketPolicyCommand, PutBucketPolicyCommand } from "@aws-sdk/client-s3";
import { bareClient } from "../../dev/bench/bare-client";
import type { Store } from "../support/store";

/**
 * Has a server refuse to delete objects of some buckets, by their policies.
 * @param end what the keys of these objects end with
 * @returns allows it again
 */
export const forbidAll = async (
  store: Store,
  buckets: readonly string[],
  end: string,
): Promise<() => Promise<void>> => {
  const client = bareClient(store);
  const names = buckets.map((bucket) => store.bucketName(bucket));
  for (const Bucket of names) {
    const Resource = `arn:aws:s3:::${Bucket}/*${end}`;
    const Statement = [{ Effect: "Deny", Principal: "*", Action: "s3:DeleteObject", Resource }];
    await client.send(
      new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: "2012-10-17", Statement }) }),
    );
  }
  return async () => {
    for (const Bucket of names) await client.send(new DeleteBucketPolicyCommand({ Bucket }));
    client.destroy();
  };
};
