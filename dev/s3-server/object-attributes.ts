/** GetObjectAttributes. */
import type { Algorithm } from "./checksums";
import { checkCustomerKey } from "./encryption";
import { S3Error } from "./errors";
import { bucketOf, demand, type Exchange, header, type Reply } from "./exchange";
import { checksumFor, requestedVersion } from "./get-object";
import type { StoredPart } from "./model";
import { versionAction } from "./permissions";
import { versionHeader } from "./versions";
import { tag, xmlDocument } from "./xml";

const KNOWN = new Set(["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"]);
const MAX_PARTS = 1000;

/** GetObjectAttributes: what `x-amz-object-attributes` names. */
export function getObjectAttributes(exchange: Exchange): Reply {
  demand(exchange, versionAction("s3:GetObjectAttributes", exchange.query));
  const bucket = bucketOf(exchange);
  const version = requestedVersion(exchange, bucket);
  const wanted = new Set((header(exchange, "x-amz-object-attributes") ?? "").split(",").map((name) => name.trim()));
  wanted.delete("");
  if (wanted.size === 0) {
    throw new S3Error("InvalidArgument", { message: "The x-amz-object-attributes header is missing or empty" });
  }
  for (const name of wanted) {
    if (KNOWN.has(name)) continue;
    throw new S3Error("InvalidArgument", {
      message: "Invalid attribute name specified.",
      extra: { ArgumentName: "x-amz-object-attributes", ArgumentValue: name },
    });
  }
  checkCustomerKey(exchange.headers, version.attributes);
  let xml = "";
  if (wanted.has("ETag")) xml += tag("ETag", version.etag);
  if (wanted.has("Checksum")) {
    const sum = checksumFor(exchange, version);
    if (sum) {
      xml += `<Checksum>${tag(`Checksum${sum.algorithm}`, sum.value.replace(/-\d+$/, ""))}${tag("ChecksumType", sum.type)}</Checksum>`;
    }
  }
  if (wanted.has("ObjectParts") && version.parts) {
    xml += partsXml(exchange, version.parts, version.checksum?.algorithm);
  }
  if (wanted.has("StorageClass")) xml += tag("StorageClass", version.attributes.storageClass);
  if (wanted.has("ObjectSize")) xml += tag("ObjectSize", version.body.size);
  return {
    headers: {
      "content-type": "application/xml",
      "last-modified": new Date(version.lastModified).toUTCString(),
      ...versionHeader(bucket, version),
    },
    body: xmlDocument("GetObjectAttributesResponse", xml),
  };
}

/** A page of parts; without a checksum only their number is told, and no single part (GetObjectAttributes, Part). */
function partsXml(exchange: Exchange, parts: readonly StoredPart[], algorithm: Algorithm | undefined): string {
  const limit = Math.min(MAX_PARTS, wholeHeader(exchange, "x-amz-max-parts", MAX_PARTS));
  const marker = wholeHeader(exchange, "x-amz-part-number-marker", 0);
  if (!algorithm || parts.every((part) => part.checksum === undefined)) {
    return `<ObjectParts>${tag("PartsCount", parts.length)}</ObjectParts>`;
  }
  const page = parts.slice(marker, marker + limit);
  const last = page.length === 0 ? marker : marker + page.length;
  const items = page.map(
    (part, index) =>
      `<Part>${tag("PartNumber", marker + index + 1)}${tag("Size", part.size)}${tag(`Checksum${algorithm}`, part.checksum)}</Part>`,
  );
  const head =
    tag("PartsCount", parts.length) +
    tag("PartNumberMarker", marker) +
    tag("NextPartNumberMarker", last) +
    tag("MaxParts", limit) +
    tag("IsTruncated", last < parts.length);
  return `<ObjectParts>${head}${items.join("")}</ObjectParts>`;
}

function wholeHeader(exchange: Exchange, name: string, otherwise: number): number {
  const text = header(exchange, name);
  if (text === undefined) return otherwise;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new S3Error("InvalidArgument", {
    message: `Provided ${name} not an integer or within integer range`,
    extra: { ArgumentName: name, ArgumentValue: text },
  });
}
