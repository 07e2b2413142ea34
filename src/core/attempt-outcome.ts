import { asksToSlowDown, isExhausted, isOfTls } from "./codes";
import { codeOf, isPassing, statusOf } from "./to-error";

/** What the end of one attempt says of a connection. */
export interface Outcome {
  /**
   * `good`: the store took the keys, whatever it thinks of the request. `reached`: the store answered, and that is all
   * there is to know. `throttled`: there were too many requests. `refused`: keys, token or clock are wrong, for every
   * request. `unreached`: no answer came, or the store had a fault of its own.
   */
  kind: "good" | "reached" | "throttled" | "refused" | "unreached";
  code?: string;
  /** It was answered with what may be the matter with this object alone. */
  alone?: boolean;
}

/** What a store, or a service for temporary keys, says of keys that it takes for nothing at all. */
const refusals = new Set([
  "AccountProblem",
  "ExpiredToken",
  "ExpiredTokenException",
  "InvalidAccessKeyId",
  "InvalidClientTokenId",
  "InvalidSecurity",
  "InvalidToken",
  "NotSignedUp",
  "RequestTimeTooSkewed",
  "SignatureDoesNotMatch",
  "TokenRefreshRequired",
  "UnrecognizedClientException",
]);

/** Answers that come after the keys were looked at, where they name their reason. */
const afterKeys = new Set([403, 404, 409, 412, 416]);

/** Codes of the system's, and of Node.js's: those of values that it does not take are none of the store's. */
const isOfTheWay = (code: string): boolean =>
  code === "Timeout" ||
  code === "InvalidResponse" ||
  (/^[A-Z][A-Z0-9]*(_[A-Z0-9_]+)?$/.test(code) && (!code.startsWith("ERR_") || isOfTls(code)));

/** A file that keys, or a token for them, should be in cannot be read. */
const isOfFile = (error: unknown): boolean => {
  const { syscall, code } = (error ?? {}) as { syscall?: unknown; code?: unknown };
  return ["open", "read", "stat"].includes(String(syscall)) && !isExhausted(String(code));
};

/** @param error what a service for temporary keys, or a search for keys, ended with */
export const keysOutcome = (error: unknown): Outcome | undefined => {
  const status = statusOf(error);
  const code = codeOf(error);
  if (isOfFile(error)) return { kind: "refused", code: "NoConnection" };
  const isRefused = status === undefined ? code === "NoConnection" : !isPassing(status);
  if (isRefused) return { kind: "refused", code };
  const outcome = attemptOutcome(error);
  // Such a service has but one thing to ask for.
  return outcome && { ...outcome, alone: false };
};

/** @param error what an attempt was rejected with; undefined: it succeeded. Gives undefined where nothing can be said */
export const attemptOutcome = (error: unknown): Outcome | undefined => {
  if (error === undefined) return { kind: "good" };
  const status = statusOf(error);
  const code = codeOf(error);
  if (status === undefined) {
    // Of an attempt that this side has ended, or that has failed before it was sent, nothing is known.
    return isOfTheWay(code) ? { kind: "unreached", code } : undefined;
  }
  // ServiceUnavailable is waited for like throttling, but as the state of a connection it is a fault of the store.
  if (status === 429 || asksToSlowDown(code)) return { kind: "throttled", code };
  // A path that a proxy, or the store, reads otherwise than it was signed is one of its own.
  if (refusals.has(code)) return { kind: "refused", code, alone: code === "SignatureDoesNotMatch" };
  if (code === "InvalidResponse") return undefined;
  if (status >= 500 && status !== 501) return { kind: "unreached", code, alone: status === 500 };
  // A HEAD that fails has no body, and its 403 may be anything.
  const isNamed = (error as { name?: unknown }).name === code;
  return { kind: afterKeys.has(status) && (isNamed || status !== 403) ? "good" : "reached" };
};
