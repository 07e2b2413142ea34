/**
 * Object Lock: what locks a version, and what a lock forbids ("Locking objects with Object Lock"). Placing one on a
 * version protects that version alone; new versions and delete markers come as ever.
 */
import { S3Error } from "./errors";
import { type Exchange, header } from "./exchange";
import type { Bucket, LockMode, ObjectLock, Version } from "./model";
import { isAllowed } from "./policy";

const DAY = 86_400_000;
const MODE = "x-amz-object-lock-mode";
const UNTIL = "x-amz-object-lock-retain-until-date";
const HOLD = "x-amz-object-lock-legal-hold";
const BYPASS = "x-amz-bypass-governance-retention";

function invalid(message: string, name: string, value: string | undefined): S3Error {
  return new S3Error("InvalidArgument", {
    message,
    extra: { ArgumentName: name, ...(value !== undefined && { ArgumentValue: value }) },
  });
}

/** Whether `text` names a retention mode. */
export function isLockMode(text: string | undefined): text is LockMode {
  return text === "GOVERNANCE" || text === "COMPLIANCE";
}

/** Throws InvalidRequest for a bucket without Object Lock. */
export function requireObjectLock(bucket: Bucket): void {
  if (bucket.objectLock) return;
  throw new S3Error("InvalidRequest", { message: "Bucket is missing Object Lock Configuration" });
}

/**
 * A retain-until date in milliseconds since 1970. Throws InvalidArgument, naming `argument`, for what is no ISO 8601
 * timestamp or not in the future.
 */
export function parseRetainUntil(text: string, now: number, argument: string): number {
  const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)$/;
  const time = form.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) {
    throw invalid("The retain until date must be provided in ISO 8601 format", argument, text);
  }
  if (time <= now) throw invalid("The retain until date must be in the future!", argument, text);
  return time;
}

/**
 * The lock that the headers of a write ask for; undefined when they ask for none. Throws InvalidArgument for what is
 * wrong with them, and then InvalidRequest for a bucket without Object Lock.
 */
export function requestedLock(exchange: Exchange, bucket: Bucket): ObjectLock | undefined {
  const mode = header(exchange, MODE);
  const until = header(exchange, UNTIL);
  const legalHold = header(exchange, HOLD);
  if (mode === undefined && until === undefined && legalHold === undefined) return undefined;
  if ((mode === undefined) !== (until === undefined)) {
    const missing = mode === undefined ? MODE : UNTIL;
    throw invalid(`${UNTIL} and ${MODE} must both be supplied`, missing, undefined);
  }
  if (mode !== undefined && !isLockMode(mode)) throw invalid("Unknown wormMode directive.", MODE, mode);
  if (legalHold !== undefined && legalHold !== "ON" && legalHold !== "OFF") {
    throw invalid("Legal Hold must be either of 'ON' or 'OFF'", HOLD, legalHold);
  }
  const time = until === undefined ? undefined : parseRetainUntil(until, exchange.state.now(), UNTIL);
  requireObjectLock(bucket);
  return {
    ...(mode !== undefined && time !== undefined && { mode, until: time }),
    ...(legalHold !== undefined && { legalHold }),
  };
}

/** The lock of a version made at `created`: what was asked for, else the bucket's default retention. */
export function lockOfNew(bucket: Bucket, asked: ObjectLock | undefined, created: number): ObjectLock | undefined {
  const { mode, days = 0, years = 0 } = bucket.objectLock ?? {};
  if (asked?.mode || !mode) return asked;
  // "Amazon S3 counts 1 year as 365 days" (Object Lock considerations)
  return { ...asked, mode, until: created + (days + years * 365) * DAY };
}

/** The headers that tell of a lock, as far as the caller may know (GetObject, x-amz-object-lock-*). */
export function lockHeaders(exchange: Exchange, bucket: Bucket, lock: ObjectLock): Record<string, string> {
  const { identity, key } = exchange;
  const retention = lock.mode && lock.until !== undefined && isAllowed(identity, "s3:GetObjectRetention", bucket, key);
  const hold = lock.legalHold && isAllowed(identity, "s3:GetObjectLegalHold", bucket, key);
  return {
    ...(retention && { [MODE]: lock.mode as string, [UNTIL]: new Date(lock.until as number).toISOString() }),
    ...(hold && { [HOLD]: lock.legalHold as string }),
  };
}

/**
 * Whether the request asks to bypass governance mode. Throws InvalidArgument for a deletion in a bucket without Object
 * Lock.
 */
export function asksBypass(exchange: Exchange, bucket: Bucket): boolean {
  const value = header(exchange, BYPASS);
  if (value === undefined) return false;
  if (!bucket.objectLock) throw invalid(`${BYPASS} is only applicable to Object Lock enabled buckets.`, BYPASS, value);
  return value.toLowerCase() === "true";
}

/** The retention of a version that has not run out. */
export function retentionInForce(
  lock: ObjectLock | undefined,
  now: number,
): { mode: LockMode; until: number } | undefined {
  if (!lock?.mode || lock.until === undefined || lock.until <= now) return undefined;
  return { mode: lock.mode, until: lock.until };
}

/** The error for what a lock forbids. */
export function lockedError(): S3Error {
  return new S3Error("AccessDenied", { message: "Access Denied because object protected by object lock." });
}

/** Whether governance mode yields: it was asked for, and the caller has s3:BypassGovernanceRetention. */
export function mayBypass(exchange: Exchange, bucket: Bucket, key: string, asked: boolean): boolean {
  return asked && isAllowed(exchange.identity, "s3:BypassGovernanceRetention", bucket, key);
}

/** Throws AccessDenied when the version must not be deleted for good. */
export function checkUnlocked(
  exchange: Exchange,
  bucket: Bucket,
  key: string,
  version: Version,
  bypass: boolean,
): void {
  const { lock } = version.attributes;
  if (!lock || version.deleteMarker) return;
  if (lock.legalHold === "ON") throw lockedError();
  const retention = retentionInForce(lock, exchange.state.now());
  if (!retention) return;
  if (retention.mode === "GOVERNANCE" && mayBypass(exchange, bucket, key, bypass)) return;
  throw lockedError();
}
