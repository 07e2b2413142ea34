/** PutObject. */
import { readAttributes } from "./attributes";
import { type Checksum, checksumHeader } from "./checksums";
import { writeCondition } from "./conditions";
import { encryptionHeaders, etagOf } from "./encryption";
import { type EventName, notify } from "./events";
import { bucketOf, checkKey, type Exchange, type Reply } from "./exchange";
import { expirationHeader } from "./expiration";
import { requireIntegrity } from "./integrity";
import type { Attributes, ObjectLock, Version } from "./model";
import { lockOfNew, requestedLock } from "./object-lock";
import type { Received } from "./receive";
import { wholeSeconds } from "./state";
import { currentVersion, putVersion, versionHeader } from "./versions";

/** PutObject. */
export async function putObject(exchange: Exchange): Promise<Reply> {
  const target = bucketOf(exchange);
  checkKey(exchange.key);
  const attributes = readAttributes(exchange.headers);
  const lock = requestedLock(exchange, target);
  if (lock || target.objectLock?.mode) {
    requireIntegrity(
      exchange.headers,
      "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters",
    );
  }
  const received = await exchange.receive({ needsLength: true });
  return { headers: storeObject(exchange, received, attributes, lock) };
}

/**
 * Stores what was received as the request's object; the condition is checked in the same step, once the whole body is
 * there. The headers of the reply.
 */
export function storeObject(
  exchange: Exchange,
  { body, md5, checksum }: Received,
  asked: Attributes,
  askedLock: ObjectLock | undefined,
  event: EventName = "ObjectCreated:Put",
): Record<string, string> {
  const bucket = bucketOf(exchange); // it may have gone meanwhile
  writeCondition(exchange.headers, currentVersion(bucket, exchange.key), exchange.key);
  const lastModified = wholeSeconds(exchange.state.now());
  const lock = lockOfNew(bucket, askedLock, lastModified);
  const attributes = lock ? { ...asked, lock } : asked;
  const version: Version = {
    versionId: "null",
    deleteMarker: false,
    lastModified,
    body,
    etag: etagOf(md5, attributes),
    attributes,
    ...(checksum && { checksum }),
  };
  putVersion(bucket, exchange.key, version);
  notify(exchange, bucket, event, exchange.key, version);
  return {
    ...versionHeader(bucket, version),
    ...encryptionHeaders(attributes),
    ...expirationHeader(bucket, exchange.key, version),
    ...checksumHeaders(checksum),
    etag: `"${version.etag}"`,
  };
}

/** The headers that tell a checksum. */
export function checksumHeaders(checksum: Checksum | undefined): Record<string, string> {
  if (!checksum) return {};
  return { [checksumHeader(checksum.algorithm)]: checksum.value, "x-amz-checksum-type": checksum.type };
}
