import type { Operation } from "../core/operation";
import type { Declared } from "../core/parameter";
import type { Catalogue, Say } from "./catalogue";
import { filtersFolder } from "./layout";
import { meaningOf } from "./meaning";
import { withoutTags } from "./plain";

/** An example, else the default in words. A placeholder is the same in every language, and stands in the form. */
const placeholderOf = (declared: Declared<unknown>, say: Say): Catalogue => {
  if (declared.placeholder !== undefined) return {};
  if (declared.example !== undefined) return { placeholder: say("example", { example: declared.example }) };
  return declared.fallbackText === undefined ? {} : { placeholder: withoutTags(declared.fallbackText) };
};

const rowOf = (declared: Declared<unknown>, say: Say): Catalogue => {
  const { label, options, optionTexts } = declared;
  const named = (option: string): string => {
    const text = withoutTags(optionTexts?.[option] ?? "");
    return text === "" ? option : say("labelled", { label: option, text });
  };
  const title = meaningOf(declared, say);
  return {
    label,
    title: withoutTags(title),
    ...placeholderOf(declared, say),
    ...(options === undefined ? {} : { options: Object.fromEntries(options.map((it) => [it, named(it)])) }),
    ...(declared.kind === "boolean" ? { check: say("labelled", { label: `<b>${label}</b>`, text: title }) } : {}),
  };
};

/** The parts of the common catalogue that every node needs. */
const shared = ["form", "encodings", "outputs", "reason", "hint", "state"];

/** What the form and the validators of a node say, from the operation, the bucket's row and the common texts in one language. */
export const nodeCatalogue = (
  operation: Operation,
  bucket: Declared<unknown>,
  common: Catalogue,
  say: Say,
): Catalogue => {
  const rows = { bucket, ...operation.parameters, ...operation.settings };
  const parts = filtersFolder(operation) ? [...shared, "matches"] : shared;
  return {
    rows: {
      ...Object.fromEntries(Object.entries(rows).map(([name, declared]) => [name, rowOf(declared, say)])),
      output: { label: say("form.output"), title: say("form.outputTitle") },
    },
    ...Object.fromEntries(parts.map((name) => [name, common[name] as Catalogue])),
  };
};
