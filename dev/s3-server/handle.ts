/** The life of one request: addressed, logged, hooked, measured, authenticated, authorised, run, answered. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { type Address, parseAddress } from "./address";
import { authenticate } from "./authentication";
import { checkBucketAccess } from "./buckets";
import type { Meter } from "./caps";
import { corsHeaders } from "./cors";
import { withoutCustomerKeys } from "./encryption";
import { errorReply, HOST_ID } from "./error-reply";
import { S3Error } from "./errors";
import { demand, type Exchange, type Reply } from "./exchange";
import type { Visit } from "./folder/open-folder";
import { askHooks, type Hook, type HookAction, hookError, takesEffect } from "./hooks";
import { forever, type Latency, pause } from "./latency";
import { furtherActions, versionAction } from "./permissions";
import { receive } from "./receive";
import type { LoggedRequest, RequestLog } from "./request-log";
import { OPERATIONS, operationOf } from "./router";
import { send } from "./send";
import type { State } from "./state";
import { answerSts } from "./sts-request";

/** What a request needs of the server around it. */
export interface Surroundings {
  state: State;
  log: RequestLog;
  hooks: Hook[];
  latency: Latency;
  requests: Meter;
  closing: AbortSignal;
  /** whether the clock is not the machine's, so that the Date header must be set */
  ownClock: boolean;
}

/** The first characters of this process's request ids. */
const PROCESS = `5E${process.pid.toString(16).toUpperCase().padStart(8, "0").slice(-8)}`;
let counter = 0;

const NOTHING: HookAction = Object.freeze({});

/** Handles a request to its end. `waiting` tells that the client waits for 100 Continue. Never rejects. */
export async function handle(
  around: Surroundings,
  request: IncomingMessage,
  response: ServerResponse,
  waiting: boolean,
): Promise<void> {
  const { state, closing } = around;
  counter = (counter + 1) % 0xffffff;
  const id = `${PROCESS}${counter.toString(16).toUpperCase().padStart(6, "0")}`;
  const { headers, url = "/", method = "GET" } = request;
  let address: Address;
  let failure: unknown;
  try {
    address = parseAddress(url, headers.host, state.domains);
  } catch (error) {
    failure = error;
    address = { path: "/", bucketName: "", key: "", query: Object.create(null) };
  }
  const { bucketName, key, query } = address;
  const operation = failure ? "InvalidURI" : operationOf({ method, bucketName, key, query, headers });
  const entry = around.log.add(
    {
      number: 0,
      attempt: 0,
      id,
      operation,
      method,
      bucket: bucketName || undefined,
      key: key || undefined,
      query: withoutCustomerKeys(query),
      headers: withoutCustomerKeys(headers),
      at: state.now(),
      status: 0,
      error: undefined,
      received: 0,
      sent: 0,
      finished: false,
    },
    url,
  );
  response.on("close", () => {
    entry.finished = true;
  });
  let action: HookAction = NOTHING;
  let visit: Visit | undefined;
  try {
    if (around.hooks.length > 0) action = await askHooks(around.hooks, entry);
    if (action.delay !== undefined) await pause(action.delay, closing);
    if (action.reset) {
      reset(request.socket);
      return;
    }
    let reply: Reply;
    try {
      if (failure) throw failure;
      around.requests.take(1);
      const wait = typeof around.latency === "function" ? around.latency(entry) : around.latency;
      if (wait > 0) await pause(wait, closing);
      visit = state.folder?.visit();
      reply = await run(around, request, response, address, entry, action, waiting, visit);
    } catch (error) {
      if (closing.aborted) return;
      reply = errorReply(error, entry, url);
      if (waiting && !request.readableEnded) reply.headers = { ...reply.headers, connection: "close" };
    }
    if (action.delayAfter !== undefined) await pause(action.delayAfter, closing);
    if (action.stall) await forever(closing);
    if (action.drop) {
      request.socket.destroy();
      return;
    }
    if (response.destroyed) return;
    // what has no body is at its end, and Node.js sees to that
    if (!request.complete) request.resume();
    entry.status = action.status ?? reply.status ?? 200;
    reply.headers = { "x-amz-request-id": id, "x-amz-id-2": HOST_ID, server: "AmazonS3", ...reply.headers };
    if (headers.origin !== undefined && method !== "OPTIONS") {
      Object.assign(reply.headers, corsHeaders(state.buckets.get(bucketName), headers.origin, method));
    }
    if (around.ownClock) reply.headers.date = new Date(state.now()).toUTCString();
    await send(response, reply, action, closing, (count) => {
      entry.sent += count;
    });
  } catch (error) {
    if (!closing.aborted) console.error("The S3 server failed on a request:", error);
    request.socket.destroy();
  } finally {
    visit?.end();
  }
}

