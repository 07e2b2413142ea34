import type { Declared } from "../core/parameter";
import type { Say } from "./catalogue";

/** What a parameter or a setting is for, with each of its options, as HTML. */
export const meaningOf = ({ text, optionTexts }: Declared<unknown>, say: Say): string => {
  if (optionTexts === undefined) return text;
  const options = Object.entries(optionTexts).map(([option, meaning]) => {
    const label = `<code>${option}</code>`;
    return meaning === "" ? label : say("labelled", { label, text: meaning });
  });
  const all = options.join(say("between"));
  return text === "" ? all : say("withOptions", { text, options: all });
};
