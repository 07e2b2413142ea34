import { setMaxListeners } from "node:events";
import {
  type $Command,
  S3Client,
  type S3ClientResolvedConfig,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from "@aws-sdk/client-s3";
import { type Allowance, createAllowance } from "./allowance";
import { keysOutcome } from "./attempt-outcome";
import { type Along, type Attempts, along } from "./attempts";
import { type ConnectionSettings, isPathStyle } from "./connection-settings";
import { credentials, mayBeRenewed, type Provider } from "./credentials";
import { addDeleteBody } from "./delete-request";
import { S3Error } from "./error";
import { followRegion, isMute } from "./follow-region";
import { createGuard, type Guard } from "./guard";
import { createHealth, type Health } from "./health";
import { createLeftUploads, type LeftUpload } from "./left-uploads";
import { onAbort } from "./on-abort";
import { addProof } from "./proof";
import { createRedactor, type Redactor } from "./redact";
import { createRegions, isRefusal } from "./regions";
import { createWire, type Wire } from "./request-handler";
import { retryStrategy } from "./retry";
import { Sha256 } from "./sha256";
import { shortCode } from "./short-code";
import { type Sender, withShortWay } from "./short-way";
import { codeOf } from "./to-error";
import { createTransport } from "./transport";

/**
 * How long the clearing up at the end of a connection or a node may take, in ms: long enough for a store that is far away, and so
 * much less than a second that a process with its hands full ends in one too.
 */
export const graceMs = 700;

/** Bytes that all downloads of a connection hold, or have under way, beyond what was asked of them. */
const heldAhead = 64 * 1024 * 1024;

/** Any command of the SDK, with its input and output. */
type Command<Input extends ServiceInputTypes, Output extends ServiceOutputTypes> = $Command<
  Input,
  Output,
  S3ClientResolvedConfig
>;

/** What all operations of one connection node share: clients, wire, limits. */
export interface Connection {
  readonly settings: ConnectionSettings;
  /** Whether checksums are sent, and asked for, beyond what S3 requires. */
  readonly checksums: boolean;
  readonly wire: Wire;
  /** What its downloads may fetch ahead. */
  readonly allowance: Allowance;
  /** How the store keeps writes from replacing objects, as far as it is known. */
  readonly guard: Guard;
  /** How it stands with the connection as a whole. */
  readonly health: Health;
  /** The region of a bucket, where it has turned out to be another one than the connection's. */
  regionOf(bucket: string): string | undefined;
  /** Takes this connection's secrets out of a text. */
  readonly redact: Redactor;
  /** Aborted when the connection closes. */
  readonly closing: AbortSignal;
  /**
   * Sends one command. Rejects at once when `signal` is aborted, whatever the SDK does.
   * @param attempts is told when an attempt may have been carried out without an answer, and of those that were throttled
   */
  send<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    command: Command<Input, Output>,
    signal: AbortSignal,
    attempts?: Attempts,
  ): Promise<Output>;
  /** Gets the keys from wherever they come from. Rejects as the place does; resolves to nothing, for they are secret. */
  keys(): Promise<void>;
  /** The store's id of the last request under a signal that was answered. */
  requestId(signal: AbortSignal): string | undefined;
  /** Told of an upload that could not be aborted: it is, when the store is reached again. */
  left(upload: LeftUpload): void;
  /** Keeps close waiting for something that must be cleared up. */
  clearing<T>(work: Promise<T>): Promise<T>;
  /** Aborts all that is under way, waits for the clearing up, and ends the sockets: all in less than a second. */
  close(): Promise<void>;
}

const checksumMode = ({ checksums, endpoint }: ConnectionSettings): "WHEN_SUPPORTED" | "WHEN_REQUIRED" =>
  checksums === "always" || (checksums === "auto" && endpoint === "") ? "WHEN_SUPPORTED" : "WHEN_REQUIRED";

/** Steps of the SDK that cost time for each request, and give nothing here: logs, a long User-Agent, AWS Lambda's. */
const needless = [
  "loggerMiddleware",
  "getUserAgentMiddleware",
  "recursionDetectionMiddleware",
  "addExpectContinueMiddleware",
  // Goes to any host that an answer names, with the signature, and leaves the client in that region.
  "regionRedirectMiddleware",
];

type Headers = Record<string, string>;

/**
 * @param headers go with every request; S3 ignores them where they have no meaning
 * @param ofReads go with those that read: the SDK takes what is called like a checksum for one, and adds none of its own
 */
const addHeaders = (client: S3Client, headers: Headers, ofReads: Headers): void => {
  const add = (next: (args: unknown) => unknown) => (args: { request: { method: string; headers: Headers } }) => {
    const { method } = args.request;
    Object.assign(args.request.headers, headers, method === "GET" || method === "HEAD" ? ofReads : {});
    return next(args);
  };
  client.middlewareStack.add(add as never, { step: "build", name: "headers" });
};

/**
 * @param oneBucket the client is used for one bucket only, so that the SDK may put together what it does for a command
 *   once, not for each request: a fifth of its time. What it keeps with that holds the bucket's address, which requests
 *   to two buckets at once would take from one another.
 */
