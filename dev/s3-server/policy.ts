/** Who may do what. Bucket policies are to be judged here too. */
import type { Bucket } from "./model";

/**
 * Something that is allowed or denied: an action of S3 with `*` as wildcard ("s3:Get*"), for all buckets or one,
 * for all keys or those that begin with `prefix`.
 */
export type Rule = string | { action: string | readonly string[]; bucket?: string; prefix?: string };

/** A caller: a user, a session, or nobody. */
export interface Caller {
  /** undefined for anonymous requests */
  accessKey?: string;
  allow?: readonly Rule[];
  deny?: readonly Rule[];
}

const READING = /^s3:(?:Get|List)/;

/** Whether `caller` may do `action` ("s3:GetObject") in `bucket`, to `key` where one is meant. */
export function isAllowed(caller: Caller, action: string, bucket: Bucket | string | undefined, key?: string): boolean {
  const name = typeof bucket === "string" ? bucket : bucket?.name;
  if (caller.accessKey === undefined) {
    if (typeof bucket !== "object") return false;
    return bucket.public === true || (bucket.public === "read" && READING.test(action));
  }
  if (caller.deny?.some((rule) => matches(rule, action, name, key))) return false;
  return caller.allow === undefined || caller.allow.some((rule) => matches(rule, action, name, key));
}

function matches(rule: Rule, action: string, bucket: string | undefined, key: string | undefined): boolean {
  if (typeof rule === "string") return wildcard(rule, action);
  const actions = typeof rule.action === "string" ? [rule.action] : rule.action;
  if (!actions.some((one) => wildcard(one, action))) return false;
  if (rule.bucket !== undefined && rule.bucket !== bucket) return false;
  return rule.prefix === undefined || (key ?? "").startsWith(rule.prefix);
}

function wildcard(pattern: string, action: string): boolean {
  if (!pattern.includes("*")) return pattern.toLowerCase() === action.toLowerCase();
  const source = pattern.split("*").map((part) => part.replace(/[^\w]/g, "\\$&"));
  return new RegExp(`^${source.join(".*")}$`, "i").test(action);
}
