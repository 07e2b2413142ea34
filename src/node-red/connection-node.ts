import type { Node, NodeAPI, NodeDef } from "node-red";
import { type Connection, createConnection } from "../core/connection";
import { connectionSettings } from "../core/connection-settings";
import { S3Error } from "../core/error";
import { addAdminRoutes } from "./admin-routes";
import { connectionType } from "./connection-type";
import { logConditions } from "./log-conditions";
import { tlsOptions } from "./tls-options";

/** What operation nodes find at the connection node: a connection, or why there is none. */
export interface ConnectionNode extends Node {
  connection?: Connection;
  broken?: S3Error;
}

/** All of it lives in Node-RED's credentials, so that an exported flow says nothing of the account. */
const credentials = {
  accessKey: { type: "text" },
  secretKey: { type: "password" },
  region: { type: "text" },
  bucket: { type: "text" },
  sessionToken: { type: "password" },
} as const;

/** Registers the connection node, which sends nothing when it is deployed, and what its form asks of the server. */
export const registerConnection = (RED: NodeAPI): void => {
  function connectionNode(this: ConnectionNode, config: NodeDef & Record<string, unknown>): void {
    RED.nodes.createNode(this, config);
    try {
      const tls = tlsOptions(RED, config.tls);
      const settings = connectionSettings({ ...config, ...(this.credentials as object), tls });
      const connection = createConnection(settings, (text) => this.warn(text));
      this.connection = connection;
      logConditions(this, connection);
    } catch (error) {
      this.broken = error instanceof S3Error ? error : new S3Error("NoConnection", "the connection cannot be used");
    }
    this.on("close", (done: () => void) => {
      const closing = this.connection?.close() ?? Promise.resolve();
      void closing.finally(done);
    });
  }
  RED.nodes.registerType(connectionType, connectionNode as never, { credentials } as never);
  addAdminRoutes(RED);
};
