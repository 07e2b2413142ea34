/** ListObjectVersions. */
import { afterPrefix, fromOrder, toOrder } from "./byte-order";
import { S3Error } from "./errors";
import { bucketOf, type Exchange, integer, type Reply } from "./exchange";
import { keyEncoding, listed } from "./list-objects";
import { rollUp, startOrder } from "./listing";
import type { Bucket, KeyEntry, Version } from "./model";
import { OWNER } from "./owner";
import { lowerBound } from "./sorted";
import { checkVersionId } from "./versions";
import { tag, xmlDocument } from "./xml";

const MAX_PAGE = 1000;

interface VersionsPage {
  /** versions and delete markers, already XML */
  versions: string[];
  prefixes: string[];
  /** of the last version or common prefix of a page that is not the last one */
  next?: { key: string; versionId: string | undefined };
}

/** ListObjectVersions: all versions of all keys, the newest of a key first. */
export function listObjectVersions(exchange: Exchange): Reply {
  const { query } = exchange;
  const bucket = bucketOf(exchange);
  const encode = keyEncoding(exchange);
  const prefix = query.prefix ?? "";
  const delimiter = query.delimiter ?? "";
  const keyMarker = query["key-marker"] ?? "";
  const idMarker = query["version-id-marker"] ?? "";
  if (idMarker !== "" && keyMarker === "") {
    throw new S3Error("InvalidArgument", {
      message: "A version-id marker cannot be specified without a key marker.",
      extra: { ArgumentName: "version-id-marker", ArgumentValue: idMarker },
    });
  }
  if (idMarker !== "") checkVersionId(idMarker, "version-id-marker");
  const limit = Math.min(MAX_PAGE, integer(exchange, "max-keys", MAX_PAGE));
  const page = walk(bucket, { prefix, delimiter, keyMarker, idMarker, limit }, encode);
  const prefixes = page.prefixes.map((one) => `<CommonPrefixes>${tag("Prefix", encode(one))}</CommonPrefixes>`);
  const xml =
    tag("Name", bucket.name) +
    tag("Prefix", encode(prefix)) +
    tag("KeyMarker", encode(keyMarker)) +
    tag("VersionIdMarker", idMarker) +
    (page.next ? tag("NextKeyMarker", encode(page.next.key)) + tag("NextVersionIdMarker", page.next.versionId) : "") +
    tag("MaxKeys", limit) +
    (delimiter === "" ? "" : tag("Delimiter", encode(delimiter))) +
    tag("EncodingType", query["encoding-type"]) +
    tag("IsTruncated", page.next !== undefined) +
    page.versions.join("") +
    prefixes.join("");
  return { headers: { "content-type": "application/xml" }, body: xmlDocument("ListVersionsResult", xml) };
}

interface Walk {
  prefix: string;
  delimiter: string;
  keyMarker: string;
  idMarker: string;
  limit: number;
}

function walk(bucket: Bucket, options: Walk, encode: (text: string) => string): VersionsPage {
  const page: VersionsPage = { versions: [], prefixes: [] };
  if (options.limit === 0) return page;
  const sorted = bucket.keys.entries();
  const prefix = toOrder(options.prefix);
  const delimiter = toOrder(options.delimiter);
  let left = options.limit;
  let last: VersionsPage["next"];
  let at = lowerBound(sorted, startOrder(options.keyMarker, options.prefix, options.delimiter));
  const within = options.idMarker === "" ? undefined : bucket.keys.get(options.keyMarker);
  if (within?.order.startsWith(prefix)) at = lowerBound(sorted, within.order);
  while (at < sorted.length) {
    const entry = sorted[at] as KeyEntry;
    if (!entry.order.startsWith(prefix)) break;
    const common = delimiter === "" ? undefined : rollUp(entry, prefix, delimiter);
    if (common !== undefined) {
      if (left-- === 0) return { ...page, ...(last && { next: last }) };
      last = { key: fromOrder(common), versionId: undefined };
      page.prefixes.push(last.key);
      at = lowerBound(sorted, afterPrefix(common), at + 1);
      continue;
    }
    const start = entry === within ? placeAfter(entry.versions, options.idMarker) : 0;
    for (let i = start; i < entry.versions.length; i++) {
      if (left-- === 0) return { ...page, ...(last && { next: last }) };
      const version = entry.versions[i] as Version;
      page.versions.push(versionXml(encode(entry.key), version, i === 0));
      last = { key: entry.key, versionId: version.versionId };
    }
    at++;
  }
  return page;
}

/** Where to go on after a version, which may have been deleted since: ids tell the order in which they were made. */
function placeAfter(versions: readonly Version[], marker: string): number {
  const found = versions.findIndex((one) => one.versionId === marker);
  if (found >= 0 || marker === "null") return found + 1;
  return versions.findLastIndex((one) => one.versionId !== "null" && one.versionId > marker) + 1;
}

function versionXml(key: string, version: Version, latest: boolean): string {
  const head = tag("Key", key) + tag("VersionId", version.versionId) + tag("IsLatest", latest);
  if (!version.deleteMarker) return `<Version>${head}${listed(version)}${OWNER}</Version>`;
  const modified = tag("LastModified", new Date(version.lastModified).toISOString());
  return `<DeleteMarker>${head}${modified}${OWNER}</DeleteMarker>`;
}
