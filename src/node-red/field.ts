import { invalid, shown, unsetVariable } from "../core/error";
import type { Declared } from "../core/parameter";

/** The kinds of typedInput that name a place; all others are literals. */
export const places = new Set(["msg", "flow", "global", "env", "jsonata"]);

/** One filled-in field of the form. */
export interface Field {
  name: string;
  declared: Declared<unknown>;
  value: unknown;
  type: string;
}

/** What the editor starts with, for nodes that were made without it. */
const start = (name: string, { literal, kind }: Declared<unknown>): { value: unknown; type: string } => {
  if (literal === undefined) return { value: `payload.${name}`, type: "msg" };
  const types: Record<string, string> = { boolean: "bool", integer: "num", object: "json" };
  return { value: literal, type: types[kind] ?? "str" };
};

/** The field of a parameter: its typedInput pair, or what the editor starts with. */
export const fieldOf = (config: Record<string, unknown>, name: string, declared: Declared<unknown>): Field => {
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
    throw invalid(name, `is not valid JSON in the node's form: ${(error as Error).message}`);
  }
};

const bytes = (field: Field): Buffer => {
  const value = json(field);
  if (Array.isArray(value) || typeof value === "string") return Buffer.from(value as never);
  throw invalid(field.name, "is not a Buffer in the node's form: write an array of numbers");
};

/** Node-RED leaves the name of an environment variable that is not set as it is, which would become an object's name. */
const checkFilledIn = ({ name, declared }: Field, value: string): void => {
  const unset = declared.kind === "data" ? null : /^\$\{([^}\s]+)\}$/.exec(value);
  if (unset !== null) throw invalid(name, unsetVariable(unset[1], fieldInForm(declared)));
};

/** The literal of a field, as the kind of typedInput says. */
export const literalOf = (field: Field): unknown => {
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
      if (type === "str" && typeof value === "string") checkFilledIn(field, value);
      return value;
  }
};

/** Names of places are longer only where they are none. */
const longestName = 200;

/** How the field of a parameter is called in error texts. */
export const fieldInForm = ({ label }: Declared<unknown>): string => `the field "${label}" in the form`;

/** How a place is called in error texts. */
export const placeOf = ({ type, value, declared }: Field): string => {
  const name = (unless: RegExp): string => String(value).slice(0, longestName).replace(unless, "");
  switch (type) {
    case "msg":
      return `msg.${name(/^msg\./)}`;
    case "flow":
    case "global":
      return `${type}.${name(/^#:\((\S+?)\)::/)}`;
    case "env":
      return `the environment variable ${name(/^$/)}`;
    case "jsonata":
      return `the expression ${shown(value)}`;
    default:
      return fieldInForm(declared);
  }
};
