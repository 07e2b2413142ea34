/** What a check works with: a server, a client at its default settings, buckets and keys of its own. */
import { randomBytes } from "node:crypto";
import {
  CreateBucketCommand,
  type CreateBucketCommandInput,
  PutBucketVersioningCommand,
  S3Client,
  type S3ClientConfig,
} from "@aws-sdk/client-s3";
import { type RawReply, type RawRequest, raw } from "./raw";
import { encodeKey } from "./sign";

/** A server to be checked. */
export interface Target {
  name: string;
  endpoint: string;
  accessKey: string;
  secretKey: string;
  region: string;
  /** the domain whose subdomains are buckets; default "localhost" */
  domain?: string;
  sts?: { endpoint: string; roleArn: string };
}

export interface Context extends Target {
  /** the SDK at its default settings, but for endpoint, keys and path style */
  client: S3Client;
  /** another client: further settings, or other keys; it is destroyed with the context */
  clientWith(config: S3ClientConfig): S3Client;
  /** a plain bucket that all checks share; keep to your own keys in it */
  bucket: string;
  /** a key that no other check uses; below a prefix of its own */
  key(name?: string): string;
  /** a bucket of the check's own, emptied and deleted after it */
  ownBucket(options?: {
    versioning?: "Enabled" | "Suspended";
    create?: Omit<CreateBucketCommandInput, "Bucket">;
  }): Promise<string>;
  /** a signed request by hand; `path` is encoded already */
  raw(request: RawRequest): Promise<RawReply>;
  /** the encoded path of an object in path style */
  path(key: string, bucket?: string): string;
}

/** A suffix that no other run uses. */
export const unique = (): string => randomBytes(6).toString("hex");

/** A client at the SDK's default settings, but for endpoint, keys and path style. */
export function clientFor(target: Target, config: S3ClientConfig = {}): S3Client {
  const { endpoint, region, accessKey: accessKeyId, secretKey: secretAccessKey } = target;
  return new S3Client({
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
    // a check that expects 503 or a cut connection counts the attempts itself
    maxAttempts: 1,
    ...config,
  });
}

/** The context of one check. `made` collects what is to be removed. */
export function contextFor(
  target: Target,
  shared: { client: S3Client; bucket: string },
  made: { buckets: string[]; clients: S3Client[] },
): Context {
  const mine = unique();
  let count = 0;
  return {
    ...target,
    ...shared,
    clientWith(config) {
      const client = clientFor(target, config);
      made.clients.push(client);
      return client;
    },
    key: (name = "object") => `${mine}/${++count}-${name}`,
    async ownBucket({ versioning, create } = {}) {
      const bucket = `conformance-${unique()}`;
      await shared.client.send(new CreateBucketCommand({ ...create, Bucket: bucket }));
      made.buckets.push(bucket);
      if (versioning) {
        const VersioningConfiguration = { Status: versioning };
        await shared.client.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
      }
      return bucket;
    },
    raw: (request) => raw(target, request),
    path: (key, bucket = shared.bucket) => `/${bucket}/${encodeKey(key)}`,
  };
}