async function run(
  around: Surroundings,
  request: IncomingMessage,
  response: ServerResponse,
  address: Address,
  entry: LoggedRequest,
  action: HookAction,
  waiting: boolean,
  visit: Visit | undefined,
): Promise<Reply> {
  const { state } = around;
  const method = entry.method;
  const receiveWith: Exchange["receive"] = (options = {}) =>
    receive(request, {
      identity: exchange.identity,
      maxSize: options.maxSize ?? state.maxObjectSize,
      minChunkSize: state.minChunkSize,
      // what has a limit of its own is read, not stored
      discardOver: options.maxSize === undefined ? state.discardBodiesOver : Number.POSITIVE_INFINITY,
      algorithm: options.algorithm,
      checksumOfObject: options.checksumOfObject ?? false,
      needsLength: options.needsLength ?? false,
      // a body with a limit of its own is a document, which is read and forgotten
      sink: options.maxSize === undefined ? visit?.sink() : undefined,
      onStart: () => {
        if (waiting) response.writeContinue();
      },
      onBytes: (count) => {
        entry.received += count;
        if (action.resetAfter !== undefined && entry.received >= action.resetAfter) reset(request.socket);
      },
    });
  const exchange: Exchange = {
    state,
    id: entry.id,
    method,
    bucketName: address.bucketName,
    key: address.key,
    query: address.query,
    headers: request.headers,
    socket: request.socket,
    identity: { payloadHash: "UNSIGNED-PAYLOAD" },
    action,
    receive: receiveWith,
  };
  const signed = { method, path: address.path, query: address.query, headers: request.headers };
  if (entry.operation === "AssumeRole") return answerSts(exchange, signed, entry);
  const stop = (): never => {
    throw hookError(action);
  };
  if (action.stall && !takesEffect(action)) await forever(around.closing);
  const identity = authenticate(signed, state.users, state.now());
  exchange.identity = identity;
  identity.request = exchange;
  hoist(exchange);
  if (action.query) exchange.query = { ...exchange.query, ...action.query } as Exchange["query"];
  for (const name of action.ignore ?? []) exchange.headers = { ...exchange.headers, [name]: undefined };
  const operation = OPERATIONS[entry.operation];
  checkBucketAccess(exchange, operation?.configures);
  if (!takesEffect(action)) stop();
  if (!operation)
    throw new S3Error(entry.operation, {
      extra: { Method: method, ResourceType: address.key === "" ? "BUCKET" : "OBJECT" },
    });
  if (operation.action !== undefined) {
    demand(exchange, versionAction(operation.action, exchange.query));
    for (const further of furtherActions(operation.action, exchange.headers)) demand(exchange, further);
  }
  const reply = await operation.run(exchange);
  if (method !== "GET" && method !== "HEAD") visit?.save(exchange);
  if (action.error !== undefined) stop();
  return reply;
}

/** Cuts a connection off as a network does. Node.js cannot reset one of TLS: that just ends. */
function reset(socket: Socket): void {
  if (socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}

/** A presigned URL may carry x-amz-* headers as parameters. */
function hoist(exchange: Exchange): void {
  if (exchange.query["X-Amz-Signature"] === undefined) return;
  const headers = { ...exchange.headers };
  for (const name in exchange.query) {
    const lower = name.toLowerCase();
    if (lower.startsWith("x-amz-") && !/^X-Amz-[A-Z]/.test(name)) headers[lower] ??= exchange.query[name];
  }
  exchange.headers = headers;
}
