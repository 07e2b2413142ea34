import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import type { Attempts } from "./attempts";
import { crc32Base64 } from "./checksum";
import { type Answer, conditionally, refused } from "./conditional";
import { graceMs } from "./connection";
import { plainEtag } from "./etag";
import type { Condition } from "./guarded";
import { keepTags } from "./keep-tags";
import { abortOf, mayBeAborted } from "./left-uploads";
import { findOpenUpload, type OpenUpload } from "./open-upload";
import type { Context } from "./operation";
import { md5, multipartEtag } from "./ownership";
import type { PartPool } from "./part-pool";
import { timerMs } from "./timer-ms";
import { isHopeless, underTerms } from "./under-terms";
import { unlessAborted } from "./unless-aborted";
import { type Upload, type Written, written } from "./upload";

/** Parts of one object on their way at a time: each is held in memory. */
const width = 4;

/** A signal that is aborted some time after another one. Call `end` when it is needed no more. */
const lagging = (signal: AbortSignal, ms: number): { signal: AbortSignal; end: () => void } => {
  const late = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const start = () => {
    timer = setTimeout(() => late.abort(signal.reason), ms);
  };
  signal.addEventListener("abort", start, { once: true });
  return {
    signal: late.signal,
    end() {
      clearTimeout(timer);
      signal.removeEventListener("abort", start);
    },
  };
};

/** Starts an upload. When the work is aborted meanwhile, waits for the answer: it names what must be cleared up. */
const create = async (context: Context, upload: Upload): Promise<string> => {
  const { connection, bucket, signal } = context;
  if (signal.aborted) throw signal.reason;
  const late = lagging(signal, graceMs);
  connection.wire.endsWith(late.signal, signal);
  const input = {
    ...upload.keeping,
    Bucket: bucket,
    Key: upload.key,
    ...(connection.checksums ? { ChecksumAlgorithm: "CRC32" as const } : {}),
  };
  try {
    const answer = await connection.send(new CreateMultipartUploadCommand(input), late.signal);
    return answer.UploadId as string;
  } finally {
    late.end();
  }
};

/** Keys that this process is writing in parts: an upload of one that is open is no crash's. */
const underWay = new Map<string, { count: number; found: Promise<OpenUpload | undefined> }>();

/**
 * Does what writes a key.
 * @param find finds what a process has left that is no more; asked only where nobody else in this process writes the key,
 *   and nobody begins to until it has answered: it would take what they begin for that
 */
const countedIn = async <T>(
  name: string,
  signal: AbortSignal,
  find: () => Promise<OpenUpload | undefined>,
  work: (left: OpenUpload | undefined) => Promise<T>,
): Promise<T> => {
  const others = underWay.get(name);
  const mine = others ?? { count: 0, found: find() };
  mine.count++;
  underWay.set(name, mine);
  try {
    // A failure is that of the one who asked.
    if (others)
      await unlessAborted(
        signal,
        mine.found.catch(() => undefined),
      );
    const left = others ? undefined : await mine.found;
    return await work(left);
  } finally {
    if (--mine.count === 0) underWay.delete(name);
  }
};

const findOpen = async (context: Context, { key, resumeSince }: Upload): Promise<OpenUpload | undefined> =>
  resumeSince === undefined ? undefined : findOpenUpload(context, key, resumeSince);

const abort = async (context: Context, key: string, id: string): Promise<void> => {
  const { connection, bucket, signal } = context;
  // Not under the signal of the work, which may be why it is aborted; but not for ever either.
  const limit = signal.aborted ? graceMs : timerMs(connection.settings.timeout);
  const upload = { bucket, key, id };
  await connection.send(abortOf(upload), AbortSignal.timeout(limit)).catch((error: unknown) => {
    if (mayBeAborted(error)) connection.left(upload);
  });
};

/** The parts of a body. */
export interface Pieces {
  /** Those that have come already. */
  first: readonly Buffer[];
  rest: AsyncIterable<Buffer>;
  /** Takes back what is sent. */
  pool: PartPool;
}

