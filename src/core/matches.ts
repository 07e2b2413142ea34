import { createFilter } from "./filter";
import { folderOf, keyOf } from "./key";
import { nameFinder, type Range } from "./names-below";
import type { Context } from "./operation";
import { onePage } from "./walk";

/** What a form asks about a filter. */
export interface Question extends Pick<Range, "recurse" | "entries"> {
  /** The path of a folder; "" is the root. */
  folder: string;
  patterns: readonly string[];
  caseSensitive: boolean;
}

/** What a filter matches among the first names in a folder. */
export interface Matches {
  /** How many names were looked at: a page of the store's at most. */
  looked: number;
  matched: number;
  /** The first that match, below the folder. */
  names: string[];
  /** Whether there are names that were not looked at. */
  more: boolean;
}

/** How many names are told. */
const told = 5;

/**
 * Tries a filter on what lies in a folder, as much as comes in one page.
 * @throws InvalidParameter for a pattern that is none
 */
export const matches = async (context: Context, question: Question): Promise<Matches> => {
  const { folder, patterns, caseSensitive, recurse, entries } = question;
  const wanted = createFilter(patterns, caseSensitive);
  const base = keyOf(context.connection, folderOf(folder));
  const page = await onePage(context, { prefix: base, ...(recurse ? {} : { delimiter: "/" }) });
  const found: string[] = [];
  nameFinder(base, entries)(page, (below) => found.push(below));
  const matched = found.filter(wanted);
  return {
    looked: found.length,
    matched: matched.length,
    names: matched.slice(0, told),
    more: page.next?.token !== undefined,
  };
};
