/** The plain way to read a page, from a string: slower than reply-pages.ts, and what that is compared with. */
import { invalidResponse } from "../../src/core/error";
import { keepHead, need, needNumber } from "../../src/core/reply-fields";
import type { Listed, Page } from "../../src/core/reply-pages";
import { readXml, unescapeXml, type XmlVisitor } from "../../src/core/xml";

/** The fields that matter, of all kinds of items; the text is raw. */
const noFields = {
  Key: undefined as string | undefined,
  Prefix: undefined as string | undefined,
  Size: undefined as string | undefined,
  LastModified: undefined as string | undefined,
  ETag: undefined as string | undefined,
  StorageClass: undefined as string | undefined,
  VersionId: undefined as string | undefined,
  DeleteMarker: undefined as string | undefined,
  IsLatest: undefined as string | undefined,
  Code: undefined as string | undefined,
  Message: undefined as string | undefined,
};

type Fields = typeof noFields;

const items = new Set(["Contents", "Version", "DeleteMarker", "CommonPrefixes", "Deleted", "Error"]);

/** Calls back for each item, and returns the other children of the root. */
const readItems = (xml: string, root: string, onItem: (name: string, fields: Fields) => void): Map<string, string> => {
  const head = new Map<string, string>();
  let item: Fields | undefined;
  const visitor: XmlVisitor = {
    open(name, depth) {
      // All of one shape, which makes the reader twice as fast.
      if (depth === 1) item = items.has(name) ? { ...noFields } : undefined;
    },
    close(name, depth, text) {
      if (depth === 2 && item && Object.hasOwn(noFields, name)) {
        if (item[name as keyof Fields] !== undefined) throw invalidResponse(`the answer has two ${name} in one entry`);
        item[name as keyof Fields] = text;
      } else if (depth === 1) {
        if (item) onItem(name, item);
        else keepHead(head, name, text);
      }
    },
  };
  readXml(xml, root, visitor);
  return head;
};

/** Keys come url-encoded where the answer says so (ListObjectsV2, "encoding-type"): XML cannot carry all characters. */
const keyDecoder = (head: Map<string, string>): ((raw: string) => string) => {
  if (head.get("EncodingType") !== "url") return unescapeXml;
  return (raw) => {
    const text = unescapeXml(raw);
    if (!/[%+]/.test(text)) return text;
    try {
      return decodeURIComponent(text.replaceAll("+", " "));
    } catch {
      throw invalidResponse(`the answer has a key that is not url-encoded: ${text.slice(0, 60)}`);
    }
  };
};

/** Without quotes, which come as entities. */
const etagOf = (raw: string): string => {
  const bare = raw.startsWith("&quot;") && raw.endsWith("&quot;") ? raw.slice(6, -6) : raw;
  return unescapeXml(bare).replaceAll('"', "");
};

/** Times as ISO 8601 in UTC. Neighbours were mostly written in the same second. */
const dateReader = (): ((raw: string) => string | undefined) => {
  let last: string | undefined;
  let told: string | undefined;
  return (raw) => {
    if (raw === last) return told;
    const date = new Date(raw);
    last = raw;
    told = Number.isNaN(date.getTime()) ? undefined : date.toISOString();
    return told;
  };
};

interface Readers {
  key(raw: string): string;
  date(raw: string): string | undefined;
}

const listed = (name: string, fields: Fields, { key, date }: Readers): Listed => {
  const size = name === "DeleteMarker" ? 0 : needNumber(fields.Size, "Size of an entry");
  const entry: Listed = { key: key(need(fields.Key, "Key in an entry")), size };
  const lastModified = fields.LastModified === undefined ? undefined : date(fields.LastModified);
  if (lastModified !== undefined) entry.lastModified = lastModified;
  if (fields.ETag !== undefined) entry.etag = etagOf(fields.ETag);
  if (fields.StorageClass) entry.storageClass = unescapeXml(fields.StorageClass);
  if (fields.VersionId !== undefined) entry.versionId = unescapeXml(fields.VersionId);
  if (fields.IsLatest !== undefined) entry.isLatest = fields.IsLatest === "true";
  if (name === "DeleteMarker") entry.deleteMarker = true;
  return entry;
};

/** Some stores leave the common prefixes out of the count; fewer entries than counted is a list that lost some. */
const checkCount = (told: string | undefined, { objects, prefixes }: Page): void => {
  const count = needNumber(told, "KeyCount");
  if (count >= objects.length && count <= objects.length + prefixes.length) return;
  throw invalidResponse(`the answer counts ${count} keys, and has ${objects.length + prefixes.length}`);
};

/** Reads a page of ListObjectsV2 or ListObjectVersions. Throws InvalidResponse unless it is whole and consistent. */
export const readWholePage = (xml: string, root: "ListBucketResult" | "ListVersionsResult"): Page => {
  const raw: [string, Fields][] = [];
  const head = readItems(xml, root, (name, fields) => raw.push([name, fields]));
  // The encoding is told after the entries by some stores.
  const readers = { key: keyDecoder(head), date: dateReader() };
  const page: Page = { objects: [], prefixes: [] };
  for (const [name, fields] of raw) {
    if (name === "CommonPrefixes") page.prefixes.push(readers.key(need(fields.Prefix, "Prefix in a common prefix")));
    else page.objects.push(listed(name, fields, readers));
  }
  if (root === "ListBucketResult") checkCount(head.get("KeyCount"), page);
  const truncated = head.get("IsTruncated");
  if (truncated !== "true" && truncated !== "false")
    throw invalidResponse("the answer does not say whether it is whole");
  if (truncated === "false") return page;
  if (root === "ListBucketResult") {
    page.next = { token: unescapeXml(need(head.get("NextContinuationToken"), "NextContinuationToken")) };
  } else {
    page.next = { keyMarker: readers.key(need(head.get("NextKeyMarker"), "NextKeyMarker")) };
    const version = head.get("NextVersionIdMarker");
    if (version) page.next.versionIdMarker = unescapeXml(version);
  }
  return page;
};
