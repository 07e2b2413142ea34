import { Agent } from "node:http";
import { Readable } from "node:stream";
import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import type { DirectBody } from "../../dev/s3-server/direct";
import { inByteOrder } from "./keys";
import { openQuickPut } from "./quick-put";
import type { PutOptions, Store, StoredVersion } from "./store";
import { unseen, watchRequests } from "./watch-requests";

/** Where a server is, and what it lets in. */
export interface Access {
  endpoint: string;
  accessKey: string;
  secretKey: string;
  region: string;
}

/** Requests of the specs' own that are in flight at once. */
const lanes = 24;

const kept: Record<string, keyof PutObjectCommandInput> = {
  "cache-control": "CacheControl",
  "content-disposition": "ContentDisposition",
  "content-encoding": "ContentEncoding",
  "x-amz-storage-class": "StorageClass",
};

const inputOf = ({ contentType, metadata, headers = {}, checksum }: PutOptions): Partial<PutObjectCommandInput> => {
  const input: Record<string, unknown> = {};
  if (contentType !== undefined) input.ContentType = contentType;
  if (metadata) input.Metadata = metadata;
  if (checksum) input.ChecksumAlgorithm = checksum;
  for (const [name, value] of Object.entries(headers)) {
    const field = kept[name];
    if (!field) throw new Error(`no spec has put ${name} yet`);
    input[field] = value;
  }
  return input;
};

const bytesOf = (body: DirectBody): Buffer => {
  if (typeof body === "string") return Buffer.from(body);
  if (body instanceof Uint8Array) return Buffer.from(body);
  return Buffer.alloc(body.size, body.pattern ?? "x");
};

