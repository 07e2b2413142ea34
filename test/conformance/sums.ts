/**
 * The checksums of "Checking object integrity", bit by bit and slow, written for this suite alone, so that a mistake of
 * the embedded server's faster ones is not repeated here.
 */
import { createHash } from "node:crypto";

export const ALGORITHMS = ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** The reversed polynomials. */
const POLYNOMIALS: Partial<Record<Algorithm, [polynomial: bigint, bits: number]>> = {
  CRC32: [0xedb88320n, 32],
  CRC32C: [0x82f63b78n, 32],
  CRC64NVME: [0x9a6c9329ac4bc9b5n, 64],
};

/** A checksum as headers carry it, in base64. */
export function sum(algorithm: Algorithm, data: string | Buffer): string {
  const known = POLYNOMIALS[algorithm];
  if (!known) return createHash(algorithm.toLowerCase()).update(data).digest("base64");
  const [polynomial, bits] = known;
  const ones = (1n << BigInt(bits)) - 1n;
  let crc = ones;
  for (const byte of Buffer.from(data)) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1n) === 1n ? (crc >> 1n) ^ polynomial : crc >> 1n;
  }
  return Buffer.from((crc ^ ones).toString(16).padStart(bits / 4, "0"), "hex").toString("base64");
}

/** The MD5 of Content-MD5, in base64. */
export const md5 = (data: string | Buffer): string => createHash("md5").update(data).digest("base64");

/** The MD5 of an ETag, quoted. */
export const etag = (data: string | Buffer): string => `"${createHash("md5").update(data).digest("hex")}"`;
