import { inBatches } from "../core/batches";
import type { Entry } from "../core/entry";
import { invalid } from "../core/error";
import { unlimited } from "../core/first-names";
import { pathOf } from "../core/key";
import { countFailed, listing } from "../core/listing";
import { type About, type Context, operation, type Reply } from "../core/operation";
import { choice, flag, integer, text } from "../core/parameter";
import { toldOf } from "../core/partial";
import { createSelector, type Selection, type Selector } from "../core/selector";
import { summarize } from "../core/summary";
import { stopped } from "../core/until-stopped";
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
import { selectorDetails, selectorParameters } from "./selector-parameters";
import { checkStartAfter, startAfterParameter } from "./start-after";

async function* each<T>(batches: AsyncIterable<readonly T[]>): AsyncGenerator<T> {
  for await (const batch of batches) yield* batch;
}

/** Notes at the end whether the list was stopped before its own; what was found until then has come. */
async function* noting<T>(context: Context, about: About, batches: AsyncIterable<T>): AsyncGenerator<T> {
  yield* batches;
  Object.assign(about, stopped(context));
}

/** Whether the flow asks for each further message. */
const isPulled = ({ emit, pace }: { emit: string; pace: string }): boolean =>
  pace === "pull" && (emit === "batches" || emit === "each");

/** What decides whether there can be a list. */
interface Query extends Selection {
  path: string;
  from: "folder" | "listing";
  sequence: boolean;
  emit: string;
  entries: string;
  startAfter: string;
}

/** Refuses what does not go together, before anything is sent; gives what selects. */
const selectorOf = (query: Query): Selector => {
  const { from, emit, entries } = query;
  const selector = createSelector(query);
  checkSequence(query);
  if (selector.byObject && entries === "folders" && emit !== "summary") {
    throw invalid("entries", "folders have no size, time or class: list files, or select by name alone");
  }
  if (from === "listing" && entries !== "files" && emit !== "summary") {
    throw withListing("entries", entries, "it names objects, and no folders; list files");
  }
  checkStartAfter(query);
  return selector;
};

