import { invalidResponse } from "./error";
import { readXml, type XmlVisitor } from "./xml";

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

export type Fields = typeof noFields;

const items = new Set(["Contents", "Version", "DeleteMarker", "CommonPrefixes", "Deleted", "Error"]);

/** What says whether a page is whole, and where the next one begins. */
const decisive = new Set([
  ...["KeyCount", "IsTruncated", "EncodingType"],
  ...["NextContinuationToken", "NextKeyMarker", "NextVersionIdMarker"],
]);

/** Keeps a child of the root. @throws InvalidResponse where what decides comes twice: one of both would be overlooked */
export const keepHead = (head: Map<string, string>, name: string, text: string): void => {
  if (decisive.has(name) && head.has(name)) throw invalidResponse(`the answer has two ${name}`);
  head.set(name, text);
};

/** Calls back for each item, and returns the other children of the root. */
export const readItems = (
  xml: string,
  root: string,
  onItem: (name: string, fields: Fields) => void,
): Map<string, string> => {
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

export const need = (value: string | undefined, name: string): string => {
  if (value === undefined || value === "") throw invalidResponse(`the answer has no ${name}`);
  return value;
};

export const needNumber = (value: string | undefined, name: string): number => {
  const number = /^\s*\d+\s*$/.test(value ?? "") ? Number(value) : Number.NaN;
  if (!Number.isSafeInteger(number)) throw invalidResponse(`the answer has no number as ${name}`);
  return number;
};
