import { statusOf } from "./to-error";

interface Token {
  getRetryCount(): number;
  getRetryDelay(): number;
}

interface Failure {
  errorType: "TRANSIENT" | "THROTTLING" | "SERVER_ERROR" | "CLIENT_ERROR";
  retryAfterHint?: Date;
  error?: unknown;
}

const token = (count: number): Token => ({ getRetryCount: () => count, getRetryDelay: () => 0 });

/** What the store does not offer, it will not offer in a second either. */
const isLasting = ({ error }: Failure): boolean => statusOf(error) === 501;

/** The longest pause between two attempts, in ms. */
const longest = 20_000;

/**
 * When the SDK tries again: whatever may pass, `maxAttempts` times in all, after a pause that doubles and is drawn at
 * random up to its length ("full jitter"). Unlike the SDK's own strategy it has no quota for a whole client, under
 * which a flood of messages in an outage would fail at its first attempt.
 */
export const retryStrategy = (maxAttempts: number) => ({
  mode: "standard",
  maxAttempts: async () => maxAttempts,
  acquireInitialRetryToken: async (_scope: string): Promise<Token> => token(0),
  async refreshRetryTokenForRetry(last: Token, failure: Failure): Promise<Token> {
    const attempts = last.getRetryCount() + 1;
    if (attempts >= maxAttempts || failure.errorType === "CLIENT_ERROR" || isLasting(failure))
      throw new Error("no further attempt");
    const base = failure.errorType === "THROTTLING" ? 500 : 100;
    const asked = failure.retryAfterHint ? failure.retryAfterHint.getTime() - Date.now() : 0;
    const pause = Math.max(Math.random() * base * 2 ** (attempts - 1), Math.min(asked, 5000));
    // Not to hold up the end of the process: whoever waits has a signal of his own.
    await new Promise((resolve) => setTimeout(resolve, Math.min(pause, longest)).unref());
    return token(attempts);
  },
  recordSuccess(_token: Token): void {},
});
