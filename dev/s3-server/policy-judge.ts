/** What a policy says to a request ("Policy evaluation logic"). */
import type { Bucket, BucketPolicy, PolicyCondition, PolicyStatement } from "./model";
import type { Caller } from "./policy";
import { addressRange, isMet } from "./policy-conditions";
import { matchesWildcard } from "./wildcard";

/** "Deny" when a statement denies, else "Allow" when one allows, else undefined. A bucket that is not there has a name. */
export function judge(
  policy: Pick<BucketPolicy, "statements">,
  caller: Caller,
  action: string,
  bucket: Bucket | string | undefined,
  key: string,
): "Allow" | "Deny" | undefined {
  let allowed = false;
  const lower = action.toLowerCase();
  const there = typeof bucket === "object" ? bucket : undefined;
  const name = there?.name ?? (bucket as string | undefined) ?? "";
  const resource = key === "" ? name : `${name}/${key}`;
  for (const statement of policy.statements) {
    // nothing more to learn from it
    if (allowed && statement.effect === "Allow") continue;
    if (!speaksOf(statement, caller, lower, resource)) continue;
    if (!statement.conditions.every((one) => isMet(one, caller, there, key))) continue;
    if (statement.effect === "Deny") return "Deny";
    allowed = true;
  }
  return allowed ? "Allow" : undefined;
}

function speaksOf(statement: PolicyStatement, caller: Caller, action: string, resource: string): boolean {
  const acts = statement.actions.some((one) => matchesWildcard(one, action));
  if (acts === (statement.notActions === true)) return false;
  const touches = statement.resources.some((one) => matchesWildcard(one, resource));
  if (touches === (statement.notResources === true)) return false;
  return statement.principals.some((one) => isPrincipal(one, caller));
}

/**
 * Whether a principal is the caller. An account, or its root, stands for everybody who signs: all users here are of
 * one account, whatever its number. A user's ARN ends in the access key or the name; a role's is its own.
 */
function isPrincipal(principal: string, caller: Caller): boolean {
  if (principal === "*") return true;
  if (caller.accessKey === undefined) return false;
  if (/^\d{12}$/.test(principal) || principal.endsWith(":root")) return true;
  if (caller.arns?.includes(principal)) return true;
  if (!principal.includes(":user/")) return false;
  const name = principal.slice(principal.lastIndexOf("/") + 1);
  return name === caller.accessKey || name === caller.name;
}

/**
 * Whether a policy lets everybody do something ("The meaning of public"). Of the conditions obeyed here only aws:SourceIp
 * narrows it enough, for ranges that are not very broad: /8 and narrower, /32 of IPv6.
 */
export function isPublicPolicy(policy: BucketPolicy): boolean {
  return policy.statements.some(
    (one) => one.effect === "Allow" && one.principals.includes("*") && !one.conditions.some(isNarrow),
  );
}

function isNarrow({ operator, values }: PolicyCondition): boolean {
  if (operator !== "IpAddress") return false;
  return values.every((one) => {
    const range = addressRange(one);
    return range !== undefined && range.bits >= (range.family === "ipv4" ? 8 : 32);
  });
}
