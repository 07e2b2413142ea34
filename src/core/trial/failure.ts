import { headerOf } from "../region-of";
import { codeOf } from "../to-error";

/** How far the store's clock is ahead of ours, in ms; undefined where it does not tell. */
export const skewOf = (error: unknown): number | undefined => {
  if (codeOf(error) !== "RequestTimeTooSkewed") return undefined;
  const { ServerTime } = error as { ServerTime?: unknown };
  const at = Date.parse(typeof ServerTime === "string" ? ServerTime : (headerOf(error, "date") ?? ""));
  return Number.isNaN(at) ? 0 : at - Date.now();
};
