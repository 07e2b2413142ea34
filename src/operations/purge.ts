import { invalid, S3Error, shown } from "../core/error";
import { operation } from "../core/operation";
import { choice, flag, optionalInteger, requiredText } from "../core/parameter";
import { dryRun, purge as purgeAll } from "../core/purging";
import { createSelector, type Selection, type Selector } from "../core/selector";
import { failureOutputs, tellingFailures } from "./failure-output";
import {
  checkSequence,
  givenBy,
  listingDetails,
  listingJoins,
  listingParameters,
  listingPermission,
  listingReference,
  listingSequence,
  objectsFrom,
  sequenceDetails,
  withListing,
} from "./listing-parameters";
import { purgeByRule } from "./purge-by-rule";
import { refuseEmpty, selectorDetails, selectorParameters } from "./selector-parameters";
import { checkStartAfter, startAfterParameter } from "./start-after";

/** What decides whether there can be a purge. */
interface Order extends Selection {
  path: string;
  wholeBucket: boolean;
  versions: boolean;
  keepVersions: number | undefined;
  startAfter: string;
  mode: "delete" | "lifecycle" | "lifecycle-remove";
  from: "folder" | "listing";
  listing?: unknown;
  sequence: boolean;
}

/** Refuses what no purge and no rule can do, before anything is sent. */
const refuse = (order: Order): void => {
  const { path, wholeBucket, versions, keepVersions, mode, from, listing } = order;
  if (path.trim() === "") throw invalid("path", `${shown(path)} names no folder; write it like logs/2025`);
  if (path === "/" && !wholeBucket) {
    const text = "the path / would empty the whole bucket; name a folder, or tick Whole bucket in the node";
    throw new S3Error("WholeBucketRefused", text, { path });
  }
  // A rule that is to go must not have to be described once more.
  if (mode === "lifecycle-remove") return;
  refuseEmpty(order);
  if (keepVersions !== undefined && !versions) {
    throw invalid("keepVersions", `${keepVersions} goes with old versions: tick All versions in the node`);
  }
  if (mode === "lifecycle" && (from === "listing" || listing !== undefined)) {
    throw withListing("mode", mode, "a rule goes by the folder; set Mode to delete, or leave the listing out");
  }
  checkSequence(order);
};

/** Refuses what no purge can do; gives what selects. */
const selectorOf = (order: Order): Selector => {
  const { from, keepVersions } = order;
  if (from === "listing" && keepVersions !== undefined) {
    throw withListing(
      "keepVersions",
      keepVersions,
      "it need not name all versions of an object; leave one of them out",
    );
  }
  checkStartAfter(order);
  return createSelector(order);
};

/** Refuses what a purge by the messages of a sequence cannot do. */
const refuseSequence = (order: Order): void => {
  refuse(order);
  if (order.mode !== "delete") throw withListing("mode", order.mode, "set Mode to delete, or untick Sequence");
  selectorOf(order);
};

