import type { Node, NodeAPI, NodeMessage } from "node-red";
import { invalid } from "../core/error";
import { type Field, placeOf } from "./field";

const why = (error: unknown): string =>
  error instanceof Error ? error.message : String((error as { message?: unknown })?.message ?? error);

/** A method that every array or text has is nothing that a message says: `msg.payload.filter` of an array. */
const builtIn = (found: unknown): boolean =>
  typeof found === "function" && Function.prototype.toString.call(found).includes("[native code]");

/** Looks at the place that a field names. */
export const lookUp = (RED: NodeAPI, node: Node, field: Field): ((msg: NodeMessage) => unknown) => {
  const { name, type } = field;
  const value = String(field.value ?? "");
  const failed = (error: unknown) => invalid(name, `cannot be taken from ${placeOf(field)}: ${why(error)}`);
  const asked = (ask: (answer: (error: unknown, value: unknown) => void) => void): Promise<unknown> =>
    new Promise((resolve, reject) => {
      try {
        ask((error, found) => (error ? reject(failed(error)) : resolve(found)));
      } catch (error) {
        reject(failed(error));
      }
    });
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
      return (msg) => asked((answer) => RED.util.evaluateNodeProperty(value, type, node, msg, answer as never));
    case "env":
      return (msg) => {
        const found: unknown = RED.util.evaluateNodeProperty(value, type, node, msg);
        return found === "" ? undefined : found;
      };
    default: {
      // Compiled once: that takes longer than to evaluate it.
      let expression: ReturnType<typeof RED.util.prepareJSONataExpression> | undefined;
      return (msg) =>
        asked((answer) => {
          expression ??= RED.util.prepareJSONataExpression(value, node);
          RED.util.evaluateJSONataExpression(expression, msg, answer as never);
        });
    }
  }
};
