/** What S3 checks of a lifecycle configuration ("PutBucketLifecycleConfiguration", "Lifecycle configuration elements"). */
import { randomBytes } from "node:crypto";
import { S3Error } from "./errors";
import { childrenOf, invalidArgument, oneOf, onlyChildren, optional, required, wholeNumber } from "./schema";
import { childText, type XmlElement } from "./xml-reader";

const ACTIONS = [
  "AbortIncompleteMultipartUpload",
  "Expiration",
  "NoncurrentVersionExpiration",
  "NoncurrentVersionTransition",
  "Transition",
];
const PREDICATES = ["ObjectSizeGreaterThan", "ObjectSizeLessThan", "Prefix", "Tag"];
const CLASSES = ["DEEP_ARCHIVE", "GLACIER", "GLACIER_IR", "INTELLIGENT_TIERING", "ONEZONE_IA", "STANDARD_IA"] as const;
const MAX_RULES = 1000;
const MAX_ID = 255;

/** Throws MalformedXML, InvalidArgument, InvalidRequest; gives each rule without an ID one, as S3 does. */
export function checkLifecycle(root: XmlElement): XmlElement {
  onlyChildren(root, ["Rule"]);
  const rules = childrenOf(root, "Rule", 1, MAX_RULES).map(checkRule);
  const ids = new Set(rules.map((rule) => childText(rule, "ID")));
  if (ids.size < rules.length) {
    throw invalidArgument("Rule ID must be unique. Found same ID for more than one rule");
  }
  return { ...root, children: rules };
}

function checkRule(rule: XmlElement): XmlElement {
  onlyChildren(rule, ["Filter", "ID", "Prefix", "Status", ...ACTIONS]);
  oneOf(required(rule, "Status"), ["Enabled", "Disabled"]);
  const id = optional(rule, "ID")?.text ?? "";
  if (id.length > MAX_ID) throw invalidArgument("ID length should not exceed allowed limit of 255");
  const filter = optional(rule, "Filter");
  if ((filter === undefined) === (optional(rule, "Prefix") === undefined)) throw new S3Error("MalformedXML");
  const tagged = filter !== undefined && checkFilter(filter);
  if (!rule.children.some((one) => ACTIONS.includes(one.name))) {
    throw new S3Error("InvalidRequest", { message: "At least one action needs to be specified in a rule" });
  }
  checkActions(rule, tagged);
  if (id !== "") return rule;
  const named = { name: "ID", children: [], text: randomBytes(18).toString("base64url") };
  return { ...rule, children: [named, ...rule.children.filter((one) => one.name !== "ID")] };
}

/** Whether the filter names a tag. */
function checkFilter(filter: XmlElement): boolean {
  onlyChildren(filter, ["And", ...PREDICATES]);
  if (filter.children.length > 1) throw new S3Error("MalformedXML");
  const and = optional(filter, "And");
  if (and) onlyChildren(and, PREDICATES);
  const from = and ?? filter;
  for (const name of ["ObjectSizeGreaterThan", "ObjectSizeLessThan"]) {
    const size = optional(from, name);
    if (size && wholeNumber(size.text.trim()) < 0) throw invalidArgument(`'${name}' must not be negative`);
  }
  const tags = childrenOf(from, "Tag");
  for (const one of tags) if (required(one, "Key") === "") throw new S3Error("InvalidTag");
  for (const one of tags) childrenOf(one, "Value", 1, 1);
  return tags.length > 0;
}

function checkActions(rule: XmlElement, tagged: boolean): void {
  const expiration = optional(rule, "Expiration");
  const expires = expiration && checkExpiration(expiration, tagged);
  for (const one of childrenOf(rule, "Transition")) {
    const days = checkTransition(one);
    if (expires !== undefined && days !== undefined && expires <= days) {
      throw invalidArgument("'Days' in the Expiration action must be greater than 'Days' in the Transition action");
    }
  }
  const noncurrent = optional(rule, "NoncurrentVersionExpiration");
  if (noncurrent) {
    positive(required(noncurrent, "NoncurrentDays"), "NoncurrentDays", "NoncurrentVersionExpiration");
    newer(noncurrent);
  }
  for (const one of childrenOf(rule, "NoncurrentVersionTransition")) {
    days(required(one, "NoncurrentDays"), oneOf(required(one, "StorageClass"), CLASSES), "NoncurrentDays", one.name);
    newer(one);
  }
  const abort = optional(rule, "AbortIncompleteMultipartUpload");
  if (!abort) return;
  if (tagged) {
    throw new S3Error("InvalidRequest", { message: "AbortIncompleteMultipartUpload cannot be specified with Tags." });
  }
  positive(required(abort, "DaysAfterInitiation"), "DaysAfterInitiation", "AbortIncompleteMultipartUpload");
}

/** The days after which objects expire, when it is told in days. */
function checkExpiration(action: XmlElement, tagged: boolean): number | undefined {
  onlyChildren(action, ["Date", "Days", "ExpiredObjectDeleteMarker"]);
  if (action.children.length !== 1) throw new S3Error("MalformedXML");
  const marker = optional(action, "ExpiredObjectDeleteMarker");
  if (marker) {
    oneOf(marker.text.trim(), ["true", "false"]);
    if (tagged) {
      throw new S3Error("InvalidRequest", { message: "ExpiredObjectDeleteMarker cannot be specified with Tags." });
    }
    return undefined;
  }
  const date = optional(action, "Date");
  if (date) return void checkDate(date.text.trim(), "Expiration");
  return positive(required(action, "Days"), "Days", "Expiration");
}

/** The days after which objects move, when it is told in days. */
function checkTransition(action: XmlElement): number | undefined {
  onlyChildren(action, ["Date", "Days", "StorageClass"]);
  const storageClass = oneOf(required(action, "StorageClass"), CLASSES);
  const date = optional(action, "Date");
  if ((date === undefined) === (optional(action, "Days") === undefined)) throw new S3Error("MalformedXML");
  if (date) return void checkDate(date.text.trim(), "Transition");
  return days(required(action, "Days"), storageClass, "Days", "Transition");
}

/** "Transitioning objects": not before 30 days into the two classes of infrequent access. */
function days(text: string, storageClass: string, name: string, action: string): number {
  const count = wholeNumber(text);
  const least = storageClass.endsWith("_IA") ? 30 : 0;
  if (count >= least) return count;
  throw invalidArgument(
    least === 0
      ? `'${name}' in ${action} action must be nonnegative`
      : `'${name}' in ${action} action must be greater than or equal to ${least} for storageClass '${storageClass}'`,
  );
}

function newer(action: XmlElement): void {
  const kept = optional(action, "NewerNoncurrentVersions");
  if (!kept) return;
  const count = wholeNumber(kept.text.trim());
  if (count < 1 || count > 100) throw invalidArgument("'NewerNoncurrentVersions' must be between 1 and 100");
}

function positive(text: string, name: string, action: string): number {
  const count = wholeNumber(text);
  if (count < 1) throw invalidArgument(`'${name}' for ${action} action must be a positive integer`);
  return count;
}

function checkDate(text: string, action: string): void {
  const time = /^\d{4}-\d{2}-\d{2}(?:T|$)/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw new S3Error("MalformedXML");
  if (time % 86_400_000 !== 0) throw invalidArgument(`'Date' in ${action} must be at midnight GMT`);
}
