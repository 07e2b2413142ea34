import type { Catalogue } from "../../src/editor/catalogue";

/** The texts of a catalogue by their whole names, such as `trial.step.keys`. */
export const flat = (catalogue: Catalogue | readonly string[] | string, name = ""): Map<string, string> => {
  if (typeof catalogue === "string") return new Map([[name, catalogue]]);
  const entries = Object.entries(catalogue) as [string, Catalogue | string][];
  return new Map(entries.flatMap(([key, value]) => [...flat(value, name === "" ? key : `${name}.${key}`)]));
};

const sorted = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, it]) => it ?? "").sort();

/** The gaps of a text, such as `__label__`. */
export const gapsOf = (text: string): string[] => sorted(text, /__(\w+?)__/g);

/** What is the same in every language: code with its content, and how many names of fields there are. */
export const markupOf = (text: string): string[] => sorted(text, /(<code>.*?<\/code>|<\/?[ib]>|\$\{NAME\})/g);

/** The names of fields and options in a text, which stand between `<i>` and `</i>`. */
export const namesIn = (text: string): string[] => sorted(text, /<i>(.*?)<\/i>/g);
