/**
 * SHA-256 and HMAC-SHA-256 (RFC 2104) of texts. What is short is hashed in one call: an object for each hash would cost
 * a small Get more than the hashing itself does.
 */
import * as crypto from "node:crypto";

/** SHA-256 of these bytes. Node.js before 20.12 has no `crypto.hash`. */
const digest: (data: Buffer) => Buffer =
  typeof crypto.hash === "function"
    ? (data) => crypto.hash("sha256", data, "buffer")
    : (data) => crypto.createHash("sha256").update(data).digest();

const hex: (data: Buffer) => string =
  typeof crypto.hash === "function"
    ? (data) => crypto.hash("sha256", data, "hex")
    : (data) => crypto.createHash("sha256").update(data).digest("hex");

/** SHA-256, in hexadecimal, of a text whose characters are bytes (latin1). */
export function sha256OfBytes(text: string): string {
  return hex(Buffer.from(text, "latin1"));
}

/** The block size of SHA-256, and the size of its digest, in bytes. */
const [BLOCK, DIGEST] = [64, 32];

/** HMAC-SHA-256 with `key`, in hexadecimal, of texts whose characters are bytes (latin1). */
export function hmacWith(key: Buffer): (text: string) => string {
  const short = key.length > BLOCK ? digest(key) : key;
  const inner = Buffer.alloc(BLOCK, 0x36);
  const outer = Buffer.alloc(BLOCK + DIGEST, 0x5c);
  for (let at = 0; at < short.length; at++) {
    inner[at] = 0x36 ^ (short[at] as number);
    outer[at] = 0x5c ^ (short[at] as number);
  }
  return (text) => {
    const message = Buffer.allocUnsafe(BLOCK + text.length);
    inner.copy(message);
    message.write(text, BLOCK, "latin1");
    digest(message).copy(outer, BLOCK);
    return hex(outer);
  };
}
