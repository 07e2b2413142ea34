/** Checking XML that was read against S3's schema: what does not fit is MalformedXML. */
import { S3Error } from "./errors";
import { childText, type XmlElement } from "./xml-reader";

/** The children called `name`, at least `min` and at most `max` of them. Throws MalformedXML. */
export function childrenOf(parent: XmlElement, name: string, min = 0, max = Number.POSITIVE_INFINITY): XmlElement[] {
  const found = parent.children.filter((one) => one.name === name);
  if (found.length < min || found.length > max) throw new S3Error("MalformedXML");
  return found;
}

/** The one child called `name`, or none. Throws MalformedXML for several. */
export function optional(parent: XmlElement, name: string): XmlElement | undefined {
  return childrenOf(parent, name, 0, 1)[0];
}

/** The text of the one child called `name`. Throws MalformedXML unless there is exactly one. */
export function required(parent: XmlElement, name: string): string {
  childrenOf(parent, name, 1, 1);
  return childText(parent, name)?.trim() ?? "";
}

/** Throws MalformedXML when a child has another name than these. */
export function onlyChildren(parent: XmlElement, names: readonly string[]): void {
  if (parent.children.some((one) => !names.includes(one.name))) throw new S3Error("MalformedXML");
}

/** `text` when it is one of `values`. Throws MalformedXML. */
export function oneOf<T extends string>(text: string | undefined, values: readonly T[]): T {
  const found = values.find((one) => one === text);
  if (found === undefined) throw new S3Error("MalformedXML");
  return found;
}

/** Whether the one child called `name` says true; false without one. Throws MalformedXML for other words. */
export function flag(parent: XmlElement, name: string): boolean {
  const found = optional(parent, name);
  return found !== undefined && oneOf(found.text.trim().toLowerCase(), ["true", "false"]) === "true";
}

/** A whole number. Throws MalformedXML for what is none. */
export function wholeNumber(text: string): number {
  if (!/^[+-]?\d{1,18}$/.test(text)) throw new S3Error("MalformedXML");
  return Number(text);
}

/** The InvalidArgument of S3 with what it is about. */
export function invalidArgument(message: string, name?: string, value?: string): S3Error {
  return new S3Error("InvalidArgument", {
    message,
    extra: {
      ...(name !== undefined && { ArgumentName: name }),
      ...(value !== undefined && { ArgumentValue: value }),
    },
  });
}
