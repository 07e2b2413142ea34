/** What is stored beside an object's bytes, read from the headers of the request that writes it. */
import type { IncomingHttpHeaders } from "node:http";
import { readAcl } from "./acl";
import { readEncryption } from "./encryption";
import { S3Error } from "./errors";
import type { Attributes, Tag } from "./model";
import { decodeForm } from "./uri";

const KEPT = [
  "cache-control",
  "content-disposition",
  "content-language",
  "expires",
  "x-amz-website-redirect-location",
] as const;

const STORAGE_CLASSES = new Set([
  "STANDARD",
  "REDUCED_REDUNDANCY",
  "STANDARD_IA",
  "ONEZONE_IA",
  "INTELLIGENT_TIERING",
  "GLACIER",
  "GLACIER_IR",
  "DEEP_ARCHIVE",
  "EXPRESS_ONEZONE",
  "OUTPOSTS",
  "SNOW",
]);

const MAX_METADATA = 2048;

/** Of an object about which nothing was said. */
export const PLAIN: Attributes = Object.freeze({
  headers: Object.freeze({ "content-type": "binary/octet-stream", "x-amz-server-side-encryption": "AES256" }),
  storageClass: "STANDARD",
  tags: Object.freeze([]) as readonly Tag[],
});

/**
 * The attributes that the headers ask for, Object Lock left out. Throws MetadataTooLarge, InvalidStorageClass,
 * InvalidTag, and what readEncryption throws.
 */
export function readAttributes(headers: IncomingHttpHeaders): Attributes {
  const kept: Record<string, string> = {
    "content-type": headers["content-type"] || "binary/octet-stream",
    ...readEncryption(headers),
  };
  for (const name of KEPT) {
    const value = headers[name];
    if (typeof value === "string") kept[name] = value;
  }
  // aws-chunked is how the body travels, not how it is stored
  const encodings = headers["content-encoding"]
    ?.split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "" && one.toLowerCase() !== "aws-chunked");
  if (encodings && encodings.length > 0) kept["content-encoding"] = encodings.join(",");
  let metadata = 0;
  const foreign: string[] = [];
  for (const name in headers) {
    if (!name.startsWith("x-amz-meta-")) continue;
    const value = headers[name];
    if (typeof value !== "string") continue;
    metadata += name.length - 11 + value.length;
    kept[name] = value;
    if (!/^[\x20-\x7e\t]*$/.test(value)) foreign.push(name);
  }
  if (metadata > MAX_METADATA) {
    throw new S3Error("MetadataTooLarge", { extra: { Size: metadata, MaxSizeAllowed: MAX_METADATA } });
  }
  const tagging = headers["x-amz-tagging"];
  const acl = readAcl(headers);
  return {
    headers: kept,
    storageClass: storageClass(headers, kept),
    tags: typeof tagging === "string" ? parseTagging(tagging) : [],
    ...(foreign.length > 0 && { foreign }),
    ...(acl && { acl }),
  };
}

function storageClass(headers: IncomingHttpHeaders, kept: Record<string, string>): string {
  const wanted = headers["x-amz-storage-class"];
  if (typeof wanted !== "string") return "STANDARD";
  if (!STORAGE_CLASSES.has(wanted))
    throw new S3Error("InvalidStorageClass", { extra: { StorageClassRequested: wanted } });
  // "Amazon S3 returns this header for all objects except for S3 Standard storage class objects" (HeadObject)
  if (wanted !== "STANDARD") kept["x-amz-storage-class"] = wanted;
  return wanted;
}

/** The tags of an `x-amz-tagging` header. Throws InvalidTag. */
export function parseTagging(text: string): Tag[] {
  const tags: Tag[] = [];
  for (const pair of text.split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    tags.push({
      key: decodeForm(equals < 0 ? pair : pair.slice(0, equals)),
      value: equals < 0 ? "" : decodeForm(pair.slice(equals + 1)),
    });
  }
  return checkTags(tags);
}

/** The tags, when they keep the limits of "Categorizing your storage using tags"; throws InvalidTag, BadRequest. */
export function checkTags(tags: Tag[], max = 10, tooMany = "Object tags cannot be greater than 10"): Tag[] {
  if (tags.length > max) throw new S3Error("BadRequest", { message: tooMany });
  for (const { key, value } of tags) {
    if (/^aws:/i.test(key))
      throw new S3Error("InvalidTag", { message: "System tags cannot be added/updated by requester" });
    if (key === "" || key.length > 128)
      throw new S3Error("InvalidTag", { message: "The TagKey you have provided is invalid", extra: { TagKey: key } });
    if (value.length > 256)
      throw new S3Error("InvalidTag", { message: "The TagValue you have provided is invalid", extra: { TagKey: key } });
    if (!/^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(key + value))
      throw new S3Error("InvalidTag", { extra: { TagKey: key } });
  }
  if (new Set(tags.map((tag) => tag.key)).size < tags.length) {
    throw new S3Error("InvalidTag", { message: "Cannot provide multiple Tags with the same key" });
  }
  return tags;
}
