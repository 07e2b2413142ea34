import { type Connection, createConnection } from "../../src/core/connection";
import { connectionSettings } from "../../src/core/connection-settings";
import type { S3Error } from "../../src/core/error";
import type { About, Context, Operation, Reply } from "../../src/core/operation";
import type { Table } from "../../src/core/parameter";
import { toS3Error } from "../../src/core/to-error";
import { operations } from "../../src/operations";
import { realBucket, type Target } from "./target";

type Verb = "create" | "delete" | "download" | "exist" | "list" | "purge" | "read" | "upload" | "write";
// biome-ignore lint/suspicious/noExplicitAny: results are whatever an operation makes of them
type Anything = any;

/** Operations without Node-RED: a connection of their own to a server. */
export interface Core {
  connection: Connection;
  context: Context;
  /** Runs an operation that replies once; what is not given has its default. */
  run(verb: Verb, values?: object): Promise<{ result: Anything; about: About; port?: number; ended?: Promise<void> }>;
  /** Starts an operation that sends a sequence. */
  sequence(verb: Verb, values?: object): Promise<AsyncIterator<Anything>>;
  /** Runs an operation that must fail; the error is what a flow would get. */
  failure(verb: Verb, values?: object): Promise<S3Error & { result?: Anything }>;
  close(): Promise<void>;
}

const defaults = (...tables: Table[]): object =>
  Object.fromEntries(tables.flatMap(Object.entries).map(([name, { fallback }]) => [name, fallback]));

/**
 * Opens a connection. Attempts are few, since failures that last are waited for.
 * @param warn see createConnection
 */
export const openCore = (
  server: Target,
  settings: Record<string, unknown> = {},
  warn?: (text: string) => void,
): Core => {
  const { endpoint, accessKey, secretKey, region } = server;
  const bucket = realBucket(server, (settings.bucket as string | undefined) ?? "bucket");
  // What is asked of an unknown store would be among the requests that specs count.
  const known = { conditionalWrites: "trust" };
  const raw = { endpoint, accessKey, secretKey, region, maxAttempts: 3, ...known, ...settings, bucket };
  const connection = createConnection(connectionSettings(raw), warn);
  const context: Context = {
    connection,
    bucket: connection.settings.bucket,
    workingDirectory: settings.workingDirectory === undefined ? process.cwd() : String(settings.workingDirectory),
    signal: connection.closing,
    progress() {},
  };
  const reply = (verb: Verb, values: object): Promise<Reply> => {
    const operation = operations.find(({ label }) => label === verb) as Operation;
    const all = { ...defaults(operation.parameters, operation.settings), ...values };
    // As the adapter does: a context for each message.
    return operation.run(all as never, { ...context });
  };
  const run: Core["run"] = async (verb, values = {}) => {
    const answer = await reply(verb, values);
    if ("items" in answer) throw new Error(`${verb} sent a sequence`);
    return answer;
  };
  return {
    connection,
    context,
    run,
    async sequence(verb, values = {}) {
      const answer = await reply(verb, values);
      if (!("items" in answer)) throw new Error(`${verb} sent no sequence`);
      return answer.items[Symbol.asyncIterator]();
    },
    async failure(verb, values = {}) {
      const outcome = await run(verb, values).catch((error: unknown) => ({ error }));
      if (!("error" in outcome))
        throw new Error(`${verb} did not fail but said ${JSON.stringify(outcome).slice(0, 300)}`);
      const { path } = values as { path?: string };
      const { bucket } = context;
      return toS3Error(outcome.error, { operation: verb, bucket, path, redact: connection.redact });
    },
    close: () => connection.close(),
  };
};

/** Makes a store that returns fewer entries a page than are asked for, as any store may. */
export const smallPages = ({ connection }: Core, size: number): void => {
  const { send } = connection;
  const sendSmall: typeof send = (command, signal, attempts) => {
    if ("Prefix" in command.input) Object.assign(command.input, { MaxKeys: size });
    return send(command, signal, attempts);
  };
  Object.assign(connection, { send: sendSmall });
};