const inLanes = async <T>(all: Iterable<T>, work: (one: T) => Promise<unknown>): Promise<void> => {
  const rest = all[Symbol.iterator]();
  const lane = async () => {
    for (let next = rest.next(); !next.done; next = rest.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
};

/** Undoes `encoding-type=url`, in which servers write a space in either way, where the server says that it did it. */
const decoded = (key = "", { EncodingType }: { EncodingType?: string | undefined }): string =>
  EncodingType === "url" ? decodeURIComponent(key.replaceAll("+", "%20")) : key;

const unquoted = (etag = ""): string => etag.replaceAll('"', "");

const missing = (error: unknown): boolean =>
  error instanceof S3ServiceException && [404, 405].includes(error.$metadata.httpStatusCode ?? 0);

/**
 * The keys and versions of ListObjectVersions in the order in which the server tells them: the SDK tells versions and delete
 * markers apart, and so loses it.
 * @returns filled when the command was answered
 */
const orderOf = (command: ListObjectVersionsCommand): string[] => {
  const order: string[] = [];
  const keep = (next: (args: unknown) => Promise<{ response: { body: AsyncIterable<Buffer> } }>) => {
    return async (args: unknown) => {
      const result = await next(args);
      const chunks: Buffer[] = [];
      for await (const chunk of result.response.body) chunks.push(chunk);
      const whole = Buffer.concat(chunks);
      result.response.body = Readable.from([whole]);
      for (const [entry] of whole.toString().matchAll(/<(Version|DeleteMarker)>.*?<\/\1>/gs)) {
        const [, key = ""] = /<Key>(.*?)<\/Key>/s.exec(entry) ?? [];
        const [, version = "null"] = /<VersionId>(.*?)<\/VersionId>/s.exec(entry) ?? [];
        order.push(`${key} ${version}`);
      }
      return result;
    };
  };
  command.middlewareStack.add(keep as never, { step: "deserialize", priority: "low" });
  return order;
};

/** Any server on the network as a store, through the SDK. The specs' own requests are not among those seen. */
export const remoteStore = ({ endpoint, accessKey, secretKey, region }: Access, suffix: string): Store => {
  const client = new S3Client({
    endpoint,
    region,
    credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
    forcePathStyle: true,
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    customUserAgent: unseen,
    requestHandler: new NodeHttpHandler({ httpAgent: new Agent({ keepAlive: true, maxSockets: lanes }) }),
  });
  const quick = openQuickPut(endpoint, { accessKey, secretKey, region }, lanes);
  const watch = watchRequests(endpoint);
  const bucketName = (name: string) => name && `${name}-${suffix}`;

  /** Entries of ListObjectVersions, with their keys. */
  const allVersions = async (Bucket: string, Prefix = ""): Promise<(StoredVersion & { key: string })[]> => {
    const found: (StoredVersion & { key: string; at: number })[] = [];
    for (let marks: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {}; marks; ) {
      const command = new ListObjectVersionsCommand({ Bucket, Prefix, EncodingType: "url", ...marks });
      const order = orderOf(command);
      const page: ListObjectVersionsCommandOutput = await client.send(command);
      const places = new Map(order.map((id, place) => [id, found.length + place]));
      for (const [deleteMarker, entries] of [
        [false, page.Versions ?? []],
        [true, page.DeleteMarkers ?? []],
      ] as const) {
        for (const entry of entries) {
          const { Size: size = 0, ETag } = entry as { Size?: number; ETag?: string };
          const { Key, VersionId = "null" } = entry;
          const at = places.get(`${Key} ${VersionId}`) ?? Number.NaN;
          const versionId = VersionId;
          found.push({ key: decoded(Key, page), versionId, deleteMarker, size, etag: unquoted(ETag), at });
        }
      }
      marks = page.IsTruncated
        ? {
            KeyMarker: decoded(page.NextKeyMarker, page),
            ...(page.NextVersionIdMarker ? { VersionIdMarker: page.NextVersionIdMarker } : {}),
          }
        : undefined;
    }
    found.sort((one, other) => one.at - other.at);
    return found.map(({ at, ...version }) => version);
  };

  const keysOf = async (Bucket: string, Prefix = ""): Promise<string[]> => {
    const found: string[] = [];
    for (let token: string | undefined = ""; token !== undefined; ) {
      const page: ListObjectsV2CommandOutput = await client.send(
        new ListObjectsV2Command({
          Bucket,
          Prefix,
          EncodingType: "url",
          ...(token ? { ContinuationToken: token } : {}),
        }),
      );
      for (const { Key } of page.Contents ?? []) found.push(decoded(Key, page));
      token = page.IsTruncated ? page.NextContinuationToken : undefined;
    }
    return inByteOrder(found);
  };

  const uploadsOf = async (Bucket: string): Promise<{ id: string; key: string }[]> => {
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }));
    return Uploads.map(({ UploadId = "", Key = "" }) => ({ id: UploadId, key: Key }));
  };

  const setVersioning = async (Bucket: string, Status: "Enabled" | "Suspended"): Promise<void> => {
    await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
  };

  const put = async (Bucket: string, Key: string, Body: Buffer, options: PutOptions = {}) =>
    client.send(new PutObjectCommand({ Bucket, Key, Body, ...inputOf(options) }));

  const removeBucket = async (Bucket: string): Promise<void> => {
    for (const { id, key } of await uploadsOf(Bucket)) {
      await client.send(new AbortMultipartUploadCommand({ Bucket, Key: key, UploadId: id })).catch(() => {});
    }
    // Objects may come to light only when others are gone, and a listing may lag.
    for (let round = 0; round < 5; round++) {
      const all = await allVersions(Bucket).catch(async () =>
        (await keysOf(Bucket)).map((key) => ({ key, versionId: "null" })),
      );
      if (all.length === 0) break;
      const objects = all.map(({ key, versionId }) => ({
        Key: key,
        // Where there are versions, "null" is one, and stays unless it is named; elsewhere not every store knows it.
        ...(versionId === "null" && round === 0 ? {} : { VersionId: versionId }),
      }));
      // XML 1.0 cannot carry every key that an object may have.
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
      const awkward = objects.filter(({ Key }) => /[\u0000-\u001f\u007f-\u009f\uffff]/.test(Key));
      const plain = objects.filter((object) => !awkward.includes(object));
      const batches = Array.from({ length: Math.ceil(plain.length / 500) }, (_, index) =>
        plain.slice(index * 500, index * 500 + 500),
      );
      for (const Objects of batches) {
        await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
      }
      await inLanes(awkward, (object) => client.send(new DeleteObjectCommand({ Bucket, ...object })));
    }
    await client.send(new DeleteBucketCommand({ Bucket }));
  };

  return {
    endpoint,
    accessKey,
    secretKey,
    region,
    requests: watch.seen,
    clear() {
      watch.seen.length = 0;
    },
    bucketName,
    async createBucket(bucket) {
      const { name, versioning } = typeof bucket === "string" ? { name: bucket, versioning: undefined } : bucket;
      await client.send(new CreateBucketCommand({ Bucket: bucketName(name) }));
      if (versioning) await setVersioning(bucketName(name), versioning);
    },
    setVersioning: (bucket, status) => setVersioning(bucketName(bucket), status),
    async put(bucket, key, body, options) {
      const { ETag, VersionId } = await put(bucketName(bucket), key, bytesOf(body), options);
      return { etag: unquoted(ETag), versionId: VersionId };
    },
    seed(bucket, keys, body = "x") {
      const bytes = bytesOf(body);
      const Bucket = bucketName(bucket);
      return inLanes(keys, async (key) => (await quick.put(Bucket, key, bytes)) || (await put(Bucket, key, bytes)));
    },
    async get(bucket, key, versionId) {
      const object = { Bucket: bucketName(bucket), Key: key, ...(versionId ? { VersionId: versionId } : {}) };
      try {
        const got = await client.send(new GetObjectCommand(object));
        const body = Buffer.from((await got.Body?.transformToByteArray()) ?? []);
        const headers = {
          "cache-control": got.CacheControl,
          "content-disposition": got.ContentDisposition,
          "content-encoding": got.ContentEncoding,
        };
        const { TagSet = [] } = await client.send(new GetObjectTaggingCommand(object));
        return {
          body,
          size: body.length,
          etag: unquoted(got.ETag),
          versionId: got.VersionId ?? "null",
          lastModified: got.LastModified ?? new Date(0),
          contentType: got.ContentType ?? "",
          metadata: got.Metadata ?? {},
          tags: Object.fromEntries(TagSet.map(({ Key = "", Value = "" }) => [Key, Value])),
          headers: Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)) as never,
          encrypted: got.ServerSideEncryption !== undefined,
          storageClass: got.StorageClass ?? "STANDARD",
        };
      } catch (error) {
        if (missing(error)) return undefined;
        throw error;
      }
    },
    keys: (bucket, prefix) => keysOf(bucketName(bucket), prefix),
    async versions(bucket, key) {
      const all = await allVersions(bucketName(bucket), key);
      return all.flatMap(({ key: name, ...version }) => (name === key ? [version] : []));
    },
    uploads: (bucket) => uploadsOf(bucketName(bucket)),
    async close() {
      watch.stop();
      const { Buckets = [] } = await client.send(new ListBucketsCommand({}));
      for (const { Name = "" } of Buckets) if (Name.endsWith(`-${suffix}`)) await removeBucket(Name);
      client.destroy();
      quick.close();
    },
  };
};
