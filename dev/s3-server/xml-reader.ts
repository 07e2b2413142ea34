/** Reading the XML that clients send: small, strict, bounded; no entity beyond the five and numeric references. */
import { S3Error } from "./errors";

/** One element: its name without prefix, its children in order, its text. */
export interface XmlElement {
  name: string;
  children: XmlElement[];
  text: string;
}

const MAX_DEPTH = 20;
const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
// biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 forbids them, which is checked here
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
const NAME = /^[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?$/;

function malformed(): S3Error {
  return new S3Error("MalformedXML");
}

function decode(raw: string): string {
  // XML 1.0, 2.11: line ends are normalised before anything else; a CR survives only as a reference
  const text = raw.includes("\r") ? raw.replace(/\r\n?/g, "\n") : raw;
  if (!text.includes("&")) return text;
  return text.replace(/&([^;]{0,12};)?/g, (_, reference: string | undefined) => {
    const name = reference?.slice(0, -1) ?? "";
    const numeric = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/.exec(name);
    if (numeric) {
      const code = numeric[1] ? Number.parseInt(numeric[1], 16) : Number(numeric[2]);
      if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) throw malformed();
      const character = String.fromCodePoint(code);
      if (FORBIDDEN.test(character)) throw malformed();
      return character;
    }
    const plain = Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : undefined;
    if (plain === undefined) throw malformed();
    return plain;
  });
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

/**
 * The root element of a document. Throws `MalformedXML` for what is not well-formed, for a document type,
 * an unknown entity, a character that XML 1.0 forbids, or more than 20 levels.
 */
export function readXml(document: string): XmlElement {
  const source = document.startsWith("\ufeff") ? document.slice(1) : document;
  if (FORBIDDEN.test(source)) throw malformed();
  const top: XmlElement = { name: "", children: [], text: "" };
  const open: { element: XmlElement; raw: string }[] = [{ element: top, raw: "" }];
  let at = 0;
  while (at < source.length) {
    const here = open[open.length - 1];
    if (!here) throw malformed();
    const next = source.indexOf("<", at);
    const text = source.slice(at, next < 0 ? source.length : next);
    if (text !== "") {
      if (open.length === 1 && text.trim() !== "") throw malformed();
      here.element.text += decode(text);
    }
    if (next < 0) break;
    if (source.startsWith("<!--", next)) {
      at = after(source, "-->", next + 4);
    } else if (source.startsWith("<?", next)) {
      at = after(source, "?>", next + 2);
    } else if (source.startsWith("<![CDATA[", next)) {
      at = after(source, "]]>", next + 9);
      if (open.length === 1) throw malformed();
      here.element.text += source.slice(next + 9, at - 3).replace(/\r\n?/g, "\n");
    } else if (source.startsWith("<!", next)) {
      throw malformed(); // a document type: where entities come from
    } else {
      at = after(source, ">", next + 1);
      element(source.slice(next + 1, at - 1), open);
    }
  }
  const root = top.children[0];
  if (open.length !== 1 || top.children.length !== 1 || !root) throw malformed();
  return root;
}

function after(source: string, mark: string, from: number): number {
  const found = source.indexOf(mark, from);
  if (found < 0) throw malformed();
  return found + mark.length;
}

function element(inside: string, open: { element: XmlElement; raw: string }[]): void {
  if (inside.startsWith("/")) {
    const closing = open.pop();
    if (open.length === 0 || closing?.raw !== inside.slice(1).trimEnd()) throw malformed();
    return;
  }
  const empty = inside.endsWith("/");
  const content = empty ? inside.slice(0, -1) : inside;
  const raw = /^[^\s]*/.exec(content)?.[0] ?? "";
  if (!NAME.test(raw)) throw malformed();
  const attributes = content.slice(raw.length);
  if (!/^(?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*$/.test(attributes)) throw malformed();
  const created: XmlElement = { name: localName(raw), children: [], text: "" };
  open[open.length - 1]?.element.children.push(created);
  if (empty) return;
  if (open.length > MAX_DEPTH) throw malformed();
  open.push({ element: created, raw });
}

/** The first child called `name`. */
export function child(parent: XmlElement, name: string): XmlElement | undefined {
  return parent.children.find((one) => one.name === name);
}

/** The text of the first child called `name`. */
export function childText(parent: XmlElement, name: string): string | undefined {
  return child(parent, name)?.text;
}
