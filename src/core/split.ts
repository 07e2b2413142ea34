import { createDecoder } from "./encoding";
import { S3Error } from "./error";

/**
 * The lines of a text. Split at `\n`, a `\r` before it is removed, a final empty line is not given; an empty text is
 * one empty line.
 * @param longest characters of one line: a text without line ends would fill the memory
 */
export async function* lines(body: AsyncIterable<Buffer>, encoding: string, longest: number): AsyncGenerator<string> {
  const decoder = createDecoder(encoding);
  let held: string[] = [];
  let length = 0;
  let count = 0;
  const measure = (more: string): void => {
    length += more.length;
    if (length <= longest) return;
    const text = `line ${count + 1} is longer than ${longest} characters: raise maxBytes, or read it as chunks`;
    throw new S3Error("ObjectTooLarge", text);
  };
  const line = (end: string): string => {
    measure(end);
    held.push(end);
    const whole = held.join("");
    held = [];
    length = 0;
    count++;
    return whole.endsWith("\r") ? whole.slice(0, -1) : whole;
  };
  const hold = (rest: string): void => {
    if (rest === "") return;
    measure(rest);
    held.push(rest);
  };
  for await (const bytes of body) {
    const text = decoder.write(bytes);
    let from = 0;
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", from)) {
      yield line(text.slice(from, at));
      from = at + 1;
    }
    hold(text.slice(from));
  }
  hold(decoder.end());
  if (length > 0) {
    // Not ended by `\n`, so that a `\r` here is part of the line.
    yield held.join("");
  } else if (count === 0) yield "";
}

/** The bytes again, in pieces of `size`; the last may be shorter. No bytes are one empty piece. */
export async function* chunks(body: AsyncIterable<Buffer>, size: number): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let length = 0;
  let count = 0;
  for await (const bytes of body) {
    held.push(bytes);
    length += bytes.length;
    while (length >= size) {
      // A copy of its own, not to keep the rest in memory with it; the rest is all in the last one.
      yield Buffer.concat(held, size);
      count++;
      length -= size;
      held = length > 0 ? [(held.at(-1) as Buffer).subarray(-length)] : [];
    }
  }
  if (length > 0 || count === 0) yield Buffer.concat(held, length);
}

/** Bodies of more bytes are put where they belong as they come, not held twice. */
const inPieces = 1024 * 1024;

/**
 * All of it in memory.
 * @param limit bytes
 * @param refuse makes the error for a body that turns out to be longer
 * @param size bytes that are probably to come
 */
export const collect = async (
  body: AsyncIterable<Buffer>,
  limit: number,
  refuse: (size: number) => Error,
  size = 0,
): Promise<Buffer> => {
  let whole = size > inPieces && size <= limit ? Buffer.allocUnsafeSlow(size) : undefined;
  const held: Buffer[] = [];
  let length = 0;
  for await (const bytes of body) {
    if (length + bytes.length > limit) throw refuse(length + bytes.length);
    if (whole && length + bytes.length > whole.length) {
      held.push(whole.subarray(0, length));
      whole = undefined;
    }
    if (whole) bytes.copy(whole, length);
    else held.push(bytes);
    length += bytes.length;
  }
  if (whole) return whole.subarray(0, length);
  return held.length === 1 ? (held[0] as Buffer) : Buffer.concat(held, length);
};
