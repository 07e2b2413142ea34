/**
 * Server-side encryption as far as it shows: which headers a write may carry and which are kept, and keys of the
 * customer (SSE-C), which are checked against their MD5 and never stored ("Using server-side encryption with
 * customer-provided keys").
 */
import { createHash, randomBytes } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { S3Error } from "./errors";
import type { Attributes } from "./model";

const METHOD = "x-amz-server-side-encryption";
const KMS_KEY = "x-amz-server-side-encryption-aws-kms-key-id";

/** The three headers of a customer's key. */
interface KeyHeaders {
  algorithm: string;
  key: string;
  md5: string;
}

function keyHeaders(prefix: string): KeyHeaders {
  return { algorithm: `${prefix}algorithm`, key: `${prefix}key`, md5: `${prefix}key-md5` };
}

const OWN = keyHeaders("x-amz-server-side-encryption-customer-");
const SOURCE = keyHeaders("x-amz-copy-source-server-side-encryption-customer-");

function invalid(message: string, name: string, value: string | undefined): S3Error {
  return new S3Error("InvalidArgument", { message, extra: { ArgumentName: name, ArgumentValue: value ?? "null" } });
}

function text(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "string" ? value : undefined;
}

/**
 * The MD5 of the customer's key that a request carries, base64; undefined when it carries none. Throws InvalidArgument,
 * InvalidEncryptionAlgorithmError unless algorithm, key and MD5 are all there and fit each other.
 */
function customerKey(headers: IncomingHttpHeaders, names: KeyHeaders): string | undefined {
  const algorithm = text(headers, names.algorithm);
  const key = text(headers, names.key);
  const md5 = text(headers, names.md5);
  if (algorithm === undefined && key === undefined && md5 === undefined) return undefined;
  const must = "Requests specifying Server Side Encryption with Customer provided keys must provide";
  if (algorithm === undefined) throw invalid(`${must} a valid encryption algorithm.`, names.algorithm, algorithm);
  if (algorithm !== "AES256") {
    throw new S3Error("InvalidEncryptionAlgorithmError", {
      extra: { ArgumentName: names.algorithm, ArgumentValue: algorithm },
    });
  }
  // the key's own value is told to nobody
  if (key === undefined) throw invalid(`${must} an appropriate secret key.`, names.key, undefined);
  if (md5 === undefined) throw invalid(`${must} the client calculated MD5 of the secret key.`, names.md5, md5);
  const bytes = Buffer.from(key, "base64");
  if (bytes.length !== 32 || bytes.toString("base64") !== key) {
    throw invalid("The secret key was invalid for the specified algorithm.", names.algorithm, algorithm);
  }
  if (createHash("md5").update(bytes).digest("base64") !== md5) {
    throw invalid("The calculated MD5 hash of the key did not match the hash that was provided.", names.md5, md5);
  }
  return md5;
}

/** The encryption headers to keep with an object that a request writes. Throws for what does not go together. */
export function readEncryption(headers: IncomingHttpHeaders): Record<string, string> {
  const md5 = customerKey(headers, OWN);
  const wanted = text(headers, METHOD);
  const kmsKey = text(headers, KMS_KEY);
  if (md5 !== undefined) {
    if (wanted !== undefined) {
      throw invalid(
        "Server Side Encryption with Customer provided key is incompatible with the encryption method specified",
        METHOD,
        wanted,
      );
    }
    return { [OWN.algorithm]: "AES256", [OWN.md5]: md5 };
  }
  if (wanted !== undefined && !/^(?:AES256|aws:kms|aws:kms:dsse)$/.test(wanted)) {
    throw invalid("The encryption method specified is not supported", METHOD, wanted);
  }
  if (kmsKey !== undefined && (wanted === undefined || wanted === "AES256")) {
    throw invalid(
      "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms",
      METHOD,
      wanted,
    );
  }
  const bucketKey = text(headers, "x-amz-server-side-encryption-bucket-key-enabled");
  return {
    // "Amazon S3 now applies SSE-S3 as the base level of encryption for every bucket"
    [METHOD]: wanted ?? "AES256",
    ...(kmsKey !== undefined && { [KMS_KEY]: kmsKey }),
    ...(bucketKey !== undefined && { "x-amz-server-side-encryption-bucket-key-enabled": bucketKey }),
  };
}

/**
 * SSE-C: throws unless the request carries the key that the object was written with (GetObject). `source` looks at
 * the headers of a copy's source instead.
 */
export function checkCustomerKey(headers: IncomingHttpHeaders, attributes: Attributes, source = false): void {
  const given = customerKey(headers, source ? SOURCE : OWN);
  const stored = attributes.headers[OWN.md5];
  if (stored === given) return;
  if (stored === undefined) {
    throw new S3Error("InvalidRequest", { message: "The encryption parameters are not applicable to this object." });
  }
  if (given === undefined) {
    throw new S3Error("InvalidRequest", {
      message:
        "The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.",
    });
  }
  throw new S3Error("AccessDenied");
}

/** SSE-C: throws InvalidRequest unless a part comes with the key that its upload was begun with (UploadPart). */
export function checkPartKey(headers: IncomingHttpHeaders, attributes: Attributes): void {
  const given = customerKey(headers, OWN);
  const stored = attributes.headers[OWN.md5];
  if (stored === given) return;
  throw new S3Error("InvalidRequest", {
    message:
      stored === undefined
        ? "The multipart upload initiate did not request encryption with a customer provided key."
        : given === undefined
          ? "The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate encryption parameters."
          : "The provided encryption parameters did not match the ones used originally.",
  });
}

/** Whether the ETag of such an object says nothing about its bytes. */
export function hidesDigest({ headers }: Attributes): boolean {
  return headers[OWN.md5] !== undefined || headers[METHOD]?.startsWith("aws:kms") === true;
}

/**
 * The ETag, without quotes, of bytes with this MD5: the MD5, but for SSE-C and SSE-KMS, where "ETags are not an MD5
 * digest of their object data" (Object).
 */
export function etagOf(md5: Buffer, attributes: Attributes): string {
  if (!hidesDigest(attributes)) return md5.toString("hex");
  return createHash("md5").update(md5).update(randomBytes(16)).digest("hex");
}

/** The headers that tell how an object is encrypted. */
export function encryptionHeaders(attributes: Attributes): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name in attributes.headers) {
    if (name.startsWith("x-amz-server-side-")) headers[name] = attributes.headers[name] as string;
  }
  return headers;
}

/** Whether a customer's key is among headers, query parameters or the fields of a form. */
export function carriesCustomerKey(fields: object): boolean {
  return OWN.key in fields || SOURCE.key in fields;
}

/** Headers or query parameters without the keys of customers: they are for this request alone, not for a log. */
export function withoutCustomerKeys<T extends object>(fields: T): T {
  if (!carriesCustomerKey(fields)) return fields;
  const { [OWN.key]: _, [SOURCE.key]: __, ...rest } = fields as Record<string, unknown>;
  return Object.assign(Object.create(null), rest);
}
