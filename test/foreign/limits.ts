/**
 * What a client cannot do, whatever server it talks to unless one is named. Each limit is checked: one that is gone makes the
 * suite fail.
 */
import type { Client } from "./client";

export interface Limit {
  /** of the client's name, which has its version */
  client: RegExp;
  /** of the server's name, when it takes a habit of the server's to show it */
  server?: RegExp;
  /**
   * `reads`, `writes`: a single object of that key. `lists`: a bucket in which it is. `labels`: an object with metadata of
   * that value. `syncs`: a folder in which it is. `streams`: a standard input of that name. `option`: an option of that
   * name. `times`: the modification times of those files. `parts`: a file in parts of that size, for others to tell whether
   * it is the same. `downloads`: an object of that key, to a file.
   */
  does: "reads" | "writes" | "lists" | "labels" | "syncs" | "streams" | "option" | "times" | "parts" | "downloads";
  /** the keys, or the values, that it cannot express */
  of: readonly string[];
  /** what is seen instead: of what the client says, or of what came of it */
  seen: RegExp;
  /** why */
  why: string;
  /** `syncs`: the files without which it can */
  beside?: readonly string[];
  /** the bucket that it takes a key for: there must be none before, and none is to stay */
  takesForBucket?: string;
}

/** Metadata that no header can carry as they are. */
export const beyondAscii = "Zoë, 日本 😀";

/** A standard input of no bytes. */
export const nothing = "an empty standard input";

/** Files whose times are to be kept. */
export const [nodesFiles, ownFiles] = ["files that a node uploaded", "files that it uploaded"] as const;

/** A name of 254 bytes in UTF-8, and half as many characters. */
export const longName = "é".repeat(127);

/** A key with content that ends with a slash. */
export const slashed = "at its end/";

/** Parts of a size that nobody has by default. */
export const oddParts = "6 MiB";

const paths = ["a//b", "/leading"];
/** Of two file names that differ in nothing but the composition of a letter, the second. */
const decomposed = "cafe\u0301";

