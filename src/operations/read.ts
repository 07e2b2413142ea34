import { encodingGroups } from "../core/encoding";
import { operation } from "../core/operation";
import { choice, integer, requiredText, text } from "../core/parameter";

/** Reads an object. */
export const read = operation({
  type: "amazon-s3-read",
  label: "read",
  icon: "amazon-s3-read.svg",
  lead: "Reads an object from a bucket, whole or piece by piece.",
  output:
    "what the object holds, as <i>Format</i> says. <code>msg.s3</code> has its size, ETag, date, content type, metadata and <code>format</code>.",
  details: [
    "<i>auto</i> gives a string when the bytes are UTF-8 text, and a Buffer otherwise; <code>msg.s3.format</code> says which.",
    "<i>lines</i> and <i>chunks</i> send a sequence of messages with <code>msg.parts</code>, in memory that does not grow with the object; a Join node, or a write node with <i>Sequence</i>, puts them together again. An empty object is a sequence of one empty part.",
    "<i>stream</i> hands on a Node.js stream, for nodes that take one, such as write. Connect it to one wire only: a second wire gets a copy of the message, and a copied stream never ends.",
    "An object larger than <i>At most</i> is refused (<code>ObjectTooLarge</code>) before it is fetched; for <i>lines</i> the limit holds for one line.",
  ],
  permissions: [
    { action: "s3:GetObject", why: "to read" },
    { action: "s3:ListBucket", why: "to tell a missing object from a forbidden one" },
    { action: "s3:GetObjectVersion", why: "only with a version" },
  ],
  references: [
    { title: "GetObject", url: "https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html" },
    { title: "Splitting and joining messages", url: "https://nodered.org/docs/user-guide/messages#message-sequences" },
  ],
  parameters: {
    path: requiredText({
      label: "Path",
      icon: "file-o",
      text: "the object to read",
      placeholder: "reports/2026/may.csv",
    }),
    versionId: text({
      label: "Version",
      icon: "history",
      literal: "",
      text: "read this version of the object",
      fallbackText: "the current one",
    }),
    range: text({
      label: "Range",
      icon: "arrows-h",
      literal: "",
      text: "read only these bytes, as in HTTP: <code>bytes=0-99</code> are the first hundred, <code>bytes=-100</code> the last",
      placeholder: "bytes=0-99",
      fallbackText: "all of it",
    }),
    maxBytes: integer(268435456, {
      label: "At most",
      icon: "hand-paper-o",
      literal: 268435456,
      min: 0,
      text: "refuse an object of more bytes, in the formats that are held in memory",
    }),
  },
  settings: {
    format: choice(["auto", "string", "buffer", "json", "lines", "chunks", "stream"], "auto", {
      label: "Format",
      icon: "sign-out",
      text: "<code>auto</code> (a string, or a Buffer if it is no text), <code>string</code>, <code>buffer</code>, <code>json</code> (parsed), <code>lines</code> (a message for each), <code>chunks</code> (a message for each), <code>stream</code>",
    }),
    encoding: text({
      label: "Encoding",
      icon: "language",
      groups: encodingGroups,
      literal: "utf8",
      text: "of the text in the object",
    }),
    chunkSize: integer(1048576, {
      label: "Chunk size",
      icon: "th-large",
      min: 1,
      text: "bytes in a message of <code>chunks</code>",
    }),
  },
  async run() {
    throw new Error("to come");
  },
});
