import { setMaxListeners } from "node:events";
import type { S3Server } from "../../dev/s3-server";
import { type Connection, createConnection } from "../../src/core/connection";
import { connectionSettings } from "../../src/core/connection-settings";
import type { Context } from "../../src/core/operation";

/** A connection without Node-RED, and what an operation needs to work with it. */
export interface Core {
  connection: Connection;
  context: Context;
  /** Ends the work of the context. */
  abort(reason?: Error): void;
  close(): Promise<void>;
}

/** @param more fields of the connection's form, in place of those of the server */
export const connect = (
  server: Pick<S3Server, "endpoint" | "accessKey" | "secretKey" | "region">,
  more: Record<string, unknown> = {},
): Core => {
  const { endpoint, accessKey, secretKey, region } = server;
  const raw = { endpoint, accessKey, secretKey, region, bucket: "bucket", ...more };
  const connection = createConnection(connectionSettings(raw));
  const stop = new AbortController();
  setMaxListeners(0, stop.signal);
  const context: Context = {
    connection,
    bucket: connection.settings.bucket,
    signal: stop.signal,
    progress() {},
  };
  return { connection, context, abort: (reason) => stop.abort(reason), close: () => connection.close() };
};
