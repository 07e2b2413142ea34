import { bucketParameter as bucket } from "../core/bucket";
import type { Operation } from "../core/operation";
import type { Declared } from "../core/parameter";
import { Code, type Printable } from "./code";
import { filtersFolder } from "./layout";
import { hinter, ruleOf, validator } from "./rules";
import { startOf, startOfSetting } from "./start";

type Entries = Record<string, { [key: string]: Printable }>;

const parameter = (operation: Operation, name: string, declared: Declared<unknown>): Entries => {
  const start = startOf(name, declared);
  const rule = ruleOf(operation, name, declared, true);
  const path = "path" in rule;
  const hinted = path || name === "filter" || name === "startAfter";
  const hint = hinted ? { hint: hinter({ name, patterns: path && filtersFolder(operation) }) } : {};
  return {
    [name]: { value: start.value, validate: validator(rule), ...hint },
    [`${name}Type`]: { value: start.type },
  };
};

const setting = (operation: Operation, name: string, declared: Declared<unknown>): Entries => {
  const value = startOfSetting(name, declared);
  // A checkbox has no wrong value.
  return {
    [name]:
      typeof value === "boolean" ? { value } : { value, validate: validator(ruleOf(operation, name, declared, false)) },
  };
};

/** The property that the result goes to. */
const outputRule = { name: "output", kind: "string", typed: true, required: true };

/** The node's `defaults`: what a flow file holds of it. */
export const defaultsOf = (operation: Operation): Entries => ({
  name: { value: "" },
  connection: { value: "", type: "amazon-s3-config", required: true, label: new Code('say("form.connection")') },
  ...parameter(operation, "bucket", bucket),
  ...Object.assign({}, ...Object.entries(operation.parameters).map(([name, it]) => parameter(operation, name, it))),
  ...Object.assign({}, ...Object.entries(operation.settings).map(([name, it]) => setting(operation, name, it))),
  output: { value: "payload", validate: validator(outputRule) },
  outputType: { value: "msg" },
  // Lets a later release tell how old a saved node is.
  version: { value: 1 },
});
