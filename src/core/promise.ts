import { invalid, type S3Error } from "./error";

/** Whether a value is not there yet. Nobody knows whether it ever will be. */
export const isPromise = (value: unknown): boolean =>
  typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";

/** As JSON, it is `{}`. */
export const promised = (parameter: string): S3Error =>
  invalid(parameter, "is a promise; wait for it, and send what it gives");
