import { Readable } from "node:stream";
import { type Download, download } from "../core/download";
import { asText, checkEncoding, decode, encodingGroups } from "../core/encoding";
import { invalid, invalidResponse, S3Error } from "../core/error";
import { noSuchObject } from "../core/head";
import { checkFilePath, keyOf } from "../core/key";
import { type About, type Context, operation, type Reply, type Single } from "../core/operation";
import { choice, integer, requiredText, text } from "../core/parameter";
import { chunks, collect, lines } from "../core/split";
import { codeOf, toS3Error } from "../core/to-error";

const tooLarge = (path: string, size: number, limit: number): S3Error => {
  const text = `${path} has ${size} bytes or more, and maxBytes is ${limit}: raise it, or read lines, chunks or a stream`;
  return new S3Error("ObjectTooLarge", text);
};

/** Refuses what S3 would ignore, to answer with the whole object. */
const checkRange = (range: string): void => {
  const [, first, last] = /^bytes=(?:(\d+)-(\d*)|-\d+)$/.exec(range) ?? [undefined, "1", "0"];
  if (range === "" || !last || BigInt(first as string) <= BigInt(last)) return;
  throw invalid("range", `${JSON.stringify(range)} is no range; write it like bytes=0-99, bytes=100- or bytes=-100`);
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
  },
  async run({ path, versionId, range, maxBytes, format, encoding, chunkSize }, context): Promise<Reply> {
    checkFilePath(path);
    checkEncoding(encoding);
    checkRange(range);
    const key = keyOf(context.connection, path);
    const source = await download(context, { key, versionId, range, handedOn: format === "stream" }).catch(
      (error: unknown) => {
        if (!versionId || codeOf(error) !== "NoSuchKey") throw error;
        // Ceph says so of a version too, whose object may well be there.
        throw noSuchObject(context, path, versionId, toS3Error(error, { operation: "read" }).requestId);
      },
    );
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
    const bytes = await collect(source.body, maxBytes, (size) => tooLarge(path, size, maxBytes), source.size);
    return inMemory(path, bytes, format, encoding, about);
  },
});
