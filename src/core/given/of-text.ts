import { S3Error, shown } from "../error";
import { checkObjectPath, keyOf } from "../key";
import type { Context } from "../operation";
import { invalidListing } from "./invalid-listing";
import { batchSize, type Named } from "./named";
import { headSize, whatElse } from "./no-list";
import { openObject, type Place, unpacked } from "./open-object";

/** Bytes that a line may have: no path is as long, whatever the text is. */
const longestLine = 4096;

const lineFeed = 10;

/** The same bytes, once `check` has seen the first of them, and whether they are all. */
async function* checked(
  body: AsyncIterable<Buffer>,
  check: (head: Buffer, whole: boolean) => void,
): AsyncGenerator<Buffer, void, undefined> {
  const first: Buffer[] = [];
  let length = 0;
  let isOpen = true;
  for await (const piece of body) {
    if (!isOpen) {
      yield piece;
      continue;
    }
    first.push(piece);
    length += piece.length;
    if (length < headSize) continue;
    isOpen = false;
    check(Buffer.concat(first).subarray(0, headSize), false);
    yield* first.splice(0);
  }
  if (!isOpen) return;
  check(Buffer.concat(first), true);
  yield* first;
}

/** Lines as bytes, those of each piece together, without their ends. @throws RangeError for one that is too long */
async function* linesOf(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer[], void, undefined> {
  let held: Buffer = Buffer.alloc(0);
  for await (const piece of body) {
    const bytes = held.length === 0 ? piece : Buffer.concat([held, piece]);
    const lines: Buffer[] = [];
    let from = 0;
    for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, from)) {
      lines.push(bytes.subarray(from, at));
      from = at + 1;
    }
    held = bytes.subarray(from);
    // It is refused there.
    if (held.length > longestLine) lines.push(held);
    yield lines;
  }
  if (held.length > 0) yield [held];
}

/**
 * What a text names: a path on each line, ended by LF or CRLF; empty lines are none.
 * @param key that of the object with the text
 * @throws InvalidListing that says which line is wrong, or what else it plainly is
 */
export async function* ofText(context: Context, place: Place, key: string): AsyncGenerator<Named[], void, undefined> {
  const { connection } = context;
  // Strictly, and without a byte order mark.
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let number = 0;
  const wrong = (what: string): S3Error => invalidListing(`${shown(key)}, line ${number}: ${what}`);
  const pathOf = (bytes: Buffer): string => {
    number++;
    if (bytes.length > longestLine) throw wrong(`is longer than any path: a listing has a path on each line`);
    try {
      const line = decoder.decode(bytes);
      return (number === 1 ? line.replace(/^\uFEFF/, "") : line).replace(/\r$/, "");
    } catch {
      throw wrong("is no text in UTF-8");
    }
  };
  const named = (path: string): Named => {
    try {
      if (path.includes("\0")) throw wrong("has a NUL, which is in no text; store it in UTF-8");
      checkObjectPath(path);
      return { key: keyOf(connection, path) };
    } catch (error) {
      if (!(error instanceof S3Error) || error.code === "InvalidListing") throw error;
      throw wrong(error.message);
    }
  };
  const check = (head: Buffer, whole: boolean): void => {
    const what = whatElse(head, whole);
    if (what !== undefined) throw invalidListing(`${shown(key)} ${what}`);
  };
  const text = unpacked(await openObject(context, place, key), key);
  let batch: Named[] = [];
  try {
    for await (const lines of linesOf(checked(text.body, check))) {
      for (const line of lines) {
        const path = pathOf(line);
        if (path === "") continue;
        batch.push(named(path));
        if (batch.length < batchSize) continue;
        yield batch;
        batch = [];
      }
    }
  } finally {
    text.discard();
  }
  if (batch.length > 0) yield batch;
}
