/**
 * The vocabulary in which an operation declares its inputs. From one declaration come the type that `run` sees,
 * the check at run time, the form in the editor, the help and the README's tables.
 */

/**
 * What a value must be. `strings` is one string or an array of them, `listing` one string or an array of anything, `amount` a
 * string or a number, `data` is anything but undefined and null. `named` is what one message adds to a listing: a path, an
 * entry or an array of these; an empty string is there, and adds nothing.
 */
export type Kind = "string" | "strings" | "listing" | "named" | "boolean" | "integer" | "amount" | "object" | "data";

/** What all declarations share. */
interface Texts {
  /** The row's label in the form. */
  label: string;
  /** One line of help, without a final full stop only if it is no sentence. May hold `<code>`; may be empty for a choice. */
  text: string;
  /** Shown in the empty field: an example that would work, the same in every language. */
  placeholder?: string;
  /** Shown in the empty field with the words "such as" where the default is something else. */
  example?: string;
  /** Font Awesome 4.7 name, without the `fa-`. */
  icon: string;
}

/** One declared input, `T` being what `run` gets. */
export interface Declared<T> extends Texts {
  kind: Kind;
  required: boolean;
  /** The name of another parameter, one of which must be there: this one or that. */
  unless?: string;
  /** What a missing value becomes. */
  fallback: T;
  /** The default in words, where the value itself says little (an empty string, undefined). */
  fallbackText?: string;
  /** The literal that the editor starts with; where there is none, it starts with `msg.payload.<name>`. */
  literal?: string | number | boolean;
  /** The only values allowed. */
  options?: readonly string[];
  /** What each of them means; empty where the word says it all. */
  optionTexts?: Readonly<Record<string, string>>;
  /** Values to choose from in the form, in groups; others are allowed. The names of the groups are in the catalogue. */
  groups?: readonly { name: string; values: readonly string[] }[];
  /** The smallest integer allowed. */
  min?: number;
}

/** What `run` gets for a table of declarations. */
export type Values<Table> = { [Name in keyof Table]: Table[Name] extends Declared<infer T> ? T : never };

export type Table = Readonly<Record<string, Declared<unknown>>>;

type More = Texts & Partial<Pick<Declared<unknown>, "literal" | "min" | "fallbackText" | "groups" | "unless">>;

const declare = <T>(kind: Kind, fallback: unknown, required: boolean, more: Texts): Declared<T> =>
  ({ ...more, kind, fallback, required }) as Declared<T>;

/** A string that must be there. */
export const requiredText = (more: More): Declared<string> => declare("string", undefined, true, more);

/** A string that may be missing: then it is the literal that the editor starts with, or "". */
export const text = (more: More): Declared<string> => declare("string", more.literal ?? "", false, more);

/** One of a few words, each with what it means. */
export const choice = <const T extends string>(
  optionTexts: Readonly<Record<T, string>>,
  fallback: NoInfer<T>,
  more: More,
): Declared<T> =>
  declare("string", fallback, false, { ...more, options: Object.keys(optionTexts), optionTexts } as More);

/** No, one or several strings. */
export const texts = (more: More): Declared<string | string[] | undefined> =>
  declare("strings", undefined, false, more);

/** A listing that was made elsewhere: paths and entries, or the path of an object that holds them. */
export const listing = (more: More): Declared<string | readonly unknown[] | undefined> =>
  declare("listing", undefined, false, more);

/** What one message of a sequence adds to a listing. */
export const named = (more: More): Declared<unknown> => declare("named", undefined, true, more);

/** True or false. */
export const flag = (fallback: boolean, more: More): Declared<boolean> => declare("boolean", fallback, false, more);

/** An integer that may be missing: then it is `fallback`. */
export const integer = (fallback: number, more: More): Declared<number> => declare("integer", fallback, false, more);

/** An integer, or undefined where none is given. */
export const optionalInteger = (more: More): Declared<number | undefined> => declare("integer", undefined, false, more);

/** A number, or a text that says how much or when; undefined where none is given. Whoever takes it reads it. */
export const amount = (more: More): Declared<string | number | undefined> => declare("amount", undefined, false, more);

/** An object whose values are strings, numbers or booleans (which become text). */
export const dictionary = (more: More): Declared<Record<string, string>> => declare("object", {}, false, more);

/** Anything but undefined and null. */
export const requiredData = (more: More): Declared<unknown> => declare("data", undefined, true, more);
