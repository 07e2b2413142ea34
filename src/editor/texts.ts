import type { Operation } from "../core/operation";
import type { Declared } from "../core/parameter";

/** The texts of one row: of a parameter or a setting. May hold `<code>` and `<i>`. */
export interface RowTexts {
  label: string;
  text: string;
  /** The default in words. */
  default?: string;
  /** What each option means, where its name does not say it all. */
  options?: Record<string, string>;
}

/** All of an operation that is written for people, in one language: what a translator is given. */
export interface OperationTexts {
  lead: string;
  output: string;
  details: readonly string[];
  /** By action. */
  permissions: Record<string, string>;
  rows: Record<string, RowTexts>;
}

const isWorded = (options: Readonly<Record<string, string>> | undefined): [string, string][] =>
  Object.entries(options ?? {}).filter(([, text]) => text !== "");

/** The texts of a declaration. */
export const textsOfRow = ({ label, text, fallbackText, optionTexts }: Declared<unknown>): RowTexts => {
  const options = isWorded(optionTexts);
  return {
    label,
    text,
    ...(fallbackText === undefined ? {} : { default: fallbackText }),
    ...(options.length === 0 ? {} : { options: Object.fromEntries(options) }),
  };
};

const mapped = <A, B>(entries: Readonly<Record<string, A>>, change: (value: A, name: string) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(entries).map(([name, value]) => [name, change(value, name)]));

/** The texts of an operation, in the language in which it is written: English. */
export const textsOf = (operation: Operation): OperationTexts => ({
  lead: operation.lead,
  output: operation.output,
  details: operation.details,
  permissions: Object.fromEntries(operation.permissions.map(({ action, why }) => [action, why])),
  rows: mapped({ ...operation.parameters, ...operation.settings }, textsOfRow),
});

/** The declaration with the texts of another language. What is not translated stays as it is. */
export const rowWith = (declared: Declared<unknown>, texts: Partial<RowTexts> | undefined): Declared<unknown> => ({
  ...declared,
  ...(texts?.label === undefined ? {} : { label: texts.label }),
  ...(texts?.text === undefined ? {} : { text: texts.text }),
  ...(texts?.default === undefined ? {} : { fallbackText: texts.default }),
  ...(declared.optionTexts === undefined ? {} : { optionTexts: { ...declared.optionTexts, ...texts?.options } }),
});

/** The operation with the texts of another language. What is not translated stays as it is. */
export const operationWith = (operation: Operation, texts: Partial<OperationTexts>): Operation => {
  const row = (declared: Declared<unknown>, name: string) => rowWith(declared, texts.rows?.[name]);
  return {
    ...operation,
    lead: texts.lead ?? operation.lead,
    output: texts.output ?? operation.output,
    details: operation.details.map((paragraph, index) => texts.details?.[index] ?? paragraph),
    permissions: operation.permissions.map((permission) => ({
      ...permission,
      why: texts.permissions?.[permission.action] ?? permission.why,
    })),
    parameters: mapped(operation.parameters, row),
    settings: mapped(operation.settings, row),
  };
};
