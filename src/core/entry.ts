import { nameOf } from "./key";
import { plain } from "./plain";
import type { Listed } from "./reply-pages";

/** One file or folder, as the list node tells it. */
export interface Entry {
  /** A folder's ends with a slash. */
  path: string;
  /** Without a slash. */
  name: string;
  type: "file" | "folder";
  /** Bytes. */
  size?: number;
  /** ISO 8601. */
  lastModified?: string;
  /** Without quotes. */
  etag?: string;
  storageClass?: string;
  /** Of one version, where versions are listed. */
  versionId?: string;
  /** Whether a read without a version gets this one. */
  isLatest?: boolean;
  /** It holds nothing: the object was deleted then. */
  deleteMarker?: true;
  contentType?: string;
  metadata?: Record<string, string>;
  tags?: Record<string, string>;
  /** Why it could not be looked at, where it was to be. */
  failed?: { code: string; message: string };
}

const File = plain(function (this: Entry, path: string, object: Listed) {
  const { size, lastModified, etag, storageClass, versionId, isLatest, deleteMarker, failed } = object;
  this.path = path;
  this.name = nameOf(path);
  this.type = "file";
  if (!deleteMarker && !failed) this.size = size;
  if (lastModified !== undefined) this.lastModified = lastModified;
  if (etag !== undefined) this.etag = etag;
  if (storageClass !== undefined) this.storageClass = storageClass;
  if (versionId !== undefined) this.versionId = versionId;
  if (isLatest !== undefined) this.isLatest = isLatest;
  if (deleteMarker) this.deleteMarker = deleteMarker;
  if (failed) this.failed = failed;
});

/** What is told of an object; of a folder, which has none, where it lies. */
export const entryOf = (path: string, object?: Listed): Entry =>
  object ? new File(path, object) : { path, name: nameOf(path), type: "folder" };
