/** Receiving a request body that is XML. */
import { S3Error } from "./errors";
import type { Exchange } from "./exchange";
import { readXml, type XmlElement } from "./xml-reader";

/** The root element of the request's body. Throws MalformedXML, and MissingRequestBodyError for an empty one. `checksumOfObject` as in ReceiveOptions. */
export async function readXmlBody(
  exchange: Exchange,
  maxSize = 1024 * 1024,
  checksumOfObject = false,
): Promise<XmlElement> {
  const { body } = await exchange.receive({ maxSize, checksumOfObject });
  if (body.size === 0) throw new S3Error("MissingRequestBodyError");
  return readXml(Buffer.concat([...body.read(0, body.size)]).toString());
}
