import { Readable } from "node:stream";
import { type Download, download } from "../core/download";
import { asText, checkEncoding, decode, encodingGroups } from "../core/encoding";
import { invalid, invalidResponse, S3Error, shown } from "../core/error";
import { noSuchObject } from "../core/head";
import { checkFilePath, checkVersionId, keyOf } from "../core/key";
import { type About, type Context, operation, type Reply, type Single } from "../core/operation";
import { checkPacking, type Packing, packingsOf } from "../core/packing";
import { choice, integer, requiredText, text } from "../core/parameter";
import { chunks, collect, lines } from "../core/split";
import { codeOf, toS3Error } from "../core/to-error";
import { unpack } from "../core/unpack";

const tooLarge = (path: string, size: number, limit: number, unpacked = false): S3Error => {
  const what = unpacked ? `${size} bytes or more when it is decompressed` : `${size} bytes or more`;
  const text = `${path} has ${what}, and maxBytes is ${limit}: raise it (At most in the form), or read lines, chunks or a stream`;
  return new S3Error("ObjectTooLarge", text);
};

/** Refuses what S3 would ignore, to answer with the whole object. */
const checkRange = (range: string): void => {
  const [, first, last] = /^bytes=(?:(\d+)-(\d*)|-\d+)$/.exec(range) ?? [undefined, "1", "0"];
  if (range === "" || !last || BigInt(first as string) <= BigInt(last)) return;
  throw invalid("range", `${shown(range)} is no range; write it like bytes=0-99, bytes=100- or bytes=-100`);
};

/** Whether the flow asks for each further message. */
const isPulled = ({ format, pace }: { format: string; pace: string }): boolean =>
  pace === "pull" && (format === "lines" || format === "chunks");

type Decompress = "none" | "auto" | Packing;

/** Refuses what cannot be decompressed whatever the object is. */
const checkDecompress = (decompress: Decompress, range: string): void => {
  if (decompress === "none") return;
  if (range !== "") {
    const way = "leave range empty, or set decompress to none";
    throw invalid(
      "decompress",
      `does not go with a range, since compressed data can be read from their beginning alone; ${way}`,
    );
  }
  checkPacking("decompress", decompress);
};

/** The object as it is to be read: as it is stored, or what its compressed bytes hold. */
const unpacked = (stored: Download, decompress: Decompress, path: string): Download => {
  if (decompress === "none") return stored;
  const packings = decompress === "auto" ? packingsOf(stored.contentEncoding, path) : [decompress];
  try {
    for (const packing of packings) checkPacking("decompress", packing);
  } catch (error) {
    stored.discard();
    throw error;
  }
  return packings.reduce((download, packing) => unpack(download, packing, path), stored);
};

const parse = (path: string, text: string): unknown => {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    const text = `${path} is no JSON: ${(error as Error).message}; choose another Format`;
    throw invalidResponse(text, { retryable: false });
  }
};

const inMemory = (path: string, bytes: Buffer, format: string, encoding: string, about: About): Single => {
  if (format === "buffer") return { result: bytes, about };
  if (format === "string") return { result: decode(bytes, encoding), about };
  if (format === "json") return { result: parse(path, decode(bytes, encoding)), about };
  const text = asText(bytes);
  return { result: text ?? bytes, about: { ...about, format: text === undefined ? "buffer" : "string" } };
};

