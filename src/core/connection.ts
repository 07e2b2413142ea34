import { setMaxListeners } from "node:events";
import {
  type $Command,
  S3Client,
  type S3ClientResolvedConfig,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from "@aws-sdk/client-s3";
import type { ConnectionSettings } from "./connection-settings";
import { credentials } from "./credentials";
import { S3Error } from "./error";
import { addProof } from "./proof";
import { createRedactor, type Redactor } from "./redact";
import { createWire, type Wire } from "./request-handler";
import { retryStrategy } from "./retry";

/** How long the end of a connection or a node may take, in ms. */
export const graceMs = 1000;

/** Any command of the SDK, with its input and output. */
type Command<Input extends ServiceInputTypes, Output extends ServiceOutputTypes> = $Command<
  Input,
  Output,
  S3ClientResolvedConfig
>;

/** One shared client, and what all operations of one connection node share. */
export interface Connection {
  readonly client: S3Client;
  readonly settings: ConnectionSettings;
  /** Whether checksums are sent, and asked for, beyond what S3 requires. */
  readonly checksums: boolean;
  readonly wire: Wire;
  /** Takes this connection's secrets out of a text. */
  readonly redact: Redactor;
  /** Aborted when the connection closes. */
  readonly closing: AbortSignal;
  /** Sends one command. Rejects at once when `signal` is aborted, whatever the SDK does. */
  send<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    command: Command<Input, Output>,
    signal: AbortSignal,
  ): Promise<Output>;
  /** Keeps close waiting for something that must be cleared up. */
  clearing<T>(work: Promise<T>): Promise<T>;
  /** Aborts all that is under way, waits for the clearing up, at most about a second, and ends the sockets. */
  close(): Promise<void>;
}

const checksumMode = ({ checksums, endpoint }: ConnectionSettings): "WHEN_SUPPORTED" | "WHEN_REQUIRED" =>
  checksums === "always" || (checksums === "auto" && endpoint === "") ? "WHEN_SUPPORTED" : "WHEN_REQUIRED";

/** Carries the signal of a request on its input, since the SDK caches its handlers only for calls without options. */
const signalOf = Symbol("signal");

/** The last step to the wire, in place of the SDK's own, which knows of no signal in the input. */
const addTransport = (client: S3Client, wire: Wire): void => {
  const transport = () => async (args: { input: { [signalOf]?: AbortSignal }; request: never }) => {
    const abortSignal = args.input[signalOf];
    return wire.handler.handle(args.request, abortSignal ? { abortSignal } : {});
  };
  client.middlewareStack.add(transport as never, { step: "deserialize", priority: "low", name: "transport" });
};

/** Steps of the SDK that cost time for each request, and give nothing here: logs, a long User-Agent, AWS Lambda's. */
const needless = [
  "loggerMiddleware",
  "getUserAgentMiddleware",
  "recursionDetectionMiddleware",
  "addExpectContinueMiddleware",
];

/** Headers that go with every request; S3 ignores them where they have no meaning. */
const addHeaders = (client: S3Client, headers: Record<string, string>): void => {
  const add = (next: (args: unknown) => unknown) => (args: { request: { headers: Record<string, string> } }) => {
    Object.assign(args.request.headers, headers);
    return next(args);
  };
  client.middlewareStack.add(add as never, { step: "build", name: "headers" });
};

const createClient = (settings: ConnectionSettings, wire: Wire, redact: Redactor): S3Client => {
  const { endpoint, pathStyle, auth } = settings;
  const checksums = checksumMode(settings);
  const client = new S3Client({
    region: settings.region,
    ...(endpoint ? { endpoint } : { ignoreConfiguredEndpointUrls: true, followRegionRedirects: true }),
    forcePathStyle: pathStyle === "always" || (pathStyle === "auto" && endpoint !== ""),
    credentials: credentials(settings, wire, redact),
    ...(auth === "anonymous" ? { signer: { sign: async (request: never) => request } } : {}),
    requestHandler: wire.handler,
    retryStrategy: retryStrategy(settings.maxAttempts) as never,
    requestChecksumCalculation: checksums,
    // Bodies are checked where they are read, since the SDK's check gives up when a download is resumed.
    responseChecksumValidation: "WHEN_REQUIRED",
    expectContinueHeader: false,
    useArnRegion: true,
    // What the SDK does for a command is put together once, not for each request: up to a third of its time.
    cacheMiddleware: true,
  } as never);
  addProof(client);
  for (const step of needless) client.middlewareStack.remove(step);
  addHeaders(client, {
    "user-agent": "node-red-contrib-amazon-s3",
    ...(settings.requesterPays ? { "x-amz-request-payer": "requester" } : {}),
    ...(checksums === "WHEN_SUPPORTED" ? { "x-amz-checksum-mode": "ENABLED" } : {}),
  });
  addTransport(client, wire);
  return client;
};

/** Makes a connection out of checked settings. Sends nothing. */
export const createConnection = (settings: ConnectionSettings): Connection => {
  const redact = createRedactor();
  for (const secret of [settings.accessKey, settings.secretKey, settings.sessionToken]) redact.add(secret);
  const wire = createWire(settings);
  const client = createClient(settings, wire, redact);
  const closing = new AbortController();
  // Each node of the connection listens, however many they are.
  setMaxListeners(0, closing.signal);
  const clearings = new Set<Promise<unknown>>();
  return {
    client,
    settings,
    checksums: checksumMode(settings) === "WHEN_SUPPORTED",
    wire,
    redact,
    closing: closing.signal,
    send(command, signal) {
      if (signal.aborted) return Promise.reject(signal.reason);
      return new Promise((resolve, reject) => {
        const abort = () => reject(signal.reason);
        signal.addEventListener("abort", abort, { once: true });
        Object.assign(command.input, { [signalOf]: signal });
        client
          .send(command as never)
          .then(resolve as never, reject)
          .finally(() => signal.removeEventListener("abort", abort));
      });
    },
    clearing(work) {
      clearings.add(work);
      const over = () => void clearings.delete(work);
      work.then(over, over);
      return work;
    },
    async close() {
      wire.close();
      closing.abort(aborted());
      // Jobs that were just aborted register their clearing up in their own turn.
      await new Promise((resolve) => setImmediate(resolve));
      if (clearings.size > 0) {
        let timer: NodeJS.Timeout | undefined;
        const grace = new Promise((resolve) => {
          timer = setTimeout(resolve, graceMs);
        });
        await Promise.race([Promise.allSettled([...clearings]), grace]);
        clearTimeout(timer);
      }
      client.destroy();
      wire.destroy();
    },
  };
};

/** Why work stops when a node or connection closes. */
export const aborted = (): S3Error =>
  new S3Error("Aborted", "stopped, because the flow was deployed again or Node-RED stops: send the message again");
