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
  add(request: Omit<LoggedRequest, "number" | "attempt">, url: string): LoggedRequest;
  clear(): void;
}

/** A log that keeps the last `limit` requests. */
export function requestLog(limit: number): RequestLog {
  let number = 0;
  let attempts = new Map<string, number>();
  const log: RequestLog = {
    requests: [],
    add(request, url) {
      const same = `${request.method} ${url}`;
      const attempt = (attempts.get(same) ?? 0) + 1;
      if (attempts.size > 200_000) attempts = new Map();
      attempts.set(same, attempt);
      const entry: LoggedRequest = { ...request, number: ++number, attempt };
      if (limit > 0) log.requests.push(entry);
      if (log.requests.length > limit) log.requests.shift();
      return entry;
    },
    clear() {
      log.requests.length = 0;
      attempts = new Map();
    },
  };
  return log;
}
