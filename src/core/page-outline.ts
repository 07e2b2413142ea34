import { compareKeys } from "./key";
import { decodeUrl } from "./reply-pages";
import { unescapeXml } from "./xml";

/** What can be told of a page of ListObjectsV2 without reading it: where it begins and ends, and where the next one begins. */
export interface Outline {
  /** Some of its keys in their order: the first and the last, and some between. */
  keys: readonly string[];
  /** Of the next page; absent on the last. */
  token?: string;
}

/** So many keys are looked at, besides the last one. */
const looks = 16;

/** Longer than a page of 1,000 keys of 1,024 bytes, in which all is encoded. */
const longest = 4 * 1024 * 1024;

/** What lies around the entries is shorter, in bytes. */
const longestRim = 16 * 1024;

const exclamation = "!".charCodeAt(0);

/** The text of an element that occurs once; undefined where it does not occur, null where it occurs more often. */
const textOf = (rim: string, name: string): string | undefined | null => {
  const [, after, more] = rim.split(`<${name}>`);
  if (after === undefined) return undefined;
  const end = after.indexOf(`</${name}>`);
  return more !== undefined || end < 0 ? null : after.slice(0, end);
};

const entry = Buffer.from("<Contents>");

/** Whether there are so many entries, and no more. */
const hasEntries = (bytes: Buffer, from: number, expected: number): boolean => {
  let count = 0;
  for (let at = from; at >= 0 && count <= expected; at = bytes.indexOf(entry, at + entry.length)) count++;
  return count === expected;
};

/** The keys at some places between two others, as they were written. */
const rawKeys = (bytes: Buffer, from: number, to: number): string[] | undefined => {
  const places = new Set<number>();
  for (let look = 0; look < looks; look++) {
    places.add(bytes.indexOf("<Key>", from + Math.floor(((to - from) * look) / looks)));
  }
  // An entry without a key would not show among others.
  if (bytes.indexOf("<Key>", from) > bytes.indexOf("</Contents>", from)) return undefined;
  // Behind the last one there is none.
  places.delete(-1);
  places.add(bytes.lastIndexOf("<Key>", to));
  const keys: string[] = [];
  for (const place of places) {
    const end = bytes.indexOf("</Key>", place);
    if (place < from || end < 0 || end > to) return undefined;
    keys.push(bytes.toString("utf8", place + "<Key>".length, end));
  }
  return keys;
};

/**
 * Looks at a page without reading it, which takes a fraction of the time.
 * @param bytes UTF-8
 * @returns undefined where it is not written as most stores do, or has something else than objects: it is to be read at once.
 *   Whoever reads a page later must see that it is as its outline has it.
 */
export const outlineOf = (bytes: Buffer): Outline | undefined => {
  if (bytes.length > longest) return undefined;
  const from = bytes.indexOf("<Contents>");
  const to = bytes.lastIndexOf("</Contents>");
  if (from < 0 || to < from || from + bytes.length - to > longestRim) return undefined;
  // Comments and the like could hide what looks like an element. One byte is looked for much faster than two.
  if ((bytes.includes(exclamation) && bytes.includes("<!")) || bytes.includes("<CommonPrefixes")) return undefined;
  const rim = bytes.toString("utf8", 0, from) + bytes.toString("utf8", to);
  if (!/^\s*(?:<\?xml[^<>]*\?>\s*)?<ListBucketResult[\s>]/.test(rim) || !/<\/ListBucketResult>\s*$/.test(rim))
    return undefined;
  const [truncated, encoding, token, count] = ["IsTruncated", "EncodingType", "NextContinuationToken", "KeyCount"].map(
    (name) => textOf(rim, name),
  );
  if ((encoding !== undefined && encoding !== "url") || token === null) return undefined;
  if (truncated !== "false" && (truncated !== "true" || !token)) return undefined;
  // Fewer entries than counted is a page that lost some, perhaps its last ones.
  if (!/^\d{1,6}$/.test(count ?? "") || !hasEntries(bytes, from, Number(count))) return undefined;
  try {
    const decode = encoding === "url" ? decodeUrl : (text: string) => text;
    const keys = rawKeys(bytes, from, to)?.map((key) => decode(unescapeXml(key)));
    if (!keys || keys.some((key, at) => key === "" || (at > 0 && compareKeys(keys[at - 1] as string, key) >= 0))) {
      return undefined;
    }
    return truncated === "true" ? { keys, token: unescapeXml(token as string) } : { keys };
  } catch {
    return undefined;
  }
};
