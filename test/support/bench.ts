import { once } from "node:events";
import { join } from "node:path";
import helper from "node-red-node-test-helper";
import { operations } from "../../src/operations";
import { realBucket, type Target } from "./target";

const root = join(__dirname, "..", "..", "..");
// biome-ignore lint/suspicious/noExplicitAny: messages are whatever a flow makes of them
export type Message = any;

helper.init(require.resolve("node-red"));

// A spec that failed has left its flow behind, and would make every further one fail.
afterEach(async function () {
  if (this.currentTest?.state === "failed") await helper.unload().catch(() => {});
});

const modules = ["amazon-s3-config", ...operations.map(({ type }) => type)].map((type) =>
  require(join(root, "nodes", `${type}.js`)),
);

/** The helper loads these once for each of their nodes in a flow, and fails at the second. */
const core: Record<string, (RED: Message) => void> = { ...helper._nodeModules };
const loadCoreOnce = (): void => {
  const loaded = new Set<string>();
  for (const [type, load] of Object.entries(core)) {
    helper._nodeModules[type] = (RED: Message) => {
      if (!loaded.has(type)) load(RED);
      loaded.add(type);
    };
  }
};

/** How a message ended, and all that the node sent for it. */
export interface Outcome {
  /** The messages sent, in their order, from whichever output. */
  messages: Message[];
  /** The outputs they left by. */
  ports: number[];
  /** What a Catch node got. */
  caught?: Message;
  /** What `done` was called with. */
  error?: Message;
  /** How often `done` was called. */
  dones: number;
  /** Whether a Complete node fired. */
  completed: boolean;
  /** What the node and its watchers did, in order. */
  events: ("sent" | "done" | "caught" | "completed")[];
}

export interface Shown {
  fill?: string;
  shape?: string;
  text?: string;
  at: number;
}

/** What is to be deployed anew: all, or only what has changed. */
export type Deploy = "full" | "flows" | "nodes";

/** A node in a running Node-RED, with a Catch and a Complete node that watch it. */
export interface Bench {
  /** Sends a message through the node, and resolves when it is done. */
  send(msg: Message): Promise<Outcome>;
  /** The statuses shown so far, the first one first; that of the deploy is the first. */
  statuses: Shown[];
  node: Message;
  /** Lines that Node-RED would log. */
  logged(): string[];
  /** All that Node-RED was given to log. */
  log(): Message[];
  /** Deploys with other properties, by id of the node ("node", "s3"); resolves when the new flow runs. */
  redeploy(type: Deploy, changes: Record<string, object>): Promise<void>;
  /** Any node of the flow, by id. */
  find(id: string): Message;
  close(): Promise<void>;
}

export interface Setting {
  server: Target;
  bucket?: string;
  /** Properties of the connection node. */
  connection?: Record<string, unknown>;
  /** Credentials of the connection node, beside those of the server. */
  credentials?: Record<string, string>;
  /** Without one. */
  noConnection?: boolean;
  /** Further nodes of the flow, and properties of its tab (`{ id: "tab", … }`). */
  extra?: Record<string, unknown>[];
  /** Credentials of further nodes. */
  extraCredentials?: Record<string, object>;
  /** Modules of further nodes. */
  modules?: ((RED: Message) => void)[];
}

const at = { z: "tab", x: 0, y: 0 };

const flowOf = (verb: string, config: Record<string, unknown>, setting: Setting, ports: string[]): Message[] => {
  const { server, extra = [] } = setting;
  const tab = extra.find(({ id }) => id === "tab");
  return [
    { id: "tab", type: "tab", ...tab },
    // What is asked of an unknown store would be among the requests that specs count.
    {
      id: "s3",
      type: "amazon-s3-config",
      endpoint: server.endpoint,
      conditionalWrites: "trust",
      ...setting.connection,
    },
    {
      id: "node",
      ...at,
      type: `amazon-s3-${verb}`,
      ...(setting.noConnection ? {} : { connection: "s3" }),
      ...config,
      wires: ports.map((id) => [id]),
    },
    ...ports.map((id) => ({ id, ...at, type: "helper" })),
    { id: "catch", ...at, type: "catch", scope: ["node"], wires: [["caught"]] },
    { id: "caught", ...at, type: "helper" },
    { id: "complete", ...at, type: "complete", scope: ["node"], wires: [["completed"]] },
    { id: "completed", ...at, type: "helper" },
    ...extra.filter((node) => node !== tab),
  ];
};

