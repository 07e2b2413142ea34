import { createHash, randomBytes } from "node:crypto";

/** Headers of a write that has its object encrypted with a key that the store does not keep (SSE-C). */
export const customerKey = (key = randomBytes(32)): Record<string, string> => ({
  "x-amz-server-side-encryption-customer-algorithm": "AES256",
  "x-amz-server-side-encryption-customer-key": key.toString("base64"),
  "x-amz-server-side-encryption-customer-key-md5": createHash("md5").update(key).digest("base64"),
});
