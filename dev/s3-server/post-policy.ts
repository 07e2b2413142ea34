/** The policy of a form upload ("POST Policy"): what a form may say, and until when. */
import { S3Error } from "./errors";

type Condition =
  | { match: "eq" | "starts-with"; field: string; value: string }
  | { match: "content-length-range"; min: number; max: number };

/** A policy that was read. */
export interface PostPolicy {
  /** milliseconds since 1970 */
  expiration: number;
  conditions: readonly Condition[];
}

/** Fields that need no condition, beside those that begin with x-ignore-. */
const FREE = new Set(["x-amz-signature", "file", "policy"]);

function invalid(why: string): S3Error {
  return new S3Error("InvalidPolicyDocument", { message: `Invalid Policy: ${why}` });
}

function refused(why: string): S3Error {
  return new S3Error("AccessDenied", { message: `Invalid according to Policy: ${why}` });
}

/** The policy in base64 of JSON. Throws InvalidPolicyDocument. */
export function readPostPolicy(base64: string): PostPolicy {
  let document: unknown;
  try {
    document = JSON.parse(Buffer.from(base64, "base64").toString());
  } catch {
    throw invalid("Invalid JSON.");
  }
  if (typeof document !== "object" || document === null || Array.isArray(document)) throw invalid("Invalid JSON.");
  const { expiration, conditions } = document as { expiration?: unknown; conditions?: unknown };
  if (typeof expiration !== "string") throw invalid("Policy missing expiration.");
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(expiration) ? Date.parse(expiration) : Number.NaN;
  if (Number.isNaN(time)) throw invalid("Invalid 'expiration' value.");
  if (!Array.isArray(conditions)) throw invalid("Policy missing conditions.");
  return { expiration: time, conditions: conditions.map(readCondition) };
}

function readCondition(item: unknown): Condition {
  if (!Array.isArray(item)) {
    const entries = typeof item === "object" && item !== null ? Object.entries(item) : [];
    const [field, value] = entries[0] ?? [];
    if (entries.length !== 1 || field === undefined || typeof value !== "string") {
      throw invalid("Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.");
    }
    return { match: "eq", field: field.toLowerCase(), value };
  }
  const [operation, first, second] = item;
  const match = typeof operation === "string" ? operation.toLowerCase() : "";
  if (item.length !== 3) throw invalid("Invalid Condition: wrong number of arguments.");
  if (match === "content-length-range") {
    const [min, max] = [Number(first), Number(second)];
    if (!Number.isInteger(min) || !Number.isInteger(max) || min < 0) {
      throw invalid("Invalid content-length-range: its ends must be whole numbers.");
    }
    return { match, min, max };
  }
  if (match !== "eq" && match !== "starts-with") throw invalid(`Invalid Condition: unknown operation '${operation}'.`);
  if (typeof first !== "string" || !first.startsWith("$") || typeof second !== "string") {
    throw invalid(`Invalid ${match}: it takes a $field and a text.`);
  }
  return { match, field: first.slice(1).toLowerCase(), value: second };
}

/**
 * Throws unless a form keeps to the policy: AccessDenied when it has run out, a condition fails or a field is not
 * covered by one; EntityTooSmall, EntityTooLarge for a file outside of content-length-range.
 */
export function checkPostPolicy(
  policy: PostPolicy,
  fields: ReadonlyMap<string, string>,
  fileSize: number,
  now: number,
): void {
  if (policy.expiration <= now) throw refused("Policy expired.");
  const covered = new Set<string>();
  for (const condition of policy.conditions) {
    if (condition.match === "content-length-range") continue;
    const { match, field, value } = condition;
    covered.add(field);
    if (!holds(match, field, fields.get(field), value)) {
      // what a customer's key (SSE-C) should have been is told to nobody
      const told = field.endsWith("-customer-key") ? "…" : value;
      throw refused(`Policy Condition failed: ${JSON.stringify([match, `$${field}`, told])}`);
    }
  }
  const extra = [...fields.keys()].filter(
    (name) => !FREE.has(name) && !name.startsWith("x-ignore-") && !covered.has(name),
  );
  if (extra.length > 0) throw refused(`Extra input fields: ${extra.join(", ")}`);
  for (const condition of policy.conditions) {
    if (condition.match !== "content-length-range") continue;
    const { min, max } = condition;
    if (fileSize < min) {
      throw new S3Error("EntityTooSmall", { extra: { ProposedSize: fileSize, MinSizeAllowed: min } });
    }
    if (fileSize > max) {
      throw new S3Error("EntityTooLarge", { extra: { ProposedSize: fileSize, MaxSizeAllowed: max } });
    }
  }
}

function holds(match: "eq" | "starts-with", field: string, given: string | undefined, value: string): boolean {
  if (given === undefined) return false;
  if (match === "eq") return given === value;
  // "Content-Types: [...] a comma-separated list [...] each value in the list must be allowed" (Condition Matching)
  if (field === "content-type") return given.split(",").every((one) => one.trim().startsWith(value));
  return given.startsWith(value);
}
