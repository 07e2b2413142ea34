import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { type Ahead, fetchAhead, rangeSize } from "./fetch-ahead";
import { type Fetch, readBytes } from "./read-bytes";
import { createLine } from "./slow-line";

/** Bytes that must be left for ranges to be worth their requests. */
const worthwhile = 16 * 1024 * 1024;

/** How long an answer that runs waits for the range that is to take over from it, in ms. */
const patience = 2000;

/** Whether the first range has begun to come, so that it can take over. */
const hasBegun = async (ahead: Ahead, signal: AbortSignal): Promise<boolean> => {
  const over = new AbortController();
  const late = pause(patience, false, { signal: AbortSignal.any([signal, over.signal]) });
  try {
    return (await Promise.race([ahead.first?.begun, late])) ?? false;
  } finally {
    over.abort();
    late.catch(() => {});
  }
};

/**
 * The bytes of a download, in order. They come in one answer as long as that is not slow: then further ranges are
 * fetched ahead, side by side, into memory that is bounded, and take over where the answer reaches the first of them. If
 * ranges do not come as they should, one answer brings the rest.
 * @throws as `readBytes`
 */
export async function* inRanges(fetch: Fetch, signal: AbortSignal): AsyncGenerator<Buffer, void, undefined> {
  const size = fetch.size ?? 0;
  const { ETag } = fetch.first;
  // A weak one never matches (RFC 9110, If-Match).
  let mayFetchAhead = ETag !== undefined && !ETag.startsWith("W/");
  let at = 0;
  let answer: Fetch["first"] | undefined = fetch.first;
  let ahead: Ahead | undefined;
  const isWorthIt = (): boolean => mayFetchAhead && size - at >= worthwhile;
  try {
    for (;;) {
      const one = readBytes(fetch, { from: at, until: fetch.size, answer }, signal);
      answer = undefined;
      const line = createLine();
      try {
        while (ahead || isWorthIt()) {
          const asked = performance.now();
          const { value: chunk, done } = await one.next();
          if (done) return;
          const waited = performance.now() - asked;
          const from = ahead?.from;
          if (ahead && from !== undefined && at + chunk.length >= from) {
            if (await hasBegun(ahead, signal)) {
              const rest = from - at;
              at = from;
              if (rest > 0) yield chunk.subarray(0, rest);
              break;
            }
            ahead.cancel();
            ahead = undefined;
            mayFetchAhead = false;
          }
          at += chunk.length;
          yield chunk;
          if (ahead || !isWorthIt()) continue;
          const rate = line.slow(chunk.length, waited);
          if (rate === undefined) continue;
          ahead = fetchAhead(fetch, at + rangeSize, size, rate, signal);
          // Other downloads have all that the connection allows.
          if (!ahead.first) ahead = undefined;
        }
        if (!ahead) return yield* one;
      } finally {
        await one.return();
      }
      for (let range = ahead.shift(); range; range = ahead.shift()) {
        try {
          for await (const chunk of range.bytes()) {
            at += chunk.length;
            yield chunk;
          }
        } catch (error) {
          if (signal.aborted || range.others === 0) throw error;
          mayFetchAhead = false;
          break;
        }
        range.over();
        ahead.fill();
      }
      if (at >= size) return;
      mayFetchAhead &&= !ahead.vain;
      ahead.cancel();
      ahead = undefined;
    }
  } finally {
    ahead?.cancel();
  }
}
