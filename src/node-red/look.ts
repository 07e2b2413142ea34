import type { NodeAPI } from "node-red";
import type { Connection } from "../core/connection";
import { invalid, S3Error } from "../core/error";
import type { Context } from "../core/operation";
import { toS3Error } from "../core/to-error";
import { withPatience } from "../core/trial/patience";
import { withConnection } from "../core/trial/with-connection";
import type { ConnectionNode } from "./connection-node";
import { connectionType } from "./connection-type";
import { checkBucket } from "./find-connection";
import { formSettings, readForm } from "./form-settings";

/**
 * Runs something with the connection that a form has.
 * @throws S3Error where it cannot be opened
 */
export type Open = <T>(
  signal: AbortSignal,
  run: (connection: Connection, signal: AbortSignal) => Promise<T>,
) => Promise<T>;

/** What every question about what lies in the store has. */
export interface Looking {
  open: Open;
  /** The connection's bucket; "" where it names none, or is not known yet. */
  own: string;
}

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

/**
 * Looks into a bucket.
 * @param bucket "" is the connection's
 * @throws S3Error with what the store refuses
 */
export const lookIn = <T>(
  open: Open,
  bucket: string,
  signal: AbortSignal,
  run: (context: Context) => Promise<T>,
): Promise<T> =>
  open(signal, async (connection, ending) => {
    const name = bucket || connection.settings.bucket;
    checkBucket(name, connection);
    try {
      return await run({ connection, bucket: name, workingDirectory: process.cwd(), signal: ending, progress() {} });
    } catch (error) {
      throw toS3Error(error, { operation: "browse", bucket: name, redact: connection.redact });
    }
  });

/**
 * The connection that is deployed.
 * @throws NoConnection where there is none
 */
export const openedNode = (RED: NodeAPI, body: unknown): Looking => {
  const found = RED.nodes.getNode(askedText(body, "id")) as ConnectionNode | null | undefined;
  if (found?.type !== connectionType) throw new S3Error("NoConnection", "the connection is not deployed yet");
  const open: Open = async (signal, run) => {
    const { connection, broken } = found;
    if (!connection) throw broken ?? new S3Error("NoConnection", "the connection cannot be used");
    return run(connection, withPatience(connection.settings, AbortSignal.any([signal, connection.closing])));
  };
  return { open, own: found.connection?.settings.bucket ?? "" };
};

/** The connection as it stands in a form, deployed or not. */
export const openedForm = (RED: NodeAPI, body: unknown): Looking => {
  const form = readForm(body);
  return { own: "", open: async (signal, run) => withConnection(formSettings(RED, form), signal, run) };
};
