/** Which operation a request to a part of a bucket or object asks for. */
import { SUBRESOURCES } from "./subresources";
import type { Query } from "./uri";

type Routes = Record<string, Record<string, string>>;

const ON_BUCKET: Routes = {
  acl: { GET: "GetBucketAcl", PUT: "PutBucketAcl" },
  policy: { GET: "GetBucketPolicy", PUT: "PutBucketPolicy", DELETE: "DeleteBucketPolicy" },
  policyStatus: { GET: "GetBucketPolicyStatus" },
};
for (const one of SUBRESOURCES) {
  ON_BUCKET[one.name] = { GET: one.get[0], PUT: one.put[0], ...(one.delete && { DELETE: one.delete[0] }) };
}

const ON_OBJECT: Routes = { acl: { GET: "GetObjectAcl", PUT: "PutObjectAcl" } };

/** The operation's name; "NotImplemented" for a part that the server does not know. */
export function subresourceOperation(name: string, method: string, bucketName: string, key: string): string {
  const methods = bucketName === "" ? undefined : (key === "" ? ON_BUCKET : ON_OBJECT)[name];
  return methods ? (methods[method] ?? "MethodNotAllowed") : "NotImplemented";
}

/** Whether a request is about the tags of a bucket: the parameter is an object's too. */
export function isBucketTagging(bucketName: string, key: string, query: Query): boolean {
  return query.tagging !== undefined && key === "" && bucketName !== "";
}
