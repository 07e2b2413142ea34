/** What a bucket's settings do to every request that writes an object, before it runs. */
import { namesAcl, readAcl } from "./acl";
import { checkAcl } from "./acl-operations";
import { blocksCustomerKeys, defaultEncryption } from "./configuration-effects";
import { S3Error } from "./errors";
import { demand, type Exchange } from "./exchange";

/**
 * Checks the ACL that a write asks for, and gives it the bucket's default encryption when it asks for none; the
 * attributes are read from the headers later. Throws AccessDenied, AccessControlListNotSupported, InvalidArgument.
 */
export function prepareWrite(exchange: Exchange): void {
  const bucket = exchange.state.buckets.get(exchange.bucketName);
  if (!bucket) return;
  if (namesAcl(exchange.headers)) {
    // PutObject, "Permissions": an ACL takes s3:PutObjectAcl too
    demand(exchange, "s3:PutObjectAcl");
    checkAcl(exchange, bucket, readAcl(exchange.headers));
  }
  if (bucket.configurations?.encryption === undefined) return;
  const customerKey = exchange.headers["x-amz-server-side-encryption-customer-algorithm"] !== undefined;
  if (customerKey && blocksCustomerKeys(bucket)) throw new S3Error("AccessDenied");
  if (customerKey || exchange.headers["x-amz-server-side-encryption"] !== undefined) return;
  exchange.headers = { ...exchange.headers, ...defaultEncryption(bucket) };
}