async function* chain(first: Iterable<Buffer>, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield* first;
  yield* rest;
}

/**
 * Sends the parts, some side by side. The first failure stops the others and the source, and is thrown when they have
 * stopped.
 */
const sendParts = async (
  context: Context,
  { key, progress }: Upload,
  { id, parts }: OpenUpload,
  { first, rest, pool }: Pieces,
  stop: AbortController,
): Promise<{ done: CompletedPart[]; size: number }> => {
  const { connection, bucket, signal } = context;
  const done: CompletedPart[] = [];
  const running = new Set<Promise<void>>();
  let size = 0;
  let number = 0;
  const send = async (bytes: Buffer, PartNumber: number): Promise<void> => {
    const checksum = connection.checksums ? { ChecksumCRC32: crc32Base64(bytes) } : {};
    const input = { Bucket: bucket, Key: key, UploadId: id, PartNumber, Body: bytes, ContentLength: bytes.length };
    const there = parts.get(PartNumber);
    const answer =
      there !== undefined && there === md5(bytes)
        ? { ETag: `"${there}"`, $metadata: {} }
        : await connection.send(new UploadPartCommand({ ...input, ...checksum }), stop.signal);
    done[PartNumber - 1] = { PartNumber, ETag: answer.ETag as string, ...checksum };
    size += bytes.length;
    // An attempt that failed may still be on its way, with these bytes.
    if (answer.$metadata.attempts === 1) pool.give(bytes);
    if (progress) progress(size);
    else context.progress(`${Math.round(size / 1048576)} MiB`);
  };
  let failure: { error: unknown } | undefined;
  try {
    for await (const bytes of chain(first, rest)) {
      if (failure || stop.signal.aborted) break;
      const sending: Promise<void> = send(bytes, ++number)
        .catch((error: unknown) => {
          failure ??= { error };
          stop.abort(error);
        })
        .finally(() => running.delete(sending));
      running.add(sending);
      if (running.size >= width) await Promise.race(running);
    }
  } catch (error) {
    failure ??= { error };
    stop.abort(error);
  }
  await Promise.allSettled(running);
  if (signal.aborted) throw signal.reason;
  if (failure) throw failure.error;
  return { done, size };
};

/**
 * Writes an object in parts. What fails leaves no upload behind: parts without an object cost money.
 * @param stop ends the source; aborted with the work, and with the first part that fails
 * @returns `refused` if the terms of the upload do not hold
 */
export const uploadParts = async (
  context: Context,
  upload: Upload,
  pieces: Pieces,
  stop: AbortController,
): Promise<Written | typeof refused> => {
  const { connection, bucket, signal } = context;
  const { key } = upload;
  if (await isHopeless(context, upload)) return refused;
  const work = async (left: OpenUpload | undefined): Promise<Written | typeof refused> => {
    const open = left ?? { id: await create(context, upload), parts: new Map() };
    const { id } = open;
    let complete = false;
    try {
      const { done, size } = await sendParts(context, upload, open, pieces, stop);
      const input = { Bucket: bucket, Key: key, UploadId: id, MultipartUpload: { Parts: done } };
      const send = (condition: Condition, attempts?: Attempts) =>
        connection.send(new CompleteMultipartUploadCommand({ ...input, ...condition }), signal, attempts);
      const etags = done.map((part) => plainEtag(part.ETag) ?? "");
      const expected = { key, etag: () => multipartEtag(etags) };
      const after = async (answer: Answer): Promise<void> => {
        complete = true;
        await keepTags(context, upload, answer);
      };
      const write = { kind: "complete" as const, expected, small: false, send, after };
      const answer = await underTerms(context, upload, write, async () => {
        const told = await conditionally(context, expected, (attempts) => send({}, attempts));
        if (told !== refused) await after(told);
        return told;
      });
      complete = answer !== refused;
      return answer === refused ? refused : written(answer, size);
    } finally {
      if (!complete) await abort(context, key, id);
    }
  };
  return await connection.clearing(countedIn(`${bucket}/${key}`, signal, () => findOpen(context, upload), work));
};
