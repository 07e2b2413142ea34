import { Readable } from "node:stream";
import type { S3Client } from "@aws-sdk/client-s3";
import { attemptOutcome, type Outcome } from "./attempt-outcome";
import { type Along, along } from "./attempts";
import { collectBytes } from "./collect-bytes";
import { invalidResponse } from "./error";
import type { Health } from "./health";
import type { Wire } from "./request-handler";
import { statusOf } from "./to-error";

interface Args {
  /** Nothing goes along with what the SDK asks for by itself: a session, for a directory bucket. */
  input: { [along]?: Along };
  request: { method: string; path: string };
}

/** The store did not get the request, or has refused it: nothing was carried out. */
const unsent = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"]);

/** Longer than any answer whose body is asked for. */
const longestBody = 8 * 1024 * 1024;

/** By these alone it is known that there were too many requests, before the body is read. */
const throttling = [429, 503];

/**
 * Puts the wire below a client: the last step of each attempt, in place of the SDK's own, which knows of no signal in the
 * input; and around it one that sees how the attempt ended. Work that has a window of its own is throttled by that alone:
 * a thousand keys of a DeleteObjects are throttled long before other requests are.
 */
export const addTransport = (client: S3Client, wire: Wire, health: Health, ids: WeakMap<AbortSignal, string>): void => {
  const transport = () => async (args: Args) => {
    const { signal, attempts }: Partial<Along> = args.input[along] ?? {};
    try {
      const answer = await wire.handler.handle(args.request as never, { ...(signal && { abortSignal: signal }) });
      const { statusCode, headers } = answer.response;
      const id: unknown = headers["x-amz-request-id"];
      if (signal && typeof id === "string") ids.set(signal, id);
      // These may come from a proxy, or after the deed; 503 and below are refusals.
      if (attempts && [500, 502, 504].includes(statusCode)) attempts.doubtful = true;
      if (throttling.includes(statusCode)) (attempts?.throttled ?? wire.placeOf(args.request)?.throttled)?.();
      if (attempts?.body && statusCode === 200) {
        const bytes = await collectBytes(answer.response.body as AsyncIterable<Buffer>, longestBody);
        if (bytes.length > longestBody) throw invalidResponse("the answer is longer than any of S3");
        attempts.body(bytes);
        answer.response.body = Readable.from([bytes]);
      }
      return answer;
    } catch (error) {
      if (attempts && !unsent.has((error as { code?: string }).code ?? "")) attempts.doubtful = true;
      throw error;
    }
  };
  const outcome = (next: (args: Args) => Promise<unknown>) => async (args: Args) => {
    const began = performance.now();
    const end = (error?: unknown): void => {
      // That of a HEAD has no body to tell whether there were too many.
      const isMute = args.request.method === "HEAD" && statusOf(error) === 503;
      const ended: Outcome | undefined = isMute ? { kind: "reached" } : attemptOutcome(error);
      const isPaced = args.input[along]?.attempts?.throttled !== undefined;
      health.take(ended, { began, what: args.request.path, isPaced });
      const place = wire.placeOf(args.request);
      // Those that their status told of have been told already.
      if (ended?.kind === "throttled") {
        if (!isPaced && !throttling.includes(statusOf(error) ?? 0)) place?.throttled();
      } else if (!isMute && ended && ["good", "reached", "refused"].includes(ended.kind)) place?.good();
    };
    try {
      const answer = await next(args);
      end();
      return answer;
    } catch (error) {
      end(error ?? new Error());
      throw error;
    }
  };
  client.middlewareStack.add(transport as never, { step: "deserialize", priority: "low", name: "transport" });
  client.middlewareStack.add(outcome as never, { step: "deserialize", priority: "high", name: "outcome" });
};
