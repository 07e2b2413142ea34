import type { Operation } from "../core/operation";
import type { Declared } from "../core/parameter";
import { Code, inline, type Printable } from "./code";
import { type Condition, layoutOf } from "./layout";

/** A condition as the browser is given it. */
export const conditionOf = (condition: Condition): Printable => {
  if ("any" in condition) return { any: condition.any.map(conditionOf) };
  if ("all" in condition) return { all: condition.all.map(conditionOf) };
  const { field, values } = condition;
  return { field, ...(values === undefined ? {} : { values: [...values] }) };
};

/** The parameters that name a bucket, of any operation. */
const buckets = new Set(["bucket", "listingBucket"]);

/** What `check` in browser/check.js needs to know of one field. */
export const ruleOf = (
  operation: Operation,
  name: string,
  declared: Declared<unknown>,
  typed: boolean,
): Record<string, Printable> => {
  const layout = layoutOf(operation);
  const when = layout.when?.[name];
  const form = buckets.has(name) ? "bucket" : layout.forms?.[name];
  const isPath = name === "path" && (declared.kind === "string" || declared.kind === "strings");
  return {
    name,
    kind: declared.kind,
    ...(typed ? { typed } : {}),
    ...(declared.required ? { required: true } : {}),
    ...(declared.unless === undefined ? {} : { unless: declared.unless }),
    ...(declared.min === undefined ? {} : { min: declared.min }),
    ...(declared.options === undefined ? {} : { options: [...declared.options] }),
    ...(isPath ? { path: layout.path ?? "object" } : {}),
    ...(isPath && layout.root !== undefined ? { root: layout.root } : {}),
    ...(layout.ranges?.includes(name) ? { range: true } : {}),
    ...(form === undefined ? {} : { form }),
    ...(layout.upTo?.[name] === undefined ? {} : { upTo: layout.upTo[name] }),
    ...(layout.apart?.[name] === undefined ? {} : { apart: layout.apart[name] }),
    ...(name === "metadata" && declared.kind === "object" ? { header: true } : {}),
    ...(when === undefined ? {} : { when: conditionOf(when) }),
  };
};

/** What is said of a value that is right and yet hardly meant: see browser/hints.js. */
export const hinter = (rule: Printable): Code =>
  new Code(`function (value) { return hint(this, value, ${inline(rule)}); }`);

/** A validator of Node-RED 3 and later, which has to take two arguments to be allowed to return a reason. */
export const validator = (rule: Printable): Code =>
  new Code(`function (value, _options) { return check(this, value, ${inline(rule)}); }`);
