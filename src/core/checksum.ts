import { createHash } from "node:crypto";
import * as zlib from "node:zlib";

/** A running checksum of S3 (UserGuide/checking-object-integrity). */
export interface Checksum {
  update(bytes: Uint8Array): void;
  /** As in S3's headers: base64. */
  digest(): string;
}

/** Remainder table of a reflected 32-bit polynomial. */
const table32 = (polynomial: number): Uint32Array =>
  Uint32Array.from({ length: 256 }, (_, index) => {
    let crc = index;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    return crc >>> 0;
  });

const tables = new Map<number, Uint32Array>();

const crcByTable = (polynomial: number, bytes: Uint8Array, start: number): number => {
  const table = tables.get(polynomial) ?? table32(polynomial);
  tables.set(polynomial, table);
  let crc = ~start >>> 0;
  for (const byte of bytes) crc = ((table[(crc ^ byte) & 255] as number) ^ (crc >>> 8)) >>> 0;
  return ~crc >>> 0;
};

/** Node.js has a native one from 20.15 on, 40 times as fast. */
const native = (zlib as { crc32?: (bytes: Uint8Array, start?: number) => number }).crc32;

/** CRC32 of bytes, going on from `start`. */
export const crc32 = (bytes: Uint8Array, start = 0): number =>
  native ? native(bytes, start) : crcByTable(0xedb88320, bytes, start);

const base64Of32 = (value: number): string => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes.toString("base64");
};

/** CRC32 as in the header x-amz-checksum-crc32. */
export const crc32Base64 = (bytes: Uint8Array): string => base64Of32(crc32(bytes));

const crcChecksum = (step: (bytes: Uint8Array, start: number) => number): Checksum => {
  let crc = 0;
  return {
    update(bytes) {
      crc = step(bytes, crc);
    },
    digest: () => base64Of32(crc),
  };
};

const hashChecksum = (name: string): Checksum => {
  const hash = createHash(name);
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest("base64") };
};

/** A check for a whole object, by what S3 told with it. */
export interface Check {
  name: string;
  wanted: string;
  running: Checksum;
}

const makers: Readonly<Record<string, () => Checksum>> = {
  ChecksumCRC32: () => crcChecksum(crc32),
  ChecksumCRC32C: () => crcChecksum((bytes, start) => crcByTable(0x82f63b78, bytes, start)),
  ChecksumSHA1: () => hashChecksum("sha1"),
  ChecksumSHA256: () => hashChecksum("sha256"),
};

/**
 * The check for a whole object, by what S3 told with it, if it is one of the four. CRC64NVME is left to the length
 * and the ETag: in JavaScript it costs more than the transfer.
 */
export const checksumOf = (told: object): Check | undefined => {
  const answer = told as Record<string, unknown>;
  if (answer.ChecksumType === "COMPOSITE") return undefined;
  for (const [name, make] of Object.entries(makers)) {
    const wanted = answer[name];
    // A checksum of checksums has the number of its parts behind it.
    if (typeof wanted === "string" && !wanted.includes("-")) return { name, wanted, running: make() };
  }
  return undefined;
};

/** The check by an MD5. */
export const md5Check = (md5: Buffer): Check => ({
  name: "MD5",
  wanted: md5.toString("base64"),
  running: hashChecksum("md5"),
});

/**
 * Whether ETags are made of MD5s: not where an object was encrypted with a key of KMS or of a customer (API_Object), nor in
 * directory buckets (UserGuide/s3-express-differences).
 */
export const hasMd5Etag = (told: object): boolean => {
  const { ServerSideEncryption, SSECustomerAlgorithm, StorageClass } = told as Record<string, unknown>;
  const isEncrypted = SSECustomerAlgorithm || String(ServerSideEncryption ?? "").startsWith("aws:");
  return !isEncrypted && StorageClass !== "EXPRESS_ONEZONE";
};

/** The check by the ETag, where it is the MD5 of the object: not of one in parts. */
export const md5Of = (told: object): Check | undefined => {
  const [, digits] = /^"?([0-9a-f]{32})"?$/i.exec(String((told as { ETag?: unknown }).ETag ?? "")) ?? [];
  return digits !== undefined && hasMd5Etag(told) ? md5Check(Buffer.from(digits, "hex")) : undefined;
};
