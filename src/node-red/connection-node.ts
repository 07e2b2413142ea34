import type { AgentOptions } from "node:https";
import type { Node, NodeAPI, NodeDef } from "node-red";
import { type Connection, createConnection } from "../core/connection";
import { connectionSettings } from "../core/connection-settings";
import { S3Error } from "../core/error";

/** What operation nodes find at the connection node: a connection, or why there is none. */
export interface ConnectionNode extends Node {
  connection?: Connection;
  broken?: S3Error;
}

interface TlsNode extends Node {
  addTLSOptions?(options: AgentOptions): AgentOptions;
}

/** All of it lives in Node-RED's credentials, so that an exported flow says nothing of the account. */
const credentials = {
  accessKey: { type: "text" },
  secretKey: { type: "password" },
  region: { type: "text" },
  bucket: { type: "text" },
  sessionToken: { type: "password" },
} as const;

const tlsOptions = (RED: NodeAPI, id: unknown): AgentOptions | undefined => {
  if (typeof id !== "string" || id === "") return undefined;
  const node = RED.nodes.getNode(id) as TlsNode | null;
  if (!node?.addTLSOptions)
    throw new S3Error("NoConnection", "the connection's TLS configuration is missing or disabled");
  return node.addTLSOptions({});
};

/** Registers the connection node. It sends nothing when it is deployed. */
export const registerConnection = (RED: NodeAPI): void => {
  function connectionNode(this: ConnectionNode, config: NodeDef & Record<string, unknown>): void {
    RED.nodes.createNode(this, config);
    try {
      const tls = tlsOptions(RED, config.tls);
      const settings = connectionSettings({ ...config, ...(this.credentials as object), tls });
      this.connection = createConnection(settings, (text) => this.warn(text));
    } catch (error) {
      this.broken = error instanceof S3Error ? error : new S3Error("NoConnection", "the connection cannot be used");
    }
    this.on("close", (done: () => void) => {
      const closing = this.connection?.close() ?? Promise.resolve();
      void closing.finally(done);
    });
  }
  RED.nodes.registerType("amazon-s3-config", connectionNode as never, { credentials } as never);
};
