import { codeOf } from "../to-error";

/** What an error of the SDK holds beside its code. */
interface Answered {
  Region?: unknown;
  ServerTime?: unknown;
  $response?: { headers?: Record<string, unknown> };
}

const header = (error: unknown, name: string): string | undefined => {
  const value = (error as Answered | undefined)?.$response?.headers?.[name];
  return typeof value === "string" && value !== "" ? value : undefined;
};

/** The region that the store says the bucket is in, where it refuses that of the request. */
export const regionOf = (error: unknown): string | undefined => {
  const { Region } = (error ?? {}) as Answered;
  const told = header(error, "x-amz-bucket-region") ?? (typeof Region === "string" ? Region : undefined);
  return told !== undefined && /^[a-z0-9-]{1,40}$/.test(told) ? told : undefined;
};

/** How far the store's clock is ahead of ours, in ms; undefined where it does not tell. */
export const skewOf = (error: unknown): number | undefined => {
  if (codeOf(error) !== "RequestTimeTooSkewed") return undefined;
  const { ServerTime } = error as Answered;
  const at = Date.parse(typeof ServerTime === "string" ? ServerTime : (header(error, "date") ?? ""));
  return Number.isNaN(at) ? 0 : at - Date.now();
};
