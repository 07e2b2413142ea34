import type { DirectBody } from "../../dev/s3-server/direct";

/** What can be told when an object is put. */
export interface PutOptions {
  contentType?: string;
  metadata?: Record<string, string>;
  /** Of `cache-control`, `content-disposition`, `content-encoding` and `x-amz-storage-class`. */
  headers?: Record<string, string>;
  /** That is kept with it, and told with each whole answer. */
  checksum?: "CRC32";
}

/** An object as it lies in the store. */
export interface StoredObject {
  body: Buffer;
  size: number;
  /** Without quotes. */
  etag: string;
  versionId: string;
  lastModified: Date;
  contentType: string;
  metadata: Record<string, string>;
  tags: Record<string, string>;
  headers: Record<string, string>;
  storageClass: string;
  /** Whether the server says that it encrypts it. */
  encrypted: boolean;
}

/** A version of an object, or a delete marker. */
export interface StoredVersion {
  versionId: string;
  deleteMarker: boolean;
  size: number;
  etag: string;
}

/** What the code under test asked of the store. Nothing that the specs' own conveniences ask is among it. */
export interface SeenRequest {
  operation: string;
  method: string;
  bucket: string | undefined;
  key: string | undefined;
  query: Record<string, string | undefined>;
  headers: Record<string, string | string[] | undefined>;
  /** Of the answer; 0 while, or when, there is none. */
  status: number;
  /** x-amz-request-id of the answer. */
  id: string;
}

/** What a bucket is made with. */
export interface BucketOptions {
  name: string;
  versioning?: "Enabled" | "Suspended";
}

/**
 * An S3 server that specs run against, whichever it is, and what they need to fill it and to look into it. The names
 * of buckets are those that a spec gives them: each stands for a bucket of the spec file's own, see `bucketName`.
 */
export interface Store {
  readonly endpoint: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly region: string;
  /** What was asked, the oldest first. */
  readonly requests: readonly SeenRequest[];
  /** Forgets the requests. */
  clear(): void;
  /** What the server calls a bucket of the spec. No bucket's name stays none. */
  bucketName(name: string): string;
  createBucket(bucket: string | BucketOptions): Promise<void>;
  setVersioning(bucket: string, status: "Enabled" | "Suspended"): Promise<void>;
  put(
    bucket: string,
    key: string,
    body: DirectBody,
    options?: PutOptions,
  ): Promise<{ etag: string; versionId: string | undefined }>;
  /** Puts many objects of one content. */
  seed(bucket: string, keys: Iterable<string>, body?: DirectBody): Promise<void>;
  /** The current object, or one version of it; undefined when there is none. */
  get(bucket: string, key: string, versionId?: string): Promise<StoredObject | undefined>;
  /** The keys of the current objects, in the order of their bytes. */
  keys(bucket: string, prefix?: string): Promise<string[]>;
  /** The versions of a key, the newest first. */
  versions(bucket: string, key: string): Promise<StoredVersion[]>;
  /** Multipart uploads that are neither complete nor aborted, with the number of their parts where it is told. */
  uploads(bucket: string): Promise<{ id: string; key: string; parts?: number }[]>;
  /** Leaves nothing behind. */
  close(): Promise<void>;
}