/** Deploys one node. `type` is its verb. */
export const deploy = async (verb: string, config: Record<string, unknown>, setting: Setting): Promise<Bench> => {
  const ports = Array.from({ length: Number(config.outputs ?? 1) }, (_, port) => `out${port}`);
  const { server } = setting;
  let flow = flowOf(verb, config, setting, ports);
  const credentials = {
    accessKey: server.accessKey,
    secretKey: server.secretKey,
    region: server.region,
    bucket: realBucket(server, setting.bucket ?? "bucket"),
    ...setting.credentials,
  };
  const statuses: Bench["statuses"] = [];
  const onStatus = ({ id, status }: { id: string; status: object }) => {
    if (id === "node") statuses.push({ ...status, at: Date.now() });
  };
  helper._events.on("node-status", onStatus);
  loadCoreOnce();
  const all = { s3: credentials, ...setting.extraCredentials };
  await helper.load([...modules, ...(setting.modules ?? [])], flow as never, all as never);
  // The helper leaves this out, so that further context stores would be missing.
  await helper._context.load();

  const waiting = new Map<Message, { outcome: Outcome; settle: (ms: number) => void }>();
  const byMark = (msg: Message) => waiting.get(msg._test);
  /** Watches the nodes as they are deployed now. */
  const watch = (): void => {
    ports.forEach((id, port) => {
      helper.getNode(id).on("input", (msg: Message) => {
        const entry = byMark(msg);
        entry?.outcome.messages.push(msg);
        entry?.outcome.ports.push(port);
      });
    });
    helper.getNode("caught").on("input", (msg: Message) => {
      const entry = byMark(msg);
      if (entry) entry.outcome.caught = msg;
      entry?.outcome.events.push("caught");
      entry?.settle(5);
    });
    helper.getNode("completed").on("input", (msg: Message) => {
      const entry = byMark(msg);
      if (entry) entry.outcome.completed = true;
      entry?.outcome.events.push("completed");
      entry?.settle(5);
    });
    const node: Message = helper.getNode("node");
    if (node) {
      const send = node.send.bind(node);
      node.send = (out: Message) => {
        byMark([out].flat().find((one) => one))?.outcome.events.push("sent");
        send(out);
      };
      const complete = node._complete.bind(node);
      node._complete = (msg: Message, error: Message) => {
        const entry = byMark(msg);
        if (entry) entry.outcome.dones++;
        if (entry && error) entry.outcome.error = error;
        entry?.outcome.events.push("done");
        // A flow that stops may have no Catch and Complete nodes any more.
        entry?.settle(50);
        complete(msg, error);
      };
    }
  };
  watch();

  let count = 0;
  return {
    statuses,
    get node() {
      return helper.getNode("node");
    },
    find: (id) => helper.getNode(id),
    log: () => helper.log().args,
    logged: () => helper.log().args.map(([entry]: Message[]) => JSON.stringify(entry?.msg?.stack ?? entry)),
    send(msg) {
      const key = `test ${++count}`;
      const outcome: Outcome = { messages: [], ports: [], dones: 0, completed: false, events: [] };
      return new Promise((resolve) => {
        // Anything that is sent after the message is done would be seen as well.
        // Twice, so that what is on its way arrives also where the event loop stood still when the time was over.
        const settle = (ms: number) => setTimeout(() => setTimeout(() => resolve(outcome), ms), ms);
        waiting.set(key, { outcome, settle });
        msg._test = key;
        helper.getNode("node").receive(msg);
      });
    },
    async redeploy(type, changes) {
      flow = flow.map((node) => ({ ...node, ...changes[node.id] }));
      const started = once(helper._events, "flows:started");
      await helper._redNodes.setFlows(flow, undefined, type);
      await started;
      watch();
    },
    close: async () => {
      helper._events.off("node-status", onStatus);
      await helper.unload();
    },
  };
};
