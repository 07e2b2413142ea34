import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../dev/demo/root";

// biome-ignore lint/suspicious/noExplicitAny: Node-RED's types leave most of it out
type Anything = any;

/** All that a running Node-RED shows to anybody, by the way in which it does. */
export interface Shown {
  messages: unknown[];
  errors: unknown[];
  statuses: unknown[];
  "log handler": unknown[];
  console: unknown[];
  "debug sidebar": unknown[];
  "admin routes": unknown[];
  /** Flows, contexts and all else on the disk. */
  files: unknown[];
}
export type Channel = keyof Shown;

export interface NodeRed {
  RED: Anything;
  shown: Shown;
  /** Forgets what was shown so far, and what flows have kept of it. */
  clear(): Promise<void>;
  /** @param credentials of all nodes; those that there are stay where none are given, as when the editor deploys */
  deploy(flows: object[], credentials?: Record<string, object>): Promise<void>;
  /** Runs with all that is written to the console taken along, and not printed. */
  tapped<T>(run: () => Promise<T>): Promise<T>;
  /** Sends a message to a node; resolves when it is done, with the error of it. */
  send(id: string, msg: object): Promise<unknown>;
  /** Asks the admin API; what it answers is shown. */
  ask(path: string, body?: unknown): Promise<string>;
  /** Reads all files of the user directory; they are shown. */
  readFiles(): void;
  close(): Promise<void>;
}

const tap = (into: unknown[]): (() => void) => {
  const undo = [process.stdout, process.stderr].map((stream) => {
    const write = stream.write;
    stream.write = ((text: unknown, ...rest: never[]) => {
      into.push(typeof text === "string" ? text : Buffer.from(text as Uint8Array).toString());
      const done = rest.find((one) => typeof one === "function") as (() => void) | undefined;
      done?.();
      return true;
    }) as never;
    return () => {
      stream.write = write;
    };
  });
  return () => {
    for (const one of undo) one();
  };
};

const withTap = async <T>(into: unknown[], run: () => Promise<T>): Promise<T> => {
  const untap = tap(into);
  try {
    return await run();
  } finally {
    untap();
  }
};

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes("node_modules"))
    .map(({ parentPath, name }) => `${name}\n${readFileSync(join(parentPath, name), "latin1")}`);

/** A real Node-RED in this process, whose errors and messages can be held, with logs at their most talkative. */
export const startNodeRed = async (): Promise<NodeRed> => {
  const RED: Anything = require("node-red");
  const userDir = mkdtempSync(join(tmpdir(), "secrets-"));
  const shown: Shown = {
    messages: [],
    errors: [],
    statuses: [],
    "log handler": [],
    console: [],
    "debug sidebar": [],
    "admin routes": [],
    files: [],
  };
  const server = createServer((request, response) => RED.httpAdmin(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const everything = { level: "trace", metrics: true, audit: true };
  RED.init(server, {
    userDir,
    flowFile: "flows.json",
    httpAdminRoot: "/",
    httpNodeRoot: false,
    nodesDir: join(root, "nodes"),
    credentialSecret: "only for this test",
    telemetry: { enabled: false, updateNotification: false },
    contextStorage: { default: { module: "localfilesystem", config: { flushInterval: 0.1 } } },
    logging: {
      console: everything,
      own: { ...everything, handler: () => (entry: unknown) => void shown["log handler"].push(entry) },
    },
    editorTheme: { projects: { enabled: false } },
  });
  const flowsStarted = () => new Promise((resolve) => RED.runtime.events.once("flows:started", resolve));
  const empty = flowsStarted();
  await withTap(shown.console, async () => {
    await RED.start();
    await empty;
  });
  RED.runtime.events.on("node-status", (status: unknown) => shown.statuses.push(status));
  RED.runtime.events.on("comms", (told: unknown) => shown["debug sidebar"].push(told));
  const waiting = new Map<string, (error: unknown) => void>();
  // It logs that there are hooks.
  await withTap(shown.console, async () => {
    RED.hooks.add("onSend.secrets", (events: Anything[]) => {
      for (const { msg } of events) shown.messages.push(msg);
    });
    RED.hooks.add("onComplete.secrets", ({ msg, error, node }: Anything) => {
      if (error) shown.errors.push(error);
      const key = `${node.id} ${msg._secrets}`;
      waiting.get(key)?.(error);
      waiting.delete(key);
    });
  });
  let count = 0;
  const ask = async (path: string, body?: unknown): Promise<string> => {
    const posted = { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } };
    const response = await fetch(`http://127.0.0.1:${port}/${path}`, body === undefined ? {} : posted);
    const text = `${path}: ${JSON.stringify([...response.headers])} ${await response.text()}`;
    shown["admin routes"].push(text);
    return text;
  };
  return {
    RED,
    shown,
    ask,
    tapped: (run) => withTap(shown.console, run),
    async clear() {
      await RED.nodes.clearContext();
      for (const list of Object.values(shown)) list.length = 0;
    },
    async deploy(flows, credentials) {
      const started = flowsStarted();
      await RED.runtime.flows.setFlows({
        flows: credentials ? { flows, credentials } : { flows },
        deploymentType: "full",
      });
      await started;
    },
    send(id, msg) {
      const mark = ++count;
      return new Promise((resolve) => {
        waiting.set(`${id} ${mark}`, resolve);
        RED.nodes.getNode(id).receive({ ...msg, _secrets: mark });
      });
    },
    readFiles: () => void shown.files.push(...filesBelow(userDir)),
    async close() {
      await withTap(shown.console, async () => {
        RED.hooks.remove("*.secrets");
        await RED.stop();
      });
      server.close();
      server.closeAllConnections();
      rmSync(userDir, { recursive: true, force: true });
    },
  };
};
