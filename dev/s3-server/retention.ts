/** GetObjectRetention, PutObjectRetention, GetObjectLegalHold, PutObjectLegalHold. */
import { S3Error } from "./errors";
import { bucketOf, type Exchange, header, type Reply } from "./exchange";
import { requestedVersion } from "./get-object";
import { requireIntegrity } from "./integrity";
import type { Bucket, ObjectLock, Version } from "./model";
import {
  isLockMode,
  lockedError,
  mayBypass,
  parseRetainUntil,
  requireObjectLock,
  retentionInForce,
} from "./object-lock";
import { versionHeader } from "./versions";
import { tag, xmlDocument } from "./xml";
import { readXmlBody } from "./xml-body";
import { childText } from "./xml-reader";

/** GetObjectRetention. Throws NoSuchObjectLockConfiguration for a version that never had one. */
export function getObjectRetention(exchange: Exchange): Reply {
  const { bucket, version } = lockable(exchange);
  const { mode, until } = version.attributes.lock ?? {};
  if (!mode || until === undefined) throw new S3Error("NoSuchObjectLockConfiguration");
  const xml = tag("Mode", mode) + tag("RetainUntilDate", new Date(until).toISOString());
  return xmlReply(bucket, version, "Retention", xml);
}

/**
 * PutObjectRetention. A retention in force may be extended in its mode; anything less takes s3:BypassGovernanceRetention
 * and the header in governance mode, and is impossible in compliance mode. An empty one takes it away.
 */
export async function putObjectRetention(exchange: Exchange): Promise<Reply> {
  requireIntegrity(exchange.headers);
  const root = await readXmlBody(exchange);
  const { bucket, version } = lockable(exchange);
  const mode = childText(root, "Mode");
  const date = childText(root, "RetainUntilDate");
  if (root.name !== "Retention" || (mode === undefined) !== (date === undefined)) throw new S3Error("MalformedXML");
  if (mode !== undefined && !isLockMode(mode)) throw new S3Error("MalformedXML");
  const now = exchange.state.now();
  const until = date === undefined ? undefined : parseRetainUntil(date.trim(), now, "RetainUntilDate");
  const held = retentionInForce(version.attributes.lock, now);
  if (held && !(mode === held.mode && until !== undefined && until >= held.until)) {
    const asked = header(exchange, "x-amz-bypass-governance-retention")?.toLowerCase() === "true";
    if (held.mode === "COMPLIANCE" || !mayBypass(exchange, bucket, exchange.key, asked)) throw lockedError();
  }
  const { legalHold } = version.attributes.lock ?? {};
  relock(version, {
    ...(mode !== undefined && until !== undefined && { mode, until }),
    ...(legalHold && { legalHold }),
  });
  return { headers: versionHeader(bucket, version) };
}

/** GetObjectLegalHold. Throws NoSuchObjectLockConfiguration for a version that never had one. */
export function getObjectLegalHold(exchange: Exchange): Reply {
  const { bucket, version } = lockable(exchange);
  const { legalHold } = version.attributes.lock ?? {};
  if (!legalHold) throw new S3Error("NoSuchObjectLockConfiguration");
  return xmlReply(bucket, version, "LegalHold", tag("Status", legalHold));
}

/** PutObjectLegalHold: ON or OFF, whatever the retention. */
export async function putObjectLegalHold(exchange: Exchange): Promise<Reply> {
  requireIntegrity(exchange.headers);
  const root = await readXmlBody(exchange);
  const { bucket, version } = lockable(exchange);
  const legalHold = childText(root, "Status");
  if (root.name !== "LegalHold" || (legalHold !== "ON" && legalHold !== "OFF")) throw new S3Error("MalformedXML");
  relock(version, { ...version.attributes.lock, legalHold });
  return { headers: versionHeader(bucket, version) };
}

function lockable(exchange: Exchange): { bucket: Bucket; version: Version } {
  const bucket = bucketOf(exchange);
  requireObjectLock(bucket);
  return { bucket, version: requestedVersion(exchange, bucket) };
}

function relock(version: Version, lock: ObjectLock): void {
  const { lock: _, ...others } = version.attributes;
  version.attributes = lock.mode || lock.legalHold ? { ...others, lock } : others;
}

function xmlReply(bucket: Bucket, version: Version, root: string, xml: string): Reply {
  return {
    headers: { "content-type": "application/xml", ...versionHeader(bucket, version) },
    body: xmlDocument(root, xml),
  };
}
