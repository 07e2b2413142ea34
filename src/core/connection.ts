import { setMaxListeners } from "node:events";
import { Readable } from "node:stream";
import {
  type $Command,
  S3Client,
  type S3ClientResolvedConfig,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from "@aws-sdk/client-s3";
import { type Allowance, createAllowance } from "./allowance";
import { type Along, type Attempts, along } from "./attempts";
import { collectBytes } from "./collect-bytes";
import { type ConnectionSettings, isPathStyle } from "./connection-settings";
import { credentials, type Provider } from "./credentials";
import { invalidResponse, S3Error } from "./error";
import { followRegion } from "./follow-region";
import { createGuard, type Guard } from "./guard";
import { addProof } from "./proof";
import { createRedactor, type Redactor } from "./redact";
import { createRegions, isRefusal } from "./regions";
import { createWire, type Wire } from "./request-handler";
import { retryStrategy } from "./retry";
import { Sha256 } from "./sha256";

/** How long the end of a connection or a node may take, in ms. */
export const graceMs = 1000;

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
  /** Keeps close waiting for something that must be cleared up. */
  clearing<T>(work: Promise<T>): Promise<T>;
  /** Aborts all that is under way, waits for the clearing up, at most about a second, and ends the sockets. */
  close(): Promise<void>;
}

const checksumMode = ({ checksums, endpoint }: ConnectionSettings): "WHEN_SUPPORTED" | "WHEN_REQUIRED" =>
  checksums === "always" || (checksums === "auto" && endpoint === "") ? "WHEN_SUPPORTED" : "WHEN_REQUIRED";

/** The store did not get the request, or has refused it: nothing was carried out. */
const unsent = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"]);

/** Longer than any answer whose body is asked for. */
const longestBody = 8 * 1024 * 1024;

/** The last step to the wire, in place of the SDK's own, which knows of no signal in the input. */
const addTransport = (client: S3Client, wire: Wire, ids: WeakMap<AbortSignal, string>): void => {
  const transport = () => async (args: { input: { [along]?: Along }; request: never }) => {
    // Nothing goes along with what the SDK asks for by itself: a session, for a directory bucket.
    const { signal, attempts }: Partial<Along> = args.input[along] ?? {};
    try {
      const answer = await wire.handler.handle(args.request, { ...(signal && { abortSignal: signal }) });
      const id: unknown = answer.response.headers["x-amz-request-id"];
      if (signal && typeof id === "string") ids.set(signal, id);
      // These may come from a proxy, or after the deed; 503 and below are refusals.
      if (attempts && [500, 502, 504].includes(answer.response.statusCode)) attempts.doubtful = true;
      if ([429, 503].includes(answer.response.statusCode)) attempts?.throttled?.();
      if (attempts?.body && answer.response.statusCode === 200) {
        const bytes = await collectBytes(answer.response.body as AsyncIterable<Buffer>, longestBody);
        if (bytes.length > longestBody) throw invalidResponse("the answer is longer than any of S3");
        attempts.body(bytes);
        answer.response.body = Readable.from([bytes]);
      }
      return answer;
    } catch (error) {
      if (attempts && !unsent.has((error as { code?: string }).code ?? "")) attempts.doubtful = true;
      throw error;
    }
  };
  client.middlewareStack.add(transport as never, { step: "deserialize", priority: "low", name: "transport" });
};

/** Steps of the SDK that cost time for each request, and give nothing here: logs, a long User-Agent, AWS Lambda's. */
const needless = [
  "loggerMiddleware",
  "getUserAgentMiddleware",
  "recursionDetectionMiddleware",
  "addExpectContinueMiddleware",
  // Goes to any host that an answer names, with the signature, and leaves the client in that region.
  "regionRedirectMiddleware",
];

/** Headers that go with every request; S3 ignores them where they have no meaning. */
const addHeaders = (client: S3Client, headers: Record<string, string>): void => {
  const add = (next: (args: unknown) => unknown) => (args: { request: { headers: Record<string, string> } }) => {
    Object.assign(args.request.headers, headers);
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
  addProof(client);
  for (const step of needless) client.middlewareStack.remove(step);
  addHeaders(client, {
    "user-agent": "node-red-contrib-amazon-s3",
    ...(settings.requesterPays ? { "x-amz-request-payer": "requester" } : {}),
    ...(checksums === "WHEN_SUPPORTED" ? { "x-amz-checksum-mode": "ENABLED" } : {}),
  });
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
  const ids = new WeakMap<AbortSignal, string>();
  const clients: S3Client[] = [];
  const open = (region: string, provide: Provider, oneBucket: boolean): S3Client => {
    const client = createClient({ ...settings, region }, wire, provide, oneBucket);
    addTransport(client, wire, ids);
    clients.push(client);
    return client;
  };
  const provide = () => credentials(settings, wire, redact);
  const own = open(settings.region, provide(), true);
  const any = open(settings.region, provide(), false);
  const regions = createRegions(settings);
  /** By region; the connection's bucket has one of its own. */
  const elsewhere = new Map<string, S3Client>();
  const clientFor = (bucket: string): S3Client => {
    const isOwn = bucket === settings.bucket;
    const region = regions.of(bucket);
    if (region === undefined) return isOwn ? own : any;
    const name = isOwn ? "" : region;
    // It asks for keys where the others do, and shares what they got.
    const client = elsewhere.get(name) ?? open(region, own.config.credentials as Provider, isOwn);
    elsewhere.set(name, client);
    return client;
  };
  const follow = followRegion(
    settings,
    regions,
    (command, signal) => {
      Object.assign(command.input, { [along]: { signal, attempts: undefined } satisfies Along });
      return any.send(command as never);
    },
    warn,
  );
  const closing = new AbortController();
  // Each node of the connection listens, however many they are.
  setMaxListeners(0, closing.signal);
  const clearings = new Set<Promise<unknown>>();
  return {
    settings,
    checksums: checksumMode(settings) === "WHEN_SUPPORTED",
    wire,
    // Half of the requests are left to whatever else there is to do.
    allowance: createAllowance(settings.concurrency >> 1, heldAhead, () => wire.free > 0),
    guard: createGuard(settings, warn),
    regionOf: regions.of,
    redact,
    closing: closing.signal,
    send(command, signal, attempts) {
      if (signal.aborted) return Promise.reject(signal.reason);
      return new Promise((resolve, reject) => {
        const abort = () => reject(signal.reason);
        signal.addEventListener("abort", abort, { once: true });
        Object.assign(command.input, { [along]: { signal, attempts } satisfies Along });
        const { Bucket = "" } = command.input as { Bucket?: string };
        const sent = clientFor(Bucket);
        sent
          .send(command as never)
          .catch(async (error: unknown) => {
            // Another request may have found it out meanwhile.
            const isKnown = (): boolean => clientFor(Bucket) !== sent && isRefusal(error);
            if (!isKnown() && !(await follow(error, command, signal)) && !isKnown()) throw error;
            return clientFor(Bucket).send(command as never);
          })
          .then(resolve as never, reject)
          .finally(() => signal.removeEventListener("abort", abort));
      });
    },
    async keys() {
      await own.config.credentials();
    },
    requestId: (signal) => ids.get(signal),
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
      for (const client of clients) client.destroy();
      wire.destroy();
    },
  };
};

/** Why work stops when a node or connection closes. */
export const aborted = (): S3Error =>
  new S3Error("Aborted", "stopped, because the flow was deployed again or Node-RED stops: send the message again");
