import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { ReadableStream } from "node:stream/web";
import { join } from "../../src/core/joined";
import { multipartEtag } from "../../src/core/ownership";
import { partSize } from "../../src/core/parts";

const md5 = (bytes: Buffer): string => createHash("md5").update(bytes).digest("hex");

/** One byte more than a part holds, and no two places of it alike: so short is the shortest object of two parts. */
const block = Buffer.from(
  Array.from({ length: partSize(0) / 8 }, (_, at) => at.toString(36).padStart(7))
    .join("\n")
    .padEnd(partSize(0) + 1),
);

export const largeBody = (text: string): Buffer => Buffer.concat([block, Buffer.from(text)]);

/** Whether these bytes were written in parts: only such are so many here. */
export const isLarge = ({ length }: Buffer): boolean => length >= block.length;

const etags = new Map<string, string>();

export const etagOf = (body: Buffer): string => {
  if (!isLarge(body)) return md5(body);
  // All begin with the same bytes.
  const rest = body.subarray(block.length).toString();
  const known =
    etags.get(rest) ?? multipartEtag([md5(block.subarray(0, partSize(0))), md5(body.subarray(partSize(0)))]);
  etags.set(rest, known);
  return known;
};

/** How data are given to a write. */
export type As = "text" | "Buffer" | "stream" | "web stream" | "sequence";

export const isReadOnce = (as: As): boolean => as !== "text" && as !== "Buffer";

/** Of no length that parts have. */
const pieceSize = 1_500_001;

function* piecesOf(body: Buffer): Generator<Buffer> {
  yield body.subarray(0, pieceSize);
  for (let at = pieceSize; at < body.length; at += pieceSize) yield body.subarray(at, at + pieceSize);
}

async function* inTurn(pieces: Iterable<Buffer>): AsyncGenerator<Buffer> {
  yield* pieces;
}

export const dataOf = (body: Buffer, as: As): unknown => {
  if (as === "text") return body.toString();
  if (as === "Buffer") return body;
  if (as === "stream") return Readable.from(piecesOf(body));
  if (as === "web stream") return ReadableStream.from(piecesOf(body));
  const [first, ...rest] = piecesOf(body);
  return join(first, inTurn([first as Buffer, ...rest]), undefined);
};
