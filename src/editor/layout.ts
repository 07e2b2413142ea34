import type { Operation } from "../core/operation";

/** What a form has beyond its tables. An operation without an entry gets every row, and a path that is one object's. */
export interface Layout {
  /** Rarely used parameters: in a part of the form that is folded up at first. */
  more?: readonly string[];
  /** Rows that only matter while a setting has one of some values: row, setting, values. */
  when?: Readonly<Record<string, { setting: string; values: readonly string[] }>>;
  /** What `path` names: an object or folder (the default), a file only, or a folder. */
  path?: "object" | "file" | "folder";
  /** The setting that allows the path `/`. */
  root?: string;
  /** Parameters that are a range of bytes. */
  ranges?: readonly string[];
  /** What leaves by each output. */
  outputs?: readonly string[];
}

const layouts: Readonly<Record<string, Layout>> = {
  "amazon-s3-exist": { outputs: ["found", "missing"] },
  "amazon-s3-list": {
    path: "folder",
    when: { batchSize: { setting: "emit", values: ["batches"] } },
    outputs: ["entries"],
  },
  "amazon-s3-purge": { path: "folder", root: "wholeBucket", outputs: ["counts"] },
  "amazon-s3-read": {
    path: "file",
    more: ["versionId", "range", "maxBytes"],
    when: {
      encoding: { setting: "format", values: ["string", "json", "lines"] },
      chunkSize: { setting: "format", values: ["chunks"] },
    },
    ranges: ["range"],
    outputs: ["content"],
  },
  "amazon-s3-write": {
    more: [
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

/** All layouts, for the spec that asks whether each of their names exists. */
export const layoutsByType = layouts;
