/** startS3Server: an S3 server in this process, in memory or in a folder, on loopback. */
import { setMaxListeners } from "node:events";
import { createServer as createHttp, type RequestListener, type Server } from "node:http";
import { createServer as createHttps } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { meter } from "./caps";
import {
  type DirectBody,
  getDirect,
  keysDirect,
  type PutOptions,
  putDirect,
  type StoredObject,
  seedDirect,
} from "./direct";
import { queueOf } from "./events";
import { type Folder, openFolder } from "./folder/open-folder";
import { handle, type Surroundings } from "./handle";
import type { Hook } from "./hooks";
import type { Latency } from "./latency";
import type { MessageQueue } from "./message-queue";
import type { Versioning } from "./model";
import type { BucketOptions, Caps, S3ServerOptions, User } from "./options";
import { type LoggedRequest, requestLog } from "./request-log";
import { addBucket, findBucket, type State } from "./state";

/** A server that runs. */
export interface S3Server {
  /** `http://127.0.0.1:port` */
  readonly endpoint: string;
  readonly port: number;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly region: string;
  /** what was asked, the oldest first */
  readonly requests: LoggedRequest[];
  /** requests that are neither answered whole nor cut off */
  readonly inFlight: number;
  /** the most there ever were at once, since the start or `clear()` */
  readonly maxInFlight: number;
  /** connections that are open */
  readonly connections: number;
  /** asked on every request; may be changed at any time */
  readonly hooks: Hook[];
  /** adds a hook; the function it returns takes it away */
  hook(hook: Hook): () => void;
  /** changes latency and caps */
  setLatency(latency: Latency): void;
  setCaps(caps: Caps): void;
  /** empties the log and forgets maxInFlight; hooks stay */
  clear(): void;
  addUser(user: User): void;
  removeUser(accessKey: string): void;
  createBucket(bucket: string | BucketOptions): void;
  setVersioning(bucket: string, status: Versioning): void;
  /** stores an object, without a request */
  put(bucket: string, key: string, body: DirectBody, options?: PutOptions): { etag: string; versionId: string };
  /** stores many objects of one content */
  seed(bucket: string, keys: Iterable<string>, body?: DirectBody, options?: PutOptions): number;
  get(bucket: string, key: string, versionId?: string): StoredObject | undefined;
  keys(bucket: string, prefix?: string): string[];
  /** versions of a key, the newest first */
  versions(bucket: string, key: string): { versionId: string; deleteMarker: boolean; size: number; etag: string }[];
  /** multipart uploads that are neither complete nor aborted */
  uploads(bucket: string): { id: string; key: string; parts: number[] }[];
  /** the queue to which event notifications with this ARN go; also before any has a notification configuration for it */
  queue(arn: string): MessageQueue;
  /** cuts every connection and stops; resolves when the port is free */
  close(): Promise<void>;
}

const GIB = 1024 ** 3;

/**
 * Starts a server; resolves when it listens. Rejects when the port is taken, an option is wrong, or the folder cannot be
 * used (FolderError).
 */
export async function startS3Server(options: S3ServerOptions = {}): Promise<S3Server> {
  const folder = options.folder === undefined ? undefined : openFolder(options.folder);
  try {
    return await start(options, folder);
  } catch (error) {
    folder?.close();
    throw error;
  }
}