const createClient = (settings: ConnectionSettings, wire: Wire, provide: Provider, oneBucket: boolean): S3Client => {
  const { endpoint, auth } = settings;
  const checksums = checksumMode(settings);
  const client = new S3Client({
    region: settings.region,
    ...(endpoint ? { endpoint } : { ignoreConfiguredEndpointUrls: true }),
    followRegionRedirects: false,
    forcePathStyle: isPathStyle(settings),
    credentials: provide,
    ...(auth === "anonymous" ? { signer: { sign: async (request: never) => request } } : {}),
    requestHandler: wire.handler,
    sha256: Sha256,
    retryStrategy: retryStrategy(settings) as never,
    requestChecksumCalculation: checksums,
    // Bodies are checked where they are read, since the SDK's check gives up when a download is resumed.
    responseChecksumValidation: "WHEN_REQUIRED",
    expectContinueHeader: false,
    useArnRegion: true,
    cacheMiddleware: oneBucket,
  } as never);
  addDeleteBody(client);
  addProof(client);
  for (const step of needless) client.middlewareStack.remove(step);
  addHeaders(
    client,
    {
      "user-agent": "node-red-contrib-amazon-s3",
      ...(settings.requesterPays ? { "x-amz-request-payer": "requester" } : {}),
    },
    checksums === "WHEN_SUPPORTED" ? { "x-amz-checksum-mode": "ENABLED" } : {},
  );
  return client;
};

/**
 * Makes a connection out of checked settings. Sends nothing.
 * @param warn is told what whoever runs the flow should know of the store
 */
export const createConnection = (settings: ConnectionSettings, warn: (text: string) => void = () => {}): Connection => {
  const redact = createRedactor();
  for (const secret of [settings.accessKey, settings.secretKey, settings.sessionToken]) redact.add(secret);
  const wire = createWire(settings);
  const health = createHealth((code) => mayBeRenewed(settings, code));
  const ids = new WeakMap<AbortSignal, string>();
  const transport = createTransport(wire, health, ids, redact);
  const clients: Sender[] = [];
  const open = (region: string, provide: Provider, oneBucket: boolean): Sender => {
    const client = withShortWay(createClient({ ...settings, region }, wire, provide, oneBucket), transport);
    clients.push(client);
    return client;
  };
  let toldUntil = 0;
  const keys = credentials(settings, wire, redact, (error, until) => {
    if (until === undefined)
      return health.take(keysOutcome(error), { began: performance.now(), what: "keys", isPaced: false });
    const why = shortCode(codeOf(error), redact);
    const old = Number.isFinite(until) ? `are good until ${new Date(until).toISOString()}` : "go on";
    if (toldUntil !== until) warn(`new temporary keys cannot be had (${why}): the old ones ${old}`);
    toldUntil = until;
  });
  const regions = createRegions(settings);
  /** By region, as they are asked for: each takes a while to make. The connection's bucket has some of its own. */
  const opened = new Map<string, Sender>();
  const clientIn = (region: string | undefined, isOwn: boolean): Sender => {
    const name = `${isOwn ? "own " : ""}${region ?? ""}`;
    const client = opened.get(name) ?? open(region ?? settings.region, keys.provide, isOwn);
    opened.set(name, client);
    return client;
  };
  const clientFor = (bucket: string): Sender => clientIn(regions.of(bucket), bucket === settings.bucket);
  const isOfKeys = (error: unknown): boolean => mayBeRenewed(settings, codeOf(error));
  const follow = followRegion(
    settings,
    regions,
    (command, signal) => {
      Object.assign(command.input, { [along]: { signal, attempts: undefined } satisfies Along });
      return clientIn(undefined, false).send(command as never);
    },
    isOfKeys,
    warn,
  );
  const closing = new AbortController();
  // Each node of the connection listens, however many they are.
  setMaxListeners(0, closing.signal);
  const clearings = new Set<Promise<unknown>>();
  const connection: Connection = {
    settings,
    checksums: checksumMode(settings) === "WHEN_SUPPORTED",
    wire,
    // Half of the requests are left to whatever else there is to do.
    allowance: createAllowance(settings.concurrency >> 1, heldAhead, () => wire.free > 0),
    guard: createGuard(settings, warn),
    health,
    regionOf: regions.of,
    redact,
    closing: closing.signal,
    send(command, signal, attempts) {
      if (signal.aborted) return Promise.reject(signal.reason);
      return new Promise((resolve, reject) => {
        const forget = onAbort(signal, () => reject(signal.reason));
        Object.assign(command.input, { [along]: { signal, attempts } satisfies Along });
        const { Bucket = "" } = command.input as { Bucket?: string };
        const sent = clientFor(Bucket);
        const { generation } = keys.kept;
        const isRenewed = () => keys.kept.generation !== generation || keys.kept.drop();
        sent
          .send(command as never)
          .catch((error: unknown) => {
            // What is asked with the new keys would not tell that the old ones are over.
            const isLate = () => generation > 0 && keys.kept.generation !== generation && isMute(error, command);
            if (!(isOfKeys(error) && isRenewed()) && !isLate()) throw error;
            return sent.send(command as never);
          })
          .catch(async (error: unknown) => {
            // Another request may have found it out meanwhile.
            const isKnown = (): boolean => clientFor(Bucket) !== sent && isRefusal(error);
            if (!isKnown() && !(await follow(error, command, signal, isRenewed)) && !isKnown()) throw error;
            return clientFor(Bucket).send(command as never);
          })
          .then(resolve as never, reject)
          .finally(forget);
      });
    },
    async keys() {
      await keys.provide();
    },
    requestId: (signal) => ids.get(signal),
    left: createLeftUploads(health, (command) => connection.send(command, closing.signal)),
    clearing(work) {
      clearings.add(work);
      const over = () => void clearings.delete(work);
      work.then(over, over);
      return work;
    },
    async close() {
      wire.close();
      health.close();
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
      keys.close();
      for (const client of clients) client.destroy();
      wire.destroy();
    },
  };
  return connection;
};

/** Why work stops when a node or connection closes. */
export const aborted = (): S3Error =>
  new S3Error("Aborted", "stopped, because the flow was deployed again or Node-RED stops: send the message again");
