/** CopyObject, and what UploadPartCopy shares with it: finding the source. */
import { createHash } from "node:crypto";
import { readAttributes } from "./attributes";
import type { Body } from "./body";
import { algorithmOf, checksumOf } from "./checksums";
import { copyCondition, writeCondition } from "./conditions";
import { checkCustomerKey, encryptionHeaders, etagOf, hidesDigest } from "./encryption";
import { S3Error } from "./errors";
import { notify } from "./events";
import { bucketOf, checkKey, demand, type Exchange, header, missingKey, type Reply } from "./exchange";
import { expirationHeader } from "./expiration";
import type { Attributes, Bucket, Version } from "./model";
import { lockOfNew, requestedLock } from "./object-lock";
import { findBucket, wholeSeconds } from "./state";
import { decodeForm } from "./uri";
import { currentVersion, findVersion, putVersion, versionHeader } from "./versions";
import { tag, xmlDocument } from "./xml";

const MAX_COPY = 5 * 1024 ** 3;

/** The source of a copy. */
export interface Source {
  bucket: Bucket;
  key: string;
  version: Version;
}

/** The source that `x-amz-copy-source` names, its conditions met and its reading allowed. */
export function copySource(exchange: Exchange): Source {
  const [path = "", query = ""] = splitOnce(header(exchange, "x-amz-copy-source") ?? "", "?versionId=");
  const whole = decodeForm(path).replace(/^\//, "");
  const [bucketName = "", key = ""] = splitOnce(whole, "/");
  if (bucketName === "" || key === "") {
    throw new S3Error("InvalidArgument", {
      message: "Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
      extra: { ArgumentName: "x-amz-copy-source", ArgumentValue: whole },
    });
  }
  const bucket = findBucket(exchange.state, bucketName);
  demand(exchange, query === "" ? "s3:GetObject" : "s3:GetObjectVersion", bucketName, key);
  const version = query === "" ? currentVersion(bucket, key) : findVersion(bucket, key, decodeForm(query));
  if (!version && query !== "") throw new S3Error("NoSuchVersion", { extra: { Key: key, VersionId: query } });
  if (!version || (version.deleteMarker && query === "")) throw missingKey(exchange, bucketName, key);
  if (version.deleteMarker) {
    throw new S3Error("InvalidRequest", {
      message: "The source of a copy request may not specifically refer to a delete marker by version id.",
    });
  }
  checkCustomerKey(exchange.headers, version.attributes, true);
  copyCondition(exchange.headers, version);
  return { bucket, key, version };
}

/** CopyObject. The condition on the target is checked in the same step that stores it. */
export function copyObject(exchange: Exchange): Reply {
  checkKey(exchange.key);
  const target = bucketOf(exchange);
  const replace = directive(exchange, "metadata");
  const replaceTags = directive(exchange, "tagging");
  const asked = readAttributes(exchange.headers);
  const askedLock = requestedLock(exchange, target);
  const source = copySource(exchange);
  checkCopySize(source.version.body.size);
  const lastModified = wholeSeconds(exchange.state.now());
  // "Copied objects will not retain the Object Lock settings from the original objects" (Copying objects)
  const lock = lockOfNew(target, askedLock, lastModified);
  const attributes = { ...merge(source.version.attributes, asked, replace, replaceTags), ...(lock && { lock }) };
  const unchanged =
    !replace &&
    attributes.storageClass === source.version.attributes.storageClass &&
    exchange.headers["x-amz-website-redirect-location"] === undefined &&
    !encrypts(exchange);
  if (
    unchanged &&
    source.bucket === target &&
    source.key === exchange.key &&
    header(exchange, "x-amz-copy-source")?.includes("?versionId=") !== true
  ) {
    throw new S3Error("InvalidRequest", {
      message:
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    });
  }
  writeCondition(exchange.headers, currentVersion(target, exchange.key), exchange.key);
  const { body, checksum } = source.version;
  const algorithm = algorithmOf(header(exchange, "x-amz-checksum-algorithm")) ?? checksum?.algorithm;
  const keepsSum = checksum && checksum.algorithm === algorithm && checksum.type === "FULL_OBJECT";
  const sum = keepsSum ? checksum : algorithm && checksumOf(algorithm, body);
  const version: Version = {
    versionId: "null",
    deleteMarker: false,
    lastModified,
    body,
    etag: copiedEtag(source.version, attributes),
    attributes,
    ...(sum && { checksum: sum }),
  };
  const from = sourceVersionHeader(source);
  putVersion(target, exchange.key, version);
  notify(exchange, target, "ObjectCreated:Copy", exchange.key, version);
  return {
    headers: {
      "content-type": "application/xml",
      ...versionHeader(target, version),
      ...encryptionHeaders(attributes),
      ...expirationHeader(target, exchange.key, version),
      ...from,
    },
    body: xmlDocument(
      "CopyObjectResult",
      tag("LastModified", new Date(lastModified).toISOString()) +
        tag("ETag", `"${version.etag}"`) +
        (sum ? tag("ChecksumType", sum.type) + tag(`Checksum${sum.algorithm}`, sum.value) : ""),
    ),
  };
}

function splitOnce(text: string, mark: string): string[] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + mark.length)];
}

