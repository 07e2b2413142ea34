// The Node-RED of the demo, a process of its own: it is told what to do by the process that started it, ends when that
// one ends, however it ends, and clears up the user directory, unless that is to be kept.
import type { EventEmitter } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import RED from "node-red";
import { allSpoke, type Comms, keepHistory } from "./history";
import type { Answer, Order } from "./messages";
import { settings } from "./settings";
import { packageName, removeUserDir } from "./user-dir";

const tourSeconds = 60;
const [userDir = "", keep] = process.argv.slice(2);

const answer = (message: Answer): void => {
  process.send?.(message);
};

/** The parts of Node-RED that its type definitions leave out. */
interface Inside {
  events: EventEmitter;
  nodes: { getNode(id: string): { receive(): void }; getNodeList(): { id: string; module: string; err?: unknown }[] };
  runtime: { comms: Comms; flows: { setFlows(options: unknown): Promise<unknown> } };
  httpAdmin: Handler;
  httpNode: Handler;
}
type Handler = (request: unknown, response: unknown, next?: () => void) => void;
const inside = RED as unknown as Inside;

/** Node-RED goes on without the nodes that it cannot load. */
const checkNodes = (): void => {
  const broken = inside.nodes.getNodeList().filter(({ module, err }) => module === packageName && err);
  const [first] = broken;
  if (first) throw new Error(`${broken.length} of the nodes do not load. ${first.id}: ${first.err}`);
};

interface RuntimeEvent {
  id: string;
  payload?: { error?: string; types?: string[] };
}

/** Resolves when the flows run; rejects when Node-RED keeps them back, which it tells to its editors only. */
const flowsStarted = (ours: boolean): Promise<void> =>
  new Promise((resolve, reject) => {
    inside.events.once("flows:started", () => resolve());
    inside.events.on("runtime-event", ({ id, payload }: RuntimeEvent) => {
      if (id !== "runtime-state" || !payload?.error) return;
      // someone else's flows may need what is not there any more: the editor is where to see to it
      if (!ours) resolve();
      reject(new Error(`its flows do not run: ${payload.error} ${payload.types?.join(", ") ?? ""}`));
    });
  });

const start = async (order: Order): Promise<Answer> => {
  const server = createServer((request, response) =>
    inside.httpAdmin(request, response, () => inside.httpNode(request, response)),
  );
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(order.port, "127.0.0.1", resolve);
  });
  RED.init(server, settings(userDir, order.credentialSecret));
  keepHistory(inside.events, inside.runtime.comms);
  // The flows that it finds, empty ones as a rule, are started behind its back, so that they have to be waited for.
  const found = flowsStarted(order.flows !== undefined);
  await RED.start();
  await found;
  checkNodes();
  if (order.flows) {
    const started = flowsStarted(true);
    const deployed = inside.runtime.flows.setFlows({ flows: { flows: order.flows }, deploymentType: "full" });
    await Promise.all([started, deployed]);
  }
  let finished = false;
  if (order.run) {
    const spoken = allSpoke(inside.events, order.run.results, tourSeconds * 1000);
    inside.nodes.getNode(order.run.start).receive();
    finished = await spoken;
  }
  return { port: (server.address() as AddressInfo).port, finished };
};

const explain = (error: NodeJS.ErrnoException, order: Order): string =>
  error.code === "EADDRINUSE"
    ? `Port ${order.port} is taken: choose another with --port, or leave it out for a free one`
    : error.code === "EACCES"
      ? `Port ${order.port} needs an administrator: choose one above 1023`
      : `Node-RED did not start: ${error.message}`;

let ending = false;
const end = async () => {
  if (ending) return;
  ending = true;
  // Node-RED may be in the middle of its start, or hang: the folder goes in any case.
  const patience = new Promise((resolve) => setTimeout(resolve, 3000));
  await Promise.race([Promise.resolve(RED.stop()).catch(() => undefined), patience]);
  if (!keep) removeUserDir(userDir);
  process.exit(0);
};

process.on("disconnect", end);
process.on("SIGTERM", end);
// Ctrl-C reaches both processes; the other one says when to end.
process.on("SIGINT", () => undefined);
process.once("message", (order: Order) => {
  start(order).then(answer, (error) => answer({ failure: explain(error, order) }));
});
