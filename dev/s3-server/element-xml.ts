/** Elements that were read, written again. */
import { tag } from "./xml";
import type { XmlElement } from "./xml-reader";

const INSTANCE = "http://www.w3.org/2001/XMLSchema-instance";

/** An element as XML, without a namespace of its own; white space between elements is left out. */
export function elementXml(element: XmlElement): string {
  const { name, children } = element;
  if (children.length === 0) return tag(name, element.text);
  // the one type of S3's schema that is told by an attribute, and the reader keeps none
  const type = name === "Grantee" ? ` xmlns:xsi="${INSTANCE}" xsi:type="${granteeType(element)}"` : "";
  return `<${name}${type}>${childrenXml(element)}</${name}>`;
}

/** What is inside an element, as XML. */
export function childrenXml(element: XmlElement): string {
  return element.children.map(elementXml).join("");
}

function granteeType({ children }: XmlElement): string {
  if (children.some(({ name }) => name === "URI")) return "Group";
  return children.some(({ name }) => name === "EmailAddress") ? "AmazonCustomerByEmail" : "CanonicalUser";
}
