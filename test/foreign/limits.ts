/** What a client cannot do, whatever server it talks to. Each limit is checked: one that is gone makes the suite fail. */
import type { Client } from "./client";

export interface Limit {
  /** of the client's name, which has its version */
  client: RegExp;
  /**
   * `reads`, `writes`: a single object of that key. `lists`: a bucket in which it is. `labels`: an object with metadata of
   * that value. `pushes`, `pulls`: a folder in which it is, to the store and
   * from it. `pipes`: an object of standard input that is this.
   */
  does: "reads" | "writes" | "lists" | "labels" | "pushes" | "pulls" | "pipes";
  /** the keys, or the values, that it cannot express */
  of: readonly string[];
  /** what is seen instead: of what the client says, or of what came of it */
  seen: RegExp;
  /** why */
  why: string;
}

/** Metadata that no header can carry as they are. */
export const beyondAscii = "Zoë, 日本 😀";

const paths = ["a//b", "/leading"];
const dots = ["../escape", "a/./b/../c"];

export const limits: readonly Limit[] = [
  {
    client: /^aws /,
    does: "labels",
    of: [beyondAscii],
    seen: /Non ascii characters found in S3 metadata/,
    why: "it refuses metadata beyond ASCII",
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
    of: ["a///"],
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
    client: /^s3cmd /,
    does: "pushes",
    of: [
      "line\nbreak",
      "\nends\n",
      "carriage\rreturn\r\n",
      "tab\tin it",
      "\u0001control\u001f",
      "delete\u007f and\u0085more",
    ],
    seen: /1 keys, without .*, with "[^"]*\^/,
    why: "it writes a control character as ^ and a letter",
  },
  {
    client: /^s3cmd /,
    does: "pulls",
    of: ["\u0001control\u001f", "no character \uffff"],
    seen: /ParseError/,
    why: "it does not ask for encoded keys, and XML 1.0 has no such character",
  },
  {
    client: /^s3cmd /,
    does: "pulls",
    of: ["line\nbreak", "\nends\n", "carriage\rreturn\r\n"],
    seen: /NoSuchKey|got \d+ bytes|KeyError/,
    why: "its URLs end at a line feed",
  },
  {
    client: /^s3cmd /,
    does: "pipes",
    of: [""],
    seen: /MalformedXML/,
    why: "it completes an upload without any part",
  },
  {
    client: /^rclone /,
    does: "reads",
    of: [...paths, ...dots],
    seen: /got 0 bytes|directory not found/,
    why: "a path has no empty segment, and no . or ..",
  },
  {
    client: /^rclone /,
    does: "writes",
    of: ["a///", ...paths, ...dots],
    seen: /a node finds \["(a\/b|leading|a\/c|a\/．\/b\/．．\/c)"\]|is a directory|minimum field size/,
    why: "a path has no empty segment, and no . or ..",
  },
  {
    client: /^rclone /,
    does: "lists",
    of: dots,
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
  limits.find((limit) => limit.client.test(client.name) && limit.does === does && limit.of.includes(key));
