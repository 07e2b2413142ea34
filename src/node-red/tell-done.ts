import type { Node } from "node-red";
import { type S3Error, shown } from "../core/error";
import type { Incoming } from "./incoming";

/**
 * Tells Node-RED that a message is done, or why not. It copies the message for Catch and Complete nodes then, and throws
 * where that fails, as of data nested too deeply: that must end neither Node-RED nor the work of other messages.
 */
export const tellDone = (node: Node, { done }: Pick<Incoming, "done">, error?: S3Error): void => {
  try {
    if (error) done(error);
    else done();
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message.slice(0, 200) : shown(thrown);
    const text = `Catch and Complete nodes did not get the message, since it cannot be copied: ${why}`;
    // Without the message, it is logged alone.
    node.error(error ? `${error.message} ${text}` : text);
  }
};
