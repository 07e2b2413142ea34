/** CreateMultipartUpload, UploadPart, UploadPartCopy, AbortMultipartUpload. */
import { readAttributes } from "./attributes";
import { sliceBody } from "./body";
import { type Algorithm, algorithmOf, type ChecksumType, checksumOf } from "./checksums";
import { checkCopySize, copySource, md5Of, sourceVersionHeader } from "./copy-object";
import { checkPartKey, encryptionHeaders, etagOf } from "./encryption";
import { S3Error } from "./errors";
import { bucketOf, checkKey, type Exchange, header, type Reply } from "./exchange";
import { requireIntegrity } from "./integrity";
import type { Bucket, Part, Upload } from "./model";
import { requestedLock } from "./object-lock";
import { orderedId } from "./ordered-id";
import { checksumHeaders } from "./put-object";
import type { ByteRange } from "./ranges";
import { wholeSeconds } from "./state";
import { tag, xmlDocument } from "./xml";

const XML = { "content-type": "application/xml" };
const MAX_PARTS = 10_000;

/** CreateMultipartUpload. */
export function createMultipartUpload(exchange: Exchange): Reply {
  checkKey(exchange.key);
  const bucket = bucketOf(exchange);
  const lock = requestedLock(exchange, bucket);
  const attributes = { ...readAttributes(exchange.headers), ...(lock && { lock }) };
  const checksum = wantedChecksum(exchange);
  const upload: Upload = {
    id: orderedId(64),
    key: exchange.key,
    initiated: wholeSeconds(exchange.state.now()),
    attributes,
    ...checksum,
    parts: new Map(),
  };
  bucket.uploads.set(upload.id, upload);
  return {
    headers: {
      ...XML,
      ...encryptionHeaders(attributes),
      ...(checksum.algorithm && { "x-amz-checksum-algorithm": checksum.algorithm }),
      ...(checksum.type && { "x-amz-checksum-type": checksum.type }),
    },
    body: xmlDocument(
      "InitiateMultipartUploadResult",
      tag("Bucket", bucket.name) + tag("Key", upload.key) + tag("UploadId", upload.id),
    ),
  };
}

/** "Checking object integrity": CRC64NVME is always of the full object, the SHAs always composite, the CRCs either. */
function wantedChecksum(exchange: Exchange): { algorithm?: Algorithm; type?: ChecksumType } {
  const name = header(exchange, "x-amz-checksum-algorithm");
  const wantedType = header(exchange, "x-amz-checksum-type")?.toUpperCase();
  if (name === undefined) {
    if (wantedType === undefined) return {};
    throw new S3Error("InvalidRequest", {
      message: "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.",
    });
  }
  const algorithm = algorithmOf(name);
  if (!algorithm)
    throw new S3Error("InvalidRequest", {
      message:
        "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]",
    });
  const type = wantedType ?? (algorithm === "CRC64NVME" ? "FULL_OBJECT" : "COMPOSITE");
  const right =
    (type === "COMPOSITE" && algorithm !== "CRC64NVME") || (type === "FULL_OBJECT" && algorithm.startsWith("CRC"));
  if (!right) {
    throw new S3Error("InvalidRequest", {
      message: `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    });
  }
  return { algorithm, type: type as ChecksumType };
}

/** The upload that a request names. Throws NoSuchUpload. */
export function uploadOf(exchange: Exchange, bucket: Bucket): Upload {
  const id = exchange.query.uploadId ?? "";
  const upload = bucket.uploads.get(id);
  if (!upload || upload.key !== exchange.key) throw new S3Error("NoSuchUpload", { extra: { UploadId: id } });
  return upload;
}

function partNumber(exchange: Exchange): number {
  const text = exchange.query.partNumber ?? "";
  const number = Number(text);
  if (!/^\d{1,5}$/.test(text) || number < 1 || number > MAX_PARTS) {
    throw new S3Error("InvalidArgument", {
      message: "Part number must be an integer between 1 and 10000, inclusive",
      extra: { ArgumentName: "partNumber", ArgumentValue: text },
    });
  }
  return number;
}

/** UploadPart. */
export async function uploadPart(exchange: Exchange): Promise<Reply> {
  const number = partNumber(exchange);
  const { algorithm, attributes } = uploadOf(exchange, bucketOf(exchange));
  checkPartKey(exchange.headers, attributes);
  // UploadPart, Content-MD5: "This parameter is required if object lock parameters are specified"
  if (attributes.lock) requireIntegrity(exchange.headers);
  const { body, md5, checksum } = await exchange.receive({ algorithm, needsLength: true });
  const upload = uploadOf(exchange, bucketOf(exchange)); // it may have been aborted meanwhile
  const part: Part = {
    number,
    body,
    etag: etagOf(md5, upload.attributes),
    lastModified: wholeSeconds(exchange.state.now()),
    ...(checksum && { checksum }),
  };
  upload.parts.set(number, part);
  const { "x-amz-checksum-type": _, ...sums } = checksumHeaders(checksum);
  return { headers: { etag: `"${part.etag}"`, ...encryptionHeaders(upload.attributes), ...sums } };
}

/** UploadPartCopy. */
export function uploadPartCopy(exchange: Exchange): Reply {
  const number = partNumber(exchange);
  const upload = uploadOf(exchange, bucketOf(exchange));
  checkPartKey(exchange.headers, upload.attributes);
  const source = copySource(exchange);
  const whole = source.version.body;
  const range = copyRange(exchange, whole.size);
  checkCopySize(range ? range.end - range.start : whole.size);
  const body = range ? sliceBody(whole, range.start, range.end) : whole;
  const checksum = upload.algorithm && checksumOf(upload.algorithm, body);
  const part: Part = {
    number,
    body,
    etag: etagOf(md5Of(body), upload.attributes),
    lastModified: wholeSeconds(exchange.state.now()),
    ...(checksum && { checksum }),
  };
  upload.parts.set(number, part);
  return {
    headers: { ...XML, ...encryptionHeaders(upload.attributes), ...sourceVersionHeader(source) },
    body: xmlDocument(
      "CopyPartResult",
      tag("LastModified", new Date(part.lastModified).toISOString()) +
        tag("ETag", `"${part.etag}"`) +
        (checksum ? tag(`Checksum${checksum.algorithm}`, checksum.value) : ""),
    ),
  };
}

/** The range of `x-amz-copy-source-range`: bytes=first-last, within the source (UploadPartCopy). */
function copyRange(exchange: Exchange, size: number): ByteRange | undefined {
  const name = "x-amz-copy-source-range";
  const text = header(exchange, name);
  if (text === undefined) return undefined;
  const extra = { ArgumentName: name, ArgumentValue: text };
  const parts = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(text);
  const start = Number(parts?.[1]);
  const end = Number(parts?.[2]) + 1;
  if (!parts || start >= end) {
    throw new S3Error("InvalidArgument", {
      message:
        "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy",
      extra,
    });
  }
  if (end > size) {
    throw new S3Error("InvalidArgument", {
      message: `Range specified is not valid for source object of size: ${size}`,
      extra,
    });
  }
  // "You can copy a range only if the source object is greater than 5 MB"
  if (size <= exchange.state.minPartSize) {
    throw new S3Error("InvalidRequest", {
      message: "The specified copy source is not supported as a byte-range copy source",
    });
  }
  return { start, end };
}

/** AbortMultipartUpload. */
export function abortMultipartUpload(exchange: Exchange): Reply {
  const bucket = bucketOf(exchange);
  bucket.uploads.delete(uploadOf(exchange, bucket).id);
  return { status: 204 };
}
