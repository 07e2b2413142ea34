/** Waiting that ends when the server closes. */
import { setTimeout as sleep } from "node:timers/promises";
import type { RequestInfo } from "./hooks";

/** Milliseconds, or a function that tells them for a request. */
export type Latency = number | ((request: RequestInfo) => number);

/** Resolves after `ms`; never resolves late for a server that is closing: it rejects. */
export async function pause(ms: number, closing: AbortSignal): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal: closing, ref: false });
}

/** Never resolves; rejects when the server closes. */
export function forever(closing: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = () => reject(closing.reason);
    if (closing.aborted) stop();
    else closing.addEventListener("abort", stop, { once: true });
  });
}
