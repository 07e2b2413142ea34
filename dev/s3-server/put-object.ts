/** PutObject. */
import { readAttributes } from "./attributes";
import { type Checksum, checksumHeader } from "./checksums";
import { writeCondition } from "./conditions";
import { notify } from "./events";
import { bucketOf, checkKey, type Exchange, type Reply } from "./exchange";
import type { Attributes, Version } from "./model";
import { wholeSeconds } from "./state";
import { currentVersion, putVersion, versionHeader } from "./versions";

/** PutObject. The condition is checked and the object stored in one step, once the whole body is there. */
export async function putObject(exchange: Exchange): Promise<Reply> {
  bucketOf(exchange);
  checkKey(exchange.key);
  const attributes = readAttributes(exchange.headers);
  const { body, md5, checksum } = await exchange.receive({ needsLength: true });
  const bucket = bucketOf(exchange); // it may have gone meanwhile
  writeCondition(exchange.headers, currentVersion(bucket, exchange.key), exchange.key);
  const version: Version = {
    versionId: "null",
    deleteMarker: false,
    lastModified: wholeSeconds(exchange.state.now()),
    body,
    etag: md5.toString("hex"),
    attributes,
    ...(checksum && { checksum }),
  };
  putVersion(bucket, exchange.key, version);
  notify(exchange, bucket, "ObjectCreated:Put", exchange.key, version);
  return {
    headers: {
      ...versionHeader(bucket, version),
      ...encryptionHeaders(attributes),
      ...checksumHeaders(checksum),
      etag: `"${version.etag}"`,
    },
  };
}

/** The headers that tell how an object is encrypted. */
export function encryptionHeaders(attributes: Attributes): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name in attributes.headers) {
    if (name.startsWith("x-amz-server-side-")) headers[name] = attributes.headers[name] as string;
  }
  return headers;
}

/** The headers that tell a checksum. */
export function checksumHeaders(checksum: Checksum | undefined): Record<string, string> {
  if (!checksum) return {};
  return { [checksumHeader(checksum.algorithm)]: checksum.value, "x-amz-checksum-type": checksum.type };
}
