import type { Node, NodeAPI, NodeMessage } from "node-red";
import { invalid, S3Error } from "../core/error";
import { unlessAborted } from "../core/unless-aborted";

/** Where a node puts its result. */
export interface Output {
  property: string;
  type: "msg" | "flow" | "global";
}

/** Reads the pair `output` / `outputType`. */
export const outputOf = (config: Record<string, unknown>): Output => {
  const property = typeof config.output === "string" && config.output.trim() !== "" ? config.output : "payload";
  const type = config.outputType === "flow" || config.outputType === "global" ? config.outputType : "msg";
  return { property, type };
};

/**
 * A message that shares all properties with another one, but for the objects on the way to where the result goes:
 * else the results of a sequence would all end up in the same object.
 */
export const share = (RED: NodeAPI, msg: NodeMessage, output: Output): NodeMessage => {
  // Neither spread nor with accessors: see DESIGN.md, "What V8 collects late".
  // An own `__proto__` is a property like any other: only a spread copies it as one.
  const copy: NodeMessage = Object.hasOwn(msg, "__proto__") ? { ...msg } : Object.assign({}, msg);
  if (output.type !== "msg") return copy;
  let at: Record<string | number, unknown> = copy as never;
  const steps = RED.util.normalisePropertyExpression(output.property.replace(/^msg\./, "")) as (string | number)[];
  for (const step of steps.slice(0, -1)) {
    const next = Object.hasOwn(at, step) ? at[step] : undefined;
    if (typeof next !== "object" || next === null) break;
    const own = Array.isArray(next) ? [...next] : { ...next };
    at[step] = own;
    at = own as never;
  }
  return copy;
};

const noRoom = (property: string): Error =>
  invalid("output", `msg.${property} cannot be set in this message; choose another property`);

/**
 * Whether a result will find its place, asked before any work is done for it.
 * @throws InvalidParameter
 */
export const checkPlace = (RED: NodeAPI, msg: NodeMessage, output: Output): void => {
  const { property, type } = output;
  if (/^\w+$/.test(property)) return;
  try {
    if (type !== "msg") RED.util.normalisePropertyExpression(RED.util.parseContextStore(property).key);
    else if (!RED.util.setMessageProperty(share(RED, msg, output), property, null, true)) throw noRoom(property);
  } catch (error) {
    if (error instanceof S3Error) throw error;
    throw invalid("output", `${type}.${property} is no property: ${(error as Error).message}`);
  }
};

/**
 * Puts a result where the node's `output` says.
 * @param signal ends the waiting for a context store, which may never answer
 */
export const place = async (
  RED: NodeAPI,
  node: Node,
  msg: NodeMessage,
  output: Output,
  value: unknown,
  signal: AbortSignal,
): Promise<void> => {
  const { property, type } = output;
  if (type === "msg") {
    if (RED.util.setMessageProperty(msg, property, value, true)) return;
    throw noRoom(property);
  }
  const { key, store } = RED.util.parseContextStore(property);
  const context = node.context()[type];
  const stored = new Promise<void>((resolve, reject) => {
    context.set(key, value, store, (error?: unknown) => {
      if (error) reject(invalid("output", `${type}.${key} cannot be set: ${(error as Error).message}`));
      else resolve();
    });
  });
  await unlessAborted(signal, stored);
};
