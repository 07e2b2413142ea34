import { Readable } from "node:stream";
import type { S3Client } from "@aws-sdk/client-s3";
import { attemptOutcome, type Outcome } from "./attempt-outcome";
import { type Along, along } from "./attempts";
import { collectBytes } from "./collect-bytes";
import { invalidResponse } from "./error";
import type { Health } from "./health";
import type { Answer, Request, Wire } from "./request-handler";
import { throttlingStatuses } from "./throttling";
import { statusOf } from "./to-error";

/** The input of a command. */
export interface Asked {
  Bucket?: string;
  [along]?: Along;
}

interface Args {
  /** Nothing goes along with what the SDK asks for by itself: a session, for a directory bucket. */
  input: Asked;
  request: Request;
}

/** One attempt of a request, from when it leaves to what it comes to. */
export interface Transport {
  carry(request: Request, goesAlong: Along | undefined): Promise<Answer>;
  /** Tells the connection how it ended. @param error what it was rejected with; undefined: it succeeded */
  end(request: Request, goesAlong: Along | undefined, began: number, error?: unknown): void;
}

/** The store did not get the request, or has refused it: nothing was carried out. */
const unsent = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"]);

/** Longer than any answer whose body is asked for. */
const longestBody = 8 * 1024 * 1024;

/** Where the SDK looks for what the store calls its answer. */
const idHeaders = ["x-amzn-requestid", "x-amzn-request-id", "x-amz-request-id"];

/** What the store calls its answer; without secrets from here on, wherever it is told. */
const takeId = (headers: Record<string, string>, redact: (text: string) => string): string | undefined => {
  for (const name of idHeaders) if (headers[name] !== undefined) headers[name] = redact(headers[name]);
  return headers["x-amz-request-id"];
};

/** A gateway may answer so after the deed; 503 and 429 of a store, and below, are refusals. */
const maybeAfter = (status: number, id: string | undefined): boolean =>
  [500, 502, 504].includes(status) || (status === 503 && id === undefined);

/**
 * @param ids gets what the last answer under a signal is called
 * @param redact takes secrets out of that
 */
export const createTransport = (
  wire: Wire,
  health: Health,
  ids: WeakMap<AbortSignal, string>,
  redact: (text: string) => string,
): Transport => ({
  async carry(request, goesAlong) {
    const { signal, attempts }: Partial<Along> = goesAlong ?? {};
    try {
      const answer = await wire.handler.handle(request, { ...(signal && { abortSignal: signal }) });
      const { statusCode, headers } = answer.response;
      const id = takeId(headers, redact);
      if (signal && id !== undefined) ids.set(signal, id);
      if (attempts && maybeAfter(statusCode, id)) attempts.doubtful = true;
      if (throttlingStatuses.includes(statusCode)) (attempts?.throttled ?? wire.placeOf(request)?.throttled)?.();
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
  },
  end(request, goesAlong, began, error) {
    // That of a HEAD has no body to tell whether there were too many.
    const isMute = request.method === "HEAD" && statusOf(error) === 503;
    const ended: Outcome | undefined = isMute ? { kind: "reached" } : attemptOutcome(error);
    const paced = goesAlong?.attempts?.throttled;
    health.take(ended, { began, what: request.path, isPaced: paced !== undefined });
    const place = wire.placeOf(request);
    // Those that their status told of have been told already.
    if (ended?.kind === "throttled") {
      if (!throttlingStatuses.includes(statusOf(error) ?? 0)) (paced ?? place?.throttled)?.();
    } else if (!isMute && ended && ["good", "reached", "refused"].includes(ended.kind)) place?.good();
  },
});

/**
 * Puts it below a client: the last step of each attempt, in place of the SDK's own, which knows of no signal in the input;
 * and around it one that sees how the attempt ended. Work that has a window of its own is throttled by that alone: a thousand
 * keys of a DeleteObjects are throttled long before other requests are.
 * @param sent is told of each request that was answered as it should
 */
export const addTransport = (
  client: S3Client,
  transport: Transport,
  sent: (command: string, input: Asked, request: Request) => void,
): void => {
  const carry = () => async (args: Args) => {
    const goesAlong = args.input[along];
    const { made } = goesAlong ?? {};
    if (!goesAlong || !made) return transport.carry(args.request, goesAlong);
    delete goesAlong.made;
    args.request = made.request;
    if (made.answer) return made.answer;
    throw made.error;
  };
  const outcome = (next: (args: Args) => Promise<unknown>, context: { commandName?: string }) => async (args: Args) => {
    const goesAlong = args.input[along];
    const began = goesAlong?.made?.began ?? performance.now();
    const answer = await next(args).catch((error: unknown) => {
      transport.end(args.request, goesAlong, began, error ?? new Error());
      throw error;
    });
    transport.end(args.request, goesAlong, began);
    sent(context.commandName ?? "", args.input, args.request);
    return answer;
  };
  client.middlewareStack.add(carry as never, { step: "deserialize", priority: "low", name: "transport" });
  client.middlewareStack.add(outcome as never, { step: "deserialize", priority: "high", name: "outcome" });
};
