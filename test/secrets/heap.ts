import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString, writeHeapSnapshot } from "node:v8";

/** Holds what is looked at; found on the heap by the name of its class. */
export class HeldForTheHeap {
  readonly values: unknown[] = [];
}

interface Snapshot {
  snapshot: { meta: { node_fields: string[]; edge_fields: string[]; edge_types: [string[]]; node_types: [string[]] } };
  nodes: number[];
  edges: number[];
  strings: string[];
}

/** What leads from any object to all there is: its class, and the code and the scopes around a function's own. */
const away = new Set(
  ["map", "__proto__", "constructor", "prototype", "code", "shared", "feedback_cell", "feedback_vector"].concat([
    "previous",
    "native_context",
    "extension",
    "scope_info",
  ]),
);

/** The same: in newer Node.js, the function that tells an error's stack has no scope but this. */
const everything = "system / NativeContext";

const takeSnapshot = (): Snapshot => {
  // Else texts are cut after 1,024 characters.
  setFlagsFromString("--heap-snapshot-string-limit=1000000");
  const folder = mkdtempSync(join(tmpdir(), "heap-"));
  try {
    return JSON.parse(readFileSync(writeHeapSnapshot(join(folder, "all.heapsnapshot")), "utf8"));
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** All texts that what is held keeps alive, also in closures and in what V8 itself hangs on an error. */
export const heldTexts = (): string[] => {
  const { snapshot, nodes, edges, strings } = takeSnapshot();
  const { node_fields, edge_fields, edge_types, node_types } = snapshot.meta;
  const width = node_fields.length;
  const [type, name, count] = ["type", "name", "edge_count"].map((field) => node_fields.indexOf(field)) as number[];
  const step = edge_fields.length;
  const [edgeType, edgeName, to] = ["type", "name_or_index", "to_node"].map((f) => edge_fields.indexOf(f)) as number[];
  const at = (list: number[], index: number): number => list[index] as number;
  const first: number[] = [];
  let edge = 0;
  const starts: number[] = [];
  const object = node_types[0].indexOf("object");
  for (let node = 0; node < nodes.length; node += width) {
    first.push(edge);
    edge += at(nodes, node + (count as number)) * step;
    const isHeld = strings[at(nodes, node + (name as number))] === HeldForTheHeap.name;
    if (isHeld && at(nodes, node + (type as number)) === object) starts.push(node);
  }
  if (starts.length === 0) throw new Error("nothing is held");
  const isText = new Set(
    ["string", "concatenated string", "sliced string", "symbol"].map((n) => node_types[0].indexOf(n)),
  );
  const met = new Set(starts);
  const texts: string[] = [];
  for (const node of met) {
    if (isText.has(at(nodes, node + (type as number))))
      texts.push(strings[at(nodes, node + (name as number))] as string);
    const begin = first[node / width] as number;
    const end = begin + at(nodes, node + (count as number)) * step;
    for (let one = begin; one < end; one += step) {
      const kind = edge_types[0][at(edges, one + (edgeType as number))];
      const label = at(edges, one + (edgeName as number));
      if (kind === "weak" || (kind !== "element" && kind !== "hidden" && away.has(strings[label] as string))) continue;
      const next = at(edges, one + (to as number));
      if (strings[at(nodes, next + (name as number))] !== everything) met.add(next);
    }
  }
  return texts;
};
