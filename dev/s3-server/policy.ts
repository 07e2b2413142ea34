/** Who may do what: users' own rules, the bucket's policy, ACLs. */
import { allowedByAcl } from "./acl-access";
import { blocks } from "./configuration-effects";
import type { Bucket, BucketPolicy } from "./model";
import { isPublicPolicy, judge } from "./policy-judge";
import type { RequestContext } from "./request-context";
import { matchesWildcard } from "./wildcard";

/**
 * Something that is allowed or denied: an action of S3 with `*` as wildcard ("s3:Get*"), for all buckets or one,
 * for all keys or those that begin with `prefix`.
 */
export type Rule = string | { action: string | readonly string[]; bucket?: string; prefix?: string };

/** A caller: a user, a session, or nobody. */
export interface Caller {
  /** undefined for anonymous requests */
  accessKey?: string;
  /** how policies may speak of the caller beside the access key: a user's name, the ARNs of a session */
  name?: string;
  arns?: readonly string[];
  /** the account's root user */
  root?: boolean;
  allow?: readonly Rule[];
  deny?: readonly Rule[];
  /** what the session's own policy says: nothing is allowed that it does not allow */
  session?: Pick<BucketPolicy, "statements">;
  /** what is asked with */
  request?: RequestContext;
}

const READING = /^s3:(?:Get|List)/;
/** what the root user may do whatever a policy says, so that nobody locks himself out ("DeleteBucketPolicy") */
const ROOTS = new Set(["s3:DeleteBucketPolicy", "s3:GetBucketPolicy", "s3:PutBucketPolicy"]);

/**
 * Whether `caller` may do `action` ("s3:GetObject") in `bucket`, to `key` where one is meant. A denial anywhere wins;
 * then it takes one that allows: the user's own rules (everything, when there are none), the bucket's policy, an ACL.
 * A session policy must allow it as well ("Session policies"), also what the bucket's policy grants: on AWS that may go
 * further when it names the session itself.
 */
export function isAllowed(caller: Caller, action: string, bucket: Bucket | string | undefined, key?: string): boolean {
  const name = typeof bucket === "string" ? bucket : bucket?.name;
  const policy = typeof bucket === "object" ? bucket.policy : undefined;
  const verdict = policy && typeof bucket === "object" ? judge(policy, caller, action, bucket, key ?? "") : undefined;
  if (verdict === "Deny" && !(caller.root && ROOTS.has(action))) return false;
  if (caller.accessKey === undefined) {
    if (typeof bucket !== "object") return false;
    if (bucket.public === true || (bucket.public === "read" && READING.test(action))) return true;
    if (policy && verdict === "Allow" && !(blocks(bucket, "RestrictPublicBuckets") && isPublicPolicy(policy))) {
      return true;
    }
    return allowedByAcl(caller, action, bucket, key ?? "");
  }
  if (caller.session && judge(caller.session, caller, action, bucket, key ?? "") !== "Allow") return false;
  if (caller.deny?.some((rule) => matches(rule, action, name, key))) return false;
  if (caller.allow === undefined || caller.allow.some((rule) => matches(rule, action, name, key))) return true;
  return verdict === "Allow" || (typeof bucket === "object" && allowedByAcl(caller, action, bucket, key ?? ""));
}

function matches(rule: Rule, action: string, bucket: string | undefined, key: string | undefined): boolean {
  if (typeof rule === "string") return wildcard(rule, action);
  const actions = typeof rule.action === "string" ? [rule.action] : rule.action;
  if (!actions.some((one) => wildcard(one, action))) return false;
  if (rule.bucket !== undefined && rule.bucket !== bucket) return false;
  return rule.prefix === undefined || (key ?? "").startsWith(rule.prefix);
}

function wildcard(pattern: string, action: string): boolean {
  return matchesWildcard(pattern.toLowerCase(), action.toLowerCase(), "");
}
