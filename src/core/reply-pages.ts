import { invalidResponse } from "./error";
import { readXml, unescapeXml, type XmlVisitor } from "./xml";

/** One object of a listing, as S3 tells it. */
export interface Listed {
  key: string;
  /** Bytes. */
  size: number;
  /** ISO 8601. */
  lastModified?: string;
  /** Without quotes. */
  etag?: string;
  storageClass?: string;
  versionId?: string;
  deleteMarker?: true;
}

/** One page of a listing. */
export interface Page {
  objects: Listed[];
  /** Common prefixes, each with its delimiter at the end. */
  prefixes: string[];
  /** Where the next page begins; absent on the last. */
  next?: { token?: string; keyMarker?: string; versionIdMarker?: string };
}

/** The answer to a DeleteObjects. */
export interface DeleteReport {
  deleted: { key: string; versionId?: string; deleteMarker?: true }[];
  failed: { key: string; versionId?: string; code: string; message: string }[];
}

type Fields = Record<string, string>;

const items = new Set(["Contents", "Version", "DeleteMarker", "CommonPrefixes", "Deleted", "Error"]);

/** Calls back for each item with its direct children, and returns the other children of the root. */
const readItems = (xml: string, root: string, onItem: (name: string, fields: Fields) => void): Fields => {
  const head: Fields = Object.create(null);
  let item: Fields | undefined;
  const visitor: XmlVisitor = {
    open(name, depth) {
      if (depth === 1 && items.has(name)) item = Object.create(null) as Fields;
    },
    close(name, depth, text) {
      if (depth === 1) {
        if (item) onItem(name, item);
        else head[name] = text;
        item = undefined;
      } else if (depth === 2 && item) {
        item[name] = text;
      }
    },
  };
  readXml(xml, root, visitor);
  return head;
};

const need = (fields: Fields, name: string, of: string): string => {
  const value = fields[name];
  if (value === undefined) throw invalidResponse(`the answer's ${of} has no ${name}`);
  return value;
};

/** Keys come url-encoded where the answer says so (ListObjectsV2, "encoding-type"): XML cannot carry all characters. */
const keyDecoder = (head: Fields): ((raw: string) => string) => {
  if (head.EncodingType !== "url") return unescapeXml;
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

const listed = (name: string, fields: Fields, decode: (raw: string) => string): Listed => {
  const size = name === "DeleteMarker" ? 0 : Number(need(fields, "Size", "entry"));
  if (!Number.isSafeInteger(size) || size < 0) throw invalidResponse(`the answer has an object of size ${fields.Size}`);
  const entry: Listed = { key: decode(need(fields, "Key", "entry")), size };
  const modified = fields.LastModified;
  if (modified !== undefined) {
    const date = new Date(modified);
    if (!Number.isNaN(date.getTime())) entry.lastModified = date.toISOString();
  }
  if (fields.ETag !== undefined) entry.etag = unescapeXml(fields.ETag).replaceAll('"', "");
  if (fields.StorageClass) entry.storageClass = unescapeXml(fields.StorageClass);
  if (fields.VersionId !== undefined) entry.versionId = unescapeXml(fields.VersionId);
  if (name === "DeleteMarker") entry.deleteMarker = true;
  return entry;
};

/** Reads a page of ListObjectsV2 or ListObjectVersions. Throws InvalidResponse unless it is whole and consistent. */
export const readPage = (xml: string, root: "ListBucketResult" | "ListVersionsResult"): Page => {
  const raw: [string, Fields][] = [];
  const head = readItems(xml, root, (name, fields) => raw.push([name, fields]));
  const decode = keyDecoder(head);
  const page: Page = { objects: [], prefixes: [] };
  for (const [name, fields] of raw) {
    if (name === "CommonPrefixes") page.prefixes.push(decode(need(fields, "Prefix", "common prefix")));
    else page.objects.push(listed(name, fields, decode));
  }
  if (root === "ListBucketResult") {
    const count = Number(need(head, "KeyCount", "listing"));
    // Some stores leave the common prefixes out of the count; fewer entries than counted is a list that lost some.
    if (!(raw.length >= count && page.objects.length <= count)) {
      throw invalidResponse(`the answer counts ${head.KeyCount} keys and has ${raw.length}`);
    }
  }
  const truncated = need(head, "IsTruncated", "listing");
  if (truncated !== "true" && truncated !== "false")
    throw invalidResponse("the answer does not say whether it is whole");
  if (truncated === "true") {
    if (root === "ListBucketResult") page.next = { token: unescapeXml(need(head, "NextContinuationToken", "listing")) };
    else {
      page.next = { keyMarker: decode(need(head, "NextKeyMarker", "listing")) };
      if (head.NextVersionIdMarker) page.next.versionIdMarker = unescapeXml(head.NextVersionIdMarker);
    }
  }
  return page;
};

/** Reads the answer to DeleteObjects. Throws InvalidResponse unless it is whole. */
export const readDeleteReport = (xml: string): DeleteReport => {
  const report: DeleteReport = { deleted: [], failed: [] };
  readItems(xml, "DeleteResult", (name, fields) => {
    const key = unescapeXml(need(fields, "Key", "report"));
    const version = fields.VersionId ? { versionId: unescapeXml(fields.VersionId) } : {};
    if (name === "Deleted") {
      report.deleted.push({ key, ...version, ...(fields.DeleteMarker === "true" ? { deleteMarker: true } : {}) });
    } else if (name === "Error") {
      const code = unescapeXml(fields.Code ?? "InternalError");
      report.failed.push({ key, ...version, code, message: unescapeXml(fields.Message ?? "") });
    }
  });
  return report;
};
