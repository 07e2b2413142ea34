/** A piece of JavaScript that is printed as it is. */
export class Code {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** What `print` can print. */
export type Printable = Code | string | number | boolean | readonly Printable[] | { readonly [key: string]: Printable };

// The text ends up inside a script element, which ends at the first "</".
const quoted = (text: string): string => JSON.stringify(text).replaceAll("</", "<\\/");

const keyed = (key: string): string => (/^[A-Za-z_$][\w$]*$/.test(key) ? key : quoted(key));

/** The value on one line, as a literal with unquoted keys. */
export const inline = (value: Printable): string => {
  if (value instanceof Code) return value.text;
  if (typeof value === "string") return quoted(value);
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value)) return `[${value.map(inline).join(", ")}]`;
  const entries = Object.entries(value).map(([key, item]) => `${keyed(key)}: ${inline(item)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
};

/** Puts `depth` spaces before each line that is not empty. */
export const indent = (text: string, depth: number): string => text.replace(/^(?=.)/gm, " ".repeat(depth));

/** The value with one entry a line at the outermost level: what `registerType` is given. */
export const lines = (entries: { readonly [key: string]: Printable }): string =>
  `{\n${Object.entries(entries)
    .map(([key, item]) => indent(`${keyed(key)}: ${inline(item)},`, 2))
    .join("\n")}\n}`;
