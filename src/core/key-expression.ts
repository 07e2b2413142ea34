import { invalid, shown } from "./error";
import type { Filter } from "./filter";
import { compile } from "./regex/compile";
import { createMatcher } from "./regex/matcher";
import { parse, Unusable } from "./regex/parse";

const longest = 1024;

/**
 * Makes a filter of a regular expression in JavaScript's syntax, found anywhere in the path below the folder. It is not
 * matched by Node.js, which may take hours over an expression such as `(a+)+b`.
 * @throws InvalidParameter for one that is none, or that cannot be matched in a time that grows with the text alone
 */
export const createExpression = (source: string, caseSensitive: boolean, name = "regex"): Filter => {
  if (source.length > longest) throw invalid(name, `is longer than ${longest} characters; shorten it`);
  // A key may have line breaks, which a dot takes like any other character.
  const flags = caseSensitive ? "us" : "ius";
  try {
    new RegExp(source, flags);
  } catch (error) {
    const why = (error as Error).message.replace(/^.*: /s, "");
    throw invalid(name, `${shown(source)} is no regular expression (${why}); a \\ before a sign takes it as it is`);
  }
  try {
    const matches = createMatcher(compile(parse(source, flags)), flags);
    return (below) => matches(below.replace(/\/$/, ""));
  } catch (error) {
    if (!(error instanceof Unusable)) throw error;
    throw invalid(name, `${shown(source)} ${error.message}; say it without, or filter in the flow`);
  }
};
