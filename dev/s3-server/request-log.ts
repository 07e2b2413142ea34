/** What was asked of a server, and what it answered. */
import type { IncomingHttpHeaders } from "node:http";
import type { Query } from "./uri";

/** One request in the log. It is entered when it arrives, and filled in as it goes on. */
export interface LoggedRequest {
  /** counts up from 1 */
  number: number;
  /** x-amz-request-id */
  id: string;
  operation: string;
  method: string;
  bucket: string | undefined;
  key: string | undefined;
  query: Query;
  headers: IncomingHttpHeaders;
  attempt: number;
  /** milliseconds since 1970 */
  at: number;
  /** 0 while, or when, there is no reply */
  status: number;
  /** the S3 code of an error */
  error: string | undefined;
  /** bytes of the request's body as they came, framing included */
  received: number;
  /** bytes of the reply's body */
  sent: number;
  /** whether the reply went out whole or the connection is closed */
  finished: boolean;
}

/** The log of a server. */
export interface RequestLog {
  requests: LoggedRequest[];
  /** Enters a request; the log keeps the object and numbers it. */
  add(request: LoggedRequest, url: string): LoggedRequest;
  clear(): void;
}

/** A log that keeps the last `limit` requests. */
export function requestLog(limit: number): RequestLog {
  let number = 0;
  // by method and URL, which is long: no text of both is made for each request
  let attempts = new Map<string, Map<string, number>>();
  let known = 0;
  const forget = (): void => {
    attempts = new Map();
    known = 0;
  };
  const log: RequestLog = {
    requests: [],
    add(entry, url) {
      if (known > 200_000) forget();
      let urls = attempts.get(entry.method);
      if (!urls) {
        urls = new Map();
        attempts.set(entry.method, urls);
      }
      const before = urls.get(url);
      if (before === undefined) known++;
      entry.number = ++number;
      entry.attempt = (before ?? 0) + 1;
      urls.set(url, entry.attempt);
      if (limit > 0) log.requests.push(entry);
      if (log.requests.length > limit) log.requests.shift();
      return entry;
    },
    clear() {
      log.requests.length = 0;
      forget();
    },
  };
  return log;
}
