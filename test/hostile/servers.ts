import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deployFlow } from "./flow";
import { judgeEnding } from "./judge";
import { hostileReplies, type Reply } from "./replies";
import { watchProcess } from "./watch";

/** One message for each operation, and for what it does in another way. */
const messagesOf = (home: string): [id: string, label: string, payload: object][] => [
  ["create", "create", { path: "made" }],
  ["delete", "delete", { path: "there/a" }],
  ["delete several", "delete", { path: ["there/a", "there/b"] }],
  ["download", "download", { path: "there/a", target: join(home, "a") }],
  ["download a folder", "download", { path: "there/", target: join(home, "all") }],
  ["exist", "exist", { path: "there/a" }],
  ["exist, a folder", "exist", { path: "there/" }],
  ["list", "list", { path: "there" }],
  ["list below", "list", { path: "there", recurse: true, entries: "all" }],
  ["purge", "purge", { path: "there", force: true }],
  ["read", "read", { path: "there/a", maxBytes: 1_000_000 }],
  ["upload", "upload", { source: join(home, "file"), path: "up", overwrite: true }],
  ["write", "write", { path: "made", data: "x", overwrite: true }],
  ["write where nothing is", "write", { path: "made", data: "x" }],
];

const listen = async (server: Server): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

/** What all replies together were met with. */
export interface Met {
  messages: number;
  requests: number;
  /** At the most for one reply. */
  most: number;
  codes: string[];
  /** Bytes that the process held more than before, at the most. */
  growth: number;
}

/**
 * Sends messages of all kinds, side by side, to a server that gives each of the replies.
 * @throws Error that names what did not end with an error, or what went to another host
 */
export const meetServers = async (only?: string): Promise<Met> => {
  let reply: Reply | undefined;
  let requests = 0;
  const sockets = new Set<Socket>();
  const hostile = createServer((request, response) => {
    requests++;
    request.on("error", () => {});
    response.on("error", () => {});
    reply?.answer(request, response);
  });
  hostile.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).once("close", () => sockets.delete(socket));
  });
  let visitors = 0;
  const other = createServer((_request, response) => response.end());
  other.on("connection", () => visitors++);
  const [endpoint, elsewhere] = [await listen(hostile), await listen(other)];
  const home = mkdtempSync(join(tmpdir(), "hostile-"));
  writeFileSync(join(home, "file"), "x");
  mkdirSync(join(home, "all"));
  const messages = messagesOf(home);
  const payload = ["path", "target", "source", "data", "recurse", "entries", "force", "maxBytes", "overwrite"];
  const fromPayload = Object.fromEntries(
    payload.flatMap((name) => [
      [name, `payload.${name}`],
      [`${name}Type`, "msg"],
    ]),
  );
  const nodes = messages.map(([id, label]) => ({ id, type: `amazon-s3-${label}`, ...fromPayload }));
  const keys = { accessKey: "an-access-key", secretKey: "a-secret-key", region: "us-east-1" };
  const flow = await deployFlow({ endpoint, ...keys }, home, nodes, { timeout: 0.5, maxAttempts: 2 });
  const watch = watchProcess(() => [endpoint.slice("http://".length)]);
  const before = process.memoryUsage().rss;
  const met: Met = { messages: 0, requests: 0, most: 0, codes: [], growth: 0 };
  const failures: string[] = [];
  const look = (): void => {
    met.growth = Math.max(met.growth, process.memoryUsage().rss - before);
  };
  const timer = setInterval(look, 20);
  try {
    for (const one of hostileReplies(elsewhere).filter(({ name }) => only === undefined || name.includes(only))) {
      reply = one;
      requests = 0;
      await Promise.all(
        messages.map(async ([id, label, payload]) => {
          const wrong = (what: string): void => void failures.push(`${id}, answered ${one.name}: ${what}`);
          try {
            const ending = await flow.send(id, { payload: { ...payload } });
            judgeEnding(ending);
            if (ending.code === undefined && !one.passes?.includes(label)) wrong("it succeeded");
            met.codes.push(ending.code ?? "success");
          } catch (error) {
            wrong((error as Error).message);
          }
        }),
      );
      try {
        watch.check();
      } catch (error) {
        failures.push(`answered ${one.name}: ${(error as Error).message}`);
      }
      met.messages += messages.length;
      met.requests += requests;
      met.most = Math.max(met.most, requests);
      for (const socket of sockets) socket.destroy();
      if (failures.length >= 30) throw new Error(failures.join("\n      "));
    }
    if (visitors > 0) failures.push(`${visitors} connections came to another host`);
    if (failures.length > 0) throw new Error(failures.join("\n      "));
    return met;
  } finally {
    clearInterval(timer);
    await flow.close();
    watch.stop();
    for (const server of [hostile, other]) {
      server.closeAllConnections();
      server.close();
    }
    rmSync(home, { recursive: true, force: true });
  }
};
