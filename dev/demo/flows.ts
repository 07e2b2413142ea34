import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./root";

/** A node as flow files hold it. */
export interface FlowNode {
  id: string;
  type: string;
  z?: string;
  name?: string;
  [property: string]: unknown;
}

/** What the connection node is filled in with. */
export interface Filling {
  auth: "keys" | "default";
  endpoint: string;
  /** `${NAME}` is replaced by Node-RED from its environment. */
  credentials: Record<string, string>;
}

/** The nodes of a flow file, named from the root of the repository. */
export const readFlow = (file: string): FlowNode[] => JSON.parse(readFileSync(join(root, file), "utf8"));

// As long as the text that it stands for, so that the comment keeps its place: a node lies by its middle.
const filledIn = "1. The connection is filled in already: double-click an S3 node, then the pencil, to look at it all";

/** The same nodes, with one connection, the first's, which is filled in. The first step of the comments says so. */
export const fillIn = (nodes: readonly FlowNode[], filling: Filling): FlowNode[] => {
  const [connection, ...others] = nodes.filter((node) => node.type === "amazon-s3-config");
  if (!connection) throw new Error("The flow has no connection node");
  const doubles = new Set(others.map((node) => node.id));
  return nodes
    .filter((node) => !doubles.has(node.id))
    .map((node) => {
      if (node.id === connection.id) return { ...node, ...filling };
      if (node.type === "comment" && node.name?.startsWith("1. ")) return { ...node, name: filledIn };
      return node.connection ? { ...node, connection: connection.id } : node;
    });
};

/** The inject node that starts the flow, and the debug nodes that show what comes of it. */
export const startAndResults = (nodes: readonly FlowNode[]): { start: string; results: string[] } => {
  const start = nodes.find((node) => node.type === "inject");
  if (!start) throw new Error("The flow has no inject node");
  return { start: start.id, results: nodes.filter((node) => node.type === "debug").map((node) => node.id) };
};
