/** The checksums of "Checking object integrity": which one a request names, and how they are computed. */
import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Body } from "./body";
import { combineCrc, crc32, crc32c, crc64nvme } from "./crc";
import { S3Error } from "./errors";

/** The algorithms this server knows, in the spelling of the XML. */
export const ALGORITHMS = ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256", "SHA512", "MD5"] as const;
export type Algorithm = (typeof ALGORITHMS)[number];
export type ChecksumType = "FULL_OBJECT" | "COMPOSITE";

/** A checksum as it is stored: base64, with `-N` at its end when it is a composite one. */
export interface Checksum {
  algorithm: Algorithm;
  value: string;
  type: ChecksumType;
}

/** Something that takes bytes and ends in a digest. */
export interface Hasher {
  update(data: Uint8Array): unknown;
  digest(): Buffer;
}

const SIZES: Record<Algorithm, number> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
  SHA512: 64,
  MD5: 16,
};

/** The algorithm that a header or an XML element names, in any case; undefined when it is none of ours. */
export function algorithmOf(name: string | undefined): Algorithm | undefined {
  const upper = name?.toUpperCase();
  return ALGORITHMS.find((one) => one === upper);
}

/** The header of an algorithm: `x-amz-checksum-crc32`. */
export function checksumHeader(algorithm: Algorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/** A hasher for the algorithm. */
export function hasher(algorithm: Algorithm): Hasher {
  switch (algorithm) {
    case "CRC32":
      return crcHasher(crc32);
    case "CRC32C":
      return crcHasher(crc32c);
    case "CRC64NVME":
      return nvmeHasher();
    default:
      return createHash(algorithm.toLowerCase());
  }
}

function crcHasher(step: (data: Uint8Array, start?: number) => number): Hasher {
  let value = 0;
  return {
    update(data) {
      value = step(data, value);
    },
    digest() {
      const out = Buffer.alloc(4);
      out.writeUInt32BE(value >>> 0);
      return out;
    },
  };
}

function nvmeHasher(): Hasher {
  let value: [number, number] = [0, 0];
  return {
    update(data) {
      value = crc64nvme(data, value);
    },
    digest() {
      const out = Buffer.alloc(8);
      out.writeUInt32BE(value[0], 0);
      out.writeUInt32BE(value[1], 4);
      return out;
    },
  };
}

/** The checksum of a body that is at hand. */
export function checksumOf(algorithm: Algorithm, body: Body): Checksum {
  const hash = hasher(algorithm);
  for (const piece of body.read(0, body.size)) hash.update(piece);
  return { algorithm, value: hash.digest().toString("base64"), type: "FULL_OBJECT" };
}

/** What a request says about the checksum of its body. */
export interface DeclaredChecksum {
  algorithm: Algorithm;
  /** base64; undefined when it comes in the trailer */
  value: string | undefined;
}

/**
 * The one checksum that the headers declare, as a value or as a trailer to come. Throws `InvalidRequest` when they
 * declare several, one that is malformed, or an algorithm without a value.
 */
export function declaredChecksum(headers: IncomingHttpHeaders): DeclaredChecksum | undefined {
  const declared: DeclaredChecksum[] = [];
  for (const algorithm of ALGORITHMS) {
    const value = headers[checksumHeader(algorithm)];
    if (typeof value === "string") declared.push({ algorithm, value });
  }
  const trailers = headers["x-amz-trailer"];
  if (typeof trailers === "string") {
    for (const name of trailers.split(",")) {
      const algorithm = algorithmOf(/^\s*x-amz-checksum-([a-z0-9]+)\s*$/i.exec(name)?.[1]);
      if (!algorithm)
        throw new S3Error("InvalidRequest", {
          message: "The value specified in the x-amz-trailer header is not supported",
        });
      declared.push({ algorithm, value: undefined });
    }
  }
  if (declared.length > 1) {
    throw new S3Error("InvalidRequest", {
      message: "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
    });
  }
  const one = declared[0];
  const named = headers["x-amz-sdk-checksum-algorithm"];
  if (typeof named === "string" && !one) {
    throw new S3Error("InvalidRequest", {
      message:
        "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.",
    });
  }
  if (typeof named === "string" && named.toUpperCase() !== one?.algorithm) {
    throw new S3Error("InvalidRequest", { message: "Value for x-amz-sdk-checksum-algorithm header is invalid." });
  }
  if (one?.value !== undefined) requireDigest(one.algorithm, one.value);
  return one;
}

/** Throws `InvalidRequest` when `value` is no base64 digest of the algorithm's length. */
export function requireDigest(algorithm: Algorithm, value: string): void {
  const bytes = Buffer.from(value, "base64");
  if (bytes.length !== SIZES[algorithm] || bytes.toString("base64") !== value) {
    throw new S3Error("InvalidRequest", { message: `Value for ${checksumHeader(algorithm)} header is invalid.` });
  }
}

/** The checksum of a multipart object from those of its parts. */
export function checksumOfParts(
  algorithm: Algorithm,
  type: ChecksumType,
  parts: readonly { checksum: string; size: number }[],
): Checksum {
  if (type === "COMPOSITE") {
    const hash = hasher(algorithm);
    for (const part of parts) hash.update(Buffer.from(part.checksum, "base64"));
    return { algorithm, value: `${hash.digest().toString("base64")}-${parts.length}`, type };
  }
  if (algorithm !== "CRC32" && algorithm !== "CRC32C" && algorithm !== "CRC64NVME") {
    throw new S3Error("InvalidRequest", { message: "The FULL_OBJECT checksum type is only for CRCs." });
  }
  let value = 0n;
  for (const part of parts) {
    const next = BigInt(`0x${Buffer.from(part.checksum, "base64").toString("hex")}`);
    value = combineCrc(algorithm, value, next, part.size);
  }
  const hex = value.toString(16).padStart(SIZES[algorithm] * 2, "0");
  return { algorithm, value: Buffer.from(hex, "hex").toString("base64"), type };
}
