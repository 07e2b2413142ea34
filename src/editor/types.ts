import { bucketParameter as bucket } from "../core/bucket";
import type { Operation } from "../core/operation";
import type { Declared } from "../core/parameter";
import { Code, type Printable } from "./code";

const everywhere = ["msg", "flow", "global", "env", "jsonata"];

/** The literal types that a typedInput offers for a parameter. */
const literalsOf = (name: string, declared: Declared<unknown>): readonly Printable[] => {
  if (declared.options !== undefined) {
    return [
      {
        value: "str",
        label: new Code('say("form.choice")'),
        icon: "fa fa-list-ul",
        options: declared.options.map((value) => ({ value, label: new Code(`say("rows.${name}.options.${value}")`) })),
        default: String(declared.fallback),
      },
    ];
  }
  switch (declared.kind) {
    case "boolean":
      // Node-RED's own type starts with true when it is chosen: no good start for a flag such as `force`.
      return [
        {
          value: "bool",
          label: new Code('say("form.boolean")'),
          icon: "red/images/typedInput/bool.svg",
          options: ["true", "false"],
          default: String(declared.fallback),
        },
      ];
    case "integer":
      return ["num"];
    case "object":
      return ["json"];
    case "strings":
    case "listing":
      return ["str", "json"];
    case "data":
      return ["str", "json", "bin"];
    default:
      return ["str"];
  }
};

/** The typedInputs of an operation's form, with the types that each offers. */
export const typesOf = (operation: Operation): Record<string, Printable> => ({
  bucket: [...literalsOf("bucket", bucket), ...everywhere],
  ...Object.fromEntries(
    Object.entries(operation.parameters).map(([name, declared]) => [
      name,
      [...literalsOf(name, declared), ...everywhere],
    ]),
  ),
  output: ["msg", "flow", "global"],
});
