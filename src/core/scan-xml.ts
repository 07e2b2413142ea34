import { invalidResponse } from "./error";
import { deepest, unescapeXml } from "./xml";

/**
 * The strict reader of xml.ts for long documents: it goes over the bytes, makes no string of what nobody needs, and stops
 * where it is told, so that whoever has other things to do can go on later. It takes and refuses the same.
 */

/** A part of the bytes, and which kinds of bytes are in it: see the flags below. */
export interface Span {
  from: number;
  to: number;
  flags: number;
}

/** `&`: there are entities. */
export const hasEntities = 1;
/** `%` or `+`: it means something else, if it is url-encoded. */
export const hasUrlCodes = 2;
/** Bytes beyond ASCII. */
export const hasForeign = 4;
/** `"`, which ETags have around them. */
export const hasQuotes = 8;

/** The flag of each byte. */
export const kinds = new Uint8Array(256);
kinds[0x26] = hasEntities;
kinds[0x25] = hasUrlCodes;
kinds[0x2b] = hasUrlCodes;
kinds[0x22] = hasQuotes;
kinds.fill(hasForeign, 0x80);

const lessThan = 0x3c;
const greaterThan = 0x3e;
const slash = 0x2f;
const question = 0x3f;

/** Whether these bytes stand at a place of others. */
export const isAt = (bytes: Uint8Array, part: Uint8Array, from: number): boolean => {
  for (let index = 0; index < part.length; index++) if (bytes[from + index] !== part[index]) return false;
  return true;
};

/** The name of an element, once for all of its kind. */
export interface Name {
  readonly text: string;
  readonly bytes: Uint8Array;
}

/** What the scanner meets. */
export interface ScanVisitor {
  /** `depth` is 1 for the children of the root. */
  open(name: Name, depth: number): void;
  /** `text` is changed after the call; of an element with others in it, it is empty. */
  close(name: Name, depth: number, text: Readonly<Span>): void;
}

export interface Scanner {
  /** Goes on to the end of the next child of the root, or of the document. @returns whether that was the end */
  step(): boolean;
  /** Between two children, where the next of them is looked for. */
  at: number;
}

const refuse = (what: string): never => {
  throw invalidResponse(`the answer is no whole XML document of S3: ${what}`);
};

/** Some hundred names are kept; a document with more is none of S3, and only slower. */
const most = 256;

/** @param bytes UTF-8 @throws InvalidResponse, in each step, if it is not well-formed */
export const scanXml = (bytes: Buffer, root: string, visitor: ScanVisitor): Scanner => {
  const { length } = bytes;
  const names: (Name | undefined)[] = new Array(most).fill(undefined);
  const text = (from: number, to: number): string => bytes.toString("utf8", from, to);
  const isBlank = (from: number, to: number): boolean => {
    for (let at = from; at < to; at++) {
      const byte = bytes[at] as number;
      // Of Unicode's spaces, JavaScript knows which they are.
      if (byte !== 32 && (byte < 9 || byte > 13)) return text(from, to).trim() === "";
    }
    return true;
  };
  const nameAt = (from: number, to: number, hash: number): Name => {
    const known = names[hash];
    if (known && known.bytes.length === to - from && isAt(bytes, known.bytes, from)) return known;
    const made = { text: text(from, to), bytes: new Uint8Array(bytes.subarray(from, to)) };
    // Declarations, comments and instructions have no place in a reply, and could hide things.
    if (!/^\w/.test(made.text)) refuse(`<${made.text.slice(0, 40)}> is no element`);
    names[hash] = made;
    return made;
  };

  /** The root element's place: behind an XML declaration and white space. */
  const start = (): number => {
    const from = bytes.indexOf(lessThan);
    if (from < 0 || !isBlank(0, from)) refuse(`it begins with ${JSON.stringify(text(0, 60).slice(0, 40))}`);
    if (bytes.toString("latin1", from, from + 5) !== "<?xml") return from;
    const end = bytes.indexOf(greaterThan, from);
    const next = bytes.indexOf(lessThan, from + 1);
    if (end < from + 6 || bytes[end - 1] !== question || next < end || !isBlank(end + 1, next)) {
      refuse("it begins with no whole declaration");
    }
    return next;
  };

  const stack: Name[] = [];
  const span: Span = { from: 0, to: 0, flags: 0 };
  const close = (name: Name, depth: number, from: number, to: number, flags: number): void => {
    span.from = from;
    span.to = to;
    span.flags = flags;
    visitor.close(name, depth, span);
  };
  // No accessors: V8 keeps those of each object in its map, and lets all that they hold grow old with it.
  const scanner: Scanner = { at: start(), step };
  let textFrom = scanner.at;
  let over = false;

  function step(): boolean {
    while (!over) {
      let flags = 0;
      let open = scanner.at;
      for (; open < length; open++) {
        const byte = bytes[open] as number;
        if (byte === lessThan) break;
        flags |= kinds[byte] as number;
      }
      if (open + 1 >= length) refuse("it is cut off, or is none");
      const depth = stack.length;
      if (bytes[open + 1] === slash) {
        const name = stack.pop() ?? refuse("it begins with an end");
        const nameEnd = open + 2 + name.bytes.length;
        let end = nameEnd;
        if (bytes[end] !== greaterThan) {
          end = bytes.indexOf(greaterThan, open + 1);
          if (end < 0) refuse("it is cut off, or is none");
          if (end < nameEnd || !isBlank(nameEnd, end)) refuse(`<${name.text}> is not closed`);
        }
        if (!isAt(bytes, name.bytes, open + 2)) refuse(`<${name.text}> is not closed`);
        if (textFrom < 0) close(name, depth - 1, 0, 0, 0);
        else close(name, depth - 1, textFrom, open, flags);
        textFrom = -1;
        scanner.at = end + 1;
        over = depth === 1;
        if (depth === 2) break;
        continue;
      }
      let hash = 0;
      let nameEnd = open + 1;
      for (; nameEnd < length; nameEnd++) {
        const byte = bytes[nameEnd] as number;
        if (byte <= 32 || byte === slash || byte === greaterThan) break;
        hash = (Math.imul(hash, 31) + byte) & (most - 1);
      }
      const end = bytes[nameEnd] === greaterThan ? nameEnd : bytes.indexOf(greaterThan, nameEnd);
      if (end < 0 || nameEnd >= length) refuse("it is cut off, or is none");
      const name = nameAt(open + 1, nameEnd, hash);
      if (depth === 0 && (name.text !== root || open !== textFrom))
        refuse(`it begins with <${name.text}>, not <${root}>`);
      if (depth >= deepest) refuse("it is nested too deeply");
      visitor.open(name, depth);
      scanner.at = end + 1;
      if (bytes[end - 1] === slash) {
        close(name, depth, 0, 0, 0);
        textFrom = -1;
        over = depth === 0;
      } else {
        stack.push(name);
        textFrom = scanner.at;
      }
    }
    if (over && !isBlank(scanner.at, length)) refuse("there is more after its end");
    return over;
  }
  return scanner;
};

/** As toString does it, without its checks: half of its time, for short texts. */
export const latin1 = (bytes: Buffer, from: number, to: number): string =>
  (bytes as Buffer & { latin1Slice(from: number, to: number): string }).latin1Slice(from, to);

/** The text of a part, with its entities resolved. */
export const textOf = (bytes: Buffer, { from, to, flags }: Readonly<Span>): string => {
  if (flags === 0 || flags === hasUrlCodes) return latin1(bytes, from, to);
  const text = flags & hasForeign ? bytes.toString("utf8", from, to) : latin1(bytes, from, to);
  return unescapeXml(text);
};
