import { invalidResponse } from "./error";

/**
 * A strict reader for the flat XML of S3's listings and reports, at a tenth of the cost of a general parser.
 * It knows elements, text, the five entities and numeric ones, and refuses everything else: a reply that is cut,
 * of another root element or no XML at all must never pass for a shorter list.
 */

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

const refuse = (what: string): never => {
  throw invalidResponse(`the answer is no whole XML document of S3: ${what}`);
};

/** Resolves entities in the text of an element. */
export const unescapeXml = (text: string): string => {
  if (!text.includes("&")) return text;
  return text.replace(/&([^;]{0,12});?/g, (whole, name: string) => {
    if (!whole.endsWith(";")) return refuse("a lone &");
    const named = Object.hasOwn(entities, name) ? entities[name] : undefined;
    if (named !== undefined) return named;
    const number = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/.exec(name);
    const code = number ? Number.parseInt(number[1] ?? number[2] ?? "", number[1] ? 16 : 10) : Number.NaN;
    return code <= 0x10ffff ? String.fromCodePoint(code) : refuse(`the entity ${whole}`);
  });
};

/** What the reader meets. `text` is raw: see {@link unescapeXml}. */
export interface XmlVisitor {
  /** `depth` is 1 for the children of the root. */
  open(name: string, depth: number): void;
  close(name: string, depth: number, text: string): void;
}

/** Deeper nesting than any reply of S3 has. */
export const deepest = 16;

const slash = 47;

/** Where the name of a tag ends that goes up to `close`. */
const endOfName = (xml: string, from: number, close: number): number => {
  for (let at = from; at < close; at++) {
    const code = xml.charCodeAt(at);
    if (code <= 32 || code === slash) return at;
  }
  return close;
};

const isBlank = (xml: string, from: number, to: number): boolean => from === to || xml.slice(from, to).trim() === "";

/** The index behind an XML declaration and white space, where the root element must begin. */
const startOf = (xml: string): number => {
  const begin = /^\ufeff?\s*(?:<\?xml[^<>]*\?>)?\s*/.exec(xml)?.[0].length ?? 0;
  if (begin === xml.length) refuse("it is empty");
  return begin;
};

/**
 * Walks through a document.
 * @param xml the whole reply
 * @param root the name its root element must have
 * @throws InvalidResponse if it is not well-formed from the first byte to the last
 */
export const readXml = (xml: string, root: string, visitor: XmlVisitor): void => {
  const stack: string[] = [];
  let at = startOf(xml);
  let textFrom = at;
  do {
    const open = xml.indexOf("<", at);
    const close = open < 0 ? -1 : xml.indexOf(">", open + 1);
    if (close < 0) refuse("it is cut off, or is none");
    at = close + 1;
    const depth = stack.length;
    if (xml.charCodeAt(open + 1) === slash) {
      const name = stack.pop() ?? refuse("it begins with an end");
      const end = open + 2 + name.length;
      if (!xml.startsWith(name, open + 2) || !isBlank(xml, end, close)) refuse(`<${name}> is not closed`);
      visitor.close(name, depth - 1, textFrom < 0 ? "" : xml.slice(textFrom, open));
      textFrom = -1;
      continue;
    }
    const end = endOfName(xml, open + 1, close);
    const name = xml.slice(open + 1, end);
    if (depth === 0 && (name !== root || open !== textFrom)) {
      refuse(`it begins with ${JSON.stringify(xml.slice(textFrom, textFrom + 40))}, not with <${root}>`);
    }
    // Declarations, comments and instructions have no place in a reply, and could hide things.
    // What every object has is no name of S3 either: other parsers stumble over it.
    if (!/^\w/.test(name) || name in Object.prototype) refuse(`<${name.slice(0, 40)}> is no element`);
    if (depth >= deepest) refuse("it is nested too deeply");
    visitor.open(name, depth);
    if (xml.charCodeAt(close - 1) === slash) {
      visitor.close(name, depth, "");
      textFrom = -1;
    } else {
      stack.push(name);
      textFrom = at;
    }
  } while (stack.length > 0);
  if (!isBlank(xml, at, xml.length)) refuse("there is more after its end");
};
