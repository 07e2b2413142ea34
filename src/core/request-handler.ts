import { Agent as HttpAgent } from "node:http";
import { type AgentOptions, Agent as HttpsAgent } from "node:https";
import type { Socket } from "node:net";
import { Readable } from "node:stream";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { createGate } from "./gate";
import { timerMs } from "./timer-ms";
import { createWindow, type Place } from "./window";

export interface WireOptions {
  /** Requests in flight at a time. */
  concurrency: number;
  /** Seconds without a byte, in either direction, after which an attempt fails. */
  timeout: number;
  /** Private certificate authority, client certificate. */
  tls?: AgentOptions | undefined;
}

/** The wire of one connection: the SDK's own HTTP handler, with the connection's limits around it. */
export interface Wire {
  handler: NodeHttpHandler;
  /** Requests that would leave at once. */
  readonly free: number;
  /** Requests that have left, and whose answer has not come to its end. */
  readonly underWay: number;
  /** The place of a request that was sent through `handler`: of the last time, where there were several. */
  placeOf(request: object): Place | undefined;
  /**
   * Requests under this signal give their place back when the answer's head is there: their body goes to the flow, which may
   * take its time. Of these there may be many more, until they wait for one another.
   */
  handOn(signal: AbortSignal): void;
  /** Requests under `signal` start no further attempt once `end` is aborted, while the one under way goes on. */
  endsWith(signal: AbortSignal, end: AbortSignal): void;
  /** From here on, no request leaves but the abort of multipart uploads. */
  close(): void;
  /** Ends the sockets; no request leaves any more. */
  destroy(): void;
}

export type Request = Parameters<NodeHttpHandler["handle"]>[0];
export type Answer = Awaited<ReturnType<NodeHttpHandler["handle"]>>;

const isAbortOfUpload = (request: Request): boolean =>
  request.method === "DELETE" && request.query !== undefined && "uploadId" in request.query;

/** Longer bodies go out piece by piece over TLS. */
const sliceSize = 65_536;

function* slices(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += sliceSize) yield bytes.subarray(at, at + sliceSize);
}

/** Of one large write over TLS, Node.js sees no progress until its end, and takes a slow line for a dead one. */
const inSlices = (request: Request): Request => {
  const { body, protocol } = request;
  if (protocol !== "https:" || !Buffer.isBuffer(body) || body.length <= sliceSize) return request;
  const copy = Object.assign(Object.create(Object.getPrototypeOf(request)), request);
  copy.body = Readable.from(slices(body), { objectMode: false });
  return copy;
};

const aborted = (): Error => Object.assign(new Error("Request aborted"), { name: "AbortError" });

interface Connects {
  createConnection(...args: unknown[]): Socket | undefined;
}

/**
 * Has somebody listen to the errors of each socket for all of its life. Node.js takes its own listener away between two
 * requests, and an error that comes then ends the process, as a reset has done in the soak.
 */
const heard = <A extends HttpAgent>(agent: A): A => {
  const connects = agent as unknown as Connects;
  const connect = connects.createConnection.bind(agent);
  connects.createConnection = (...args) => connect(...args)?.on("error", () => {});
  return agent;
};

/** Where a store throttles all the same, some thirty requests leave in a second, for it may be one prefix that it throttles. */
const least = 1 / 4;

/** So many times as many bodies may be with the flow: each has a socket, of which a process has perhaps a thousand. */
const withFlow = 16;

/** Sends nothing by itself. */
export const createWire = ({ concurrency, timeout, tls }: WireOptions): Wire => {
  // The gate bounds the requests; the pool must not do so a second time, or bodies handed to a flow would block it.
  const pool = { keepAlive: true, maxSockets: Number.POSITIVE_INFINITY };
  const ms = timerMs(timeout);
  const inner = new NodeHttpHandler({
    httpAgent: heard(new HttpAgent(pool)),
    httpsAgent: heard(new HttpsAgent({ ...pool, ...tls })),
    connectionTimeout: ms,
    socketTimeout: ms,
    // Else it is two seconds more than the others, which no timer may be. It warns of a pool that is bounded.
    socketAcquisitionWarningTimeout: ms,
  });
  const window = createWindow(concurrency, concurrency, least);
  const bodies = createGate(concurrency * withFlow);
  const places = new WeakMap<object, Place>();
  const handedOn = new WeakSet<AbortSignal>();
  const ends = new WeakMap<AbortSignal, AbortSignal>();
  let closed = false;
  let destroyed = false;

  const send = inner.handle.bind(inner);
  inner.handle = async (request, options = {}) => {
    const signal = options.abortSignal as AbortSignal | undefined;
    const isOver = () => destroyed || (closed && !isAbortOfUpload(request));
    const mayLeave = () => !(signal && ends.get(signal)?.aborted) && !isOver();
    if (!mayLeave()) throw aborted();
    const isHandedOn = signal !== undefined && handedOn.has(signal);
    const takenOver = isHandedOn ? await bodies.enter(signal) : undefined;
    let place: Place | undefined;
    const leave = (): void => {
      place?.leave();
      takenOver?.();
    };
    try {
      // What clears up has less than a second, and a store that throttles may have been given less than that.
      if (!closed && !isAbortOfUpload(request)) {
        place = await window.enter(signal);
        places.set(request, place);
      }
      if (!mayLeave()) throw aborted();
      const answer = await send(inSlices(request), options);
      const body = answer.response.body as Readable | undefined;
      if (isHandedOn) place?.leave();
      if (!body) leave();
      else for (const event of ["end", "close", "error"]) body.once(event, leave);
      return answer;
    } catch (error) {
      leave();
      throw error;
    }
  };

  return {
    handler: inner,
    get free() {
      return window.free;
    },
    get underWay() {
      return window.inside;
    },
    placeOf: (request) => places.get(request),
    handOn: (signal) => void handedOn.add(signal),
    endsWith: (signal, end) => void ends.set(signal, end),
    close() {
      closed = true;
    },
    destroy() {
      destroyed = true;
      inner.destroy();
    },
  };
};
