/** ListParts and ListMultipartUploads. */
import { afterPrefix, compareOrder, toOrder } from "./byte-order";
import { bucketOf, type Exchange, integer, type Reply } from "./exchange";
import { keyEncoding } from "./list-objects";
import { uploadOf } from "./multipart";
import { tag, xmlDocument } from "./xml";

const MAX_PAGE = 1000;
const PEOPLE = ["Initiator", "Owner"]
  .map((who) => `<${who}><ID>0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef</ID></${who}>`)
  .join("");
const XML = { "content-type": "application/xml" };

/** ListParts, in the order of their numbers. */
export function listParts(exchange: Exchange): Reply {
  const bucket = bucketOf(exchange);
  const upload = uploadOf(exchange, bucket);
  const limit = Math.min(MAX_PAGE, integer(exchange, "max-parts", MAX_PAGE));
  const marker = integer(exchange, "part-number-marker", 0);
  const encode = keyEncoding(exchange);
  const all = [...upload.parts.values()].filter((part) => part.number > marker).sort((a, b) => a.number - b.number);
  const page = all.slice(0, limit);
  const items = page.map(
    ({ number, lastModified, etag, body, checksum }) =>
      `<Part>${tag("PartNumber", number)}${tag("LastModified", new Date(lastModified).toISOString())}${tag("ETag", `"${etag}"`)}${tag("Size", body.size)}${checksum ? tag(`Checksum${checksum.algorithm}`, checksum.value) : ""}</Part>`,
  );
  const xml =
    tag("Bucket", bucket.name) +
    tag("Key", encode(upload.key)) +
    tag("UploadId", upload.id) +
    PEOPLE +
    tag("StorageClass", upload.attributes.storageClass) +
    tag("PartNumberMarker", marker) +
    tag("NextPartNumberMarker", page[page.length - 1]?.number ?? 0) +
    tag("MaxParts", limit) +
    tag("EncodingType", exchange.query["encoding-type"]) +
    tag("ChecksumAlgorithm", upload.algorithm) +
    tag("ChecksumType", upload.type) +
    tag("IsTruncated", all.length > page.length) +
    items.join("");
  return { headers: XML, body: xmlDocument("ListPartsResult", xml) };
}

/** ListMultipartUploads, by key, and by the time they were begun. */
export function listMultipartUploads(exchange: Exchange): Reply {
  const { query } = exchange;
  const bucket = bucketOf(exchange);
  const encode = keyEncoding(exchange);
  const prefix = query.prefix ?? "";
  const delimiter = query.delimiter ?? "";
  const keyMarker = query["key-marker"] ?? "";
  const idMarker = query["upload-id-marker"] ?? "";
  const limit = Math.min(MAX_PAGE, integer(exchange, "max-uploads", MAX_PAGE));
  const all = [...bucket.uploads.values()].filter((one) => one.key.startsWith(prefix));
  // ids tell the order in which uploads were begun
  all.sort((a, b) => compareOrder(toOrder(a.key), toOrder(b.key)) || (a.id < b.id ? -1 : 1));
  const marker = toOrder(keyMarker);
  let uploads = "";
  const prefixes = new Set<string>();
  let count = 0;
  let last: { key: string; id: string } | undefined;
  let truncated = false;
  for (const one of all) {
    const order = toOrder(one.key);
    // the upload of the marker may be gone: "upload IDs lexicographically greater than the specified upload-id-marker"
    if (keyMarker !== "" && (order < marker || (order === marker && (idMarker === "" || one.id <= idMarker)))) continue;
    const at = delimiter === "" ? -1 : one.key.indexOf(delimiter, prefix.length);
    const common = at < 0 ? undefined : one.key.slice(0, at + delimiter.length);
    if (common !== undefined) {
      if (prefixes.has(common)) continue;
      if (common === keyMarker && order < afterPrefix(marker)) continue;
    }
    if (count === limit) {
      truncated = limit > 0;
      break;
    }
    count++;
    if (common !== undefined) {
      prefixes.add(common);
      last = { key: common, id: "" };
      continue;
    }
    last = { key: one.key, id: one.id };
    uploads += `<Upload>${tag("Key", encode(one.key))}${tag("UploadId", one.id)}${PEOPLE}${tag("StorageClass", one.attributes.storageClass)}${tag("Initiated", new Date(one.initiated).toISOString())}${tag("ChecksumAlgorithm", one.algorithm)}${tag("ChecksumType", one.type)}</Upload>`;
  }
  const xml =
    tag("Bucket", bucket.name) +
    tag("KeyMarker", encode(keyMarker)) +
    tag("UploadIdMarker", idMarker) +
    (truncated && last ? tag("NextKeyMarker", encode(last.key)) + tag("NextUploadIdMarker", last.id) : "") +
    tag("Prefix", encode(prefix)) +
    (delimiter === "" ? "" : tag("Delimiter", encode(delimiter))) +
    tag("EncodingType", query["encoding-type"]) +
    tag("MaxUploads", limit) +
    tag("IsTruncated", truncated) +
    uploads +
    [...prefixes].map((one) => `<CommonPrefixes>${tag("Prefix", encode(one))}</CommonPrefixes>`).join("");
  return { headers: XML, body: xmlDocument("ListMultipartUploadsResult", xml) };
}
