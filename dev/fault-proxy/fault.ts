import type { HookAction, RequestInfo } from "../s3-server/hooks";

/**
 * What befalls a request on its way to a server, in the words in which hooks tell the embedded server to misbehave.
 * `rate` is that of either body; with `handle: false` the server never hears of the request.
 */
export interface Fault extends Omit<HookAction, "ignore" | "query" | "keyError"> {
  /** the server gets it twice, one after the other; the client hears the second answer */
  duplicate?: boolean;
  /** resets this connection and all others, and takes none for so many milliseconds */
  refuse?: number;
}

/** A request as a plan sees it: without what proves who sent it. */
export interface ProxiedRequest extends Omit<RequestInfo, "number"> {
  /** 0 for the first one since the proxy was started */
  index: number;
  /** as it was sent, with its query */
  path: string;
}

/** Tells what is to befall a request; undefined for nothing. */
export type Plan = (request: ProxiedRequest) => Fault | undefined | Promise<Fault | undefined>;
