/** A real Node-RED in this process, with our nodes in it. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Served } from "./server";

// biome-ignore lint/suspicious/noExplicitAny: messages are whatever a flow makes of them
type Message = any;

export interface Runtime {
  /** Sends a message to a node; resolves with it when the node is done with it. */
  send(id: string, msg: Message): Promise<Message>;
  /** Called with every message that one of our nodes sends. */
  onSend(listener: (msg: Message) => void): void;
  /** Called with every status that a node shows. */
  onStatus(listener: (status: { text?: string }) => void): void;
  close(): Promise<void>;
}

const root = join(__dirname, "..", "..", "..");

/**
 * @param nodes our nodes, with ids and without wires; each gets the connection
 * @param settings of the connection
 */
export const startRuntime = async (server: Served, nodes: Message[], settings: object = {}): Promise<Runtime> => {
  const RED: Message = require("node-red");
  const userDir = mkdtempSync(join(tmpdir(), "bench-"));
  RED.init(createServer(), {
    userDir,
    httpAdminRoot: false,
    httpNodeRoot: false,
    nodesDir: join(root, "nodes"),
    logging: { console: { level: "error" } },
    credentialSecret: false,
    editorTheme: { projects: { enabled: false } },
  });
  const flowsStarted = () => new Promise((resolve) => RED.runtime.events.once("flows:started", resolve));
  const empty = flowsStarted();
  await RED.start();
  await empty;
  const connection = {
    id: "s3",
    type: "amazon-s3-config",
    endpoint: server.endpoint,
    checksums: "always",
    ...settings,
  };
  const { accessKey, secretKey, region } = server;
  const credentials = { s3: { accessKey, secretKey, region, bucket: server.bucket ?? "empty" } };
  const flows = [
    { id: "tab", type: "tab", label: "bench" },
    connection,
    ...nodes.map((node: Message) => ({ x: 1, y: 1, z: "tab", connection: "s3", wires: [["sink"]], ...node })),
    { id: "sink", type: "junction", z: "tab", x: 2, y: 2, wires: [[]] },
  ];
  const started = flowsStarted();
  await RED.runtime.flows.setFlows({ flows: { flows, credentials }, deploymentType: "full" });
  await started;
  const waiting = new Map<string, { resolve: (msg: Message) => void; reject: (error: Error) => void }>();
  let listener = (_msg: Message): void => {};
  RED.hooks.add("onComplete.bench", ({ msg, error, node }: Message) => {
    const entry = node.id === "sink" ? undefined : waiting.get(msg._bench);
    if (!entry) return;
    waiting.delete(msg._bench);
    if (error) entry.reject(error);
    else entry.resolve(msg);
  });
  RED.hooks.add("onSend.bench", (events: Message[]) => {
    for (const { msg } of events) listener(msg);
  });
  let count = 0;
  return {
    onSend(next) {
      listener = next;
    },
    onStatus(shown) {
      RED.runtime.events.on("node-status", ({ status }: Message) => shown(status));
    },
    send(id, msg) {
      const key = String(++count);
      return new Promise((resolve, reject) => {
        waiting.set(key, { resolve, reject });
        msg._bench = key;
        RED.nodes.getNode(id).receive(msg);
      });
    },
    async close() {
      RED.hooks.remove("*.bench");
      await RED.stop();
      rmSync(userDir, { recursive: true, force: true });
    },
  };
};
