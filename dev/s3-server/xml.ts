/** Writing XML. What is written goes out as UTF-8 with S3's namespace on the root element. */

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';
const NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to be found
const SPECIAL = /[&<>"\u0000-\u001f\u007f\ufffe\uffff]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to be replaced
const EVERY_SPECIAL = /[&<>"\u0000-\u001f\u007f\ufffe\uffff]/g;

const NAMED: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/**
 * Text made safe for XML. XML 1.0 has no way to carry most control characters; S3 writes them as numeric references
 * all the same (`&#x1;`), which strict parsers refuse, and offers `encoding-type=url` for that reason.
 */
export function escapeXml(text: string): string {
  if (!SPECIAL.test(text)) return text;
  return text.replace(EVERY_SPECIAL, (c) => NAMED[c] ?? `&#x${c.charCodeAt(0).toString(16)};`);
}

/** `<name>text</name>`, or nothing at all when there is no value. */
export function tag(name: string, value: string | number | boolean | undefined): string {
  if (value === undefined) return "";
  return `<${name}>${typeof value === "string" ? escapeXml(value) : value}</${name}>`;
}

/** A whole document of S3: declaration, root element with the namespace, content (already XML). */
export function xmlDocument(root: string, content: string | readonly string[]): string {
  const text = typeof content === "string" ? [content] : content;
  return [`${DECLARATION}<${root} xmlns="${NAMESPACE}">`, ...text, `</${root}>`].join("");
}

/** A document without namespace, as S3's errors are. */
export function plainDocument(root: string, content: string): string {
  return `${DECLARATION}<${root}>${content}</${root}>`;
}
