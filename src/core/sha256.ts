import { createHash, createHmac, type Hash, type Hmac, webcrypto } from "node:crypto";

/** Bytes from which hashing takes longer than handing them to another thread, which copies them. */
const large = 262_144;

const toBuffer = (data: string | ArrayBuffer | ArrayBufferView): Buffer => {
  if (typeof data === "string") return Buffer.from(data);
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data);
};

/**
 * SHA-256 as the SDK's signatures are made with it. Large bodies are hashed by another thread: the SDK's own takes 9 ms for
 * a part of 8 MiB, in which no flow goes on.
 */
export class Sha256 {
  private hash: Hash | Hmac | undefined;
  private body: Buffer | undefined;
  private readonly secret: Buffer | undefined;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.secret = secret === undefined ? undefined : toBuffer(secret);
  }

  private start(): Hash | Hmac {
    this.hash ??= this.secret === undefined ? createHash("sha256") : createHmac("sha256", this.secret);
    if (this.body) this.hash.update(this.body);
    this.body = undefined;
    return this.hash;
  }

  update(data: Uint8Array): void {
    const bytes = toBuffer(data);
    const alone = this.secret === undefined && this.hash === undefined && this.body === undefined;
    if (alone && bytes.length >= large) this.body = bytes;
    else this.start().update(bytes);
  }

  async digest(): Promise<Uint8Array> {
    return this.body ? new Uint8Array(await webcrypto.subtle.digest("SHA-256", this.body)) : this.start().digest();
  }

  reset(): void {
    this.hash = undefined;
    this.body = undefined;
  }
}
