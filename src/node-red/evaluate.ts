import type { Node, NodeAPI, NodeMessage } from "node-red";
import { check, type Found, isMissing } from "../core/check";
import { invalid, missing, shown } from "../core/error";
import type { Declared, Table } from "../core/parameter";

/** The kinds of typedInput that name a place; all others are literals. */
const places = new Set(["msg", "flow", "global", "env", "jsonata"]);

/** One filled-in field of the form. */
interface Field {
  name: string;
  declared: Declared<unknown>;
  value: unknown;
  type: string;
}

export type Evaluate = (msg: NodeMessage) => Promise<Record<string, unknown>>;

/** What the editor starts with, for nodes that were made without it. */
const start = (name: string, { literal, kind }: Declared<unknown>): { value: unknown; type: string } => {
  if (literal === undefined) return { value: `payload.${name}`, type: "msg" };
  const types: Record<string, string> = { boolean: "bool", integer: "num", object: "json" };
  return { value: literal, type: types[kind] ?? "str" };
};

const fieldOf = (config: Record<string, unknown>, name: string, declared: Declared<unknown>): Field => {
  const value = config[name];
  const type = config[`${name}Type`];
  const first = start(name, declared);
  if (typeof type === "string" && type !== "") {
    return { name, declared, type, value: value ?? (type === first.type ? first.value : "") };
  }
  if (value === undefined) return { name, declared, ...first };
  const literal = typeof value === "string" && declared.kind === "object" ? "json" : "str";
  return { name, declared, type: typeof value === "string" ? literal : "as is", value };
};

const json = ({ name, value }: Field): unknown => {
  if (typeof value !== "string" || value.trim() === "") return value === "" ? undefined : value;
  try {
    return JSON.parse(value);
  } catch (error) {
    throw invalid(name, `is no JSON in the node's form: ${(error as Error).message}`);
  }
};

const bytes = (field: Field): Buffer => {
  const value = json(field);
  if (Array.isArray(value) || typeof value === "string") return Buffer.from(value as never);
  throw invalid(field.name, "is no Buffer in the node's form: write an array of numbers");
};

/** The literal of a field, as the kind of typedInput says. */
const literalOf = (field: Field): unknown => {
  const { type, value } = field;
  switch (type) {
    case "json":
      return json(field);
    case "bin":
      return bytes(field);
    case "num": {
      const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
      return typeof number === "number" && Number.isNaN(number) ? value : number;
    }
    case "date":
      return Date.now();
    default:
      return value;
  }
};

/** How a place is called in error texts. */
const placeOf = ({ type, value }: Field): string => {
  switch (type) {
    case "msg":
      return `msg.${String(value).replace(/^msg\./, "")}`;
    case "flow":
    case "global":
      return `${type}.${String(value).replace(/^#:\((\S+?)\)::/, "")}`;
    case "env":
      return `the environment variable ${value}`;
    case "jsonata":
      return `the expression ${shown(value)}`;
    default:
      return "the node's form";
  }
};

const why = (error: unknown): string =>
  error instanceof Error ? error.message : String((error as { message?: unknown })?.message ?? error);

/** Looks at the place that a field names. */
const lookUp = (RED: NodeAPI, node: Node, field: Field): ((msg: NodeMessage) => unknown) => {
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
          return RED.util.getMessageProperty(msg, value);
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

/** What is there in place of a value that is missing. */
const state = (value: unknown): string => (value === "" ? "empty" : String(value));

const finish = ({ name, declared, type }: Field, found: Found): unknown => {
  if (!isMissing(declared, found.value)) return check(name, declared, found);
  if (!declared.required) return declared.fallback;
  const named = places.has(type);
  throw missing(name, named ? `${found.place} is ${state(found.value)}` : "the field in the node's form is empty");
};

/**
 * Prepares the parameters of one node: typedInput pairs `p` / `pType`.
 * @returns a function that takes a message and gives the values, checked, or rejects with MissingParameter or
 *   InvalidParameter
 */
export const prepareParameters = (
  RED: NodeAPI,
  node: Node,
  config: Record<string, unknown>,
  table: Table,
): Evaluate => {
  const prepared = Object.entries(table).map(([name, declared]) => {
    const field = fieldOf(config, name, declared);
    const place = placeOf(field);
    const find = places.has(field.type) ? lookUp(RED, node, field) : () => literalOf(field);
    return { field, place, find };
  });
  return async (msg) => {
    // All places are looked at when the message arrives, before any of them is waited for.
    const found = prepared.map(({ find }) => {
      try {
        return Promise.resolve(find(msg));
      } catch (error) {
        return Promise.reject(error);
      }
    });
    const settled = await Promise.allSettled(found);
    const values: Record<string, unknown> = Object.create(null);
    prepared.forEach(({ field, place }, index) => {
      const outcome = settled[index] as PromiseSettledResult<unknown>;
      if (outcome.status === "rejected") throw outcome.reason;
      values[field.name] = finish(field, { value: outcome.value, place });
    });
    return values;
  };
};

/** The plain settings of a node: no message can change them. Throws InvalidParameter. */
export const readSettings = (config: Record<string, unknown>, table: Table): Record<string, unknown> => {
  const values: Record<string, unknown> = Object.create(null);
  for (const [name, declared] of Object.entries(table)) {
    const raw = config[name];
    const value = declared.options && typeof raw === "number" ? String(raw) : raw;
    values[name] = isMissing(declared, value)
      ? declared.fallback
      : check(name, declared, { value, place: "the node's form" });
  }
  return values;
};