/** Throws InvalidRequest for more than 5 GiB, the most that one request copies. */
export function checkCopySize(size: number): void {
  if (size <= MAX_COPY) return;
  throw new S3Error("InvalidRequest", {
    message: `The specified copy source is larger than the maximum allowable size for a copy source: ${MAX_COPY}`,
  });
}

/** The header x-amz-copy-source-version-id, for a source in a bucket that has or had versioning. */
export function sourceVersionHeader({ bucket, version }: Source): Record<string, string> {
  const id = versionHeader(bucket, version)["x-amz-version-id"];
  return id === undefined ? {} : { "x-amz-copy-source-version-id": id };
}

function directive(exchange: Exchange, what: "metadata" | "tagging"): boolean {
  const name = `x-amz-${what}-directive`;
  const value = header(exchange, name) ?? "COPY";
  if (value !== "COPY" && value !== "REPLACE") {
    throw new S3Error("InvalidArgument", {
      message: `Unknown ${what} directive.`,
      extra: { ArgumentName: name, ArgumentValue: value },
    });
  }
  return value === "REPLACE";
}

function encrypts(exchange: Exchange): boolean {
  return Object.keys(exchange.headers).some((name) => name.startsWith("x-amz-server-side-encryption"));
}

/** Storage class, encryption and redirect are never copied (CopyObject): they are what the request says. */
function merge(source: Attributes, asked: Attributes, replace: boolean, replaceTags: boolean): Attributes {
  const own = /^x-amz-(?:server-side-encryption|storage-class|website-redirect)/;
  const headers = Object.fromEntries(Object.entries(asked.headers).filter(([name]) => replace || own.test(name)));
  if (!replace) {
    for (const [name, value] of Object.entries(source.headers)) if (!own.test(name)) headers[name] = value;
  }
  const { foreign } = replace ? asked : source;
  return {
    headers,
    storageClass: asked.storageClass,
    tags: replaceTags ? asked.tags : source.tags,
    ...(foreign && { foreign }),
    // "the ACL is not copied" (CopyObject): it is what the request says
    ...(asked.acl && { acl: asked.acl }),
  };
}

function copiedEtag(source: Version, attributes: Attributes): string {
  const known = !source.parts && !hidesDigest(source.attributes);
  return etagOf(known ? Buffer.from(source.etag, "hex") : md5Of(source.body), attributes);
}

/** The MD5 of a body that is at hand. */
export function md5Of(body: Body): Buffer {
  const hash = createHash("md5");
  for (const piece of body.read(0, body.size)) hash.update(piece);
  return hash.digest();
}
