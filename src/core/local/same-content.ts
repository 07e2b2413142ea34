import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { checksumOf, hasMd5Etag, md5Of } from "../checksum";
import { plainEtag } from "../etag";
import { decodeMetadata } from "../metadata";
import type { Context } from "../operation";
import { multipartEtag } from "../ownership";
import { partSize } from "../parts";
import { keptMd5 } from "./kept-md5";
import { withFile } from "./local-error";
import { isSameTime, keptTime } from "./modified-time";

/** A file on disk, as it was looked at. */
export interface LocalFile {
  /** Absolute. */
  file: string;
  /** Bytes. */
  size: number;
  /** Nanoseconds since 1970. */
  modified: bigint;
}

/** An object, as a listing or a HEAD tells it. */
export interface Remote {
  key: string;
  /** Bytes. */
  size: number;
  /** Without quotes; "" where the store did not tell. */
  etag: string;
}

const MiB = 1024 * 1024;

/** Sizes of parts that programs are known to use, in MiB: they are tried before the store is asked for the size. */
const usual = [5, 8, 10, 15, 16, 25, 32, 50, 64, 100, 128, 256, 512];

/** The size of part `index`. */
type Plan = (index: number) => number;

const even =
  (bytes: number): Plan =>
  () =>
    bytes;

const usualPlans: readonly Plan[] = [partSize, ...usual.map((mib) => even(mib * MiB))];

/** Whether a plan cuts `size` bytes into `count` parts. */
const cuts = (plan: Plan, size: number, count: number): boolean => {
  let rest = size;
  let parts = 0;
  for (; rest > 0 && parts <= count; parts++) rest -= plan(parts);
  return parts === count;
};

const read = (context: Context, file: string): AsyncIterable<Buffer> =>
  createReadStream(file, { signal: context.signal, highWaterMark: MiB });

/** The ETag of parts, as bytes come. */
const composite = (plan: Plan) => {
  const etags: string[] = [];
  let hash = createHash("md5");
  let room = plan(0);
  return {
    update(bytes: Buffer): void {
      let rest = bytes;
      while (rest.length > 0) {
        const taken = rest.subarray(0, room);
        hash.update(taken);
        room -= taken.length;
        rest = rest.subarray(taken.length);
        if (room > 0) continue;
        etags.push(hash.digest("hex"));
        hash = createHash("md5");
        room = plan(etags.length);
      }
    },
    digest: (): string => multipartEtag(room < plan(etags.length) ? [...etags, hash.digest("hex")] : etags),
  };
};

/** Whether a file would get this ETag, in one request or in parts. */
const hasEtag = async (
  context: Context,
  { file, size }: Pick<LocalFile, "file" | "size">,
  etag: string,
  plans: readonly Plan[],
): Promise<boolean> => {
  const [, count] = /^[0-9a-f]{32}(?:-(\d{1,5}))?$/.exec(etag) ?? [undefined, "0"];
  const md5 = createHash("md5");
  const running =
    count === undefined
      ? [{ update: (bytes: Buffer) => void md5.update(bytes), digest: () => md5.digest("hex") }]
      : plans.filter((plan) => cuts(plan, size, Number(count))).map(composite);
  if (running.length === 0) return false;
  for await (const bytes of read(context, file)) for (const one of running) one.update(bytes);
  return running.some((one) => one.digest() === etag);
};

/** How long the first part of an object is; its whole size where the store knows of no parts, or does not tell. */
const firstPart = async ({ connection, bucket, signal }: Context, { key, size }: Remote): Promise<number> => {
  try {
    const told = await connection.send(new HeadObjectCommand({ Bucket: bucket, Key: key, PartNumber: 1 }), signal);
    return told.ContentLength || size;
  } catch (error) {
    if (signal.aborted) throw error;
    return size;
  }
};

/**
 * The same of an object whose parts are as long as the first.
 * @returns undefined where they are not, or nobody tells
 */
const hasEvenEtag = async (
  context: Context,
  local: Pick<LocalFile, "file" | "size">,
  remote: Remote,
): Promise<boolean | undefined> => {
  const [, count] = /-(\d{1,5})$/.exec(remote.etag) ?? [];
  if (count === undefined) return undefined;
  const length = await firstPart(context, remote);
  if (length >= remote.size || !cuts(even(length), remote.size, Number(count))) return undefined;
  // Those have been tried.
  return usual.includes(length / MiB) ? false : hasEtag(context, local, remote.etag, [even(length)]);
};

/**
 * Whether a file and an object have the same content. Decided by size, then by ETag (an MD5, or one of parts whose size
 * is usual), then by a checksum of the whole object, or an MD5 that another program left in the metadata, then by the ETag
 * of parts as long as the first. Where none of these tells, the same size and the same modification time in the metadata
 * pass for the same.
 * @param local `modified` is undefined where a time must prove nothing
 */
export const sameContent = (
  context: Context,
  local: Omit<LocalFile, "modified"> & { modified: bigint | undefined },
  remote: Remote,
): Promise<boolean> =>
  withFile(local.file, async () => {
    const { connection, bucket, signal } = context;
    if (local.size !== remote.size) return false;
    if (remote.etag && (await hasEtag(context, local, remote.etag, usualPlans))) return true;
    const input = { Bucket: bucket, Key: remote.key, ChecksumMode: "ENABLED" as const };
    const told = await connection.send(new HeadObjectCommand(input), signal);
    const etag = plainEtag(told.ETag) ?? "";
    // Replaced since it was listed: what was found out is about another object.
    if (remote.etag && etag !== remote.etag) return false;
    const metadata = decodeMetadata(told.Metadata ?? {});
    const checksum = checksumOf(told) ?? (md5Of(told) ? undefined : keptMd5(metadata));
    if (checksum) {
      for await (const bytes of read(context, local.file)) checksum.running.update(bytes);
      return checksum.running.digest() === checksum.wanted;
    }
    if (md5Of(told)) return false;
    const even = await hasEvenEtag(context, local, { ...remote, etag });
    if (even || (even === false && hasMd5Etag(told))) return even;
    const kept = keptTime(metadata);
    return kept !== undefined && local.modified !== undefined && isSameTime(kept, local.modified);
  });
