/**
 * What the server holds in memory: buckets, keys, versions, uploads. Everything on them that is plain data (whatever
 * JSON can hold) is kept by a folder without further ado: see folder/records.ts.
 */
import type { Body } from "./body";
import type { Algorithm, Checksum, ChecksumType } from "./checksums";
import type { SortedKeys } from "./sorted";
import type { XmlElement } from "./xml-reader";

export type Versioning = "Enabled" | "Suspended";

/** What an object has beside its bytes. */
export interface Attributes {
  /** reply headers kept as they were sent: content-type, cache-control, x-amz-meta-*, x-amz-server-side-encryption … */
  headers: Record<string, string>;
  storageClass: string;
  tags: readonly Tag[];
  lock?: ObjectLock;
  /** the headers among them that hold metadata beyond ASCII */
  foreign?: readonly string[];
  /** absent for the owner's full control alone */
  acl?: Acl;
}

export type Permission = "FULL_CONTROL" | "READ" | "READ_ACP" | "WRITE" | "WRITE_ACP";

/** A permission for the account with the canonical user `id`, or for the group `uri`. */
export interface Grant {
  id?: string;
  uri?: string;
  permission: Permission;
}

export type Acl = readonly Grant[];

export interface Tag {
  key: string;
  value: string;
}

export type LockMode = "GOVERNANCE" | "COMPLIANCE";

/** What Object Lock holds of a version: a retention (mode and end together), a legal hold that once was set. */
export interface ObjectLock {
  mode?: LockMode;
  /** milliseconds since 1970 */
  until?: number;
  legalHold?: "ON" | "OFF";
}

/** A bucket's Object Lock: empty, or the default retention with either days or years. */
export interface BucketLock {
  mode?: LockMode;
  days?: number;
  years?: number;
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

/** The configurations of a bucket that are kept as they were put, by the query parameter that addresses them. */
export type ConfigurationName =
  | "accelerate"
  | "cors"
  | "encryption"
  | "lifecycle"
  | "logging"
  | "notification"
  | "ownershipControls"
  | "publicAccessBlock"
  | "requestPayment"
  | "tagging"
  | "website";

/** A configuration as it was put, and the headers that a reply tells of it. */
export interface Configuration {
  root: XmlElement;
  headers?: Record<string, string>;
}

/** A condition of a policy: the operator, the key in small letters (a tag's key as it is), the values. */
export interface PolicyCondition {
  operator: string;
  key: string;
  values: readonly string[];
}

/** A statement of a policy; actions in small letters, resources without `arn:aws:s3:::`. */
export interface PolicyStatement {
  effect: "Allow" | "Deny";
  /** ARNs, account numbers, or `*` */
  principals: readonly string[];
  actions: readonly string[];
  /** `actions` are those that are not meant */
  notActions?: true;
  resources: readonly string[];
  notResources?: true;
  conditions: readonly PolicyCondition[];
}

/** A bucket policy: as it was put, and as it is judged. */
export interface BucketPolicy {
  text: string;
  statements: readonly PolicyStatement[];
}

export interface Bucket {
  name: string;
  region: string;
  created: number;
  versioning?: Versioning;
  /** there when the bucket has Object Lock */
  objectLock?: BucketLock;
  /** what anonymous callers may do */
  public: boolean | "read";
  requesterPays: boolean;
  /** absent when there is none: what has none is as fast as before */
  configurations?: Partial<Record<ConfigurationName, Configuration>>;
  policy?: BucketPolicy;
  /** absent for the owner's full control alone */
  acl?: Acl;
  keys: SortedKeys;
  uploads: Map<string, Upload>;
  completed: Map<string, CompletedUpload>;
  /** keys that changed since they were last saved; only where there is a folder */
  touched?: Set<string>;
}
