import { join } from "node:path";
import helper from "node-red-node-test-helper";
import { operations } from "../../src/operations";
import type { Target } from "../support/target";

// biome-ignore lint/suspicious/noExplicitAny: messages are whatever a flow makes of them
type Anything = any;

const root = join(__dirname, "..", "..", "..");
const modules = ["amazon-s3-config", ...operations.map(({ type }) => type)].map((type) =>
  require(join(root, "nodes", `${type}.js`)),
);

/** How a message ended. */
export interface Ending {
  /** Of its error. */
  code?: string;
  message?: string;
  /** How often the node said that it was done with it. */
  dones: number;
}

/** Many nodes in a running Node-RED, with a Catch and a Complete node as flows have them. */
export interface Flow {
  /** Sends a message through a node, and resolves when it has ended. */
  send(id: string, msg: object): Promise<Ending>;
  close(): Promise<void>;
}

/** Whatever takes longer hangs: every wait has an end that is much nearer. */
const hung = 120_000;

/** A connection node beside that which all nodes have: with what is another way in it. */
export interface OwnConnection {
  id: string;
  properties: Record<string, unknown>;
  credentials: Record<string, unknown>;
}

/**
 * @param home where paths on the disk begin that do not say so
 * @param nodes with id, type and properties
 * @param own connections of single nodes, which name them
 */
export const deployFlow = async (
  server: Target,
  home: string,
  nodes: readonly ({ id: string; type: string } & Record<string, unknown>)[],
  connection: Record<string, unknown> = {},
  own: readonly OwnConnection[] = [],
): Promise<Flow> => {
  helper.init(require.resolve("node-red"), { fileWorkingDirectory: home } as never);
  const at = { z: "tab", x: 0, y: 0 };
  const { endpoint, accessKey, secretKey, region } = server;
  const shared = { type: "amazon-s3-config", endpoint, conditionalWrites: "trust", ...connection };
  const flow = [
    { id: "tab", type: "tab" },
    { id: "s3", ...shared },
    ...own.map(({ id, properties }) => ({ id, ...shared, ...properties })),
    ...nodes.map((node) => ({ ...at, connection: "s3", wires: [["sink"]], ...node })),
    { id: "sink", ...at, type: "helper" },
    { id: "catch", ...at, type: "catch", scope: null, wires: [["sink"]] },
    { id: "complete", ...at, type: "complete", scope: nodes.map(({ id }) => id), wires: [["sink"]] },
  ];
  const keys = { accessKey, secretKey, region, bucket: "bucket" };
  const credentials = Object.fromEntries([
    ["s3", keys],
    ...own.map(({ id, credentials }) => [id, { ...keys, ...credentials }]),
  ]);
  await helper.load(modules, flow as never, credentials as never);
  const waiting = new WeakMap<object, { ending: Ending; settle(): void }>();
  for (const { id } of nodes) {
    const node: Anything = helper.getNode(id);
    const complete = node._complete.bind(node);
    node._complete = (msg: object, error: Anything) => {
      const entry = waiting.get(msg);
      if (entry) {
        entry.ending.dones++;
        if (error) Object.assign(entry.ending, { code: error.code, message: error.message });
        // Another end of the same message would come in the same turn, or never.
        setImmediate(entry.settle);
      }
      complete(msg, error);
    };
  }
  return {
    send(id, msg) {
      const ending: Ending = { dones: 0 };
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error("the message never ended")), hung);
        const settle = (): void => {
          clearTimeout(timer);
          resolve(ending);
        };
        waiting.set(msg, { ending, settle });
        helper.getNode(id).receive(msg);
      });
    },
    close: () => helper.unload(),
  };
};
