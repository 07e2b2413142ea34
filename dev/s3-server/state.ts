/** What a running server consists of, as its operations see it. */
import type { Meter } from "./caps";
import { S3Error } from "./errors";
import type { Folder } from "./folder/open-folder";
import type { MessageQueue } from "./message-queue";
import type { Bucket, Versioning } from "./model";
import { newConfigurations } from "./new-bucket";
import type { BucketOptions, Role, User } from "./options";
import { sortedKeys } from "./sorted";

export interface State {
  region: string;
  users: Map<string, User>;
  roles: readonly Role[];
  buckets: Map<string, Bucket>;
  /** where event notifications go, by ARN; no part of what S3 holds */
  queues: Map<string, MessageQueue>;
  /** lower-case domains whose subdomains are buckets */
  domains: readonly string[];
  strictRegion: boolean | "redirect";
  minPartSize: number;
  minChunkSize: number;
  maxObjectSize: number;
  discardBodiesOver: number;
  defaultChecksum: boolean;
  deletions: Meter;
  endpoint: string;
  /** where everything is kept; in memory only without it */
  folder?: Folder | undefined;
  now(): number;
}

/** Now in whole seconds, as milliseconds: S3 keeps no fractions of seconds. */
export function wholeSeconds(time: number): number {
  return Math.floor(time / 1000) * 1000;
}

/**
 * Adds a bucket. Throws InvalidBucketName for a name against "Bucket naming rules".
 */
export function addBucket(state: State, options: string | BucketOptions, now = state.now()): Bucket {
  const wanted: BucketOptions = typeof options === "string" ? { name: options } : options;
  if (!isBucketName(wanted.name)) throw new S3Error("InvalidBucketName", { extra: { BucketName: wanted.name } });
  const bucket: Bucket = {
    name: wanted.name,
    region: wanted.region ?? state.region,
    created: wholeSeconds(now),
    public: wanted.public ?? false,
    requesterPays: wanted.requesterPays ?? false,
    keys: sortedKeys(),
    uploads: new Map(),
    completed: new Map(),
  };
  const configurations = newConfigurations(wanted.acls ?? false);
  if (configurations) bucket.configurations = configurations;
  if (wanted.objectLock) {
    bucket.objectLock = {};
    bucket.versioning = "Enabled";
  } else if (wanted.versioning) bucket.versioning = wanted.versioning satisfies Versioning;
  state.buckets.set(bucket.name, bucket);
  return bucket;
}

/** The bucket called `name`. Throws NoSuchBucket. */
export function findBucket(state: State, name: string): Bucket {
  const bucket = state.buckets.get(name);
  if (bucket) return bucket;
  if (!isBucketName(name)) throw new S3Error("InvalidBucketName", { extra: { BucketName: name } });
  throw new S3Error("NoSuchBucket", { extra: { BucketName: name } });
}

function isBucketName(name: string): boolean {
  return (
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) &&
    !/\.\.|\.-|-\./.test(name) &&
    !/^\d+\.\d+\.\d+\.\d+$/.test(name) &&
    !/^(?:xn--|sthree-)|(?:-s3alias|--ol-s3)$/.test(name)
  );
}
