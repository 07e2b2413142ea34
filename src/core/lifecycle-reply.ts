import { S3Error } from "./error";
import { readXml } from "./xml";

/** All that a configuration may have by S3's API reference ("LifecycleRule"), and that is written as it was read. */
const known = new Set([
  "AbortIncompleteMultipartUpload",
  "And",
  "Date",
  "Days",
  "DaysAfterInitiation",
  "Expiration",
  "ExpiredObjectDeleteMarker",
  "Filter",
  "ID",
  "Key",
  "NewerNoncurrentVersions",
  "NoncurrentDays",
  "NoncurrentVersionExpiration",
  "NoncurrentVersionTransition",
  "ObjectSizeGreaterThan",
  "ObjectSizeLessThan",
  "Prefix",
  "Rule",
  "Status",
  "StorageClass",
  "Tag",
  "Transition",
  "Value",
]);

/**
 * Refuses a configuration that would not be written as it was read: the SDK leaves out what it does not know.
 * @returns how many rules it has
 * @throws InvalidResponse for what is no whole configuration, NotImplemented for one with more in it
 */
export const checkLifecycleReply = (xml: string): number => {
  let rules = 0;
  readXml(xml, "LifecycleConfiguration", {
    open(name, depth) {
      if (depth === 0) return;
      if (depth === 1 && name === "Rule") rules++;
      if (known.has(name)) return;
      const text = `the bucket's lifecycle configuration has <${name}>, which would be lost if it were written anew: nothing was written; set the rule in the store itself`;
      throw new S3Error("NotImplemented", text);
    },
    close() {},
  });
  return rules;
};
