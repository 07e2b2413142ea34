import { operations } from "../../src/operations";
import { ways } from "./ways";

/** What each node is asked for. */
export const work = (folder: string): Record<string, object> => ({
  create: { path: "new.txt" },
  delete: { path: ["gone/a.txt", "gone/b.txt"], ifMissing: "ignore" },
  download: { path: "in/", target: `${folder}/down`, overwrite: true },
  exist: { path: "in/a.txt" },
  list: { path: "in/" },
  purge: { path: "old/", force: true },
  read: { path: "in/a.txt" },
  upload: { source: `${folder}/up`, path: "up/", overwrite: true },
  write: { path: "w.txt", data: { a: 1 }, overwrite: true },
});

export const verbs = operations.map(({ type }) => type.replace("amazon-s3-", ""));

/** A node as Node-RED keeps it. */
interface FlowNode {
  id: string;
  type: string;
  [property: string]: unknown;
}

const at = { z: "tab", x: 0, y: 0 };

/** Keeps each message in both contexts, and shows it in the sidebar and on the console. */
const watchers = (ids: readonly string[]): FlowNode[] => [
  { id: "caught", ...at, type: "catch", scope: ids, uncaught: false, wires: [["keep", "debug"]] },
  { id: "said", ...at, type: "status", scope: ids, wires: [["keep", "debug"]] },
  { id: "done", ...at, type: "complete", scope: ids, wires: [["keep", "debug"]] },
  {
    id: "keep",
    ...at,
    type: "function",
    func: "flow.set(msg._msgid, msg); global.set('last' + msg._msgid, msg); return null;",
    outputs: 0,
    wires: [],
  },
  { id: "debug", ...at, type: "debug", active: true, tosidebar: true, console: true, complete: "true", wires: [] },
];

export const idOf = (verb: string, way: string): string => `${verb}-${way}`;

/** No word that any property has: Node-RED would take it for the connection. */
export const connectionOf = (way: string): string => `signs-in-${way}`;

/** Every node, once for each way to sign in. */
export const flowOf = (
  endpoint: string,
  connection: object,
): { flows: FlowNode[]; credentials: Record<string, object> } => {
  const flows: FlowNode[] = [{ id: "tab", type: "tab", label: "secrets" }];
  const credentials: Record<string, object> = {};
  const ids: string[] = [];
  for (const [way, { connection: own, credentials: typed }] of Object.entries(ways)) {
    const shared = { endpoint, maxAttempts: 2, timeout: 10, conditionalWrites: "trust" };
    const id = connectionOf(way);
    flows.push({ id, type: "amazon-s3-config", ...shared, ...own(endpoint), ...connection });
    credentials[id] = { region: "us-east-1", bucket: "bucket", ...typed };
    for (const verb of verbs) {
      const node = idOf(verb, way);
      ids.push(node);
      flows.push({ id: node, ...at, type: `amazon-s3-${verb}`, connection: id, wires: [["debug"]] });
    }
  }
  return { flows: [...flows, ...watchers(ids)], credentials };
};
