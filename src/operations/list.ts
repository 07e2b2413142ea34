import { inBatches } from "../core/batches";
import { invalid } from "../core/error";
import { type Entry, listing } from "../core/listing";
import { type About, operation, type Reply } from "../core/operation";
import { choice, flag, integer, text } from "../core/parameter";
import { createSelector } from "../core/selector";
import { selectorDetails, selectorParameters } from "./selector-parameters";

async function* each<T>(batches: AsyncIterable<readonly T[]>): AsyncGenerator<T> {
  for await (const batch of batches) yield* batch;
}

/** Lists what lies in a folder. */
export const list = operation({
  type: "amazon-s3-list",
  label: "list",
  icon: "amazon-s3-list.svg",
  lead: "Lists the objects in a folder of a bucket, with its subfolders if asked to.",
  output:
    'an array of entries, each <code>{ path, name, type: "file" | "folder", size, lastModified, etag, storageClass }</code>; or messages of some entries or of one entry each, see <i>Send</i>. <code>msg.s3.count</code> is how many, <code>msg.s3.truncated</code> whether <i>At most</i> cut the list.',
  details: [
    "<code>logs</code> and <code>logs/</code> are the same folder; <code>logs-old/</code> is another. Empty or <code>/</code> is the whole bucket, or the connection's root path.",
    ...selectorDetails,
    "For large folders, send <i>batches</i> or <i>each</i>: they use memory for one batch only. Their messages carry <code>msg.parts</code>, so that a Join node can put them together. An empty listing sends none, and a Complete node still fires.",
  ],
  permissions: [
    { action: "s3:ListBucket", why: "to list" },
    { action: "s3:GetObject", why: "only with <i>Metadata</i>", extra: true },
  ],
  references: [
    { title: "ListObjectsV2", url: "https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html" },
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
    ...selectorParameters({ text: "a glob, or an array of globs", example: "*.csv" }),
    recurse: flag(false, { label: "Subfolders", icon: "sitemap", text: "list what lies in subfolders too" }),
    includeMetadata: flag(false, {
      label: "Metadata",
      icon: "tags",
      text: "add <code>contentType</code> and <code>metadata</code> to each file (one more request for each)",
    }),
    maxResults: integer(2147483647, {
      label: "At most",
      icon: "hand-paper-o",
      min: 1,
      text: "stop after so many entries, counted after the filter",
      example: "1000",
      fallbackText: "no limit",
    }),
    entries: choice({ files: "", folders: "", all: "both" }, "files", {
      label: "Entries",
      icon: "files-o",
      literal: "files",
      text: "what to list",
    }),
  },
  settings: {
    emit: choice(
      {
        array: "one message with all entries",
        batches: "messages of some entries",
        each: "a message for each entry",
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
  },
  async run({ emit, batchSize, ...query }, context): Promise<Reply> {
    const selector = createSelector(query);
    if (selector.byObject && query.entries === "folders") {
      throw invalid("entries", "folders have no size, time or class: list files, or select by name alone");
    }
    const about: About = { count: 0, truncated: false };
    const batches = listing(context, { ...query, selector }, about);
    if (emit === "array") {
      const all: Entry[] = [];
      for await (const batch of batches) for (const entry of batch) all.push(entry);
      return { result: all, about };
    }
    if (emit === "each") return { items: each(batches), about, parts: { type: "array", len: 1 } };
    // To a Join node, a `len` of 1 says that the items are no arrays.
    return { items: inBatches(batches, batchSize), about, parts: { type: "array", len: Math.max(batchSize, 2) } };
  },
});
