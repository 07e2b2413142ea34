import { generateKeyPairSync } from "node:crypto";

/** What opens the private key below; nobody is to see either. */
export const passphrase = 'canary+passphrase/61d0a9"z==';

const encrypted = { type: "pkcs8", format: "pem", cipher: "aes-256-cbc" } as const;

/** A private key that only the right passphrase opens. */
export const clientKey = (openedBy: string): string =>
  generateKeyPairSync("ec", {
    namedCurve: "P-256",
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { ...encrypted, passphrase: openedBy },
  }).privateKey;
