import { invalid, shown } from "./error";

/**
 * User-defined metadata travel in headers, which are ASCII. S3 shows other characters as RFC 2047 words
 * (UserGuide/UsingMetadata); they are written like that here, and read back.
 */
const printable = /^[\x20-\x7e]*$/;

const word = /^=\?utf-8\?([bq])\?([^?]*)\?=$/i;

/** What a header would not give back as it was: HTTP drops outer spaces, and a word is taken for an encoded one. */
const plain = (value: string): boolean => printable.test(value) && value.trim() === value && !word.test(value);

const encodeValue = (value: string): string =>
  plain(value) ? value : `=?UTF-8?B?${Buffer.from(value, "utf8").toString("base64")}?=`;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Ceph, for one, keeps and sends the bytes that a client wrote, and node:http takes each for a character. */
const decodeRaw = (value: string): string => {
  if (!/[\x80-\xff]/.test(value) || /[^\0-\xff]/.test(value)) return value;
  try {
    return utf8.decode(Buffer.from(value, "latin1"));
  } catch {
    return value;
  }
};

const decodeValue = (value: string): string => {
  const [, kind, content] = word.exec(value) ?? [];
  if (kind === undefined || content === undefined) return decodeRaw(value);
  if (kind.toLowerCase() === "b") return Buffer.from(content, "base64").toString("utf8");
  const bytes = content
    .replaceAll("_", " ")
    .replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
};

/** Metadata as S3 wants them. Throws InvalidParameter for a name that cannot be in a header, or is there twice. */
export const encodeMetadata = (metadata: Record<string, string>): Record<string, string> => {
  const encoded: Record<string, string> = Object.create(null);
  const names = new Map<string, string>();
  let size = 0;
  for (const [name, value] of Object.entries(metadata)) {
    if (!/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(name)) {
      throw invalid("metadata", `has the name ${shown(name)}; use letters, digits, - and _`);
    }
    const twin = names.get(name.toLowerCase());
    if (twin !== undefined) {
      const both = `${shown(twin)} and ${shown(name)}`;
      throw invalid("metadata", `has the names ${both}, which are one to S3: it keeps them in small letters`);
    }
    names.set(name.toLowerCase(), name);
    encoded[name] = encodeValue(value);
    size += Buffer.byteLength(name) + (encoded[name]?.length ?? 0);
  }
  if (size > 2048) throw invalid("metadata", `have ${size} bytes in all; S3 takes 2,048 at most`);
  return encoded;
};

/** Metadata as they were meant, from what S3 told. */
export const decodeMetadata = (metadata: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, decodeValue(value)]));

/** Tags as S3 wants them in a header (API_PutObject, x-amz-tagging). Throws InvalidParameter past S3's limits. */
export const encodeTags = (tags: Record<string, string>): string | undefined => {
  const entries = Object.entries(tags);
  if (entries.length === 0) return undefined;
  if (entries.length > 10) throw invalid("tags", `are ${entries.length}; S3 takes 10 at most for an object`);
  for (const [name, value] of entries) {
    if (name === "" || name.length > 128 || value.length > 256) {
      throw invalid(
        "tags",
        `has ${JSON.stringify(name.slice(0, 40))}; names have 1 to 128 characters, values up to 256`,
      );
    }
  }
  return entries.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join("&");
};

/** All headers of a request together may have so many bytes (API_PutObject: 8 KB), which no server takes more of. */
const longestHeader = 8192;

/** Refuses text that cannot be a header's value. */
export const checkHeader = (name: string, value: string): void => {
  if (value.length > longestHeader) {
    throw invalid(name, `has ${value.length} characters; S3 takes 8 KB of all such options together`);
  }
  if (!printable.test(value)) {
    throw invalid(
      name,
      `${JSON.stringify(value.slice(0, 60))} must be printable ASCII; encode other characters (RFC 5987)`,
    );
  }
};
