import { join } from "node:path";
import helper from "node-red-node-test-helper";
import type { S3Server } from "../../dev/s3-server";
import { operations } from "../../src/operations";

const root = join(__dirname, "..", "..", "..");
// biome-ignore lint/suspicious/noExplicitAny: messages are whatever a flow makes of them
export type Message = any;

helper.init(require.resolve("node-red"));

const modules = ["amazon-s3-config", ...operations.map(({ type }) => type)].map((type) =>
  require(join(root, "nodes", `${type}.js`)),
);

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
}

/** A node in a running Node-RED, with a Catch and a Complete node that watch it. */
export interface Bench {
  /** Sends a message through the node, and resolves when it is done. */
  send(msg: Message): Promise<Outcome>;
  /** The statuses shown so far, the first one first. */
  statuses: { fill?: string; shape?: string; text?: string; at: number }[];
  node: Message;
  /** Lines that Node-RED would log. */
  logged(): string[];
  close(): Promise<void>;
}

export interface Setting {
  server: Pick<S3Server, "endpoint" | "accessKey" | "secretKey" | "region">;
  bucket?: string;
  /** Properties of the connection node. */
  connection?: Record<string, unknown>;
  /** Credentials of the connection node, beside those of the server. */
  credentials?: Record<string, string>;
  /** Without one. */
  noConnection?: boolean;
}

/** Deploys one node. `type` is its verb. */
export const deploy = async (verb: string, config: Record<string, unknown>, setting: Setting): Promise<Bench> => {
  const type = `amazon-s3-${verb}`;
  const outputs = Number(config.outputs ?? 1);
  const ports = Array.from({ length: outputs }, (_, port) => `out${port}`);
  const { server } = setting;
  const flow = [
    { id: "tab", type: "tab" },
    { id: "s3", type: "amazon-s3-config", endpoint: server.endpoint, ...setting.connection },
    {
      id: "node",
      z: "tab",
      x: 0,
      y: 0,
      type,
      ...(setting.noConnection ? {} : { connection: "s3" }),
      ...config,
      wires: ports.map((id) => [id]),
    },
    ...ports.map((id) => ({ id, z: "tab", x: 0, y: 0, type: "helper" })),
    { id: "catch", z: "tab", x: 0, y: 0, type: "catch", scope: ["node"], wires: [["caught"]] },
    { id: "caught", z: "tab", x: 0, y: 0, type: "helper" },
    { id: "complete", z: "tab", x: 0, y: 0, type: "complete", scope: ["node"], wires: [["completed"]] },
    { id: "completed", z: "tab", x: 0, y: 0, type: "helper" },
  ];
  const credentials = {
    accessKey: server.accessKey,
    secretKey: server.secretKey,
    region: server.region,
    bucket: setting.bucket ?? "bucket",
    ...setting.credentials,
  };
  const statuses: Bench["statuses"] = [];
  await helper.load(modules, flow as never, { s3: credentials } as never);
  const node: Message = helper.getNode("node");
  const status = node.status.bind(node);
  node.status = (shown: object) => {
    statuses.push({ ...shown, at: Date.now() });
    status(shown);
  };
  const waiting = new Map<Message, { outcome: Outcome; settle: () => void }>();
  const bySecret = (msg: Message) => waiting.get(msg._test);
  ports.forEach((id, port) => {
    helper.getNode(id).on("input", (msg: Message) => {
      const entry = bySecret(msg);
      entry?.outcome.messages.push(msg);
      entry?.outcome.ports.push(port);
    });
  });
  helper.getNode("caught").on("input", (msg: Message) => {
    const entry = bySecret(msg);
    if (entry) entry.outcome.caught = msg;
    entry?.settle();
  });
  helper.getNode("completed").on("input", (msg: Message) => {
    const entry = bySecret(msg);
    if (entry) entry.outcome.completed = true;
    entry?.settle();
  });
  const complete = node._complete.bind(node);
  node._complete = (msg: Message, error: Message) => {
    const entry = bySecret(msg);
    if (entry) entry.outcome.dones++;
    if (entry && error) entry.outcome.error = error;
    complete(msg, error);
  };
  let count = 0;
  return {
    statuses,
    node,
    logged: () => helper.log().args.map(([entry]: Message[]) => JSON.stringify(entry?.msg?.stack ?? entry)),
    send(msg) {
      const key = `test ${++count}`;
      const outcome: Outcome = { messages: [], ports: [], dones: 0, completed: false };
      return new Promise((resolve) => {
        // Anything that is sent after the message is done would be seen as well.
        const settle = () => setTimeout(() => resolve(outcome), 5);
        waiting.set(key, { outcome, settle });
        msg._test = key;
        node.receive(msg);
      });
    },
    close: async () => {
      await helper.unload();
    },
  };
};
