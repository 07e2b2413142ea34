import { asksToSlowDown } from "./codes";
import { codeOf, requestIdOf, statusOf } from "./to-error";

/** By these alone it is known that there were too many requests, before the body of an answer is read. */
export const throttlingStatuses: readonly number[] = [429, 503];

/** A gateway that does not reach its store says nothing of how much it is asked. */
const ofGateways = [502, 504];

/**
 * Whether there were too many requests: the same ones pass when fewer are sent. That is also what a store means that says
 * no more than ServiceUnavailable.
 * @param status of the answer; none for one of the keys that it tells of
 */
export const isThrottling = (code: string, status?: number): boolean =>
  status === 429 ||
  asksToSlowDown(code) ||
  (code === "ServiceUnavailable" && (status === undefined || !ofGateways.includes(status)));

/** The same of whatever was thrown. */
export const isThrottled = (error: unknown): boolean => isThrottling(codeOf(error), statusOf(error));

/** Whether something that throttles is a store by what it says: a proxy that knows of none answers 503 for ever. */
export const isOfStore = (error: unknown): boolean => asksToSlowDown(codeOf(error)) || requestIdOf(error) !== undefined;
