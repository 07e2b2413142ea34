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
    if (length < size) continue;
    let whole = Buffer.concat(held, length);
    while (whole.length >= size) {
      // A copy of its own, not to keep the whole in memory with it.
      yield Buffer.from(whole.subarray(0, size));
      count++;
      whole = whole.subarray(size);
    }
    held = whole.length > 0 ? [whole] : [];
    length = whole.length;
  }
  if (length > 0 || count === 0) yield Buffer.concat(held, length);
}

/**
 * All of it in memory.
 * @param refuse makes the error for a body that turns out to be longer than `limit` bytes
 */
export const collect = async (
  body: AsyncIterable<Buffer>,
  limit: number,
  refuse: (size: number) => Error,
): Promise<Buffer> => {
  const held: Buffer[] = [];
  let length = 0;
  for await (const bytes of body) {
    held.push(bytes);
    length += bytes.length;
    if (length > limit) throw refuse(length);
  }
  return held.length === 1 ? (held[0] as Buffer) : Buffer.concat(held, length);
};
