import type { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { invalidResponse, S3Error } from "./error";
import { createFailures } from "./failures";
import { get, type ObjectReply, type Source, startOf, streamOf } from "./object-reply";
import type { Context } from "./operation";
import { codeOf, toS3Error } from "./to-error";

/** One download: what all its requests have in common. Places in it count from its own first byte. */
export interface Fetch {
  context: Context;
  source: Source;
  /** The first answer: all others must be of the same object. */
  first: ObjectReply;
  /** Where in the object its first byte stands: not 0 where the user asked for a range. */
  start: number;
  /** Bytes in all; undefined where the store did not tell. */
  size: number | undefined;
  /** Bodies that are open, so that all of them can be ended at once. */
  open: Set<Readable>;
}

/** The longest pause before a download goes on, in ms. */
const longest = 20_000;

/** A reader that takes longer for a piece, in ms, lets the connection lie: that it is cut off then is no failure. */
const patience = 200;

/** What a download that cannot go on ends with. */
const cutOff = (error: unknown, received: number, size: number | undefined): unknown => {
  if (["Timeout", "Aborted"].includes(codeOf(error))) return error;
  return invalidResponse(`the download was cut off after ${received}${size === undefined ? "" : ` of ${size}`} bytes`);
};

const tooMany = (asked: number, sent: number): S3Error =>
  invalidResponse(`the store announced ${asked} bytes and sent ${sent} or more`);

/** Asks for the bytes from one place to another of the same object. */
const goOn = async (
  { context, source, first, start }: Fetch,
  from: number,
  until: number | undefined,
  signal: AbortSignal,
): Promise<Readable> => {
  const last = until === undefined ? "" : start + until - 1;
  const more = { Range: `bytes=${start + from}-${last}`, IfMatch: first.ETag };
  const answer = await get(context, source, more, signal);
  const stream = streamOf(answer);
  if (startOf(answer) !== start + from) {
    stream.destroy();
    throw invalidResponse("the download stopped in the middle, and the store does not let it go on there");
  }
  // Not every store heeds If-Match.
  if (answer.ETag !== first.ETag) {
    stream.destroy();
    throw new S3Error("PreconditionFailed", "the object has changed meanwhile: read it again");
  }
  return stream;
};

/** A stretch of a download, from one place to another, not included. */
export interface Stretch {
  from: number;
  until: number | undefined;
  /** The answer that has its bytes; without it, they are asked for. */
  answer?: ObjectReply | undefined;
}

/**
 * Gives exactly the bytes of a stretch, or throws; where it is cut off, it goes on by itself.
 * @throws the signal's reason; what the store refused with; InvalidResponse or Timeout after `maxAttempts` failures in a
 * row
 */
export async function* readBytes(
  fetch: Fetch,
  { from, until, answer }: Stretch,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  const { settings } = fetch.context.connection;
  const failures = createFailures(from);
  let at = from;
  let stream: Readable | undefined;
  const close = (): void => {
    if (!stream) return;
    fetch.open.delete(stream);
    stream.destroy();
  };
  const open = (next: Readable): void => {
    close();
    stream = next;
    fetch.open.add(next);
  };
  try {
    open(answer ? streamOf(answer) : await goOn(fetch, from, until, signal));
    for (;;) {
      try {
        for await (const chunk of stream as unknown as AsyncIterable<Buffer>) {
          if (until !== undefined && at + chunk.length > until) throw tooMany(until - from, at + chunk.length - from);
          at += chunk.length;
          const given = performance.now();
          yield chunk;
          if (performance.now() - given > patience) failures.forget();
        }
        if (until === undefined || at >= until) return;
        throw Object.assign(new Error("the answer ended early"), { code: "ECONNRESET" });
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        if (at === until) return;
        if (error instanceof S3Error) throw error;
        const retryable = toS3Error(error, { operation: "read" }).retryable && at < (until ?? 0);
        const inARow = failures.count(at);
        if (!retryable || inARow >= settings.maxAttempts) throw cutOff(error, at, fetch.size);
        await pause(Math.random() * Math.min(100 * 2 ** inARow, longest), undefined, { signal });
        open(await goOn(fetch, at, until, signal));
      }
    }
  } finally {
    close();
  }
}
