import type { Node, NodeAPI } from "node-red";
import { type ConnectionSettings, connectionSettings } from "../core/connection-settings";
import { invalid, S3Error } from "../core/error";
import { connectionType } from "./connection-type";
import { tlsOptions } from "./tls-options";

/** What a form shows of the connection that is open in it, saved or not. */
export interface OpenForm {
  /** The connection node's; it may not be deployed yet. */
  id: string;
  /** Its fields, by the names of its properties and credentials. */
  fields: Readonly<Record<string, string | boolean>>;
}

/** What the editor has in a password's field that was not touched: the secret itself never leaves the server. */
const untouched = "__PWRD__";

const secrets = ["secretKey", "sessionToken"] as const;

/** Longer than any token of STS, which may have 8 KB and more. */
const longest = 20_000;

/** Takes the request's body apart. @throws InvalidParameter, if it is nothing that the form sends */
export const readForm = (body: unknown): OpenForm => {
  const { id, fields } = (body ?? {}) as Record<string, unknown>;
  if (typeof id !== "string" || id.length > 200) throw invalid("id", "must be that of a connection");
  if (typeof fields !== "object" || fields === null) throw invalid("fields", "must be those of the form");
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value !== "boolean" && typeof value !== "string") throw invalid(name.slice(0, 40), "must be a text");
    if (typeof value === "string" && value.length > longest) throw invalid(name.slice(0, 40), "is too long");
  }
  return { id, fields: fields as OpenForm["fields"] };
};

/** As Node-RED does it when a node is deployed: a value that is `${NAME}` as a whole. One that is not set stays. */
const filledIn = (RED: NodeAPI, node: Node | undefined, value: string | boolean): string | boolean => {
  if (typeof value !== "string" || !/^\$\{[^}]+\}$/.test(value)) return value;
  const found: unknown = RED.util.evaluateNodeProperty(value, "env", node as Node, {});
  return typeof found === "string" && found !== "" ? found : value;
};

/**
 * The settings as they stand in a form; a secret that was not touched is the deployed connection's.
 * @throws NoConnection or InvalidParameter, with the field and the way out
 */
export const formSettings = (RED: NodeAPI, { id, fields }: OpenForm): ConnectionSettings => {
  const found = RED.nodes.getNode(id) as (Node & { credentials?: Record<string, unknown> }) | null | undefined;
  // Nobody gets at the secrets of another kind of node.
  const node = found?.type === connectionType ? found : undefined;
  const raw: Record<string, unknown> = Object.create(null);
  for (const [name, value] of Object.entries(fields)) raw[name] = filledIn(RED, node, value);
  for (const name of secrets) {
    if (fields[name] !== untouched) continue;
    raw[name] = node?.credentials?.[name];
    if (raw[name] === undefined)
      throw new S3Error(
        "NoConnection",
        `the connection is not deployed, so that its ${name === "secretKey" ? "Secret key" : "Token"} is not known yet: type it again, or deploy first`,
      );
  }
  return connectionSettings({ ...raw, tls: tlsOptions(RED, raw.tls) });
};
