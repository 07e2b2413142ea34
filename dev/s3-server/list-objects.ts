/** ListObjects and ListObjectsV2. */
import { createHash } from "node:crypto";
import { S3Error } from "./errors";
import { bucketOf, type Exchange, integer, type Reply } from "./exchange";
import { type ListingPage, listPage } from "./listing";
import type { Version } from "./model";
import { OWNER } from "./owner";
import { listingEncode } from "./uri";
import { escapeXml, tag, xmlDocument } from "./xml";

const MAX_PAGE = 1000;

/** The encoding of the keys in a reply. Throws InvalidArgument for any but `url`. */
export function keyEncoding(exchange: Exchange): (text: string) => string {
  const type = exchange.query["encoding-type"];
  if (type === undefined) return (text) => text;
  if (type === "url") return listingEncode;
  throw new S3Error("InvalidArgument", {
    message: "Invalid Encoding Method specified in Request",
    extra: { ArgumentName: "encoding-type", ArgumentValue: type },
  });
}

/** ListObjectsV2. */
export function listObjectsV2(exchange: Exchange): Reply {
  const { query } = exchange;
  const bucket = bucketOf(exchange);
  const encode = keyEncoding(exchange);
  const prefix = query.prefix ?? "";
  const delimiter = query.delimiter ?? "";
  const limit = Math.min(MAX_PAGE, integer(exchange, "max-keys", MAX_PAGE));
  const token = query["continuation-token"];
  const startAfter = query["start-after"] ?? "";
  const after = token === undefined ? startAfter : readToken(token);
  const page = listPage(bucket, { prefix, delimiter, after, limit });
  const head =
    tag("Name", bucket.name) +
    tag("Prefix", encode(prefix)) +
    (token === undefined ? "" : tag("ContinuationToken", token)) +
    (page.truncated ? tag("NextContinuationToken", makeToken(page.last)) : "") +
    (startAfter === "" ? "" : tag("StartAfter", encode(startAfter))) +
    tag("KeyCount", page.entries.length + page.prefixes.length) +
    tag("MaxKeys", limit) +
    (delimiter === "" ? "" : tag("Delimiter", encode(delimiter))) +
    tag("EncodingType", query["encoding-type"]) +
    tag("IsTruncated", page.truncated);
  return reply(head, page, encode, query["fetch-owner"] === "true");
}

/** ListObjects, the first version. */
export function listObjects(exchange: Exchange): Reply {
  const { query } = exchange;
  const bucket = bucketOf(exchange);
  const encode = keyEncoding(exchange);
  const prefix = query.prefix ?? "";
  const delimiter = query.delimiter ?? "";
  const marker = query.marker ?? "";
  const limit = Math.min(MAX_PAGE, integer(exchange, "max-keys", MAX_PAGE));
  const page = listPage(bucket, { prefix, delimiter, after: marker, limit });
  const head =
    tag("Name", bucket.name) +
    tag("Prefix", encode(prefix)) +
    tag("Marker", encode(marker)) +
    // ListObjects: "This element is returned only if you have the delimiter request parameter specified"
    (page.truncated && delimiter !== "" ? tag("NextMarker", encode(page.last)) : "") +
    tag("MaxKeys", limit) +
    (delimiter === "" ? "" : tag("Delimiter", encode(delimiter))) +
    tag("EncodingType", query["encoding-type"]) +
    tag("IsTruncated", page.truncated);
  return reply(head, page, encode, true);
}

function reply(head: string, page: ListingPage, encode: (text: string) => string, owner: boolean): Reply {
  // joined once at the end: a string grown by += costs ten times as much to turn into bytes
  const pieces = [head];
  for (const { key, version } of page.entries) {
    pieces.push(contents(key, version, encode));
    if (owner) pieces.push(OWNER);
    pieces.push("</Contents>");
  }
  for (const prefix of page.prefixes) pieces.push(`<CommonPrefixes>${tag("Prefix", encode(prefix))}</CommonPrefixes>`);
  return { headers: { "content-type": "application/xml" }, body: xmlDocument("ListBucketResult", pieces) };
}

/** An entry up to its owner. It never changes, so it is written once: lists are long, and asked for again and again. */
function contents(key: string, version: Version, encode: (text: string) => string): string {
  if (encode !== listingEncode) {
    version.listed ??= ["<Contents><Key>", escapeXml(key), "</Key>", listed(version)].join("");
    return version.listed;
  }
  if (version.listedEncoded === undefined) {
    const encoded = encode(key);
    version.listedEncoded =
      encoded === key ? contents(key, version, String) : `<Contents><Key>${encoded}</Key>${listed(version)}`;
  }
  return version.listedEncoded;
}

/** What a listing tells of a version, beside its key. */
export function listed(version: Version): string {
  const { checksum, attributes, body } = version;
  return (
    tag("LastModified", isoTime(version.lastModified)) +
    `<ETag>&quot;${version.etag}&quot;</ETag>` +
    (checksum ? tag("ChecksumAlgorithm", checksum.algorithm) + tag("ChecksumType", checksum.type) : "") +
    tag("Size", body.size) +
    tag("StorageClass", attributes.storageClass)
  );
}

let lastTime = Number.NaN;
let lastText = "";

/** A time as listings give it; neighbours were mostly written in the same second. */
function isoTime(time: number): string {
  if (time !== lastTime) {
    lastTime = time;
    lastText = new Date(time).toISOString();
  }
  return lastText;
}

function seal(text: string): string {
  return createHash("md5").update(`token:${text}`).digest("base64url").slice(0, 8);
}

function makeToken(last: string): string {
  return `1${seal(last)}${Buffer.from(last).toString("base64url")}`;
}

function readToken(token: string): string {
  const last = Buffer.from(token.slice(9), "base64url").toString();
  if (token !== makeToken(last)) {
    throw new S3Error("InvalidArgument", {
      message: "The continuation token provided is incorrect",
      extra: { ArgumentName: "continuation-token" },
    });
  }
  return last;
}
