import type { AgentOptions } from "node:https";
import type { Node, NodeAPI } from "node-red";
import { S3Error } from "../core/error";

interface TlsNode extends Node {
  addTLSOptions?(options: AgentOptions): AgentOptions;
}

/**
 * What Node-RED's own tls-config node holds.
 * @param id that node's; empty and "_ADD_", the editor's "add new", are none
 * @throws NoConnection if it is not there
 */
export const tlsOptions = (RED: NodeAPI, id: unknown): AgentOptions | undefined => {
  if (typeof id !== "string" || id === "" || id === "_ADD_") return undefined;
  const node = RED.nodes.getNode(id) as TlsNode | null;
  if (!node?.addTLSOptions)
    throw new S3Error("NoConnection", "the connection's TLS configuration is missing, disabled or not deployed yet");
  return node.addTLSOptions({});
};
