import { readFlow } from "../../dev/demo/flows";
import type { Message } from "./bench";

/** The nodes of an example that do its work, as `deploy` takes them: on its tab and its connection, without what starts and shows. */
export const exampleNodes = (name: string): Message[] =>
  readFlow(`examples/${name}.json`)
    .filter(({ type }) => !["tab", "comment", "inject", "amazon-s3-config"].includes(type))
    .map((node) => ({ ...node, z: "tab", ...(node.connection === undefined ? {} : { connection: "s3" }) }))
    .map((node) => (node.type === "debug" ? { ...node, type: "helper" } : node));
