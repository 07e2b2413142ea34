import type { Declared } from "../core/parameter";

/**
 * The options of a choice with what the table's text says of each: `<code>error</code>: is an error; …` or
 * `<code>json</code> (parsed), …`.
 */
export const optionTexts = (declared: Declared<unknown>): Record<string, string> =>
  Object.fromEntries(
    (declared.options ?? []).map((option) => {
      const found = new RegExp(`<code>${option}</code>(?:: (.*?)(?:;|$)| \\((.*?)\\))`).exec(declared.text);
      const said = found?.[1] ?? found?.[2];
      return [option, said === undefined ? option : `${option}: ${said}`];
    }),
  );