async function start(options: S3ServerOptions, folder: Folder | undefined): Promise<S3Server> {
  const host = options.host ?? "127.0.0.1";
  const region = options.region ?? "us-east-1";
  const accessKey = options.accessKey ?? "test-access-key";
  const secretKey = options.secretKey ?? "test-secret-key";
  const now = options.clock ?? Date.now;
  const state: State = {
    region,
    users: new Map([
      [accessKey, { accessKey, secretKey, root: true }],
      ...(options.users ?? []).map((user) => [user.accessKey, user] as const),
    ]),
    roles: options.roles ?? [],
    buckets: folder?.buckets ?? new Map(),
    queues: new Map(),
    domains: ["localhost", ...(options.domains ?? [])].map((domain) => domain.toLowerCase()),
    strictRegion: options.strictRegion ?? false,
    minPartSize: options.minPartSize ?? 5 * 1024 * 1024,
    minChunkSize: options.minChunkSize ?? 8192,
    maxObjectSize: options.maxObjectSize ?? 5 * GIB,
    discardBodiesOver: options.discardBodiesOver ?? Number.POSITIVE_INFINITY,
    defaultChecksum: options.defaultChecksum ?? true,
    deletions: meter(options.caps?.deletedKeysPerSecond),
    endpoint: "",
    folder,
    now,
  };
  for (const bucket of options.buckets ?? []) {
    // a bucket that the folder has already is as it was
    if (!folder?.buckets.has(typeof bucket === "string" ? bucket : bucket.name)) addBucket(state, bucket);
  }
  folder?.save();
  const stop = new AbortController();
  // Every request that waits listens.
  setMaxListeners(0, stop.signal);
  const log = requestLog(options.logLimit ?? 10_000);
  const around: Surroundings = {
    state,
    log,
    hooks: [...(options.hooks ?? [])],
    latency: options.latency ?? 0,
    requests: meter(options.caps?.requestsPerSecond),
    closing: stop.signal,
    ownClock: options.clock !== undefined,
  };
  let inFlight = 0;
  let maxInFlight = 0;
  const left = (): void => {
    inFlight--;
  };
  const ignore = (): void => {};
  const listen =
    (waiting: boolean): RequestListener =>
    (request, response) => {
      inFlight++;
      maxInFlight = Math.max(maxInFlight, inFlight);
      response.on("close", left);
      request.on("error", ignore); // a client that goes away is no fault of ours
      void handle(around, request, response, waiting);
    };
  // room for more metadata than S3 takes, so that S3's own error is what a client sees
  const limits = { maxHeaderSize: 65_536, keepAliveTimeout: 120_000, requestTimeout: 0 };
  const server: Server = options.tls ? createHttps({ ...options.tls, ...limits }) : createHttp(limits);
  server.on("request", listen(false)).on("checkContinue", listen(true));
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket)).on("error", () => {});
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const { port } = server.address() as AddressInfo;
  state.endpoint = `${options.tls ? "https" : "http"}://${host.includes(":") ? `[${host}]` : host}:${port}`;
  const bucketCalled = (name: string) => findBucket(state, name);

  return {
    endpoint: state.endpoint,
    port,
    accessKey,
    secretKey,
    region,
    requests: log.requests,
    hooks: around.hooks,
    get inFlight() {
      return inFlight;
    },
    get maxInFlight() {
      return maxInFlight;
    },
    get connections() {
      return sockets.size;
    },
    hook(hook) {
      around.hooks.push(hook);
      return () => {
        const at = around.hooks.indexOf(hook);
        if (at >= 0) around.hooks.splice(at, 1);
      };
    },
    setLatency(latency) {
      around.latency = latency;
    },
    setCaps(caps) {
      around.requests = meter(caps.requestsPerSecond);
      state.deletions = meter(caps.deletedKeysPerSecond);
    },
    clear() {
      log.clear();
      maxInFlight = inFlight;
    },
    addUser: (user) => void state.users.set(user.accessKey, user),
    removeUser: (key) => void state.users.delete(key),
    createBucket(bucket) {
      addBucket(state, bucket);
      folder?.save();
    },
    setVersioning(name, status) {
      bucketCalled(name).versioning = status;
      folder?.save();
    },
    put(name, key, body, put) {
      const { etag, versionId } = putDirect(state, name, key, body, put);
      folder?.save();
      return { etag, versionId };
    },
    seed(name, keys, body = "x", put = {}) {
      const count = seedDirect(state, name, keys, body, put);
      folder?.save();
      return count;
    },
    get: (name, key, versionId) => getDirect(state, name, key, versionId),
    keys: (name, prefix) => keysDirect(state, name, prefix),
    versions: (name, key) =>
      (bucketCalled(name).keys.get(key)?.versions ?? []).map(({ versionId, deleteMarker, body, etag }) => ({
        versionId,
        deleteMarker,
        size: body.size,
        etag,
      })),
    uploads: (name) =>
      [...bucketCalled(name).uploads.values()].map(({ id, key, parts }) => ({ id, key, parts: [...parts.keys()] })),
    queue: (arn) => queueOf(state, arn),
    close() {
      for (const queue of state.queues.values()) queue.close();
      return new Promise((resolve) => {
        stop.abort(new Error("the server is closing"));
        server.close(() => {
          folder?.close();
          resolve();
        });
        server.closeAllConnections();
        for (const socket of sockets) socket.destroy();
      });
    },
  };
}
