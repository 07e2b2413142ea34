/** CRC-32, CRC-32C and CRC-64/NVME: running values, and combining the values of two neighbours. */
import * as zlib from "node:zlib";

const POLYNOMIALS = { crc32: 0xedb88320, crc32c: 0x82f63b78 } as const;
const NVME_HIGH = 0x9a6c9329;
const NVME_LOW = 0xac4bc9b5;

function table32(polynomial: number): Uint32Array {
  const table = new Uint32Array(256);
  for (let i = 0; i < 256; i++) {
    let value = i;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1;
    table[i] = value >>> 0;
  }
  return table;
}

const tables: Partial<Record<"crc32" | "crc32c", Uint32Array>> = {};

function byTable(name: "crc32" | "crc32c", data: Uint8Array, start: number): number {
  tables[name] ??= table32(POLYNOMIALS[name]);
  const table = tables[name];
  let crc = ~start;
  for (let i = 0; i < data.length; i++) crc = (table[(crc ^ (data[i] as number)) & 255] as number) ^ (crc >>> 8);
  return ~crc >>> 0;
}

// Node 20.15 and 22.2 brought zlib.crc32, forty times as fast as a table in JavaScript
const native = (zlib as { crc32?: (data: Uint8Array, value?: number) => number }).crc32;

/** CRC-32 of `data`, continued from `start`. */
export const crc32: (data: Uint8Array, start?: number) => number =
  native ?? ((data, start = 0) => byTable("crc32", data, start));

/** CRC-32C (Castagnoli) of `data`, continued from `start`. */
export function crc32c(data: Uint8Array, start = 0): number {
  return byTable("crc32c", data, start);
}

let nvmeTables: { high: Uint32Array; low: Uint32Array } | undefined;

function makeNvmeTables(): { high: Uint32Array; low: Uint32Array } {
  const high = new Uint32Array(256);
  const low = new Uint32Array(256);
  for (let i = 0; i < 256; i++) {
    let h = 0;
    let l = i;
    for (let bit = 0; bit < 8; bit++) {
      const odd = l & 1;
      l = (l >>> 1) | ((h & 1) << 31);
      h >>>= 1;
      if (odd) {
        h ^= NVME_HIGH;
        l ^= NVME_LOW;
      }
    }
    high[i] = h >>> 0;
    low[i] = l >>> 0;
  }
  return { high, low };
}

/** CRC-64/NVME of `data`, continued from `start`; values are pairs of 32-bit halves, [high, low]. */
export function crc64nvme(data: Uint8Array, start: readonly [number, number] = [0, 0]): [high: number, low: number] {
  nvmeTables ??= makeNvmeTables();
  const tables = nvmeTables;
  let high = ~start[0];
  let low = ~start[1];
  for (let i = 0; i < data.length; i++) {
    const index = (low ^ (data[i] as number)) & 255;
    low = ((low >>> 8) | (high << 24)) ^ (tables.low[index] as number);
    high = (high >>> 8) ^ (tables.high[index] as number);
  }
  return [~high >>> 0, ~low >>> 0];
}

const COMBINING = {
  CRC32: { width: 32n, polynomial: 0xedb88320n },
  CRC32C: { width: 32n, polynomial: 0x82f63b78n },
  CRC64NVME: { width: 64n, polynomial: 0x9a6c9329ac4bc9b5n },
} as const;

/**
 * The CRC of A followed by B, from the CRCs of A and B and the length of B, without their bytes: the full-object
 * checksum of a multipart upload. zlib's crc32_combine, for any reflected CRC that starts and ends with all ones.
 */
export function combineCrc(algorithm: keyof typeof COMBINING, a: bigint, b: bigint, lengthB: number): bigint {
  const { width, polynomial } = COMBINING[algorithm];
  const top = 1n << (width - 1n);
  const multiply = (x: bigint, y: bigint): bigint => {
    let product = 0n;
    let factor = y;
    for (let mask = top; mask > 0n; mask >>= 1n) {
      if (x & mask) product ^= factor;
      factor = factor & 1n ? (factor >> 1n) ^ polynomial : factor >> 1n;
    }
    return product;
  };
  let power = top >> 8n; // x^8: one byte
  let shift = top; // x^0
  for (let left = BigInt(lengthB); left > 0n; left >>= 1n) {
    if (left & 1n) shift = multiply(power, shift);
    power = multiply(power, power);
  }
  return multiply(shift, a) ^ b;
}
