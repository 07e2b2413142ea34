import { createHash, randomBytes } from "node:crypto";
import { oddKeys } from "../support/keys";

const MiB = 1024 * 1024;

/** Bytes by name: from none to more than one part, whoever sends them. Random, so that nothing shows what is no copy. */
export const samples: readonly (readonly [name: string, bytes: Buffer])[] = [
  ["0 bytes", Buffer.alloc(0)],
  ["1 byte", Buffer.from([0])],
  ["300 KB", randomBytes(300_000)],
  ["20 MiB", randomBytes(20 * MiB)],
];

/** The sample that is sent in parts. */
export const large = samples[3]?.[1] as Buffer;

/** Throws unless both are the same bytes. */
export const sameBytes = (got: Buffer, wanted: Buffer): void => {
  if (got.equals(wanted)) return;
  const told = (bytes: Buffer) => `${bytes.length} bytes (SHA-1 ${createHash("sha1").update(bytes).digest("hex")})`;
  throw new Error(`got ${told(got)} instead of ${told(wanted)}`);
};

/** Throws, with the difference, unless both have the same keys, whatever their order. */
export const sameKeys = (got: readonly string[], wanted: readonly string[]): void => {
  const missing = wanted.filter((key) => !got.includes(key)).map(shown);
  const surplus = got.filter((key) => !wanted.includes(key)).map(shown);
  if (missing.length + surplus.length === 0 && got.length === wanted.length) return;
  throw new Error(`${got.length} keys, without ${missing.join(", ") || "none"}, with ${surplus.join(", ") || "none"}`);
};

/** Keys that clients get wrong: those of the specs, and what command lines and URLs make of some more. */
export const keys: readonly string[] = [
  ...oddKeys,
  "trailing space ",
  "-starts-with-a-dash",
  "~home/$HOME/$(id)",
  "*.glob?[a-z]{b,c}",
  "colon: semicolon; comma, at@ equals= bang! 'quote' `tick` (paren) ^ |",
  "%25 twice %2525",
  "folder/.hidden/..dots../x",
  "UPPER/upper/Upper",
  "日本語/ファイル.txt",
  "ends/with/dot.",
  "&amp;+%20&lt;",
];

/** Whether a key can be the path of a file below a folder. */
export const isFilePath = (key: string): boolean =>
  key.split("/").every((name) => name !== "" && name !== "." && name !== ".." && Buffer.byteLength(name) <= 255);

/** A key as a line of a report shows it. */
export const shown = (key: string): string =>
  JSON.stringify(key.length > 40 ? `${key.slice(0, 10)}… (${key.length} characters)` : key);
