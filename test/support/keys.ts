/** Keys that clients get wrong: XML, URLs, file systems and JavaScript each have characters of their own. */
export const oddKeys: readonly string[] = [
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

/** The order of S3: that of the bytes in UTF-8. */
export const inByteOrder = (keys: Iterable<string>): string[] =>
  [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

/** `start`0000, `start`0001 … */
export const numbered = (count: number, start = "", end = ""): string[] =>
  Array.from({ length: count }, (_, index) => `${start}${String(index).padStart(4, "0")}${end}`);
