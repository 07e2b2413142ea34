/** CreateMultipartUpload, UploadPart, UploadPartCopy, AbortMultipartUpload. */
import { createHash, randomBytes } from "node:crypto";
import { readAttributes } from "./attributes";
import { type Body, sliceBody } from "./body";
import { type Algorithm, algorithmOf, type ChecksumType, checksumOf } from "./checksums";
import { copySource } from "./copy-object";
import { S3Error } from "./errors";
import { bucketOf, checkKey, type Exchange, header, type Reply } from "./exchange";
import type { Bucket, Part, Upload } from "./model";
import { checksumHeaders, encryptionHeaders } from "./put-object";
import { parseRange } from "./ranges";
import { wholeSeconds } from "./state";
import { tag, xmlDocument } from "./xml";

const XML = { "content-type": "application/xml" };
const MAX_PARTS = 10_000;

/** CreateMultipartUpload. */
export function createMultipartUpload(exchange: Exchange): Reply {
  checkKey(exchange.key);
  const bucket = bucketOf(exchange);
  const attributes = readAttributes(exchange.headers);
  const checksum = wantedChecksum(exchange);
  const upload: Upload = {
    id: randomBytes(48).toString("base64url"),
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
  const { algorithm } = uploadOf(exchange, bucketOf(exchange));
  const { body, md5, checksum } = await exchange.receive({ algorithm, needsLength: true });
  const upload = uploadOf(exchange, bucketOf(exchange)); // it may have been aborted meanwhile
  const part: Part = {
    number,
    body,
    etag: md5.toString("hex"),
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
  const source = copySource(exchange);
  const whole = source.version.body;
  const text = header(exchange, "x-amz-copy-source-range");
  const range = parseRange(text, whole.size);
  // UploadPartCopy: the range is of the form bytes=first-last and lies within the source
  if (text !== undefined && (!range || !/^bytes=\d+-\d+$/.test(text) || Number(text.split("-")[1]) >= whole.size)) {
    throw new S3Error("InvalidArgument", {
      message:
        "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy",
      extra: { ArgumentName: "x-amz-copy-source-range", ArgumentValue: text },
    });
  }
  const body = range ? sliceBody(whole, range.start, range.end) : whole;
  const checksum = upload.algorithm && checksumOf(upload.algorithm, body);
  const part: Part = {
    number,
    body,
    etag: md5Of(body),
    lastModified: wholeSeconds(exchange.state.now()),
    ...(checksum && { checksum }),
  };
  upload.parts.set(number, part);
  return {
    headers: XML,
    body: xmlDocument(
      "CopyPartResult",
      tag("LastModified", new Date(part.lastModified).toISOString()) +
        tag("ETag", `"${part.etag}"`) +
        (checksum ? tag(`Checksum${checksum.algorithm}`, checksum.value) : ""),
    ),
  };
}

/** AbortMultipartUpload. */
export function abortMultipartUpload(exchange: Exchange): Reply {
  const bucket = bucketOf(exchange);
  bucket.uploads.delete(uploadOf(exchange, bucket).id);
  return { status: 204 };
}

function md5Of(body: Body): string {
  const hash = createHash("md5");
  for (const piece of body.read(0, body.size)) hash.update(piece);
  return hash.digest("hex");
}
