import type { Operation } from "../core/operation";
import { selectorNames } from "../operations/selector-parameters";

/** What a form has beyond its tables. An operation without an entry gets every row, and a path that is one object's. */
export interface Layout {
  /** Rarely used parameters: in a part of the form that is folded up at first. */
  more?: readonly string[];
  /** Settings that stand right before a parameter and not below all of them, since they decide on it and what follows. */
  ahead?: Readonly<Record<string, readonly string[]>>;
  /** Rows that do not always apply, and when they do. */
  when?: Readonly<Record<string, Condition>>;
  /** What `path` names: an object or folder (the default), one of them or the root, a file only, or a folder. */
  path?: "object" | "any" | "file" | "folder";
  /** Parameters that name files on the disk of the machine that Node-RED runs on. */
  disk?: readonly string[];
  /** The setting that allows the path `/`. */
  root?: string;
  /** Parameters that are a range of bytes. */
  ranges?: readonly string[];
  /** Parameters that are sizes, times and the like: browser/check.js knows how they are written. */
  forms?: Readonly<Record<string, "size" | "time" | "regex" | "class">>;
  /** Of two that belong together: the larger or later one, by the name of the other. */
  upTo?: Readonly<Record<string, string>>;
  /** A parameter, and the one that it does not go with. */
  apart?: Readonly<Record<string, string>>;
  /** What leaves by the output, by the names of the texts for it; by the value of a setting where that decides. */
  outputs?: string | { setting: string; values: Readonly<Record<string, readonly string[]>>; other?: string };
}

/**
 * While another field has one of these values, or any at all where none are named. What a message decides may be any:
 * then the row stays.
 */
export type Condition =
  | { field: string; values?: readonly string[] }
  /** While one of them holds. */
  | { any: readonly Condition[] }
  /** While each of them holds. */
  | { all: readonly Condition[] };

/** What selects objects, but for the glob, folded up. */
const selectors = selectorNames.filter((name) => name !== "filter");

/** How they are written. */
const selectorForms = {
  forms: {
    regex: "regex",
    minSize: "size",
    maxSize: "size",
    modifiedAfter: "time",
    modifiedBefore: "time",
    storageClass: "class",
  },
  upTo: { minSize: "maxSize", modifiedAfter: "modifiedBefore" },
  apart: { regex: "filter" },
} as const;

/** When the rows of what selects objects apply. */
const selectorsWhen = { caseSensitive: { any: [{ field: "filter" }, { field: "regex" }] } };

/** Where a path may stand in place of a listing: while there may be one. */
const listed = { field: "listing" };

const notSummary = { field: "emit", values: ["array", "batches", "each"] };
const ofFiles = { all: [notSummary, { field: "entries", values: ["files", "all"] }] };

/** When the rows for a listing apply, and those that do not go with one. */
const fromListing = { field: "from", values: ["listing"] };
const fromFolder = { field: "from", values: ["folder"] };
const inSequence = { field: "sequence", values: ["true"] };
/** Also while it is ticked and refused, so that it can be unticked. */
const sequenceWhen = { any: [fromListing, inSequence] };
const timeLimitWhen = { all: [fromListing, inSequence] };

/** When the rows of a purge apply: some tell apart what a rule of the store cannot. */
const deletes = { field: "mode", values: ["delete"] };
const deletesOrRules = { field: "mode", values: ["delete", "lifecycle"] };