/** Lists what lies in a folder. */
export const list = operation({
  type: "amazon-s3-list",
  label: "list",
  icon: "amazon-s3-list.svg",
  lead: "Lists the objects in a folder of a bucket, with its subfolders if asked to, or says how much lies there.",
  output:
    'an array of entries, each <code>{ path, name, type: "file" | "folder", size, lastModified, etag, storageClass }</code>; or messages of some entries or of one entry each, or a summary, see <i>Send</i>. <code>msg.s3.count</code> is how many, <code>msg.s3.truncated</code> whether <i>At most</i> cut the list.',
  details: [
    "<code>logs</code> and <code>logs/</code> are the same folder; <code>logs-old/</code> is another. Empty or <code>/</code> is the whole bucket, or the connection's root path.",
    ...selectorDetails,
    "<i>Order</i> other than <code>key</code> comes when all of the folder has been seen; with <i>At most</i>, only so many entries are in memory: the newest ten of a million take a while, and no room. What has no time or size, such as a folder, comes at the end; equals come in the order of their paths.",
    "<i>Start after</i> names a path as the entries have it, and goes by the order of the bytes, also where the path is not there any more; one that does not lie in the folder is <code>InvalidParameter</code>. The <code>path</code> of the last entry of a list that <i>At most</i> has cut goes on with the rest. It goes on with the next object, also where a list of <i>All versions</i> was cut between the versions of one.",
    "<i>All versions</i> lists each version of an object, the newest first. A delete marker has <code>deleteMarker: true</code>, and neither size nor class.",
    "<code>summary</code> sends <code>{ count, bytes, oldest, newest, folders, storageClasses }</code> of the files, in memory that does not grow with the folder. <code>oldest</code> and <code>newest</code> are <code>{ path, lastModified }</code>; <code>folders</code> has <code>{ count, bytes }</code> for each folder that lies directly in it, with all that is below it where <i>Subfolders</i> is set, and under an empty name for what lies in the folder itself; beyond 1,000 folders, the rest is together under <code>others</code>. <code>storageClasses</code> has the same for each class. <i>At most</i> sums up only the first so many files, and <code>msg.s3.truncated</code> says so.",
    "For large folders, send <code>batches</code> or <code>each</code>: they use memory for one batch only. Their messages carry <code>msg.parts</code>, so that a Join node can put them together. An empty listing sends none, and a Complete node still fires.",
    "<i>Pace</i> <code>pull</code> is for flows that are slower than the store: wire the end of the flow back into this node. Each batch or entry is sent when the one before it has come back, which is known by its <code>msg.parts</code>, and the store is asked for no more than the flow has asked for. All must come back, also those that fail on their way and go to a Catch node. A message with <code>msg.reset</code> gives up the sequence with its <code>msg.parts.id</code>, or all where it has none; the message that was listed for ends with <code>Aborted</code>.",
    "A message with a <code>msg.reset</code> that is true ends all lists of this node where they are, and is not sent on; with <i>Sequence</i>, one that has a <code>msg.parts.id</code> ends that of this sequence alone. What was found until then is sent all the same, sorted or summed up as far as it goes, with <code>msg.s3.stopped</code> as <code>true</code>: of batches and entries, in those that are sent afterwards, the last one among them. A file for whose <i>Metadata</i> or <i>Tags</i> there was no time has <code>failed</code>. With <i>Pace</i> <code>pull</code>, the sequence is given up instead, as above.",
    "A file whose <i>Metadata</i> or <i>Tags</i> may not be read, such as one that is encrypted with SSE-C, is listed without them and has <code>failed: { code, message }</code>; <code>msg.s3.failed</code> counts these. If the keys may read none at all, that is an error.",
    ...listingDetails,
    ...sequenceDetails,
    "With <i>Objects</i> set to <code>listing</code>, the list has what the listing names and lies in <i>Folder</i>, in subfolders too, in the order of the listing where <i>Order</i> is <code>key</code>. What it says of size, time, ETag and class is told as it says, that is as of the inventory; where it says too little, each object is asked for (one more request for each), and left out if it is not there any more. One that may not be looked at has <code>failed</code> in place of what is not known, as above; a selection by size, time or class leaves it out, as does <code>summary</code>, and <code>msg.s3.failed</code> counts it all the same. <code>msg.s3.outside</code> and <code>msg.s3.missing</code> count what it names elsewhere, and what is missing. Without <i>All versions</i>, old versions and delete markers in it are passed over. Folders are none of its entries, and <i>Start after</i> does not go with it.",
  ],
  permissions: [
    { action: "s3:ListBucket", why: "to list" },
    { action: "s3:GetObject", why: `only with <i>Metadata</i>, and ${listingPermission}`, extra: true },
    { action: "s3:GetObjectTagging", why: "only with <i>Tags</i>", extra: true },
    { action: "s3:ListBucketVersions", why: "only with <i>All versions</i>", extra: true },
    {
      action: "s3:GetObjectVersion",
      why: "only with <i>All versions</i>, and <i>Metadata</i> or a <i>Listing</i> that tells too little",
      extra: true,
    },
    { action: "s3:GetObjectVersionTagging", why: "only with <i>All versions</i> and <i>Tags</i>", extra: true },
  ],
  references: [
    { title: "ListObjectsV2", url: "https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html" },
    { title: "ListObjectVersions", url: "https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html" },
    listingReference,
    { title: "minimatch: the glob syntax", url: "https://github.com/isaacs/minimatch#features" },
  ],
  parameters: {
    path: text({
      label: "Folder",
      icon: "folder-open-o",
      text: "the folder to list",
      placeholder: "reports/2026/",
      fallbackText: "the root",
    }),
    ...listingParameters(
      "with <i>Objects</i> set to <code>listing</code>, what is listed, as far as it lies in the folder",
    ),
    ...selectorParameters({ text: "a glob, or an array of globs", example: "*.csv" }),
    startAfter: startAfterParameter(
      "list only what comes after this path, such as that of the last entry of another listing",
    ),
    versions: flag(false, {
      label: "All versions",
      icon: "history",
      text: "list all versions and delete markers, each as a file with <code>versionId</code> and <code>isLatest</code>",
    }),
    recurse: flag(false, { label: "Subfolders", icon: "sitemap", text: "list what lies in subfolders too" }),
    includeMetadata: flag(false, {
      label: "Metadata",
      icon: "info-circle",
      text: "add <code>contentType</code> and <code>metadata</code> to each file (one more request for each)",
    }),
    includeTags: flag(false, {
      label: "Tags",
      icon: "tag",
      text: "add <code>tags</code> to each file (one more request for each)",
    }),
    maxResults: integer(unlimited, {
      label: "At most",
      icon: "hand-paper-o",
      min: 1,
      text: "so many entries, the first in the order, counted after the filter",
      example: "1000",
      fallbackText: "no limit",
    }),
    entries: choice({ files: "", folders: "", all: "both" }, "files", {
      label: "Entries",
      icon: "files-o",
      literal: "files",
      text: "what to list",
    }),
    sort: choice(
      {
        key: "by path, as the store lists",
        newest: "the last changed first",
        oldest: "the last changed last",
        largest: "",
        smallest: "",
      },
      "key",
      { label: "Order", icon: "sort-amount-asc", literal: "key", text: "what comes first" },
    ),
  },
  settings: {
    from: objectsFrom,
    ...listingSequence,
    emit: choice(
      {
        array: "one message with all entries",
        batches: "messages of some entries",
        each: "a message for each entry",
        summary: "one message with counts and sums in place of entries",
      },
      "array",
      { label: "Send", icon: "share", text: "how the entries leave the node" },
    ),
    batchSize: integer(1000, {
      label: "Batch size",
      icon: "th-large",
      min: 1,
      text: "entries in a message of <code>batches</code>",
    }),
    pace: choice(
      {
        all: "as fast as they come",
        pull: "each when the one before it has come back to this node",
      },
      "all",
      { label: "Pace", icon: "tachometer", text: "when further batches or entries are sent" },
    ),
  },
  joins: listingJoins("listed", selectorOf),
  stops: true,
  pulled: isPulled,
  async run({ emit, batchSize, pace, ...query }, context): Promise<Reply> {
    const selector = selectorOf({ ...query, emit });
    const given = givenBy(context, query);
    const about: About = { count: 0, truncated: false };
    const left = { outside: 0, missing: 0 };
    const told = {
      outside: () => Object.assign(about, { outside: ++left.outside }),
      missing: () => Object.assign(about, { missing: ++left.missing }),
      changed() {},
      refused(key: string, error: unknown) {
        // Of what nothing is known but its name, it cannot be told whether it is meant by its size, time or class.
        if (!selector.byObject && emit !== "summary") {
          return toldOf(context, { operation: "list", path: pathOf(context.connection, key) }, error);
        }
        countFailed(about);
        return undefined;
      },
    };
    if (given) Object.assign(about, left);
    const all = { ...query, selector, onDemand: isPulled({ emit, pace }), given, told };
    const caveat = () => (about.failed ? { caveat: `done, ${about.failed} failed` } : {});
    if (emit === "summary") {
      const result = await summarize(context, all, about);
      return { result, about: { ...about, ...stopped(context) }, ...caveat() };
    }
    const batches = noting(context, about, listing(context, all, about));
    if (emit === "array") {
      const entries: Entry[] = [];
      for await (const batch of batches) for (const entry of batch) entries.push(entry);
      return { result: entries, about, ...caveat() };
    }
    if (emit === "each") return { items: each(batches), about, parts: { type: "array", len: 1 } };
    // To a Join node, a `len` of 1 says that the items are no arrays.
    return { items: inBatches(batches, batchSize), about, parts: { type: "array", len: Math.max(batchSize, 2) } };
  },
});
