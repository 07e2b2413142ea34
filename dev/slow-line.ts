/** A line to a server that is slow in a way of its own: bytes per second for each connection, and a latency. */
import { connect, createServer, type Server, type Socket } from "node:net";

export interface SlowLine {
  /** `http://127.0.0.1:port` */
  endpoint: string;
  /** connections that are open */
  readonly connections: number;
  close(): void;
}

export interface Slowness {
  /** bytes per second and connection, from the server */
  rate: number;
  /** bytes per second of all connections together; default: any */
  total?: number;
  /** milliseconds, in each direction */
  latency: number;
}

/** Bytes that a line holds for one connection, beyond those that are on their way. */
const held = 262_144;

/** Gives the time at which the next bytes are through, one after the other. */
const clock = (rate: number): ((bytes: number) => number) => {
  let free = 0;
  return (bytes) => {
    free = Math.max(free, performance.now()) + (bytes / rate) * 1000;
    return free;
  };
};

/** Hands bytes on when their time has come; holds the sender back meanwhile. */
const carry = (from: Socket, to: Socket, latency: number, through: (bytes: number) => number): void => {
  const queue: { due: number; bytes: Buffer | undefined }[] = [];
  let waiting = 0;
  let timer: NodeJS.Timeout | undefined;
  const next = (): void => {
    timer = undefined;
    const now = performance.now();
    for (;;) {
      const first = queue[0];
      if (!first || to.destroyed) return;
      if (first.due > now) {
        timer = setTimeout(next, first.due - now);
        return;
      }
      queue.shift();
      if (!first.bytes) {
        to.end();
        continue;
      }
      waiting -= first.bytes.length;
      if (waiting <= held && from.isPaused()) from.resume();
      if (to.write(first.bytes)) continue;
      to.once("drain", next);
      return;
    }
  };
  const add = (bytes: Buffer | undefined): void => {
    queue.push({ due: through(bytes?.length ?? 0) + latency, bytes });
    if (queue.length === 1 && !timer && !to.writableNeedDrain) next();
  };
  from.on("data", (bytes: Buffer) => {
    waiting += bytes.length;
    add(bytes);
    if (waiting > held) from.pause();
  });
  from.on("end", () => add(undefined));
  from.on("error", () => to.destroy());
  from.on("close", () => from.readableEnded || to.destroy());
};

/** Starts a line to a server's port on this machine; resolves when it listens. */
export const startSlowLine = (port: number, { rate, total, latency }: Slowness): Promise<SlowLine> =>
  new Promise((resolve) => {
    const sockets = new Set<Socket>();
    const ofAll = total === undefined ? () => 0 : clock(total);
    const server: Server = createServer({ noDelay: true }, (client) => {
      const store = connect({ port, host: "127.0.0.1", noDelay: true });
      const own = clock(rate);
      for (const socket of [client, store]) {
        sockets.add(socket);
        socket.on("close", () => sockets.delete(socket));
      }
      carry(client, store, latency, () => performance.now());
      carry(store, client, latency, (bytes) => Math.max(own(bytes), ofAll(bytes)));
    });
    server.listen(0, "127.0.0.1", () => {
      const { port: own } = server.address() as { port: number };
      resolve({
        endpoint: `http://127.0.0.1:${own}`,
        get connections() {
          return sockets.size / 2;
        },
        close() {
          server.close();
          for (const socket of sockets) socket.destroy();
        },
      });
    });
  });