const layouts: Readonly<Record<string, Layout>> = {
  "amazon-s3-download": {
    path: "any",
    disk: ["target"],
    when: {
      caseSensitive: { field: "filter" },
      onConflict: { field: "overwrite", values: ["false"] },
      force: { field: "sync", values: ["true"] },
      maxDelete: { field: "sync", values: ["true"] },
    },
    more: ["filter", "caseSensitive", "dryRun", "sync", "force", "maxDelete"],
    outputs: "counts",
  },
  "amazon-s3-delete": {
    ...selectorForms,
    when: {
      sequenceTimeout: inSequence,
      ...Object.fromEntries(selectorNames.map((name) => [name, listed])),
      caseSensitive: { all: [listed, selectorsWhen.caseSensitive] },
    },
    more: ["listing", "listingBucket", ...selectorNames],
    outputs: { setting: "outputs", values: { 1: ["result"], 2: ["result", "failure"] } },
  },
  "amazon-s3-exist": { outputs: { setting: "outputs", values: { 1: ["foundOrMissing"], 2: ["found", "missing"] } } },
  "amazon-s3-list": {
    path: "folder",
    ahead: { listing: ["from"] },
    when: {
      batchSize: { field: "emit", values: ["batches"] },
      ...selectorsWhen,
      pace: { field: "emit", values: ["batches", "each"] },
      listing: fromListing,
      listingBucket: fromListing,
      sequence: sequenceWhen,
      sequenceTimeout: timeLimitWhen,
      recurse: fromFolder,
      startAfter: fromFolder,
      entries: { all: [notSummary, fromFolder] },
      sort: notSummary,
      versions: {
        any: [
          { field: "emit", values: ["summary"] },
          { field: "entries", values: ["files", "all"] },
        ],
      },
      includeMetadata: ofFiles,
      includeTags: ofFiles,
    },
    ...selectorForms,
    more: [...selectors, "startAfter", "versions", "includeMetadata", "includeTags"],
    outputs: {
      setting: "emit",
      values: { array: ["entries"], batches: ["batch"], each: ["entry"], summary: ["summary"] },
    },
  },
  "amazon-s3-purge": {
    path: "folder",
    ahead: { listing: ["mode", "from"], keepVersions: ["versions"] },
    root: "wholeBucket",
    ...selectorForms,
    more: [...selectors, "startAfter"],
    when: {
      startAfter: { all: [deletes, fromFolder] },
      filter: deletes,
      regex: deletes,
      caseSensitive: { all: [deletes, selectorsWhen.caseSensitive] },
      minSize: deletesOrRules,
      maxSize: deletesOrRules,
      modifiedAfter: deletes,
      modifiedBefore: deletesOrRules,
      storageClass: deletes,
      maxDelete: deletes,
      from: deletes,
      listing: { all: [deletes, fromListing] },
      listingBucket: { all: [deletes, fromListing] },
      sequence: { any: [{ all: [deletes, fromListing] }, inSequence] },
      sequenceTimeout: { all: [deletes, timeLimitWhen] },
      versions: deletesOrRules,
      keepVersions: { all: [deletesOrRules, fromFolder, { field: "versions", values: ["true"] }] },
      outputs: deletes,
    },
    outputs: { setting: "outputs", values: { 1: ["counts"], 2: ["counts", "failure"] }, other: "counts" },
  },
  "amazon-s3-read": {
    path: "file",
    more: ["versionId", "range", "maxBytes"],
    when: {
      encoding: { field: "format", values: ["string", "json", "lines"] },
      chunkSize: { field: "format", values: ["chunks"] },
      pace: { field: "format", values: ["lines", "chunks"] },
      maxBytes: { field: "format", values: ["auto", "string", "buffer", "json", "lines"] },
    },
    ranges: ["range"],
    outputs: {
      setting: "format",
      values: { lines: ["line"], chunks: ["chunk"], stream: ["stream"] },
      other: "content",
    },
  },
  "amazon-s3-upload": {
    path: "folder",
    disk: ["source"],
    when: {
      onConflict: { field: "overwrite", values: ["false"] },
      force: { field: "sync", values: ["true"] },
      maxDelete: { field: "sync", values: ["true"] },
      wholeBucket: { field: "sync", values: ["true"] },
      kmsKeyId: { field: "encryption", values: ["aws:kms", "aws:kms:dsse"] },
    },
    more: ["contentType", "metadata", "tags", "storageClass", "cacheControl", "encryption", "kmsKeyId"],
    outputs: "counts",
  },
  "amazon-s3-write": {
    when: {
      onConflict: { field: "overwrite", values: ["false"] },
      sequenceTimeout: inSequence,
      kmsKeyId: { field: "encryption", values: ["aws:kms", "aws:kms:dsse"] },
    },
    more: [
      "ifMatch",
      "compress",
      "metadata",
      "tags",
      "storageClass",
      "cacheControl",
      "contentDisposition",
      "contentEncoding",
      "encryption",
      "kmsKeyId",
    ],
  },
};

/** The layout of an operation's form. */
export const layoutOf = (operation: Operation): Layout => layouts[operation.type] ?? {};

/** Whether its filter is for what lies in its folder, so that it can be tried there. */
export const filtersFolder = (operation: Operation): boolean =>
  operation.parameters.filter !== undefined && layoutOf(operation).path !== undefined;

/** All layouts, for the spec that asks whether each of their names exists. */
export const layoutsByType = layouts;
