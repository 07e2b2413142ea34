/** GetObjectAttributes. */
import { S3Error } from "./errors";
import { bucketOf, type Exchange, header, type Reply } from "./exchange";
import { checksumFor, requestedVersion } from "./get-object";
import { versionHeader } from "./versions";
import { tag, xmlDocument } from "./xml";

/** GetObjectAttributes: what `x-amz-object-attributes` names. */
export function getObjectAttributes(exchange: Exchange): Reply {
  const bucket = bucketOf(exchange);
  const version = requestedVersion(exchange, bucket);
  const wanted = new Set((header(exchange, "x-amz-object-attributes") ?? "").split(",").map((name) => name.trim()));
  wanted.delete("");
  if (wanted.size === 0) {
    throw new S3Error("InvalidArgument", { message: "The x-amz-object-attributes header is missing or empty" });
  }
  let xml = "";
  if (wanted.has("ETag")) xml += tag("ETag", version.etag);
  if (wanted.has("Checksum")) {
    const sum = checksumFor(exchange, version);
    if (sum) {
      xml += `<Checksum>${tag(`Checksum${sum.algorithm}`, sum.value.replace(/-\d+$/, ""))}${tag("ChecksumType", sum.type)}</Checksum>`;
    }
  }
  if (wanted.has("ObjectParts") && version.parts) {
    const algorithm = version.checksum?.algorithm;
    const parts = version.parts.map(
      (part, index) =>
        `<Part>${tag("PartNumber", index + 1)}${tag("Size", part.size)}${algorithm ? tag(`Checksum${algorithm}`, part.checksum) : ""}</Part>`,
    );
    xml += `<ObjectParts>${tag("PartsCount", parts.length)}${tag("PartNumberMarker", 0)}${tag("MaxParts", 1000)}${tag("IsTruncated", false)}${algorithm ? parts.join("") : ""}</ObjectParts>`;
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
