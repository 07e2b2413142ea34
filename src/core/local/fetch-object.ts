import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { type Check, checksumOf, md5Of } from "../checksum";
import { bytesDiffer, type Download, download } from "../download";
import { plainEtag } from "../etag";
import { aboutObject } from "../head";
import type { About, Context } from "../operation";
import type { Part } from "./part-file";
import { type Remote, sameContent } from "./same-content";

/** Called with the bytes that a file has so far. */
type Progress = (bytes: number) => void;

const block = 1_048_576;

/** Writes all of these bytes: one write may take less. */
const writeAll = async ({ handle }: Part, chunks: readonly Buffer[], position: number): Promise<void> => {
  const { bytesWritten } = await handle.writev(chunks, position);
  const size = chunks.reduce((sum, { length }) => sum + length, 0);
  if (bytesWritten === size) return;
  const all = Buffer.concat(chunks);
  for (let at = bytesWritten; at < size; ) at += (await handle.write(all, at, size - at, position + at)).bytesWritten;
};

/**
 * Writes what comes, in blocks: while one is written, the next comes.
 * @returns where the last byte went
 */
const writeFrom = async (part: Part, source: Download, start: number, each: (chunk: Buffer, at: number) => void) => {
  let position = start;
  let held: Buffer[] = [];
  let length = 0;
  let writing = Promise.resolve();
  const flush = async (): Promise<void> => {
    await writing;
    if (length === 0) return;
    writing = writeAll(part, held, position - length);
    // It is waited for before anything else is done with the file.
    writing.catch(() => {});
    held = [];
    length = 0;
  };
  try {
    for await (const chunk of source.body) {
      held.push(chunk);
      length += chunk.length;
      position += chunk.length;
      each(chunk, position);
      if (length >= block) await flush();
    }
    await flush();
    await writing;
  } finally {
    // A disk that is full must not leave a transfer behind.
    source.discard();
    await writing.catch(() => {});
  }
  return position;
};

/** How far one object has come is told by the file's size: the node's status may be about many of them. */
const quietly = (context: Context): Context => ({ ...context, progress() {} });

/** Runs what a file holds already through a check. */
const checkLeft = async (context: Context, { handle, left }: Part, { running }: Check): Promise<void> => {
  const buffer = Buffer.allocUnsafe(Math.min(block, Math.max(left, 1)));
  for (let position = 0; position < left; ) {
    context.signal.throwIfAborted();
    const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, left - position), position);
    if (bytesRead === 0) throw new Error("the file was cut meanwhile");
    running.update(buffer.subarray(0, bytesRead));
    position += bytesRead;
  }
};

/**
 * Goes on with a file that holds the beginning of an object.
 * @returns undefined if that does not come to the whole object: it has changed, or nothing could prove that it is the same
 */
const goOn = async (context: Context, object: Remote, part: Part, progress: Progress): Promise<About | undefined> => {
  const { connection, bucket, signal } = context;
  const input = { Bucket: bucket, Key: object.key, ChecksumMode: "ENABLED" as const };
  const told = await connection.send(new HeadObjectCommand(input), signal);
  const check = checksumOf(told) ?? md5Of(told);
  const { ETag, ContentLength: size } = told;
  if (!ETag || size === undefined || part.left > size) return undefined;
  if (check) await checkLeft(context, part, check);
  if (part.left < size) {
    const range = `bytes=${part.left}-${size - 1}`;
    const rest = await download(quietly(context), { key: object.key, versionId: "", range, ifMatch: ETag });
    await writeFrom(part, rest, part.left, (chunk, position) => {
      check?.running.update(chunk);
      progress(position);
    });
  }
  const about = aboutObject(told);
  const whole = check
    ? check.running.digest() === check.wanted
    : await sameContent(
        context,
        // Where nothing else proves the bytes, a time must not.
        { file: part.path, size, modified: undefined },
        { key: object.key, size, etag: plainEtag(ETag) ?? "" },
      );
  return whole ? about : undefined;
};

const anew = async (context: Context, object: Remote, part: Part, progress: Progress): Promise<About> => {
  const source = await download(quietly(context), { key: object.key, versionId: "", range: "", byEtag: true });
  const written = await writeFrom(part, source, 0, (_chunk, position) => progress(position));
  return { ...source.about, size: written };
};

const overWhatIsThere = async (...[context, object, part, progress]: Parameters<typeof anew>): Promise<About> => {
  await part.handle.truncate(0);
  return anew(context, object, part, progress);
};

/**
 * Fetches an object into a temporary file, which then holds exactly its bytes, proved by a checksum or the ETag where
 * the store has one, and flushed to the disk.
 * @returns what S3 told of the object
 */
export const fetchObject = async (context: Context, object: Remote, part: Part, progress: Progress): Promise<About> => {
  let about: About | undefined;
  if (part.left > 0) {
    about = await goOn(context, object, part, progress).catch((error: unknown) => {
      if (context.signal.aborted) throw error;
      return undefined;
    });
  }
  about ??= await (part.left > 0 ? overWhatIsThere : anew)(context, object, part, progress).catch((error: unknown) => {
    if (!bytesDiffer(error)) throw error;
    return overWhatIsThere(context, object, part, progress);
  });
  // Else a power cut could leave the name with nothing behind it.
  await part.handle.datasync();
  return about;
};
