import type { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { GetObjectCommand, type GetObjectCommandOutput } from "@aws-sdk/client-s3";
import { checksumOf, md5Of } from "./checksum";
import { invalidResponse } from "./error";
import { aboutObject } from "./head";
import type { About, Context } from "./operation";
import { codeOf, toS3Error } from "./to-error";

export interface Source {
  key: string;
  versionId: string;
  /** As in HTTP, or "" for all. */
  range: string;
  /** Whether the body goes to the flow, which may take its time, and must not keep other requests waiting. */
  handedOn?: boolean;
  /** Only while the object has this ETag. */
  ifMatch?: string | undefined;
  /** Whether the ETag is a check too, where it is an MD5 and the store tells nothing better. */
  byEtag?: boolean;
}

export interface Download {
  about: About;
  /** Bytes that `body` will give; undefined where the store did not tell. */
  size: number | undefined;
  /** As the store told it. */
  contentEncoding: string | undefined;
  /** Gives exactly the bytes that were asked for, or throws. Goes on where it was cut off. */
  body: AsyncGenerator<Buffer, void, undefined>;
  /** Ends the transfer of a body that nobody will read any more, at once. */
  discard(): void;
}

const get = async (
  { connection, bucket }: Context,
  source: Source,
  more: object,
  signal: AbortSignal,
): Promise<GetObjectCommandOutput> => {
  const version = source.versionId ? { VersionId: source.versionId } : {};
  const match = source.ifMatch ? { IfMatch: source.ifMatch } : {};
  const input = { Bucket: bucket, Key: source.key, ...version, ...match, ...more };
  return (await connection.send(new GetObjectCommand(input), signal)) as GetObjectCommandOutput;
};

const streamOf = (answer: GetObjectCommandOutput): Readable => {
  const stream = answer.Body as Readable;
  // An error after the last read must not become an uncaught one.
  stream.on("error", () => {});
  return stream;
};

/** First byte of an answer with a part of an object (RFC 9110, Content-Range). */
const startOf = (answer: GetObjectCommandOutput): number | undefined => {
  const match = /^bytes (\d+)-\d+\//.exec(answer.ContentRange ?? "");
  return match ? Number(match[1]) : undefined;
};

/** Bytes that must have come since the last failure for the next one to count as the first again. */
const progress = 65_536;

/** The longest pause before a download goes on, in ms. */
const longest = 20_000;

/** A reader that takes longer for a piece, in ms, lets the connection lie: that it is cut off then is no failure. */
const patience = 200;

/** Counts the failures of a download. */
interface Failures {
  /**
   * Another one, after so many bytes.
   * @returns how many there were in a row. A few bytes between two of them do not part them: a store that cuts off
   * every answer after some bytes would be asked thousands of times
   */
  count(received: number): number;
  forget(): void;
}

const createFailures = (): Failures => {
  let failures = 0;
  let mark = 0;
  return {
    count(received) {
      failures = received - mark > progress ? 1 : failures + 1;
      mark = received;
      return failures;
    },
    forget() {
      failures = 0;
    },
  };
};

const differing = new WeakSet<object>();

/** Whether a download failed since it came to its end with other bytes than were stored: a second one may bring them. */
export const bytesDiffer = (error: unknown): boolean => error instanceof Error && differing.has(error);

/** What a download that cannot go on ends with. */
const cutOff = (error: unknown, received: number, size: number | undefined): unknown => {
  if (["Timeout", "Aborted"].includes(codeOf(error))) return error;
  return invalidResponse(`the download was cut off after ${received}${size === undefined ? "" : ` of ${size}`} bytes`);
};

/**
 * Starts to fetch an object. Resolves when S3 has answered, before the body is fetched.
 */
export const download = async (context: Context, source: Source): Promise<Download> => {
  // Ends with the work, and with a consumer that goes away: the requests of a download are of use to nobody else.
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  if (source.handedOn) context.connection.wire.unbounded(signal);
  const first = await get(context, source, source.range ? { Range: source.range } : {}, signal);
  let stream = streamOf(first);
  const start = startOf(first) ?? 0;
  const size = first.ContentLength;
  const release = () => void stream.destroy();
  let ended = false;
  let abandoned = false;
  const discard = () => {
    // What has ended by itself leaves its socket to the next request.
    if (ended) return;
    abandoned = true;
    stop.abort();
    release();
  };
  if (source.range && startOf(first) === undefined) {
    release();
    throw invalidResponse("the store ignored the range and answered with the whole object; leave Range empty");
  }
  const checksum = source.range ? undefined : (checksumOf(first) ?? (source.byEtag ? md5Of(first) : undefined));

  const resume = async (from: number, failures: number): Promise<void> => {
    await pause(Math.random() * Math.min(100 * 2 ** failures, longest), undefined, { signal });
    const last = size === undefined ? "" : start + size - 1;
    const more = { Range: `bytes=${start + from}-${last}`, IfMatch: first.ETag };
    const again = await get(context, source, more, signal);
    stream = streamOf(again);
    if (startOf(again) !== start + from) {
      release();
      throw invalidResponse("the download was cut off, and the store does not let it go on where it stopped");
    }
  };

  const body = async function* (): AsyncGenerator<Buffer, void, undefined> {
    let received = 0;
    const failuresInARow = createFailures();
    try {
      for (;;) {
        try {
          for await (const chunk of stream as AsyncIterable<Buffer>) {
            received += chunk.length;
            checksum?.running.update(chunk);
            const given = performance.now();
            yield chunk;
            if (performance.now() - given > patience) failuresInARow.forget();
          }
          if (size === undefined || received >= size) break;
          throw Object.assign(new Error("the answer ended early"), { code: "ECONNRESET" });
        } catch (error) {
          if (context.signal.aborted) throw context.signal.reason;
          if (abandoned) return;
          if (received === size) break;
          const retryable = toS3Error(error, { operation: "read" }).retryable && received < (size ?? 0);
          const failures = failuresInARow.count(received);
          if (!retryable || failures >= context.connection.settings.maxAttempts) throw cutOff(error, received, size);
          await resume(received, failures).catch((error: unknown) => {
            if (context.signal.aborted) throw context.signal.reason;
            // The next look at the stream ends what nobody wants any more.
            if (!abandoned) throw error;
          });
        }
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
    } finally {
      ended = true;
      release();
    }
  };
  return { about: aboutObject(first), size, contentEncoding: first.ContentEncoding, body: body(), discard };
};
