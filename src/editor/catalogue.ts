import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Texts by name, as Node-RED reads them: `__name__` is a gap for a value. */
export type Catalogue = { readonly [name: string]: string | readonly string[] | Catalogue };

/** A text by its whole name, such as `help.default`, with its gaps filled. */
export type Say = (name: string, values?: Readonly<Record<string, string>>) => string;

/** The languages, the first being the one in which all others fall back. */
export const languages = ["en-US", "de", "es-ES", "fr", "ja", "ko", "pt-BR", "zh-CN"] as const;

const isCatalogue = (value: unknown): value is Catalogue =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The texts of one catalogue with those of another in their place, where it has them. */
export const merged = (base: Catalogue, over: Catalogue): Catalogue =>
  Object.fromEntries(
    Object.entries(base).map(([name, value]) => {
      const other = over[name];
      return [name, isCatalogue(value) && isCatalogue(other) ? merged(value, other) : (other ?? value)];
    }),
  );

/** @throws {Error} from what it returns, for a text that is not there */
export const sayFrom =
  (catalogue: Catalogue): Say =>
  (name, values = {}) => {
    const found = name
      .split(".")
      .reduce<unknown>((part, key) => (isCatalogue(part) ? part[key] : undefined), catalogue);
    if (typeof found !== "string") throw new Error(`no text ${name}`);
    return found.replace(/__(\w+?)__/g, (gap, key: string) => values[key] ?? gap);
  };

/** A catalogue of src/locales, or {} where a language lacks it. */
export const readCatalogue = (root: string, language: string, name: string): Catalogue => {
  const file = join(root, "src", "locales", language, `${name}.json`);
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
};

/** A catalogue of src/locales, whole: what a language lacks is English. */
export const wholeCatalogue = (root: string, language: string, name: string): Catalogue =>
  merged(readCatalogue(root, languages[0], name), readCatalogue(root, language, name));