export const limits: readonly Limit[] = [
  {
    client: /^aws /,
    does: "labels",
    of: [beyondAscii],
    seen: /Non ascii characters found in S3 metadata/,
    why: "it refuses metadata beyond ASCII",
  },
  {
    client: /^aws /,
    does: "times",
    of: [nodesFiles, ownFiles],
    seen: /^(\d+) of \1 times differ/,
    why: "it knows no time but that of the writing",
  },
  {
    client: /^aws /,
    does: "downloads",
    of: [longName],
    seen: /File name too long/,
    why: "its temporary files are longer than a name may be, which it counts in characters",
  },
  {
    client: /^aws /,
    server: /^ceph-1/,
    does: "parts",
    of: [oddParts],
    seen: /^transferred again: {"up":true,"down":true}$/,
    why: "it keeps neither an MD5 nor the time, and older Cephs do not tell the size of the first part",
  },
  {
    client: /^aws 2\.9\./,
    does: "option",
    of: ["--if-none-match"],
    seen: /Unknown options: --if-none-match/,
    why: "it is older than conditional writes",
  },
  {
    client: /^aws 1\./,
    server: /^ceph-/,
    does: "option",
    of: ["--if-none-match"],
    seen: /argument of type .*NoneType.* is not iterable/,
    why: "it is refused, and cannot say why: Ceph's error has no message, which it looks into",
  },
  {
    client: /^s3cmd /,
    does: "times",
    of: [nodesFiles],
    seen: /^(\d+) of \1 times differ/,
    why: "it reads times as it writes them alone (s3cmd-attrs), else it takes that of the writing",
  },
  {
    client: /^s3cmd /,
    does: "streams",
    of: [nothing],
    seen: /400 \(MalformedXML\)/,
    why: "it completes a multipart upload of no parts, which must have one (CompleteMultipartUpload)",
  },
  {
    client: /^s3cmd /,
    does: "syncs",
    of: [
      "line\nbreak",
      "\nends\n",
      "carriage\rreturn\r\n",
      "tab\tin it",
      "delete\u007f and\u0085more",
      "\u0001control\u001f",
    ],
    seen: /1 keys, without .*, with ".*\^[A-Z_?].*"/,
    why: "it writes control characters in a file's name as ^ and a letter",
  },
  {
    client: /^s3cmd /,
    does: "syncs",
    of: ["no character \uffff"],
    seen: /ParseError/,
    why: "it does not ask for encoded keys, and XML 1.0 has no such character",
  },
  {
    client: /^s3cmd /,
    does: "reads",
    of: ["a///"],
    seen: /Expecting S3 URI with a filename/,
    why: "it takes what ends with / for a folder",
  },
  {
    client: /^s3cmd /,
    does: "writes",
    of: ["a///", slashed],
    seen: /must not end with '\/'/,
    why: "it takes what ends with / for a folder",
  },
  {
    client: /^s3cmd /,
    does: "reads",
    of: ["line\nbreak", "\nends\n", "carriage\rreturn\r\n"],
    seen: /does not exist|Expecting S3 URI with a filename/,
    why: "its URLs end at a line feed",
  },
  {
    client: /^s3cmd /,
    does: "writes",
    of: ["line\nbreak", "\nends\n", "carriage\rreturn\r\n"],
    seen: /a node finds \["(line|carriage\\rreturn\\r)"\]|must not end with '\/'/,
    why: "its URLs end at a line feed",
  },
  {
    client: /^s3cmd /,
    does: "reads",
    of: ["*.glob?[a-z]{b,c}"],
    seen: /got 0 bytes/,
    why: "it takes a URL with * or ? for a pattern when it gets",
  },
  {
    client: /^s3cmd /,
    does: "writes",
    of: ["\u0001control\u001f", "no character \uffff"],
    seen: /ParseError/,
    why: "it cannot read the reply to a multipart upload, which has the key in XML",
  },
  {
    client: /^s3cmd /,
    does: "lists",
    of: ["\u0001control\u001f", "no character \uffff"],
    seen: /ParseError/,
    why: "it does not ask for encoded keys, and XML 1.0 has no such character",
  },
  {
    client: /^s3cmd /,
    does: "lists",
    of: ["line\nbreak", "\nends\n", "carriage\rreturn\r\n"],
    seen: /it lists \[(""|"line")?\]/,
    why: "it prints a key a line, as it is",
  },
  {
    client: /^rclone /,
    does: "reads",
    of: [...paths, "a/./b/../c"],
    seen: /got 0 bytes/,
    why: "a path has no empty segment, and no . or ..",
  },
  {
    client: /^rclone /,
    does: "reads",
    of: ["../escape"],
    seen: /directory not found/,
    why: "what climbs out of a bucket is a bucket",
    takesForBucket: "escape",
  },
  {
    client: /^rclone /,
    does: "writes",
    of: ["a///", slashed, ...paths, "a/./b/../c"],
    seen: /a node finds \["(a\/b|leading|a\/c)"\]|is a directory/,
    why: "a path has no empty segment, and no . or ..",
  },
  {
    client: /^rclone /,
    does: "writes",
    of: ["../escape"],
    seen: /minimum field size of 1, PutObjectInput\.Key/,
    why: "what climbs out of a bucket is a bucket, which it makes",
    takesForBucket: "escape",
  },
  {
    client: /^rclone /,
    does: "syncs",
    of: [decomposed],
    beside: ["caf\u00e9"],
    seen: /1 keys, without "café", with none/,
    why: "it takes names for the same that Unicode calls equivalent (--no-unicode-normalization)",
  },
  {
    client: /^rclone /,
    does: "lists",
    of: ["../escape", "a/./b/../c"],
    seen: /it lists \["[^"]*．/,
    why: "it shows a . or .. with full-width dots",
  },
  {
    client: /^rclone /,
    does: "lists",
    of: ["a///"],
    seen: /it lists \[\]/,
    why: "it takes what ends with / for a folder",
  },
];

/** The limit of a client for a key, if it has one. */
export const limitOf = (client: Client, does: Limit["does"], key: string): Limit | undefined =>
  limits.find(
    (limit) =>
      limit.client.test(client.name) &&
      (limit.server?.test(client.server) ?? true) &&
      limit.does === does &&
      limit.of.includes(key),
  );
