/** Hooks: tests tell the server how to misbehave, request by request. */
import type { IncomingHttpHeaders } from "node:http";
import { S3Error } from "./errors";
import type { Query } from "./uri";

/** What a hook sees of a request. */
export interface RequestInfo {
  /** the log's number for it */
  number: number;
  operation: string;
  method: string;
  bucket: string | undefined;
  key: string | undefined;
  query: Query;
  headers: IncomingHttpHeaders;
  /** 1 for the first request with this method and URL since the log was cleared, 2 for the next … */
  attempt: number;
}

/** What is to happen to a request. Everything not said happens as usual. */
export interface HookAction {
  /** milliseconds to wait before anything else */
  delay?: number;
  /** milliseconds to wait after the request took effect, before the reply */
  delayAfter?: number;
  /** answer this S3 error; the request takes no effect unless `handle` is true */
  error?: string | { code: string; message?: string; status?: number; extra?: Record<string, string | number> };
  /** whether the request takes effect; default true, but false with `error` and with `stall` */
  handle?: boolean;
  /** handles the request as if it had none of these headers, like stores that do not know them; in lower case */
  ignore?: readonly string[];
  /** handles the request as if its query had these parameters, or had them not (undefined); it is signed as it was sent */
  query?: Readonly<Record<string, string | undefined>>;
  /** replaces the status of the reply (with `error`: an error inside a 200) */
  status?: number;
  /** added to the headers of the reply; undefined takes one away */
  headers?: Record<string, string | undefined>;
  /** replaces the body of the reply, or changes it; its Content-Length follows */
  body?: string | Buffer | ((body: Buffer) => Buffer | string);
  /** sends the headers and this many bytes of the body, then cuts the connection */
  cut?: number;
  /** sends the headers and this many bytes of the body, then nothing, for ever */
  stallAfter?: number;
  /** bytes per second at which the body of the reply goes out */
  rate?: number;
  /** resets the connection before the request is handled */
  reset?: boolean;
  /** resets the connection once this many bytes of the request's body have arrived */
  resetAfter?: number;
  /** handles the request, then cuts the connection without a reply */
  drop?: boolean;
  /** never answers */
  stall?: boolean;
  /** for DeleteObjects: the error code for a key that is not to be deleted */
  keyError?: (key: string) => string | undefined;
}

/** Which requests a hook is for; everything given must match. */
export interface HookMatch {
  operation?: string | readonly string[] | RegExp;
  method?: string;
  bucket?: string;
  key?: string | RegExp;
  when?: (request: RequestInfo) => boolean;
  /** how many matching requests are left alone first; default 0 */
  skip?: number;
  /** how many matching requests it is for; default all */
  times?: number;
}

/** A function that tells what to do, or a match with the action beside it. */
export type Hook =
  | ((request: RequestInfo) => HookAction | undefined | Promise<HookAction | undefined>)
  | (HookMatch & HookAction);

const seen = new WeakMap<object, number>();

function fits(pattern: string | readonly string[] | RegExp | undefined, value: string | undefined): boolean {
  if (pattern === undefined) return true;
  if (value === undefined) return false;
  if (pattern instanceof RegExp) return new RegExp(pattern).test(value);
  return typeof pattern === "string" ? pattern === value : pattern.includes(value);
}

function applies(hook: HookMatch, request: RequestInfo): boolean {
  if (!fits(hook.operation, request.operation) || !fits(hook.method, request.method)) return false;
  if (!fits(hook.bucket, request.bucket) || !fits(hook.key, request.key)) return false;
  if (hook.when && !hook.when(request)) return false;
  const count = (seen.get(hook) ?? 0) + 1;
  seen.set(hook, count);
  const skip = hook.skip ?? 0;
  return count > skip && count <= skip + (hook.times ?? Number.POSITIVE_INFINITY);
}

/** All that the hooks want of a request; where two speak of the same, the later one wins. */
export async function askHooks(hooks: readonly Hook[], request: RequestInfo): Promise<HookAction> {
  let action: HookAction = {};
  for (const hook of [...hooks]) {
    if (typeof hook === "function") action = { ...action, ...(await hook(request)) };
    else if (applies(hook, request)) action = { ...action, ...hook };
  }
  return action;
}

/** Whether a request takes effect under an action. */
export function takesEffect(action: HookAction): boolean {
  return action.handle ?? !(action.error !== undefined || action.stall);
}

/** The error that an action wants answered. */
export function hookError(action: HookAction): S3Error {
  if (typeof action.error === "string") return new S3Error(action.error);
  const { code = "InternalError", ...details } = action.error ?? {};
  return new S3Error(code, details);
}
