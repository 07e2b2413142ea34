/** GetObject and HeadObject. */
import { checkCustomerKey } from "./attributes";
import { sliceBody } from "./body";
import { checksumOf } from "./checksums";
import { readCondition } from "./conditions";
import { S3Error } from "./errors";
import { bucketOf, demand, type Exchange, header, integer, missingKey, type Reply } from "./exchange";
import type { Bucket, Version } from "./model";
import { checksumHeaders } from "./put-object";
import { type ByteRange, parseRange } from "./ranges";
import type { Query } from "./uri";
import { currentVersion, findVersion, versionHeader } from "./versions";

/** GetObject, and HeadObject: the server leaves out the body. */
export function getObject(exchange: Exchange): Reply {
  const bucket = bucketOf(exchange);
  const version = requestedVersion(exchange, bucket);
  const { attributes, body } = version;
  checkCustomerKey(exchange.headers, attributes);
  const basics: Record<string, string> = {
    ...versionHeader(bucket, version),
    etag: `"${version.etag}"`,
    "last-modified": httpTime(version.lastModified),
  };
  if (readCondition(exchange.headers, version) === "304") return { status: 304, headers: basics };
  const part = partRange(exchange, version);
  const range = part ?? parseRange(header(exchange, "range"), body.size);
  const size = range ? range.end - range.start : body.size;
  const headers: Record<string, string> = { ...attributes.headers, ...basics, "accept-ranges": "bytes" };
  for (const name of attributes.foreign ?? []) headers[name] = readable(headers[name] as string);
  overrides(exchange.query, headers);
  headers["content-length"] = String(size);
  if (range) headers["content-range"] = `bytes ${range.start}-${range.end - 1}/${body.size}`;
  if (part) headers["x-amz-mp-parts-count"] = String(version.parts?.length ?? 1);
  if (attributes.tags.length > 0) headers["x-amz-tagging-count"] = String(attributes.tags.length);
  if (header(exchange, "x-amz-checksum-mode")?.toUpperCase() === "ENABLED") {
    // a checksum of the whole object says nothing about a range of it
    if (size === body.size) Object.assign(headers, checksumHeaders(checksumFor(exchange, version)));
  }
  return {
    status: range ? 206 : 200,
    headers,
    body: range ? sliceBody(body, range.start, range.end) : body,
  };
}

let lastTime = Number.NaN;
let lastText = "";

/** A time as headers give it; neighbours were mostly written in the same second. */
function httpTime(time: number): string {
  if (time !== lastTime) {
    lastTime = time;
    lastText = new Date(time).toUTCString();
  }
  return lastText;
}

/** The checksum of a version; one that was stored without gets CRC64NVME, as on AWS, computed when first asked for. */
export function checksumFor(exchange: Exchange, version: Version): Version["checksum"] {
  if (!version.checksum && exchange.state.defaultChecksum) version.checksum = checksumOf("CRC64NVME", version.body);
  return version.checksum;
}

/**
 * The version that a request to read is about; one that is named takes the permission `action`. Throws NoSuchKey,
 * NoSuchVersion, MethodNotAllowed for a delete marker.
 */
export function requestedVersion(exchange: Exchange, bucket: Bucket, action = "s3:GetObjectVersion"): Version {
  const { key, query } = exchange;
  const id = query.versionId;
  if (id === undefined) {
    const version = currentVersion(bucket, key);
    if (!version) throw missingKey(exchange);
    if (!version.deleteMarker) return version;
    const error = missingKey(exchange);
    throw new S3Error(error.code, {
      extra: error.extra,
      headers: { "x-amz-delete-marker": "true", ...versionHeader(bucket, version) },
    });
  }
  demand(exchange, action);
  const version = findVersion(bucket, key, id);
  if (!version) throw new S3Error("NoSuchVersion", { extra: { Key: key, VersionId: id } });
  if (!version.deleteMarker) return version;
  throw new S3Error("MethodNotAllowed", {
    extra: { Method: exchange.method, ResourceType: "DeleteMarker" },
    headers: {
      "x-amz-delete-marker": "true",
      allow: "DELETE",
      "last-modified": new Date(version.lastModified).toUTCString(),
      ...versionHeader(bucket, version),
    },
  });
}

function partRange(exchange: Exchange, version: Version): ByteRange | undefined {
  if (exchange.query.partNumber === undefined) return undefined;
  const number = integer(exchange, "partNumber", 1);
  if (header(exchange, "range") !== undefined) {
    throw new S3Error("InvalidRequest", { message: "Cannot specify both Range header and partNumber query parameter" });
  }
  const parts = version.parts ?? [{ size: version.body.size }];
  const part = parts[number - 1];
  if (!part) {
    throw new S3Error("InvalidPartNumber", { extra: { ActualPartCount: parts.length, PartNumberRequested: number } });
  }
  if (version.body.size === 0) return undefined;
  const start = parts.slice(0, number - 1).reduce((sum, one) => sum + one.size, 0);
  return { start, end: start + part.size };
}

const OVERRIDES = [
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-type",
  "expires",
];

function overrides(query: Query, headers: Record<string, string>): void {
  for (const name of OVERRIDES) {
    const value = query[`response-${name}`];
    if (value !== undefined) headers[name] = value;
  }
}

/** Metadata that is not ASCII comes back in the encoding of RFC 2047 ("Working with object metadata"). */
function readable(value: string): string {
  return `=?UTF-8?B?${Buffer.from(value, "latin1").toString("base64")}?=`;
}
