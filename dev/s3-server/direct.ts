/** Putting and looking without HTTP: for tests that need a bucket filled, or want to know what is in it. */
import { createHash } from "node:crypto";
import { PLAIN, readAttributes } from "./attributes";
import { type Body, memoryBody, patternBody, wholeBody } from "./body";
import { type Algorithm, checksumOf } from "./checksums";
import type { Attributes, Bucket, Tag, Version } from "./model";
import { findBucket, type State, wholeSeconds } from "./state";
import { currentVersion, findVersion, putVersion } from "./versions";

/** What can be put: text, bytes, or so many bytes of a repeated pattern that need no memory. */
export type DirectBody = string | Uint8Array | { size: number; pattern?: Buffer };

export interface PutOptions {
  contentType?: string;
  metadata?: Record<string, string>;
  tags?: Record<string, string>;
  /** further headers to keep: cache-control, x-amz-storage-class … */
  headers?: Record<string, string>;
  lastModified?: Date | number;
  checksum?: Algorithm;
}

/** An object as it lies in the server. */
export interface StoredObject {
  body: Buffer;
  size: number;
  etag: string;
  versionId: string;
  lastModified: Date;
  contentType: string;
  metadata: Record<string, string>;
  tags: Record<string, string>;
  headers: Record<string, string>;
  storageClass: string;
}

/** Stores an object. */
export function putDirect(
  state: State,
  bucketName: string,
  key: string,
  data: DirectBody,
  options: PutOptions = {},
): Version {
  return store(state, findBucket(state, bucketName), key, data, options);
}

/** Stores many small objects of the same content: 100,000 take a fraction of a second. */
export function seedDirect(
  state: State,
  bucketName: string,
  keys: Iterable<string>,
  data: DirectBody,
  options: PutOptions = {},
): number {
  const bucket = findBucket(state, bucketName);
  const body = toBody(data);
  const etag = md5(body);
  const lastModified = wholeSeconds(Number(options.lastModified ?? state.now()));
  const attributes = toAttributes(options);
  const checksum = options.checksum && checksumOf(options.checksum, body);
  let count = 0;
  for (const key of keys) {
    putVersion(bucket, key, {
      versionId: "null",
      deleteMarker: false,
      lastModified,
      body,
      etag,
      attributes,
      ...(checksum && { checksum }),
    });
    count++;
  }
  return count;
}

/** The current object, or one version of it; undefined when there is none. */
export function getDirect(state: State, bucketName: string, key: string, versionId?: string): StoredObject | undefined {
  const bucket = findBucket(state, bucketName);
  const version = versionId === undefined ? currentVersion(bucket, key) : findVersion(bucket, key, versionId);
  if (!version || version.deleteMarker) return undefined;
  const { headers, tags, storageClass } = version.attributes;
  const metadata: Record<string, string> = {};
  for (const name in headers) {
    if (name.startsWith("x-amz-meta-")) metadata[name.slice(11)] = headers[name] as string;
  }
  return {
    body: wholeBody(version.body),
    size: version.body.size,
    etag: version.etag,
    versionId: version.versionId,
    lastModified: new Date(version.lastModified),
    contentType: headers["content-type"] ?? "",
    metadata,
    tags: Object.fromEntries(tags.map((tag) => [tag.key, tag.value])),
    headers: { ...headers },
    storageClass,
  };
}

/** The keys of the current objects, in the order of their bytes. */
export function keysDirect(state: State, bucketName: string, prefix = ""): string[] {
  const entries = findBucket(state, bucketName).keys.entries();
  const current = entries.filter(({ versions }) => versions[0] && !versions[0].deleteMarker);
  return current.map((entry) => entry.key).filter((key) => key.startsWith(prefix));
}

function store(state: State, bucket: Bucket, key: string, data: DirectBody, options: PutOptions): Version {
  const body = toBody(data);
  const version: Version = {
    versionId: "null",
    deleteMarker: false,
    lastModified: wholeSeconds(Number(options.lastModified ?? state.now())),
    body,
    etag: md5(body),
    attributes: toAttributes(options),
    ...(options.checksum && { checksum: checksumOf(options.checksum, body) }),
  };
  putVersion(bucket, key, version);
  return version;
}

function toBody(data: DirectBody): Body {
  if (typeof data === "string") return memoryBody([Buffer.from(data)]);
  if (data instanceof Uint8Array) return memoryBody([Buffer.from(data)]);
  return patternBody(data.size, data.pattern);
}

function toAttributes(options: PutOptions): Attributes {
  if (!options.contentType && !options.metadata && !options.tags && !options.headers) return PLAIN;
  const headers: Record<string, string> = { ...options.headers };
  if (options.contentType !== undefined) headers["content-type"] = options.contentType;
  for (const [name, value] of Object.entries(options.metadata ?? {}))
    headers[`x-amz-meta-${name.toLowerCase()}`] = value;
  const tags: Tag[] = Object.entries(options.tags ?? {}).map(([key, value]) => ({ key, value }));
  return { ...readAttributes(headers), tags };
}

function md5(body: Body): string {
  const hash = createHash("md5");
  for (const piece of body.read(0, body.size)) hash.update(piece);
  return hash.digest("hex");
}
