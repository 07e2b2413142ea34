import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ClientRequest, IncomingMessage } from "node:http";
import { operationOf } from "../../dev/s3-server/router";
import type { SeenRequest } from "./store";

/** The user agent of requests that are not to be seen. */
export const unseen = "spec-store";

/** "/bucket/key?query" in path style. */
const partsOf = (path: string) => {
  const { pathname, searchParams } = new URL(path, "http://host");
  const slash = pathname.indexOf("/", 1);
  const [bucket, key] = slash < 0 ? [pathname.slice(1), ""] : [pathname.slice(1, slash), rawKey(path).slice(slash + 1)];
  return { bucket, key: decodeURIComponent(key), query: Object.fromEntries(searchParams) };
};

/** As it was sent: a URL would resolve the dots in a key. */
const rawKey = (path: string): string => path.replace(/\?.*$/s, "");

/**
 * Sees all requests that this process sends to an endpoint over node:http, from when their last byte was handed over.
 * Node's diagnostics channels tell of them without anything in between.
 */
export const watchRequests = (endpoint: string) => {
  const { host } = new URL(endpoint);
  const seen: SeenRequest[] = [];
  const byRequest = new WeakMap<ClientRequest, SeenRequest>();
  const enter = (request: ClientRequest): SeenRequest | undefined => {
    const known = byRequest.get(request);
    if (known || request.getHeader("host") !== host) return known;
    // Without the prototype that Node leaves out, and assertions need.
    const headers = { ...request.getHeaders() } as SeenRequest["headers"];
    if (String(headers["user-agent"]).includes(unseen)) return undefined;
    const { bucket, key, query } = partsOf(request.path);
    const { method } = request;
    const operation = operationOf({ method, bucketName: bucket, key, query, headers: headers as never });
    const entry: SeenRequest = { operation, method, bucket, key, query, headers, status: 0, id: "" };
    byRequest.set(request, entry);
    seen.push(entry);
    return entry;
  };
  const onStart = (message: unknown): void => void enter((message as { request: ClientRequest }).request);
  const onAnswer = (message: unknown): void => {
    const { request, response } = message as { request: ClientRequest; response: IncomingMessage };
    const entry = enter(request);
    if (!entry) return;
    entry.status = response.statusCode ?? 0;
    entry.id = String(response.headers["x-amz-request-id"] ?? "");
  };
  const channels = {
    "http.client.request.start": onStart,
    "http.client.request.error": onStart,
    "http.client.response.finish": onAnswer,
  };
  for (const [name, listener] of Object.entries(channels)) subscribe(name, listener);
  return {
    seen,
    stop() {
      for (const [name, listener] of Object.entries(channels)) unsubscribe(name, listener);
    },
  };
};
