/**
 * What the server holds in memory: buckets, keys, versions, uploads. Everything on them that is plain data (whatever
 * JSON can hold) is kept by a folder without further ado: see folder/records.ts.
 */
import type { Body } from "./body";
import type { Algorithm, Checksum, ChecksumType } from "./checksums";
import type { SortedKeys } from "./sorted";

export type Versioning = "Enabled" | "Suspended";

/** What an object has beside its bytes. */
export interface Attributes {
  /** reply headers kept as they were sent: content-type, cache-control, x-amz-meta-*, x-amz-server-side-encryption … */
  headers: Record<string, string>;
  storageClass: string;
  tags: readonly Tag[];
  /** the headers among them that hold metadata beyond ASCII */
  foreign?: readonly string[];
}

export interface Tag {
  key: string;
  value: string;
}

/** A part of an object that was uploaded in parts. */
export interface StoredPart {
  size: number;
  checksum?: string;
}

/** One version of an object, or a delete marker. */
export interface Version {
  /** "null" in buckets that never had versioning, or have it suspended */
  versionId: string;
  deleteMarker: boolean;
  /** whole seconds, as milliseconds since 1970 */
  lastModified: number;
  body: Body;
  /** without quotes */
  etag: string;
  attributes: Attributes;
  checksum?: Checksum;
  parts?: readonly StoredPart[];
  /** the entry of a listing, kept because listings are long: plain, and for encoding-type=url */
  listed?: string;
  listedEncoded?: string;
}

/** A key and its versions, the newest first. */
export interface KeyEntry {
  key: string;
  /** sorts as the key's bytes do: see byte-order.ts */
  order: string;
  versions: Version[];
  /** the entry has left the bucket, though a sorted array may still hold it */
  gone: boolean;
}

/** A part of an upload that is not complete. */
export interface Part {
  number: number;
  body: Body;
  etag: string;
  lastModified: number;
  checksum?: Checksum;
}

/** A multipart upload that is not complete. */
export interface Upload {
  id: string;
  key: string;
  initiated: number;
  attributes: Attributes;
  algorithm?: Algorithm;
  type?: ChecksumType;
  parts: Map<number, Part>;
}

/** A reply that CompleteMultipartUpload gave, for when it is asked again. */
export interface CompletedUpload {
  key: string;
  xml: string;
  headers: Record<string, string>;
}

export interface Bucket {
  name: string;
  region: string;
  created: number;
  versioning?: Versioning;
  /** what anonymous callers may do */
  public: boolean | "read";
  requesterPays: boolean;
  keys: SortedKeys;
  uploads: Map<string, Upload>;
  completed: Map<string, CompletedUpload>;
  /** keys that changed since they were last saved; only where there is a folder */
  touched?: Set<string>;
}
