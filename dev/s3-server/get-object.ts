/** GetObject and HeadObject. */
import { sliceBody } from "./body";
import { checksumOf } from "./checksums";
import { readCondition } from "./conditions";
import { checkCustomerKey } from "./encryption";
import { S3Error } from "./errors";
import { bucketOf, type Exchange, header, integer, missingKey, type Reply } from "./exchange";
import type { Bucket, Version } from "./model";
import { lockHeaders } from "./object-lock";
import { checksumHeaders } from "./put-object";
import { type ByteRange, parseRange } from "./ranges";
import { currentVersion, findVersion, versionHeader } from "./versions";

/** GetObject, and HeadObject: the server leaves out the body. */
export function getObject(exchange: Exchange): Reply {
  const bucket = bucketOf(exchange);
  const version = requestedVersion(exchange, bucket);
  const { attributes, body } = version;
  if (exchange.headers["x-amz-server-side-encryption"] !== undefined) {
    // GetObject: encryption request headers on a GET are an HTTP 400
    throw new S3Error("InvalidArgument", {
      message: "x-amz-server-side-encryption header is not supported for this operation.",
      extra: { ArgumentName: "x-amz-server-side-encryption" },
    });
  }
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
  overrides(exchange, headers);
  headers["content-length"] = String(size);
  if (range) headers["content-range"] = `bytes ${range.start}-${range.end - 1}/${body.size}`;
  // "if you specify partNumber in your request and the object was uploaded as a multipart upload" (GetObject)
  if (version.parts && exchange.query.partNumber !== undefined) {
    headers["x-amz-mp-parts-count"] = String(version.parts.length);
  }
  if (attributes.lock) Object.assign(headers, lockHeaders(exchange, bucket, attributes.lock));
  if (attributes.tags.length > 0) headers["x-amz-tagging-count"] = String(attributes.tags.length);
  if (header(exchange, "x-amz-checksum-mode")?.toUpperCase() === "ENABLED") {
    const whole = size === body.size && !part;
    const sum = whole || !version.parts ? checksumFor(exchange, version) : version.checksum;
    // a checksum of the whole object says nothing about a range of it
    const told = whole || (size === body.size && !version.parts) ? sum : partChecksum(version, range);
    Object.assign(headers, checksumHeaders(told));
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
 * The version that a request to read is about. Throws NoSuchKey, NoSuchVersion, MethodNotAllowed for a delete marker.
 */
export function requestedVersion(exchange: Exchange, bucket: Bucket): Version {
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
  if (number < 1 || number > 10_000) {
    throw new S3Error("InvalidArgument", {
      message: "Part number must be an integer between 1 and 10000, inclusive",
      extra: { ArgumentName: "partNumber", ArgumentValue: exchange.query.partNumber },
    });
  }
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

/** The checksum of the one part that is exactly this range ("Checking object integrity": part-level checksums). */
function partChecksum({ checksum, parts }: Version, range: ByteRange | undefined): Version["checksum"] {
  if (!checksum || !parts || !range) return undefined;
  let start = 0;
  for (const part of parts) {
    if (start === range.start && part.size === range.end - range.start) {
      return part.checksum === undefined ? undefined : { ...checksum, value: part.checksum };
    }
    start += part.size;
    if (start > range.start) return undefined;
  }
  return undefined;
}

const OVERRIDES = [
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-type",
  "expires",
].map((name) => ({ name, parameter: `response-${name}` }));

function overrides({ query, identity }: Exchange, headers: Record<string, string>): void {
  for (const { name, parameter } of OVERRIDES) {
    const value = query[parameter];
    if (value === undefined) continue;
    if (identity.accessKey === undefined) {
      throw new S3Error("InvalidRequest", {
        message: "Request specific response headers cannot be used for anonymous GET requests.",
      });
    }
    headers[name] = value;
  }
}

/** Metadata that is not ASCII comes back in the encoding of RFC 2047 ("Working with object metadata"). */
function readable(value: string): string {
  return `=?UTF-8?B?${Buffer.from(value, "latin1").toString("base64")}?=`;
}
