/** Which events of a bucket go to which queue: checked, and read ("Configuring event notifications"). */
import { randomBytes } from "node:crypto";
import type { S3Error } from "./errors";
import type { Bucket } from "./model";
import { childrenOf, invalidArgument, onlyChildren, optional, required } from "./schema";
import { child, childText, type XmlElement } from "./xml-reader";

/** Events for one queue. */
export interface QueueTarget {
  id: string;
  arn: string;
  /** "s3:ObjectCreated:*", "s3:ObjectRemoved:Delete" … */
  events: readonly string[];
  prefix: string;
  suffix: string;
}

/** "Supported event types for SQS, SNS, and Lambda"; a group's name with `:*` is one too. */
const EVENTS: Record<string, readonly string[]> = {
  IntelligentTiering: [],
  LifecycleExpiration: ["Delete", "DeleteMarkerCreated"],
  LifecycleTransition: [],
  ObjectAcl: ["Put"],
  ObjectAnnotation: ["Put", "Delete"],
  ObjectCreated: ["Put", "Post", "Copy", "CompleteMultipartUpload"],
  ObjectRemoved: ["Delete", "DeleteMarkerCreated"],
  ObjectRestore: ["Post", "Completed", "Delete"],
  ObjectRetention: ["Put"],
  ObjectTagging: ["Put", "Delete"],
  ReducedRedundancyLostObject: [],
  Replication: [
    "OperationFailedReplication",
    "OperationMissedThreshold",
    "OperationNotTracked",
    "OperationReplicatedAfterThreshold",
  ],
};

/**
 * Throws MalformedXML, InvalidArgument; gives each entry without an Id one, as S3 does. Any well-formed ARN of a queue
 * in the bucket's region is one that exists; topics and functions exist none, and are refused as S3 does then.
 */
export function checkNotification(root: XmlElement, bucket: Bucket): XmlElement {
  onlyChildren(root, [
    "CloudFunctionConfiguration",
    "EventBridgeConfiguration",
    "QueueConfiguration",
    "TopicConfiguration",
  ]);
  for (const { name } of root.children) {
    if (name === "TopicConfiguration" || name === "CloudFunctionConfiguration") throw unknownDestination();
  }
  const children = root.children.map((one) => (one.name === "QueueConfiguration" ? checkQueue(one, bucket) : one));
  const checked = { ...root, children };
  const targets = queueTargets(checked);
  if (new Set(targets.map((one) => one.id)).size < targets.length) {
    throw invalidArgument("Same ID used for multiple configurations. IDs must be unique");
  }
  targets.forEach((one, index) => {
    if (targets.slice(0, index).some((other) => overlap(one, other))) {
      throw invalidArgument(
        "Configurations overlap. Configurations on the same bucket cannot share a common event type.",
      );
    }
  });
  return checked;
}

function unknownDestination(): S3Error {
  return invalidArgument("Unable to validate the following destination configurations");
}

function checkQueue(entry: XmlElement, bucket: Bucket): XmlElement {
  onlyChildren(entry, ["Event", "Filter", "Id", "Queue"]);
  const arn = /^arn:aws:sqs:([a-z0-9-]+):\d{12}:[\w-]{1,80}(?:\.fifo)?$/.exec(required(entry, "Queue"));
  if (!arn) throw invalidArgument("The ARN could not be parsed", "Queue", required(entry, "Queue"));
  // "S3 standard queues only; the queue must be in the same Region as the bucket"
  if (arn[1] !== bucket.region || arn[0].endsWith(".fifo")) throw unknownDestination();
  for (const { text } of childrenOf(entry, "Event", 1)) {
    if (!isEvent(text.trim())) {
      throw invalidArgument("A specified event is not supported for notifications.", "Event", text.trim());
    }
  }
  checkFilter(optional(entry, "Filter"));
  if (optional(entry, "Id")?.text) return entry;
  const id = { name: "Id", children: [], text: randomBytes(18).toString("base64url") };
  return { ...entry, children: [id, ...entry.children.filter((one) => one.name !== "Id")] };
}

function isEvent(text: string): boolean {
  const [service, group = "", kind] = text.split(":");
  const kinds = Object.hasOwn(EVENTS, group) ? EVENTS[group] : undefined;
  if (service !== "s3" || !kinds) return false;
  return kind === undefined ? kinds.length === 0 : kinds.length > 0 && (kind === "*" || kinds.includes(kind));
}

function checkFilter(filter: XmlElement | undefined): void {
  if (!filter) return;
  const key = optional(filter, "S3Key");
  const names = childrenOf(key ?? filter, "FilterRule").map((rule) => {
    const value = childText(rule, "Value") ?? "";
    if (Buffer.byteLength(value) > 1024) throw invalidArgument("filter rule value cannot be longer than 1024");
    return required(rule, "Name").toLowerCase();
  });
  for (const name of names) {
    if (name !== "prefix" && name !== "suffix") {
      throw invalidArgument("filter rule name must be either prefix or suffix", "FilterRule.Name", name);
    }
  }
  if (new Set(names).size < names.length) {
    throw invalidArgument("Cannot specify more than one prefix rule, or more than one suffix rule, in a filter.");
  }
}

/** Whether an event of some key could go to both. */
function overlap(one: QueueTarget, other: QueueTarget): boolean {
  const { prefix, suffix } = other;
  return (
    (one.prefix.startsWith(prefix) || prefix.startsWith(one.prefix)) &&
    (one.suffix.endsWith(suffix) || suffix.endsWith(one.suffix)) &&
    one.events.some((event) => other.events.some((name) => covers(event, name) || covers(name, event)))
  );
}

/** Whether `pattern` of a configuration speaks of `event`. */
export function covers(pattern: string, event: string): boolean {
  return pattern === event || (pattern.endsWith(":*") && event.startsWith(pattern.slice(0, -1)));
}

const known = new WeakMap<XmlElement, QueueTarget[]>();

/** The queues of a configuration that passed the check. */
export function queueTargets(root: XmlElement): readonly QueueTarget[] {
  let targets = known.get(root);
  if (!targets) {
    targets = childrenOf(root, "QueueConfiguration").map(readTarget);
    known.set(root, targets);
  }
  return targets;
}

function readTarget(entry: XmlElement): QueueTarget {
  const filter = child(entry, "Filter");
  const rules = (filter && child(filter, "S3Key"))?.children ?? [];
  const value = (name: string) => {
    const rule = rules.find((one) => childText(one, "Name")?.trim().toLowerCase() === name);
    return (rule && childText(rule, "Value")) ?? "";
  };
  return {
    id: childText(entry, "Id") ?? "",
    arn: required(entry, "Queue"),
    events: childrenOf(entry, "Event").map((one) => one.text.trim()),
    prefix: value("prefix"),
    suffix: value("suffix"),
  };
}
