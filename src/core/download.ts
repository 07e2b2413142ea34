import type { Readable } from "node:stream";
import { checksumOf, md5Of } from "./checksum";
import { invalidResponse } from "./error";
import { aboutObject } from "./head";
import { inRanges } from "./in-ranges";
import { get, type Source, startOf, streamOf } from "./object-reply";
import type { About, Context } from "./operation";
import type { Fetch } from "./read-bytes";
import { followTransfer, type Progress } from "./transfer-progress";

export interface Download {
  about: About;
  /** Bytes that `body` will give; undefined where the store did not tell. */
  size: number | undefined;
  /** As the store told it. */
  contentEncoding: string | undefined;
  /** Gives exactly the bytes that were asked for, or throws. Goes on where it was cut off. */
  body: AsyncGenerator<Buffer, void, undefined>;
  /** How far the body has come. */
  progress(): Progress;
  /** Ends the transfer of a body that nobody will read any more, at once. */
  discard(): void;
}

const differing = new WeakSet<object>();

/** Whether a download failed since it came to its end with other bytes than were stored: a second one may bring them. */
export const bytesDiffer = (error: unknown): boolean => error instanceof Error && differing.has(error);

/**
 * Starts to fetch an object. Resolves when S3 has answered, before the body is fetched.
 */
export const download = async (context: Context, source: Source): Promise<Download> => {
  // Ends with the work, and with a consumer that goes away: the requests of a download are of use to nobody else.
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  if (source.handedOn) context.connection.wire.handOn(signal);
  const first = await get(context, source, source.range ? { Range: source.range } : {}, signal);
  const stream = streamOf(first);
  const start = startOf(first) ?? 0;
  const size = first.ContentLength;
  const open = new Set<Readable>([stream]);
  let ended = false;
  let abandoned = false;
  const discard = () => {
    // What has ended by itself leaves its socket to the next request.
    if (ended) return;
    abandoned = true;
    stop.abort();
    for (const one of open) one.destroy();
  };
  if (source.range && startOf(first) === undefined) {
    stream.destroy();
    throw invalidResponse("the store ignored the range and answered with the whole object; leave Range empty");
  }
  const checksum = source.range ? undefined : (checksumOf(first) ?? (source.byEtag ? md5Of(first) : undefined));
  const transfer = followTransfer(size, context.progress);
  const fetch: Fetch = { context, source, first, start, size, open };

  const body = async function* (): AsyncGenerator<Buffer, void, undefined> {
    let received = 0;
    try {
      for await (const chunk of inRanges(fetch, signal)) {
        received += chunk.length;
        checksum?.running.update(chunk);
        transfer.add(chunk.length);
        yield chunk;
      }
      if (size !== undefined && received !== size) {
        throw invalidResponse(`the store announced ${size} bytes and sent ${received}`);
      }
      if (checksum && checksum.running.digest() !== checksum.wanted) {
        const wrong = invalidResponse(
          `the bytes that arrived are not those that were stored (${checksum.name} differs)`,
        );
        differing.add(wrong);
        throw wrong;
      }
    } catch (error) {
      if (context.signal.aborted) throw context.signal.reason;
      if (!abandoned) throw error;
    } finally {
      ended = true;
      stream.destroy();
    }
  };
  const { ContentEncoding: contentEncoding } = first;
  return { about: aboutObject(first), size, contentEncoding, body: body(), progress: transfer.now, discard };
};
