import { isKnown } from "./differs";

/** Keys that clients get wrong: XML, URLs, file systems and JavaScript each have characters of their own. */
export const allOddKeys: readonly string[] = [
  " spaces at both ends ",
  "a+b c",
  "100%",
  "%2F%20",
  "a//b",
  "a///",
  "/leading",
  "../escape",
  "a/./b/../c",
  "back\\slash",
  "line\nbreak",
  "\nends\n",
  "carriage\rreturn\r\n",
  "tab\tin it",
  "&<>\"'",
  "&amp;amp;",
  "]]><!--",
  "query?x=1&y#hash",
  "__proto__",
  "constructor",
  "café",
  "cafe\u0301",
  "emoji 😀",
  "\u0001control\u001f",
  "delete\u007f and\u0085more",
  "no character \uffff",
  "x".repeat(1024),
  "é".repeat(512),
];

/** Whether a file may have this path, below the folder of the bucket. */
const isFilePath = (key: string): boolean =>
  key
    .replace(/\/$/, "")
    .split("/")
    .every((name) => name !== "" && name !== "." && name !== ".." && Buffer.byteLength(name) <= 255);

/** Whether the server takes the key, as S3 takes any. */
export const takesKey = (key: string): boolean => !isKnown("keys-are-file-paths") || isFilePath(key);

/** Those that the server can hold at the same time, as S3 can hold all. */
export const possible = (keys: readonly string[]): string[] => {
  const isFolder = (key: string) => keys.some((other) => other.startsWith(`${key}/`));
  return keys.filter((key) => takesKey(key) && !(isKnown("keys-are-file-paths") && isFolder(key)));
};

/** Those of them that the server takes. */
export const oddKeys = allOddKeys.filter(takesKey);

/** The order of S3: that of the bytes in UTF-8. */
export const inByteOrder = (keys: Iterable<string>): string[] =>
  [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

/** `start`0000, `start`0001 … */
export const numbered = (count: number, start = "", end = ""): string[] =>
  Array.from({ length: count }, (_, index) => `${start}${String(index).padStart(4, "0")}${end}`);
