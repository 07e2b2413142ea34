/** GetObjectTagging, PutObjectTagging, DeleteObjectTagging. */
import { checkTags } from "./attributes";
import { S3Error } from "./errors";
import { notify } from "./events";
import { bucketOf, type Exchange, type Reply } from "./exchange";
import { requestedVersion } from "./get-object";
import type { Tag, Version } from "./model";
import { versionHeader } from "./versions";
import { tag, xmlDocument } from "./xml";
import { readXmlBody } from "./xml-body";
import { child, childText, type XmlElement } from "./xml-reader";

/** GetObjectTagging. */
export function getObjectTagging(exchange: Exchange): Reply {
  const bucket = bucketOf(exchange);
  const version = requestedVersion(exchange, bucket);
  const tags = version.attributes.tags.map((one) => `<Tag>${tag("Key", one.key)}${tag("Value", one.value)}</Tag>`);
  return {
    headers: { "content-type": "application/xml", ...versionHeader(bucket, version) },
    body: xmlDocument("Tagging", `<TagSet>${tags.join("")}</TagSet>`),
  };
}

/** PutObjectTagging. */
export async function putObjectTagging(exchange: Exchange): Promise<Reply> {
  const tags = readTagging(await readXmlBody(exchange));
  const bucket = bucketOf(exchange);
  const version = requestedVersion(exchange, bucket);
  retag(version, tags);
  notify(exchange, bucket, "ObjectTagging:Put", exchange.key, version);
  return { headers: versionHeader(bucket, version) };
}

/** The tags of a Tagging element. Throws MalformedXML, and what checkTags throws. */
export function readTagging(root: XmlElement): Tag[] {
  const set = child(root, "TagSet");
  if (root.name !== "Tagging" || !set) throw new S3Error("MalformedXML");
  return checkTags(
    set.children.map((one): Tag => {
      const key = childText(one, "Key");
      const value = childText(one, "Value");
      if (key === undefined || value === undefined) throw new S3Error("MalformedXML");
      return { key, value };
    }),
  );
}

/** DeleteObjectTagging. */
export function deleteObjectTagging(exchange: Exchange): Reply {
  const bucket = bucketOf(exchange);
  const version = requestedVersion(exchange, bucket);
  retag(version, []);
  notify(exchange, bucket, "ObjectTagging:Delete", exchange.key, version);
  return { status: 204, headers: versionHeader(bucket, version) };
}

function retag(version: Version, tags: readonly Tag[]): void {
  version.attributes = { ...version.attributes, tags };
}
