import type { Ask } from "./asks";
import { ways } from "./ways";

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

/** A node takes all messages of its kind that need no other form. */
export const idOf = ({ verb, form }: Pick<Ask, "verb" | "form">, way: string): string =>
  `${verb}-${way}${form ? `-${Buffer.from(JSON.stringify(form)).toString("hex")}` : ""}`;

/** No word that any property has: Node-RED would take it for the connection. */
export const connectionOf = (way: string): string => `signs-in-${way}`;

/** Every node that is asked for something, once for each way to sign in. */
export const flowOf = (
  endpoint: string,
  connection: object,
  asks: readonly Pick<Ask, "verb" | "form">[],
  names: readonly string[],
): { flows: FlowNode[]; credentials: Record<string, object> } => {
  const flows: FlowNode[] = [{ id: "tab", type: "tab", label: "secrets" }];
  const credentials: Record<string, object> = {};
  const ids = new Set<string>();
  for (const [way, { connection: own, credentials: typed }] of Object.entries(ways)) {
    if (!names.includes(way)) continue;
    const shared = { endpoint, maxAttempts: 2, timeout: 10, conditionalWrites: "trust" };
    const id = connectionOf(way);
    flows.push({ id, type: "amazon-s3-config", ...shared, ...own(endpoint), ...connection });
    credentials[id] = { region: "us-east-1", bucket: "bucket", ...typed };
    for (const ask of asks) {
      const node = idOf(ask, way);
      if (ids.has(node)) continue;
      ids.add(node);
      flows.push({ id: node, ...at, type: `amazon-s3-${ask.verb}`, connection: id, ...ask.form, wires: [["debug"]] });
    }
  }
  return { flows: [...flows, ...watchers([...ids])], credentials };
};
