/** Conditions of bucket policies: the subset that this server obeys; what it does not obey is refused at put. */
import type { Bucket, PolicyCondition } from "./model";
import type { Caller } from "./policy";
import { namedVersion } from "./request-context";
import { matchesWildcard } from "./wildcard";

type Test = (pattern: string, value: string) => boolean;

const equal: Test = (pattern, value) => pattern === value;
const equalFolded: Test = (pattern, value) => pattern.toLowerCase() === value.toLowerCase();

/** The operators ("IAM JSON policy elements: Condition operators"); each also with IfExists. */
export const OPERATORS: ReadonlyMap<string, { test: Test; negated?: true }> = new Map([
  ["Bool", { test: equalFolded }],
  ["StringEquals", { test: equal }],
  ["StringNotEquals", { test: equal, negated: true }],
  ["StringEqualsIgnoreCase", { test: equalFolded }],
  ["StringNotEqualsIgnoreCase", { test: equalFolded, negated: true }],
  ["StringLike", { test: matchesWildcard }],
  ["StringNotLike", { test: matchesWildcard, negated: true }],
]);

const TAG = "s3:existingobjecttag/";

/** The keys, in small letters; one that ends with `/` is followed by the key of a tag. */
export const CONDITION_KEYS: readonly string[] = [
  "aws:securetransport",
  "s3:delimiter",
  "s3:prefix",
  "s3:versionid",
  "s3:x-amz-acl",
  "s3:x-amz-copy-source",
  "s3:x-amz-metadata-directive",
  "s3:x-amz-server-side-encryption",
  "s3:x-amz-server-side-encryption-aws-kms-key-id",
  "s3:x-amz-storage-class",
  TAG,
];

/** Whether a condition is met. */
export function isMet(condition: PolicyCondition, caller: Caller, bucket: Bucket, key: string): boolean {
  const operator = OPERATORS.get(condition.operator.replace(/IfExists$/, ""));
  if (!operator) return false;
  const value = valueFor(condition.key, caller, bucket, key);
  // a key that is not there fails what wants a value, and meets what is against one
  if (value === undefined) return operator.negated === true || condition.operator.endsWith("IfExists");
  const found = condition.values.some((one) => operator.test(one, value));
  return operator.negated ? !found : found;
}

function valueFor(name: string, caller: Caller, bucket: Bucket, key: string): string | undefined {
  const { request } = caller;
  if (name.startsWith(TAG)) {
    const wanted = name.slice(TAG.length);
    return namedVersion(caller, bucket, key)?.attributes.tags.find((one) => one.key === wanted)?.value;
  }
  if (name === "aws:securetransport") return String(request?.socket !== undefined && "encrypted" in request.socket);
  if (name === "s3:versionid") return request?.query.versionId;
  if (name.startsWith("s3:x-amz-")) {
    const value = request?.headers[name.slice(3)];
    return typeof value === "string" ? value : undefined;
  }
  return request?.query[name.slice(3)];
}
