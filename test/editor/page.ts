import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { generateLocales } from "../../src/editor/generate";

/** What a validator answers: true, or the reason. */
export type Verdict = true | string;

type Validate = (this: object, value: unknown, options: object) => Verdict;

/** A definition as `registerType` is given it. */
export interface Definition {
  category: string;
  defaults: Record<
    string,
    {
      value: unknown;
      type?: string;
      required?: boolean;
      validate?: Validate;
      hint?: (value: unknown) => string | undefined;
    }
  >;
  credentials?: Record<string, { type: string; validate?: Validate }>;
  inputs?: number;
  outputs?: number;
  label(this: object): string;
  labelStyle(this: object): string;
  outputLabels?: (this: object, index: number) => string;
}

const block = /<script type="text\/(\w+)"(?: data-(\w+)-name="([^"]+)")?>\n([\s\S]*?)<\/script>\n?/g;

/** The script elements of a node's HTML, and what is left without them and without comments. */
export const templatesOf = (html: string): { names: string[]; rest: string } => ({
  names: [...html.matchAll(block)].map(([, language, kind, name]) =>
    kind === undefined ? (language ?? "") : `${kind} ${name}`,
  ),
  rest: html
    .replace(block, "")
    .replace(/<style>.*?<\/style>/s, "")
    .replace(/<!--.*?-->/g, ""),
});

const locales = generateLocales(join(__dirname, "..", "..", ".."));

/** What the editor's `RED._` answers: a text of a node's catalogue, its name for one that is missing. */
const translate =
  (language: string) =>
  (name: string, values: Record<string, string> = {}): string => {
    const [, type = "", key = ""] = /^node-red-contrib-amazon-s3\/([\w-]+):(.+)$/.exec(name) ?? [];
    const catalogue = JSON.parse(locales[`nodes/locales/${language}/${type}.json`] ?? "{}");
    const text = key.split(".").reduce((part, step) => part?.[step], catalogue);
    if (typeof text !== "string") return key;
    return text.replace(/__(\w+?)__/g, (gap, gapName: string) => String(values[gapName] ?? gap));
  };

/** Runs the node's script as the editor does, with no form open, and returns what it registers. */
export const registrationOf = (html: string, language = "en-US"): { type: string; definition: Definition } => {
  const script = [...html.matchAll(block)].find(([, language]) => language === "javascript")?.[4] ?? "";
  let registered: { type: string; definition: Definition } | undefined;
  const expression = (text: string, type: string): Verdict =>
    type === "jsonata" || /^[\w.[\]]+$/.test(text) ? true : `Invalid ${type} expression`;
  const RED = {
    _: translate(language),
    nodes: {
      // None of the forms is open.
      getType: () => undefined,
      registerType: (type: string, definition: Definition) => {
        registered = { type, definition };
      },
    },
    utils: { validateTypedProperty: expression },
  };
  runInNewContext(script, { RED, URL, $: () => [] });
  if (registered === undefined) throw new Error("nothing was registered");
  return registered;
};
