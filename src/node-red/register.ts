import type { Node, NodeAPI, NodeDef } from "node-red";
import { operations } from "../operations";
import { runOperation } from "./operation-node";

export { registerConnection } from "./connection-node";

/** Registers the node of one operation. */
export const registerOperation = (RED: NodeAPI, type: string): void => {
  const operation = operations.find((candidate) => candidate.type === type);
  if (!operation) throw new Error(`${type} is not in operations/index.ts`);
  RED.nodes.registerType(type, function (this: Node, config: NodeDef) {
    RED.nodes.createNode(this, config);
    runOperation(RED, this, config as never, operation);
  });
};
