/** startFaultProxy: a proxy between a client and an S3 server, on loopback, that does to requests what a plan says. */
import { setMaxListeners } from "node:events";
import { Agent, createServer as createHttp } from "node:http";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { Fault, Plan, ProxiedRequest } from "./fault";
import { maxHeaderSize, pass, type Way } from "./pass";
import { describeRequest, type Passage } from "./passage";
import { randomPlan } from "./random-plan";

export interface FaultProxyOptions {
  /** `http://host:port` of the server */
  target: string;
  /** 0, the default: any free port */
  port?: number;
  /** what befalls which request; default: with a seed what it draws, without one nothing */
  plan?: Plan;
  seed?: number;
  /** how many requests the log keeps; default 10,000 */
  logLimit?: number;
}

export interface FaultProxy {
  /** `http://127.0.0.1:port`, in place of the server's */
  readonly endpoint: string;
  /** what came by, the oldest first */
  readonly log: readonly Passage[];
  /** requests that are neither answered whole nor cut off */
  readonly inFlight: number;
  /** connections that are open */
  readonly connections: number;
  /** from the next request on */
  setPlan(plan: Plan | undefined): void;
  /** forgets the log */
  clear(): void;
  /** resets all connections, and takes none; resolves when it does */
  refuse(): Promise<void>;
  /** takes connections again */
  accept(): Promise<void>;
  /** cuts every connection and stops; resolves when the port is free */
  close(): Promise<void>;
}

/** Starts a proxy; resolves when it listens. It signs nothing: what the client has signed goes on as it came. */
export const startFaultProxy = async (options: FaultProxyOptions): Promise<FaultProxy> => {
  const target = new URL(options.target);
  if (target.protocol !== "http:") throw new Error(`${options.target} is not an address with http://`);
  let plan = options.plan ?? (options.seed === undefined ? undefined : randomPlan({ seed: options.seed }));
  const stop = new AbortController();
  // Every request that waits listens.
  setMaxListeners(0, stop.signal);
  const log: Passage[] = [];
  const logLimit = options.logLimit ?? 10_000;
  const attempts = new Map<string, number>();
  const ways = new Map<Socket, Way>();
  let index = 0;
  let inFlight = 0;

  const planned = async (request: ProxiedRequest): Promise<Fault> => {
    try {
      return (await plan?.(request)) ?? {};
    } catch (error) {
      console.error("The plan of the fault proxy failed:", error);
      throw error;
    }
  };

  const http = createHttp({ keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0, maxHeaderSize });
  http.on("request", async (request, response) => {
    const start = performance.now();
    const { socket } = request;
    const seen = describeRequest(request, index++, attempts);
    const { method, path, operation, key, attempt } = seen;
    const entry: Passage = {
      index: seen.index,
      method,
      path,
      operation,
      key,
      attempt,
      fault: undefined,
      status: 0,
      received: 0,
      sent: 0,
      ms: 0,
    };
    log.push(entry);
    if (log.length > logLimit) log.shift();
    inFlight++;
    response.once("close", () => {
      inFlight--;
      entry.ms = performance.now() - start;
    });
    request.on("error", () => {});
    try {
      const fault = await planned(seen);
      if (Object.keys(fault).length > 0) entry.fault = fault;
      if (fault.refuse !== undefined) {
        setTimeout(() => void accept(), fault.refuse).unref();
        return void refuse();
      }
      const way = ways.get(socket);
      if (way) await pass(way, request, response, fault, entry);
    } catch {
      // One end went away, and the other one is to see that.
      socket.destroy();
    }
  });

  const listener = createServer({ noDelay: true }, (socket) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    // Either end hears of it when the other one goes.
    ways.set(socket, { target, agent, lost: () => void socket.destroy(), closing: stop.signal });
    socket.on("error", () => {});
    socket.once("close", () => {
      ways.delete(socket);
      agent.destroy();
    });
    http.emit("connection", socket);
  });
  const listen = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      listener.once("error", reject);
      listener.listen(port, "127.0.0.1", () => {
        listener.off("error", reject);
        resolve();
      });
    });
  await listen(options.port ?? 0);
  const { port } = listener.address() as AddressInfo;

  const refuse = (): Promise<void> =>
    new Promise((resolve) => {
      listener.close(() => resolve());
      for (const socket of ways.keys()) socket.resetAndDestroy();
    });
  let accepting: Promise<void> | undefined;
  const accept = (): Promise<void> => {
    const begin = async (): Promise<void> => {
      // Another program may have the port for a moment.
      while (!listener.listening && !stop.signal.aborted) await listen(port).catch(() => pause(10));
      accepting = undefined;
    };
    accepting ??= begin();
    return accepting;
  };

  return {
    endpoint: `http://127.0.0.1:${port}`,
    log,
    get inFlight() {
      return inFlight;
    },
    get connections() {
      return ways.size;
    },
    setPlan(next) {
      plan = next;
    },
    clear() {
      log.length = 0;
      attempts.clear();
    },
    refuse,
    accept,
    close() {
      stop.abort(new Error("the proxy is closing"));
      http.close();
      return refuse();
    },
  };
};
