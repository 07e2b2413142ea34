/** Conditions of policies: the subset that this server obeys; what it does not obey is refused at put. */
import { BlockList, isIP } from "node:net";
import type { Bucket, PolicyCondition } from "./model";
import type { Caller } from "./policy";
import { namedVersion } from "./request-context";
import { matchesWildcard } from "./wildcard";

type Test = (pattern: string, value: string) => boolean;

/** The address range that `text` writes, as address and bits; undefined when it is none. */
export function addressRange(text: string): { address: string; family: "ipv4" | "ipv6"; bits: number } | undefined {
  const [, address = "", said] = /^([\da-f.:]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? [];
  const version = isIP(address);
  if (version === 0) return undefined;
  const most = version === 4 ? 32 : 128;
  const bits = said === undefined ? most : Number(said);
  return bits > most ? undefined : { address, family: version === 4 ? "ipv4" : "ipv6", bits };
}

const inRange: Test = (pattern, value) => {
  const range = addressRange(pattern);
  if (!range || isIP(value) === 0) return false;
  const list = new BlockList();
  list.addSubnet(range.address, range.bits, range.family);
  return list.check(value, isIP(value) === 4 ? "ipv4" : "ipv6");
};

const equal: Test = (pattern, value) => pattern === value;
const equalFolded: Test = (pattern, value) => pattern.toLowerCase() === value.toLowerCase();

/** The operators ("IAM JSON policy elements: Condition operators"); each also with IfExists. */
export const OPERATORS: ReadonlyMap<string, { test: Test; negated?: true }> = new Map([
  ["Bool", { test: equalFolded }],
  ["IpAddress", { test: inRange }],
  ["NotIpAddress", { test: inRange, negated: true }],
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
  "aws:referer",
  "aws:securetransport",
  "aws:sourceip",
  "aws:useragent",
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
export function isMet(condition: PolicyCondition, caller: Caller, bucket: Bucket | undefined, key: string): boolean {
  const operator = OPERATORS.get(condition.operator.replace(/IfExists$/, ""));
  if (!operator) return false;
  const value = valueFor(condition.key, caller, bucket, key);
  // a key that is not there fails what wants a value, and meets what is against one
  if (value === undefined) return operator.negated === true || condition.operator.endsWith("IfExists");
  const found = condition.values.some((one) => operator.test(one, value));
  return operator.negated ? !found : found;
}

function valueFor(name: string, caller: Caller, bucket: Bucket | undefined, key: string): string | undefined {
  const { request } = caller;
  if (name.startsWith(TAG)) {
    const wanted = name.slice(TAG.length);
    return bucket && namedVersion(caller, bucket, key)?.attributes.tags.find((one) => one.key === wanted)?.value;
  }
  if (name === "aws:securetransport") return String(request?.socket !== undefined && "encrypted" in request.socket);
  // an IPv4 caller of a server that listens on both
  if (name === "aws:sourceip") return request?.socket?.remoteAddress?.replace(/^::ffff:(?=\d+\.)/, "");
  if (name === "aws:referer") return request?.headers.referer;
  if (name === "aws:useragent") return request?.headers["user-agent"];
  if (name === "s3:versionid") return request?.query.versionId;
  if (name.startsWith("s3:x-amz-")) {
    const value = request?.headers[name.slice(3)];
    return typeof value === "string" ? value : undefined;
  }
  return request?.query[name.slice(3)];
}
