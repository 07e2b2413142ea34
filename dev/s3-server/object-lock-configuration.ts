/** GetObjectLockConfiguration, PutObjectLockConfiguration. */
import { S3Error } from "./errors";
import { bucketOf, type Exchange, type Reply } from "./exchange";
import { requireIntegrity } from "./integrity";
import type { BucketLock } from "./model";
import { isLockMode } from "./object-lock";
import { tag, xmlDocument } from "./xml";
import { readXmlBody } from "./xml-body";
import { child, childText, type XmlElement } from "./xml-reader";

/** "1 to 36,500 days, or 1 to 100 years" (Object Lock considerations) */
const MAX = { Days: 36_500, Years: 100 };

/** GetObjectLockConfiguration. Throws ObjectLockConfigurationNotFoundError. */
export function getObjectLockConfiguration(exchange: Exchange): Reply {
  const { name, objectLock } = bucketOf(exchange);
  if (!objectLock) throw new S3Error("ObjectLockConfigurationNotFoundError", { extra: { BucketName: name } });
  const { mode, days, years } = objectLock;
  const retention = tag("Mode", mode) + tag("Days", days) + tag("Years", years);
  return {
    headers: { "content-type": "application/xml" },
    body: xmlDocument(
      "ObjectLockConfiguration",
      tag("ObjectLockEnabled", "Enabled") +
        (mode ? `<Rule><DefaultRetention>${retention}</DefaultRetention></Rule>` : ""),
    ),
  };
}

/**
 * PutObjectLockConfiguration: a default retention, none, and Object Lock itself for a bucket that has versioning. Once
 * it is there it stays.
 */
export async function putObjectLockConfiguration(exchange: Exchange): Promise<Reply> {
  requireIntegrity(exchange.headers);
  const root = await readXmlBody(exchange);
  const bucket = bucketOf(exchange);
  if (root.name !== "ObjectLockConfiguration" || childText(root, "ObjectLockEnabled") !== "Enabled") {
    throw new S3Error("MalformedXML");
  }
  const rule = child(root, "Rule");
  const lock = rule ? defaultRetention(rule) : {};
  if (bucket.versioning !== "Enabled") {
    throw new S3Error("InvalidBucketState", {
      message: "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
    });
  }
  bucket.objectLock = lock;
  return {};
}

function defaultRetention(rule: XmlElement): BucketLock {
  const retention = child(rule, "DefaultRetention");
  const mode = retention && childText(retention, "Mode");
  if (!retention || !isLockMode(mode)) throw new S3Error("MalformedXML");
  const days = period(retention, "Days");
  const years = period(retention, "Years");
  if ((days === undefined) === (years === undefined)) throw new S3Error("MalformedXML");
  return { mode, ...(days !== undefined && { days }), ...(years !== undefined && { years }) };
}

function period(retention: XmlElement, unit: keyof typeof MAX): number | undefined {
  const text = childText(retention, unit)?.trim();
  if (text === undefined) return undefined;
  if (!/^-?\d{1,10}$/.test(text)) throw new S3Error("MalformedXML");
  const value = Number(text);
  const extra = { ArgumentName: unit, ArgumentValue: text };
  if (value <= 0) {
    throw new S3Error("InvalidArgument", {
      message: "Default retention period must be a positive integer value.",
      extra,
    });
  }
  if (value > MAX[unit]) {
    throw new S3Error("InvalidArgument", { message: "Default retention period too large.", extra });
  }
  return value;
}
