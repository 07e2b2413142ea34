import type { Node, NodeAPI, NodeMessage } from "node-red";
import { invalid } from "../core/error";
import { type Field, placeOf } from "./field";

const why = (error: unknown): string =>
  error instanceof Error ? error.message : String((error as { message?: unknown })?.message ?? error);

/** A method that every array or text has is nothing that a message says: `msg.payload.filter` of an array. */
const builtIn = (found: unknown): boolean =>
  typeof found === "function" && Function.prototype.toString.call(found).includes("[native code]");

/** A place that answers later. The value is in a box: if it is a promise itself, nobody is to wait for it. */
export interface Asked {
  answer: Promise<[unknown]>;
}

/** All of them. */
export const asked = new WeakSet<Asked>();

/** Looks at the place that a field names: gives what is there, or an `Asked`. */
export const lookUp = (RED: NodeAPI, node: Node, field: Field): ((msg: NodeMessage) => unknown) => {
  const { name, type } = field;
  const value = String(field.value ?? "");
  const failed = (error: unknown) => invalid(name, `cannot be taken from ${placeOf(field)}: ${why(error)}`);
  const later = (ask: (answer: (error: unknown, value: unknown) => void) => void): Asked => {
    const answer = new Promise<[unknown]>((resolve, reject) => {
      try {
        ask((error, found) => (error ? reject(failed(error)) : resolve([found])));
      } catch (error) {
        reject(failed(error));
      }
    });
    const place = { answer };
    asked.add(place);
    return place;
  };
  if (value === "") return () => undefined;
  switch (type) {
    case "msg":
      return (msg) => {
        try {
          const found: unknown = RED.util.getMessageProperty(msg, value);
          return builtIn(found) ? undefined : found;
        } catch (error) {
          // A step on the way is not there.
          if (error instanceof TypeError) return undefined;
          throw failed(error);
        }
      };
    case "flow":
    case "global":
      return (msg) => later((answer) => RED.util.evaluateNodeProperty(value, type, node, msg, answer as never));
    case "env":
      return (msg) => {
        const found: unknown = RED.util.evaluateNodeProperty(value, type, node, msg);
        return found === "" ? undefined : found;
      };
    default: {
      // Compiled once: that takes longer than to evaluate it.
      let expression: ReturnType<typeof RED.util.prepareJSONataExpression> | undefined;
      return (msg) =>
        later((answer) => {
          expression ??= RED.util.prepareJSONataExpression(value, node);
          RED.util.evaluateJSONataExpression(expression, msg, answer as never);
        });
    }
  }
};
