import { join } from "node:path";

/** A node as Node-RED keeps it. */
type Config = Record<string, unknown>;

/** A flow: messages that come to its first node, and nodes that each one feeds the next. */
interface Line {
  /** What starts it: the properties of a message. */
  msg: (turn: number) => Record<string, unknown>;
  nodes: [verb: string, config: Config][];
}

/** Parameters that are typed in. */
const typed = (values: Record<string, string | number | boolean>): Config =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => [
      [name, String(value)],
      [`${name}Type`, typeof value === "string" ? "str" : typeof value === "number" ? "num" : "bool"],
    ]),
  );

/** The data of the message before. */
const passed = { data: "payload", dataType: "msg" };

const text = "a line of text, and another one\n";

/** Twenty flows of mixed work. @param home a folder of the disk */
export const lines = (home: string): Line[] => {
  const write = (path: string, more: Config = {}): [string, Config] => [
    "write",
    { ...typed({ path, overwrite: true }), ...passed, ...more },
  ];
  const read = (path: string, more: Config = {}): [string, Config] => ["read", { ...typed({ path }), ...more }];
  return [
    { msg: (turn) => ({ payload: `${turn} ${text}` }), nodes: [write("small/a.txt"), read("small/a.txt")] },
    {
      msg: () => ({ payload: { a: [1, 2, 3] } }),
      nodes: [write("small/b.json"), read("small/b.json", { format: "json" })],
    },
    {
      msg: () => ({ payload: Buffer.alloc(300_000, text) }),
      nodes: [write("large/a"), read("large/a", { format: "buffer" })],
    },
    { msg: () => ({}), nodes: [read("seed/large", { format: "stream" }), write("large/copy")] },
    { msg: () => ({}), nodes: [read("seed/lines", { format: "lines" }), write("large/lines", { sequence: true })] },
    { msg: () => ({}), nodes: [read("seed/large", { format: "chunks", chunkSize: 65536 })] },
    {
      msg: () => ({ payload: text.repeat(1000) }),
      nodes: [write("packed.txt", typed({ compress: "gzip" })), read("packed.txt", { decompress: "auto" })],
    },
    { msg: () => ({ payload: Buffer.alloc(6 * 1024 * 1024, 1) }), nodes: [write("large/parts")] },
    { msg: () => ({}), nodes: [["list", typed({ path: "seed/", recurse: true })]] },
    { msg: () => ({}), nodes: [["list", { ...typed({ path: "seed/many/" }), emit: "batches", batchSize: 50 }]] },
    { msg: () => ({}), nodes: [["list", { ...typed({ path: "", recurse: true }), emit: "summary" }]] },
    {
      msg: (turn) => ({ payload: Array.from({ length: 20 }, (_, n) => ({ path: `${turn}-${n}`, data: "x" })) }),
      nodes: [write("bulk/"), ["purge", typed({ path: "bulk/", force: true })]],
    },
    { msg: () => ({}), nodes: [["purge", typed({ path: "seed/", filter: "*.none" })]] },
    {
      msg: (turn) => ({ payload: { path: [`small/c-${turn}`, "small/d"] } }),
      nodes: [["delete", typed({ ifMissing: "ignore" })]],
    },
    { msg: () => ({}), nodes: [["exist", { ...typed({ path: "seed/large" }), outputs: 2 }]] },
    { msg: (turn) => ({ payload: { path: `folders/${turn % 50}/` } }), nodes: [["create", {}]] },
    { msg: () => ({}), nodes: [["upload", typed({ source: join(home, "up"), path: "up/", overwrite: true })]] },
    {
      msg: () => ({}),
      // So few that one comes to its end between two deploys on a busy machine, too.
      nodes: [
        ["download", typed({ path: "seed/many/", filter: "?.txt", target: `${join(home, "down")}/`, overwrite: true })],
      ],
    },
    { msg: () => ({}), nodes: [read("none/such.txt"), write("never")] },
    { msg: (turn) => ({ payload: { path: turn, range: "perhaps" } }), nodes: [["read", {}]] },
    // Never ends by itself.
    {
      msg: (turn) => ({ payload: "x", parts: { id: `open ${turn % 3}`, index: turn } }),
      nodes: [write("never/ends", { sequence: true, sequenceTimeout: 30 })],
    },
  ];
};

const at = { x: 0, y: 0 };

export const firstOf = (line: number): string => `flow-${line}-0`;

/** The flows as Node-RED takes them. @param version differs from deploy to deploy, so that all nodes are made anew */
export const flowsOf = (all: readonly Line[], endpoint: string, version: number): Config[] => {
  const connection = { endpoint, maxAttempts: 3, timeout: 2, conditionalWrites: "trust", name: `version ${version}` };
  const flows: Config[] = [{ id: "s3", type: "amazon-s3-config", ...connection }];
  for (const [line, { nodes }] of all.entries()) {
    const z = `tab-${line}`;
    const id = (index: number): string => `flow-${line}-${index}`;
    flows.push({ id: z, type: "tab", label: z });
    for (const [index, [verb, config]] of nodes.entries()) {
      const next = index + 1 < nodes.length ? id(index + 1) : `sink-${line}`;
      const wires = Array.from({ length: Number(config.outputs ?? 1) }, () => [next]);
      flows.push({ ...at, z, id: id(index), type: `amazon-s3-${verb}`, connection: "s3", ...config, wires });
    }
    flows.push({ ...at, z, id: `sink-${line}`, type: "junction", wires: [[]] });
    flows.push({
      ...at,
      z,
      id: `catch-${line}`,
      type: "catch",
      scope: null,
      uncaught: false,
      wires: [[`sink-${line}`]],
    });
  }
  return flows;
};
