import { readDate } from "../iso-date";

/** An object, or a version of one, that a listing names, with what the listing says of it. */
export interface Named {
  key: string;
  versionId?: string;
  isLatest?: boolean;
  deleteMarker?: boolean;
  /** Bytes. */
  size?: number;
  /** ISO 8601. */
  lastModified?: string;
  /** Without quotes. */
  etag?: string;
  storageClass?: string;
}

/** So many come together, as in a page of the store. */
export const batchSize = 1000;

/** So many are read at a time: a million at once would keep all else waiting for a second. */
export const atOnce = 10_000;

/** A time as listings tell it, with its zone; undefined for what is none. */
export const readTime = (text: string): string | undefined =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/.test(text) ? readDate(text) : undefined;
