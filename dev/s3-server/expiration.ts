/** x-amz-expiration: when a lifecycle rule expires an object, and which ("How do I check when an object expires"). */
import type { Bucket, Version } from "./model";
import { uriEncode } from "./uri";
import { child, childText, type XmlElement } from "./xml-reader";

const DAY = 86_400_000;

/**
 * The header for the current version of a key, empty when no rule expires it. Where several rules do, the one that is
 * first to: "S3 Lifecycle honors the shorter expiration" ("Examples of S3 Lifecycle configurations").
 */
export function expirationHeader(bucket: Bucket, key: string, version: Version): Record<string, string> {
  const configuration = bucket.configurations?.lifecycle;
  if (!configuration || bucket.keys.get(key)?.versions[0] !== version) return {};
  let first = Number.POSITIVE_INFINITY;
  let id = "";
  for (const rule of configuration.root.children) {
    if (childText(rule, "Status")?.trim() !== "Enabled" || !isAbout(rule, key, version)) continue;
    const time = expiry(rule, version.lastModified);
    if (time >= first) continue;
    first = time;
    id = childText(rule, "ID") ?? "";
  }
  if (first === Number.POSITIVE_INFINITY) return {};
  return { "x-amz-expiration": `expiry-date="${new Date(first).toUTCString()}", rule-id="${uriEncode(id)}"` };
}

/** When a rule expires what was written at `written`; infinity when it does not. Milliseconds since 1970. */
function expiry(rule: XmlElement, written: number): number {
  const action = child(rule, "Expiration");
  const date = action && childText(action, "Date");
  if (date !== undefined) return Date.parse(date.trim());
  const days = action && childText(action, "Days");
  if (days === undefined) return Number.POSITIVE_INFINITY;
  // "adding the number of days … and rounding up the resulting time to the next day at midnight UTC"
  return (Math.floor(written / DAY) + Number(days) + 1) * DAY;
}

/** Whether the filter of a rule holds for an object; the prefix may stand outside of one, as it first did. */
function isAbout(rule: XmlElement, key: string, { attributes, body }: Version): boolean {
  const filter = child(rule, "Filter");
  const parts = [...(filter ? (child(filter, "And") ?? filter) : rule).children];
  return parts.every((one) => {
    const text = one.text.trim();
    if (one.name === "Prefix") return key.startsWith(one.text);
    if (one.name === "ObjectSizeGreaterThan") return body.size > Number(text);
    if (one.name === "ObjectSizeLessThan") return body.size < Number(text);
    if (one.name !== "Tag") return true;
    const name = childText(one, "Key");
    return attributes.tags.some((mine) => mine.key === name && mine.value === childText(one, "Value"));
  });
}
