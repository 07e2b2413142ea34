import { isExhausted } from "./codes";
import { isThrottled } from "./throttling";
import { codeOf, statusOf } from "./to-error";

interface Token {
  getRetryCount(): number;
  getRetryDelay(): number;
  /** Whether an attempt was refused for its time, as far as can be told. */
  isOfTime: boolean;
}

interface Failure {
  errorType: "TRANSIENT" | "THROTTLING" | "SERVER_ERROR" | "CLIENT_ERROR";
  retryAfterHint?: Date;
  error?: unknown;
}

/** What the SDK keeps with an error. */
interface Refusal {
  name?: string;
  $retryable?: unknown;
  $metadata?: { clockSkewCorrected?: boolean };
}

const token = (count: number, isOfTime: boolean): Token => ({
  getRetryCount: () => count,
  getRetryDelay: () => 0,
  isOfTime,
});

/** What the store does not offer, it will not offer in a second either. */
const isLasting = ({ error }: Failure): boolean => statusOf(error) === 501;

/** What the SDK takes for a fault of the request may be one of this machine, which has no more sockets for a moment. */
const mayPass = ({ errorType, error }: Failure): boolean =>
  errorType !== "CLIENT_ERROR" || isThrottled(error) || (statusOf(error) === undefined && isExhausted(codeOf(error)));

/**
 * Whether the SDK tries it again for the clock alone. Where that is some minutes off it does so with whatever is refused, an object
 * that is not there included, since each answer tells another time by some ms.
 */
const isForClock = ({ errorType, error }: Failure): boolean => {
  const { $metadata, $retryable, name = "" } = (error ?? {}) as Refusal;
  const status = statusOf(error) ?? 0;
  const isRefusal = status >= 400 && status < 500 && $retryable === undefined && !name.startsWith("RequestTimeout");
  return errorType === "TRANSIENT" && $metadata?.clockSkewCorrected === true && isRefusal;
};

/** What a store may refuse a wrong time with. */
const isOfTime = (error: unknown): boolean => [400, 403].includes(statusOf(error) ?? 0);

/** The longest pause between two attempts, in ms. */
const longest = 20_000;

/** What five attempts pause in all at most, in ms; drawn at random, they pause two thirds of it at least. */
const fourPauses = 200 * (1 + 3 + 9 + 27);

/** Who waits for a store for a short time only does not want to wait between the attempts either. */
const share = (timeout: number): number => Math.min(1, (timeout * 1000) / fourPauses);

/** The pause after so many attempts, in ms: each is three times as long as the one before. */
export const pauseAfter = (attempts: number, timeout: number, isThrottled = false): number => {
  const own = (1 - Math.random() / 3) * 200 * 3 ** (attempts - 1);
  // Requests that are throttled together come again one by one.
  const apart = isThrottled ? Math.random() * 500 * 2 ** (attempts - 1) : 0;
  return Math.min(Math.max(own, apart), longest) * share(timeout);
};

/**
 * When the SDK tries again: whatever may pass, `maxAttempts` times in all, after pauses that grow so fast that five
 * attempts outlast an outage of five seconds. Unlike the SDK's own strategy it has no quota for a whole client, under which
 * a flood of messages in an outage would fail at its first attempt.
 * @param timeout of the connection, in seconds: four pauses take no longer
 */
export const retryStrategy = ({ maxAttempts, timeout }: { maxAttempts: number; timeout: number }) => ({
  mode: "standard",
  maxAttempts: async () => maxAttempts,
  acquireInitialRetryToken: async (_scope: string): Promise<Token> => token(0, false),
  async refreshRetryTokenForRetry(last: Token, failure: Failure): Promise<Token> {
    const attempts = last.getRetryCount() + 1;
    if (attempts >= maxAttempts || !mayPass(failure) || isLasting(failure)) throw new Error("no further attempt");
    const forClock = isForClock(failure);
    // By now the time is right: what is refused again is refused for something else.
    if (forClock && (last.isOfTime || !isOfTime(failure.error))) throw new Error("no further attempt");
    const asked = failure.retryAfterHint ? failure.retryAfterHint.getTime() - Date.now() : 0;
    const own = pauseAfter(attempts, timeout, isThrottled(failure.error));
    // Not to hold up the end of the process: whoever waits has a signal of his own.
    await new Promise((resolve) => setTimeout(resolve, Math.max(own, Math.min(asked, 5000))).unref());
    return token(attempts, last.isOfTime || forClock);
  },
  recordSuccess(_token: Token): void {},
});
