/** CompleteMultipartUpload. */
import { createHash } from "node:crypto";
import { joinBodies } from "./body";
import { ALGORITHMS, type Checksum, checksumHeader, checksumOfParts } from "./checksums";
import { sameEtag, writeCondition } from "./conditions";
import { encryptionHeaders } from "./encryption";
import { S3Error } from "./errors";
import { notify } from "./events";
import { bucketOf, type Exchange, header, type Reply } from "./exchange";
import { expirationHeader } from "./expiration";
import type { CompletedUpload, Part, Upload, Version } from "./model";
import { uploadOf } from "./multipart";
import { lockOfNew } from "./object-lock";
import { wholeSeconds } from "./state";
import { uriEncodePath } from "./uri";
import { currentVersion, putVersion, versionHeader } from "./versions";
import { tag, xmlDocument } from "./xml";
import { readXmlBody } from "./xml-body";
import { childText, type XmlElement } from "./xml-reader";

/**
 * CompleteMultipartUpload. The condition is checked in the same step that stores the object. Asked again after a
 * success, it answers the same again, so that a client may repeat it when the reply was lost.
 */
export async function completeMultipartUpload(exchange: Exchange): Promise<Reply> {
  const root = await readXmlBody(exchange, 4 * 1024 * 1024, true);
  const bucket = bucketOf(exchange);
  const done = bucket.completed.get(exchange.query.uploadId ?? "");
  if (done && done.key === exchange.key) return { headers: done.headers, body: done.xml };
  const upload = uploadOf(exchange, bucket);
  if (root.name !== "CompleteMultipartUpload") throw new S3Error("MalformedXML");
  const parts = chosenParts(root, upload, exchange.state.minPartSize);
  const checksum = objectChecksum(exchange, upload, parts);
  const body = joinBodies(parts.map((part) => part.body));
  const announced = header(exchange, "x-amz-mp-object-size");
  if (announced !== undefined && announced !== String(body.size)) {
    throw new S3Error("InvalidRequest", {
      message: "The provided 'x-amz-mp-object-size' header value does not match what was computed.",
    });
  }
  writeCondition(exchange.headers, currentVersion(bucket, upload.key), upload.key);
  const md5 = createHash("md5");
  for (const part of parts) md5.update(Buffer.from(part.etag, "hex"));
  const lastModified = wholeSeconds(exchange.state.now());
  const lock = lockOfNew(bucket, upload.attributes.lock, lastModified);
  const version: Version = {
    versionId: "null",
    deleteMarker: false,
    lastModified,
    body,
    etag: `${md5.digest("hex")}-${parts.length}`,
    attributes: lock ? { ...upload.attributes, lock } : upload.attributes,
    parts: parts.map(({ body: { size }, checksum: sum }) => ({
      size,
      ...(sum && sum.algorithm === checksum?.algorithm && { checksum: sum.value }),
    })),
    ...(checksum && { checksum }),
  };
  putVersion(bucket, upload.key, version);
  notify(exchange, bucket, "ObjectCreated:CompleteMultipartUpload", upload.key, version);
  bucket.uploads.delete(upload.id);
  const completed: CompletedUpload = {
    key: upload.key,
    headers: {
      "content-type": "application/xml",
      ...versionHeader(bucket, version),
      ...encryptionHeaders(upload.attributes),
      ...expirationHeader(bucket, upload.key, version),
    },
    xml: xmlDocument(
      "CompleteMultipartUploadResult",
      tag("Location", `${exchange.state.endpoint}/${bucket.name}/${uriEncodePath(upload.key)}`) +
        tag("Bucket", bucket.name) +
        tag("Key", upload.key) +
        tag("ETag", `"${version.etag}"`) +
        (checksum ? tag(`Checksum${checksum.algorithm}`, checksum.value) + tag("ChecksumType", checksum.type) : ""),
    ),
  };
  bucket.completed.set(upload.id, completed);
  return { headers: completed.headers, body: completed.xml };
}

function chosenParts(root: XmlElement, upload: Upload, minSize: number): Part[] {
  const listed = root.children.filter((one) => one.name === "Part");
  if (listed.length === 0) throw new S3Error("MalformedXML");
  let previous = 0;
  return listed.map((one, index) => {
    const number = Number(childText(one, "PartNumber"));
    const etag = childText(one, "ETag");
    if (!Number.isInteger(number) || etag === undefined) throw new S3Error("MalformedXML");
    if (number <= previous) throw new S3Error("InvalidPartOrder", { extra: { UploadId: upload.id } });
    previous = number;
    const part = upload.parts.get(number);
    if (!part || !sameEtag(etag, part.etag)) {
      throw new S3Error("InvalidPart", {
        extra: { UploadId: upload.id, PartNumber: number, ETag: etag.replace(/"/g, "") },
      });
    }
    checkPartSum(one, upload, part);
    if (part.body.size < minSize && index < listed.length - 1) {
      throw new S3Error("EntityTooSmall", {
        extra: { ProposedSize: part.body.size, MinSizeAllowed: minSize, PartNumber: number, ETag: part.etag },
      });
    }
    return part;
  });
}

function checkPartSum(one: XmlElement, upload: Upload, part: Part): void {
  for (const algorithm of ALGORITHMS) {
    const said = childText(one, `Checksum${algorithm}`);
    if (said === undefined) continue;
    if (part.checksum?.algorithm === algorithm && part.checksum.value !== said) {
      throw new S3Error("InvalidPart", { extra: { UploadId: upload.id, PartNumber: part.number, ETag: part.etag } });
    }
  }
  if (upload.type === "COMPOSITE" && childText(one, `Checksum${upload.algorithm}`) === undefined) {
    throw new S3Error("InvalidRequest", {
      message: `The upload was created using a ${upload.algorithm?.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${part.number} in the request.`,
    });
  }
}

function objectChecksum(exchange: Exchange, upload: Upload, parts: readonly Part[]): Checksum | undefined {
  const type = header(exchange, "x-amz-checksum-type")?.toUpperCase();
  if (type !== undefined && type !== (upload.type ?? "FULL_OBJECT")) {
    throw new S3Error("InvalidRequest", {
      message: `The upload was created using the ${upload.type ?? "FULL_OBJECT"} checksum mode. The complete request must use the same checksum mode.`,
    });
  }
  if (!upload.algorithm || !upload.type) return undefined;
  const sums = parts.map((part) => ({ checksum: part.checksum?.value ?? "", size: part.body.size }));
  const checksum = checksumOfParts(upload.algorithm, upload.type, sums);
  const said = header(exchange, checksumHeader(upload.algorithm));
  if (said !== undefined && said !== checksum.value && `${said}-${parts.length}` !== checksum.value) {
    throw new S3Error("BadDigest", {
      message: `The ${upload.algorithm} you specified did not match the calculated checksum.`,
    });
  }
  return checksum;
}
