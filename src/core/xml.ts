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
const deepest = 16;

/**
 * Walks through a document.
 * @param xml the whole reply
 * @param root the name its root element must have
 * @throws InvalidResponse if it is not well-formed from the first byte to the last
 */
export const readXml = (xml: string, root: string, visitor: XmlVisitor): void => {
  const end = xml.length;
  const stack: string[] = [];
  let at = xml.charCodeAt(0) === 0xfeff ? 1 : 0;
  let textFrom = -1;
  let finished = false;
  while (at < end) {
    const open = xml.indexOf("<", at);
    if (open < 0) {
      if (xml.slice(at).trim() !== "") refuse("text after its end");
      break;
    }
    if (stack.length === 0 && xml.slice(at, open).trim() !== "") refuse("text outside of its root element");
    const close = xml.indexOf(">", open + 1);
    if (close < 0) refuse("it is cut off");
    const first = xml.charCodeAt(open + 1);
    at = close + 1;
    if (first === 47 /* / */) {
      const name = xml.slice(open + 2, close).trimEnd();
      if (stack.pop() !== name) refuse(`</${name.slice(0, 40)}> closes nothing`);
      visitor.close(name, stack.length, textFrom >= 0 ? xml.slice(textFrom, open) : "");
      textFrom = -1;
      finished = stack.length === 0;
      continue;
    }
    if (first === 63 /* ? */) continue;
    if (first === 33 /* ! */) refuse("a declaration or comment");
    if (finished) refuse("a second root element");
    const empty = xml.charCodeAt(close - 1) === 47;
    const tag = xml.slice(open + 1, empty ? close - 1 : close);
    const space = tag.search(/\s/);
    const name = space < 0 ? tag : tag.slice(0, space);
    if (stack.length === 0 && name !== root) refuse(`its root element is <${name.slice(0, 40)}>, not <${root}>`);
    if (stack.length >= deepest) refuse("it is nested too deeply");
    visitor.open(name, stack.length);
    if (empty) {
      visitor.close(name, stack.length, "");
      textFrom = -1;
      finished = stack.length === 0;
    } else {
      stack.push(name);
      textFrom = at;
    }
  }
  if (!finished) refuse(end === 0 ? "it is empty" : "it is cut off");
};
