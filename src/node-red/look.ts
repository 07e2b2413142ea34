import type { NodeAPI } from "node-red";
import type { Connection } from "../core/connection";
import { invalid, S3Error } from "../core/error";
import type { Context } from "../core/operation";
import { toS3Error } from "../core/to-error";
import { withConnection } from "../core/trial/with-connection";
import type { ConnectionNode } from "./connection-node";
import { connectionType } from "./connection-type";
import { checkBucket } from "./find-connection";
import { formSettings, readForm } from "./form-settings";

/** What a form wants to see, with the connection that it has. */
type Look<T> = (context: Context) => Promise<T>;

/** A text of the request's body; "" where there is none. */
export const askedText = (body: unknown, name: string): string => {
  const value = (body as Record<string, unknown> | null)?.[name] ?? "";
  if (typeof value !== "string" || value.length > 4096)
    throw invalid(name, "must be a text of at most 4,096 characters");
  return value;
};

/** The texts of an array in the request's body. */
export const askedTexts = (body: unknown, name: string): string[] => {
  const value = (body as Record<string, unknown> | null)?.[name];
  if (!Array.isArray(value) || value.length > 100) throw invalid(name, "must be an array of at most 100 texts");
  return value.map((_, index) => askedText(value, String(index)));
};

const look = async <T>(body: unknown, connection: Connection, signal: AbortSignal, run: Look<T>): Promise<T> => {
  const bucket = askedText(body, "bucket") || connection.settings.bucket;
  checkBucket(bucket, connection);
  try {
    return await run({ connection, bucket, signal, progress() {} });
  } catch (error) {
    throw toS3Error(error, { operation: "browse", bucket, redact: connection.redact });
  }
};

const deployed = (RED: NodeAPI, body: unknown): Connection => {
  const found = RED.nodes.getNode(askedText(body, "id")) as ConnectionNode | null | undefined;
  if (found?.type !== connectionType) throw new S3Error("NoConnection", "the connection is not deployed yet");
  if (!found.connection) throw found.broken ?? new S3Error("NoConnection", "the connection cannot be used");
  return found.connection;
};

/** Shows what a deployed connection reaches. */
export const lookByNode = <T>(RED: NodeAPI, body: unknown, signal: AbortSignal, run: Look<T>): Promise<T> => {
  const connection = deployed(RED, body);
  return look(body, connection, AbortSignal.any([signal, connection.closing]), run);
};

/** Shows what a connection reaches that stands in a form, deployed or not. */
export const lookByForm = async <T>(RED: NodeAPI, body: unknown, signal: AbortSignal, run: Look<T>): Promise<T> =>
  withConnection(formSettings(RED, readForm(body)), signal, (connection, ending) =>
    look(body, connection, ending, run),
  );