/** Deletes everything below a folder. */
export const purge = operation({
  type: "amazon-s3-purge",
  label: "purge",
  icon: "amazon-s3-purge.svg",
  lead: "Deletes everything in a folder. Without <i>Force</i> it deletes nothing and reports what would go.",
  output:
    "<code>{ path, dryRun, deleted, bytes, failed }</code>, where <code>failed</code> holds <code>{ path, code, message }</code> for each object that is still there. A dry run has <code>matched</code> instead of <code>deleted</code>, and <code>sample</code>, the first 10 paths. Of more than 1,000 failures, <code>failed</code> holds the first 1,000, and <code>failedCount</code> says how many they are.",
  details: [
    "Look first: send the message without <code>force</code>, read <code>matched</code> and <code>sample</code>, then send it again with <code>force: true</code>.",
    "<code>logs</code> and <code>logs/</code> are the same folder: what lies below <code>logs/</code> goes, <code>logs-old/</code> stays. Without a filter the folder's marker goes too.",
    "<i>At most</i> protects against a surprise: if more than this many objects match, nothing is deleted and the error is <code>TooManyToPurge</code>.",
    "The path <code>/</code> is refused (<code>WholeBucketRefused</code>) unless <i>Whole bucket</i> is ticked.",
    "In a bucket with versioning, purge hides the objects behind delete markers; tick <i>All versions</i> to delete their versions and markers for good.",
    "If any object is still there, the message goes to a Catch node with the code <code>PartialFailure</code>, and the result is in <code>msg.error.cause.result</code>. With two outputs, each of these objects leaves by the second as a message of its own, as soon as it is known, however many they are. If the work breaks off, the error tells why, and <code>unknown</code> in the result is the number of objects that were being deleted just then, of which nobody knows whether they are gone.",
    "Objects are deleted while the folder is still being listed, 1,000 with each request: four requests at a time at first, more while the store keeps up, half as many when it asks to slow down. That is no failure, as long as objects go. With <i>At most</i>, the folder is listed to its end first; if more than 10,000 objects match, it is listed again to delete them, and if others were written meanwhile, no more go than allowed.",
    "A message with a <code>msg.reset</code> that is true ends all purges of this node where they are, and is not sent on; with <i>Sequence</i>, one that has a <code>msg.parts.id</code> ends that of this sequence alone. What is under way ends first, so that the result says exactly how far it came; it has <code>stopped: true</code>.",
    "<i>Keep newest</i> takes nothing that is current: a delete marker on top stays, so that what is hidden stays hidden, and does not count as a version. The newest version counts as one; versions and delete markers older than those that stay go, as far as they match.",
    ...selectorDetails,
    "<i>Start after</i> names a path as the entries of the <b>list</b> node have it, and goes by the order of the bytes: only what comes after it goes, and so the folder's marker stays. One that does not lie in the folder is <code>InvalidParameter</code>, as it is with a listing and for a rule.",
    "With a filter or any other selector, the folder's marker stays. With <i>All versions</i>, each version is judged by its own size, time and class; a delete marker has a time only, and <i>Keep newest</i> counts those too that are not selected.",
    "<i>Mode</i> <code>lifecycle</code> deletes nothing itself: it writes a rule for the folder into the bucket's lifecycle configuration, and the store deletes. That takes a day or more and goes on until the rule is removed: <b>what is written into the folder later goes too</b>, a day after it was written, or at the age that <i>Older than</i> says. It lists nothing and costs no request for each object, so that it is the way for very many objects that need not go at once, and for folders that are to stay tidy. <code>delete</code> is for what has to go now, or only once.",
    "A rule can say the folder, a size, an age in whole days and <i>Keep newest</i> up to 100; anything else, <i>At most</i> included, is <code>InvalidParameter</code>, and nothing is sent. With <i>All versions</i>, old versions go so many days after they were replaced, and delete markers when nothing is below them; with <i>Keep newest</i>, what is current stays, and as many old versions as said, which may be one more than a purge leaves, or fewer in a store that counts delete markers as versions.",
    "The result of a rule is <code>{ path, dryRun, mode, changed, rules, before }</code>: <code>rules</code> are written, or without <code>force</code> would be, in place of <code>before</code>. Rules are named <code>node-red:purge:…</code> after their folder; no other rule is touched. A configuration that cannot be read, or has what this node does not know, is an error, and nothing is written. <code>lifecycle-remove</code> removes the rules of the folder, whatever else is set.",
    ...listingDetails,
    ...sequenceDetails,
    "With <i>Objects</i> set to <code>listing</code>, what goes is what the listing names, lies in <i>Folder</i>, and passes the filter and the other selectors. The result has <code>outside</code>, how many it names that lie elsewhere, <code>missing</code>, how many are not there any more, and <code>changed</code>: a listing is old, so each object is asked for just before it is deleted (one more request for each), and stays if its ETag, size, time or version is another one than the listing says. Of paths alone nothing is known, and what stands there goes. What may not be looked at stays, and is among <code>failed</code>; a dry run tells it as well, and is no error for it.",
    "With <i>All versions</i>, a listing must name versions: each goes as it is named, and is not asked for, since a version never changes; <code>bytes</code> counts what the listing says. Without it, old versions and delete markers in a listing are passed over. A listing in the store is read to its end before anything is deleted, and once more to delete; if it was replaced meanwhile, no more goes.",
  ],
  permissions: [
    { action: "s3:ListBucket", why: "to find what lies in the folder" },
    { action: "s3:DeleteObject", why: "to delete" },
    { action: "s3:ListBucketVersions", why: "only with <i>All versions</i>", extra: true },
    { action: "s3:DeleteObjectVersion", why: "only with <i>All versions</i>", extra: true },
    { action: "s3:GetObject", why: listingPermission, extra: true },
    {
      action: "s3:GetObjectVersion",
      why: "only with <i>Listing</i> and <i>All versions</i>: to ask for versions of which it tells too little",
      extra: true,
    },
    { action: "s3:GetLifecycleConfiguration", why: "only with rules, to leave all others as they are", extra: true },
    { action: "s3:PutLifecycleConfiguration", why: "only with rules, to write and remove them", extra: true },
  ],
  references: [
    { title: "DeleteObjects", url: "https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html" },
    {
      title: "Managing the lifecycle of objects",
      url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html",
    },
    listingReference,
    { title: "minimatch: the glob syntax", url: "https://github.com/isaacs/minimatch#features" },
  ],
  parameters: {
    path: requiredText({
      label: "Folder",
      icon: "folder-open-o",
      text: "the folder to empty",
      placeholder: "logs/2025/",
    }),
    force: flag(false, {
      label: "Force",
      icon: "bolt",
      text: "<code>false</code> deletes nothing and reports what would go; <code>true</code> deletes",
    }),
    ...listingParameters(
      "with <i>Objects</i> set to <code>listing</code>, what is to go, as far as it lies in the folder",
    ),
    ...selectorParameters({ text: "a glob, or an array of globs: only what matches goes", example: "**/*.tmp" }),
    startAfter: startAfterParameter(
      "delete only what comes after this path, such as that of the last entry of a listing",
    ),
    maxDelete: optionalInteger({
      label: "At most",
      icon: "hand-paper-o",
      literal: "",
      min: 0,
      text: "if more match, delete nothing and fail with <code>TooManyToPurge</code>",
      fallbackText: "no limit",
    }),
    keepVersions: optionalInteger({
      label: "Keep newest",
      icon: "history",
      min: 1,
      text: "with <i>All versions</i>: so many versions of each object stay, and older ones go",
      fallbackText: "none",
    }),
  },
  settings: {
    mode: choice(
      {
        delete: "delete now",
        lifecycle: "have the store delete: write a lifecycle rule",
        "lifecycle-remove": "remove that rule again",
      },
      "delete",
      { label: "Mode", icon: "clock-o", text: "who deletes" },
    ),
    from: objectsFrom,
    ...listingSequence,
    versions: flag(false, { label: "All versions", icon: "history", text: "old versions and delete markers too" }),
    wholeBucket: flag(false, {
      label: "Whole bucket",
      icon: "archive",
      text: "let the path <code>/</code> empty the whole bucket (or the connection's root path)",
    }),
    outputs: failureOutputs,
  },
  joins: listingJoins("deleted", refuseSequence),
  stops: true,
  async run(values, context) {
    const { path, force, startAfter, maxDelete, versions, keepVersions, mode } = values;
    refuse(values);
    if (mode !== "delete") return { result: await purgeByRule(context, { ...values, mode }), about: {} };
    const given = givenBy(context, values);
    const selection = { path, startAfter, versions, keepVersions, selector: selectorOf(values), given };
    const result = await tellingFailures(context, values.outputs, async (told) =>
      force ? purgeAll(context, selection, maxDelete, told) : dryRun(context, selection, told),
    );
    return { result, about: {} };
  },
});
