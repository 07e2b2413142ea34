import { S3Error } from "./error";
import { readXml, unescapeXml } from "./xml";

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

const numbers = new Set([
  "Days",
  "DaysAfterInitiation",
  "NewerNoncurrentVersions",
  "NoncurrentDays",
  "ObjectSizeGreaterThan",
  "ObjectSizeLessThan",
]);

/** Those that hold a text, told as it is. */
const words = new Set(["ID", "Key", "Prefix", "Status", "StorageClass", "Value"]);

/**
 * What a rule says in texts and numbers, in no order, to be compared: the SDK makes nothing of a text of line breaks, of some
 * entities and of what comes twice, and a rule without its prefix would empty the bucket.
 */
const told = (name: string, value: string): string => JSON.stringify([name, numbers.has(name) ? Number(value) : value]);

const collect = (value: unknown, name: string, into: string[]): void => {
  if (Array.isArray(value)) for (const one of value) collect(one, name, into);
  else if (typeof value === "object" && value !== null) {
    for (const [inner, one] of Object.entries(value)) collect(one, inner, into);
  } else if ((words.has(name) || numbers.has(name)) && value !== undefined) into.push(told(name, String(value)));
};

/** What rules say as the SDK has read them: see checkLifecycleReply. */
export const textsOf = (rules: readonly unknown[]): string[] => {
  const texts: string[] = [];
  collect(rules, "", texts);
  return texts.sort();
};

/**
 * Refuses a configuration that would not be written as it was read: the SDK leaves out what it does not know.
 * @returns what its rules say, to be compared with what the SDK has read
 * @throws InvalidResponse for what is no whole configuration, NotImplemented for one with more in it
 */
export const checkLifecycleReply = (xml: string): { count: number; texts: string[] } => {
  let count = 0;
  const texts: string[] = [];
  readXml(xml, "LifecycleConfiguration", {
    open(name, depth) {
      if (depth === 0) return;
      if (depth === 1 && name === "Rule") count++;
      if (known.has(name)) return;
      const text = `the bucket's lifecycle configuration has <${name}>, which would be lost if it were written anew: nothing was written; set the rule in the store itself`;
      throw new S3Error("NotImplemented", text);
    },
    close(name, _depth, text) {
      if (words.has(name) || numbers.has(name)) texts.push(told(name, unescapeXml(text)));
    },
  });
  return { count, texts: texts.sort() };
};
