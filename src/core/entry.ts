import { nameOf } from "./key";
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
}

const file = (path: string, object: Listed): Entry => {
  const { size, lastModified, etag, storageClass, versionId, isLatest, deleteMarker } = object;
  return {
    path,
    name: nameOf(path),
    type: "file",
    ...(deleteMarker ? {} : { size }),
    ...(lastModified === undefined ? {} : { lastModified }),
    ...(etag === undefined ? {} : { etag }),
    ...(storageClass === undefined ? {} : { storageClass }),
    ...(versionId === undefined ? {} : { versionId }),
    ...(isLatest === undefined ? {} : { isLatest }),
    ...(deleteMarker ? { deleteMarker } : {}),
  };
};

/** What is told of an object; of a folder, which has none, where it lies. */
export const entryOf = (path: string, object?: Listed): Entry =>
  object ? file(path, object) : { path, name: nameOf(path), type: "folder" };
