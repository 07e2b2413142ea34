import type { Declared, Kind } from "../core/parameter";

/** The typedInput's literal type for each kind. */
const literals: Record<Kind, string> = {
  string: "str",
  strings: "str",
  listing: "str",
  named: "str",
  boolean: "bool",
  integer: "num",
  amount: "str",
  object: "json",
  data: "str",
};

/** What the editor starts with: the pair `p` / `pType`. Values are strings, as the typedInput hands them back. */
export const startOf = (name: string, declared: Declared<unknown>): { value: string; type: string } =>
  declared.literal === undefined
    ? { value: `payload.${name}`, type: "msg" }
    : { value: String(declared.literal), type: literals[declared.kind] };

/** What the editor starts with for a setting: its literal, else its fallback. */
export const startOfSetting = (name: string, declared: Declared<unknown>): string | number | boolean => {
  const value = declared.literal ?? declared.fallback;
  // Node-RED itself owns the property `outputs`, and keeps a number there.
  if (name === "outputs") return Number(value);
  return typeof value === "number" || typeof value === "boolean" ? value : String(value ?? "");
};