/** A stream of our own: nothing of the SDK or of node:http leaves this package, errors included. */
const handedOn = (context: Context, path: string, { body, discard }: Download, about: About): Single => {
  const { bucket, connection, signal } = context;
  let failure: S3Error | undefined;
  // Without a `throw`, so that what a consumer destroys the stream with is not taken for a failure of the download.
  const iterator = {
    next: () =>
      body.next().catch((error: unknown) => {
        failure = toS3Error(error, { operation: "read", bucket, path, redact: connection.redact });
        throw failure;
      }),
    return: () => {
      // The generator's own end is not enough: it has none before its first step, and none while it waits for a byte.
      discard();
      return body.return(undefined);
    },
  };
  const stream = Readable.from({ [Symbol.asyncIterator]: () => iterator }, { objectMode: false });
  // A flow may have nobody who listens.
  stream.on("error", () => {});
  const stop = () => stream.destroy(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  const ended = new Promise<void>((resolve, reject) => {
    stream.once("close", () => {
      signal.removeEventListener("abort", stop);
      const error = signal.aborted ? signal.reason : failure;
      // A consumer that stops early has what it wanted.
      if (error) reject(error);
      else resolve();
    });
  });
  return { result: stream, about, ended };
};

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
    "<i>Decompress</i> reads what a compressed object holds, in every format. <i>auto</i> goes by what the store says of it (<code>Content-Encoding</code>), else by its name; what is not compressed is read as it is. <i>At most</i> counts what comes out, and stops there; <code>msg.s3.size</code> is the size of what is stored. Data that are damaged or cut off fail with <code>InvalidResponse</code>. A range cannot be decompressed.",
    "<i>Pace</i> <code>pull</code> is for flows that are slower than the store: wire the end of the flow back into this node. Each line or chunk is sent when the one before it has come back, which is known by its <code>msg.parts</code>, and not read anew. All must come back, also those that fail on their way and go to a Catch node. A flow may take its time: the download goes on where it was, unless the object has changed. A message with <code>msg.reset</code> gives up the sequence with its <code>msg.parts.id</code>, or all where it has none; the message that was read for ends with <code>Aborted</code>.",
  ],
  permissions: [
    { action: "s3:GetObject", why: "to read" },
    { action: "s3:ListBucket", why: "to tell a missing object from a forbidden one" },
    { action: "s3:GetObjectVersion", why: "only with a version", extra: true },
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
      example: "bytes=0-99",
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
    format: choice(
      {
        auto: "a string, or a Buffer if it is no text",
        string: "text",
        buffer: "bytes, as they are",
        json: "parsed JSON",
        lines: "a message for each line",
        chunks: "a message for each piece, a Buffer",
        stream: "a Node.js stream",
      },
      "auto",
      { label: "Format", icon: "sign-out", text: "what the message gets" },
    ),
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
    decompress: choice(
      {
        none: "leave it as it is",
        auto: "by its <code>Content-Encoding</code>, else by the extension <code>.gz</code>, <code>.br</code> or <code>.zst</code>",
        gzip: "",
        brotli: "",
        zstd: "with Node.js 22.15 or later",
      },
      "none",
      { label: "Decompress", icon: "expand", text: "read what a compressed object holds" },
    ),
    pace: choice(
      {
        all: "as fast as they come",
        pull: "each when the one before it has come back to this node",
      },
      "all",
      { label: "Pace", icon: "tachometer", text: "when further lines or chunks are sent" },
    ),
  },
  pulled: isPulled,
  async run(values, context): Promise<Reply> {
    const { path, versionId, range, maxBytes, format, encoding, decompress, chunkSize } = values;
    checkFilePath(path);
    checkVersionId(versionId);
    checkEncoding(encoding);
    checkRange(range);
    checkDecompress(decompress, range);
    const key = keyOf(context.connection, path);
    const stored = await download(context, {
      key,
      versionId,
      range,
      handedOn: format === "stream" || isPulled(values),
    }).catch((error: unknown) => {
      if (!versionId || codeOf(error) !== "NoSuchKey") throw error;
      // Ceph says so of a version too, whose object may well be there.
      throw noSuchObject(context, path, versionId, toS3Error(error, { operation: "read" }).requestId);
    });
    const source = unpacked(stored, decompress, path);
    const about: About = { ...source.about, format };
    switch (format) {
      case "lines":
        return { items: lines(source.body, encoding, maxBytes), about, parts: { type: "string", ch: "\n" } };
      case "chunks":
        return { items: chunks(source.body, chunkSize), about, parts: { type: "buffer", ch: "" } };
      case "stream":
        return handedOn(context, path, source, about);
    }
    if ((source.size ?? 0) > maxBytes) {
      source.discard();
      throw tooLarge(path, source.size ?? 0, maxBytes);
    }
    const refuse = (size: number): S3Error => tooLarge(path, size, maxBytes, source !== stored);
    const bytes = await collect(source.body, maxBytes, refuse, source.size);
    return inMemory(path, bytes, format, encoding, about);
  },
});
