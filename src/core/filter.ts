import { braceExpand, Minimatch, type MinimatchOptions } from "minimatch";
import { invalid, shown } from "./error";
import { heaviest, weightApart, weightOf } from "./glob-weight";
import { nameOf } from "./key";
import { commonStart, literalStart } from "./literal-start";

/** Whether an entry is wanted. `below` is its path below the listed folder, a folder's with a slash at its end. */
export type Filter = (below: string) => boolean;

/** Longer patterns are no patterns: they take time to match. */
const longest = 1024;

/** Patterns that `{a,b}` and `{1..9}` may stand for. */
const mostAlternatives = 1000;

const options = (caseSensitive: boolean): MinimatchOptions => ({
  dot: true,
  nocomment: true,
  nonegate: true,
  nocase: !caseSensitive,
  preserveMultipleSlashes: true,
  // Beyond this, minimatch says no; patterns are too short for it.
  maxGlobstarRecursion: longest,
  // Keys are no paths of this machine: a backslash in one is a character like any other.
  platform: "linux",
  braceExpandMax: mostAlternatives,
});

/** minimatch takes a range that is too long for the text `1..5000`, without a word. */
const hasLongRange = (pattern: string): boolean =>
  [...pattern.matchAll(/\{(-?\d+)\.\.(-?\d+)(?:\.\.-?(\d+))?\}/g)].some(
    ([, from, to, step]) => Math.abs(Number(to) - Number(from)) / (Number(step) || 1) + 1 >= mostAlternatives,
  );

/** Makes of a segment a name that nobody gives. */
const mark = "\u{10ffff}";

/** To minimatch, segments `.` and `..` are ways, which no pattern takes. In keys they are names like any other. */
const asNames = (path: string): string => path.replace(/(?<![^/])\.\.?(?![^/])/g, `$&${mark}`);

/** `{..,a}` stands for such a segment, which it is not itself: unless it is made a name, minimatch goes its way. */
class Matcher extends Minimatch {
  override braceExpand(): string[] {
    return super.braceExpand().map(asNames);
  }
}

/** A path, or a name, as minimatch takes it. */
interface Text {
  named: string;
  /** Where it has such a segment, which is a character longer there: without any dots. */
  dotless?: string;
}

/** What globs are matched against, of one path. */
interface Subject {
  path: Text;
  name: Text;
}

const withoutDots = (text: string): string => text.replaceAll(".", mark);

const textOf = (text: string): Text => {
  const named = asNames(text);
  return named === text ? { named } : { named, dotless: withoutDots(text) };
};

/** Made once for all globs: it may take longer than to match one of them. */
const subjectOf = (below: string): Subject => ({ path: textOf(below.replace(/\/$/, "")), name: textOf(nameOf(below)) });

/**
 * Matches texts that have a segment `.` or `..` by the pattern without dots, as long as it has no classes, which may mean
 * a dot without having one, and no braces, where two of them are a range.
 */
const textMatcher = (matcher: Minimatch): ((text: Text) => boolean) => {
  const { pattern, options } = matcher;
  const mayLackDots = !/[[{]/.test(pattern);
  let bare: Minimatch | undefined;
  return ({ named, dotless }) => {
    if (dotless === undefined || !mayLackDots) return matcher.match(named);
    bare ??= new Minimatch(withoutDots(pattern), options);
    return bare.match(dotless);
  };
};

interface Glob {
  matches(subject: Subject): boolean;
  /** Of the matcher, see glob-weight.ts. */
  weight: number;
  /** What all paths that it matches begin with. */
  start: string;
  /** The same, of those without a slash but the one at their end. */
  flatStart: string;
}

/** undefined where minimatch itself refuses it: what it stands for is too long together, or has too many groups. */
const unlessRefused = <T>(make: () => T): T | undefined => {
  try {
    return make();
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
};

/** Of names alone: `@(a|b)`. */
const plainGroup = /@\((\w[\w. -]*(?:\|\w[\w. -]*)+)\)/g;

/** `@(a|b)` means the same as `{a,b}`, which can be taken apart; in other groups, classes or braces it may mean something else. */
const asBraces = (names: string): string =>
  /[()[\]{}\\]/.test(names.replace(plainGroup, ""))
    ? names
    : names.replace(plainGroup, (_, list: string) => `{${list.replaceAll("|", ",")}}`);

const rowsOf = (matchers: readonly Minimatch[]): string[][] => matchers.flatMap(({ globParts }) => globParts);

const wayOut = (name: string): string =>
  `use * or ? in place of groups such as +(…)${name === "source" ? ", or fewer of them" : ", or write several globs as an array"}`;

/** All that a pattern stands for: in one matcher, or where that may take long, in one for each alternative. */
const matchersOf = (pattern: string, caseSensitive: boolean, name: string): readonly Minimatch[] => {
  const all = options(caseSensitive);
  const whole = unlessRefused(() => new Matcher(pattern, all));
  // minimatch stops there without a word, and what a cut pattern does not exclude would be purged.
  if ((whole && whole.globSet.length >= mostAlternatives) || hasLongRange(pattern)) {
    throw invalid(name, `${shown(pattern)} stands for ${mostAlternatives} patterns or more; use * in place of {…}`);
  }
  if (whole && weightOf(rowsOf([whole])) <= heaviest) return [whole];
  const alternatives = [...new Set(braceExpand(asBraces(pattern), all))];
  const each = unlessRefused(() => alternatives.map((one) => new Matcher(one, { ...all, nobrace: true })));
  const isLight = each && weightApart(rowsOf(each)) <= heaviest;
  if (isLight && alternatives.length < mostAlternatives) return each;
  throw invalid(name, `${shown(pattern)} stands for so much that a long key would take long to match; ${wayOut(name)}`);
};

const compile = (pattern: string, caseSensitive: boolean, name = "filter"): Glob => {
  const matchers = matchersOf(pattern, caseSensitive, name);
  const parts = rowsOf(matchers);
  const byPath = pattern.includes("/");
  const each = matchers.map(textMatcher);
  const start = commonStart(parts.map((row) => literalStart(row, caseSensitive).replaceAll(mark, "")));
  return {
    weight: weightApart(parts),
    matches: ({ path, name }) => each.some((matches) => matches(byPath ? path : name)),
    start: byPath ? start : "",
    flatStart: start.replace(/\/.*$/s, ""),
  };
};

/** The pattern that one with a leading `!` negates. `!(a|b)` is a pattern too, and means the same: everything but a and b. */
const negatedBy = (pattern: string): string => (/^!\(.*\)/s.test(pattern) ? "@" : "") + pattern.slice(1);

/** Makes a filter of one pattern, matched against the whole path. `name` is that of the parameter. */
export const createPathFilter = (pattern: string, caseSensitive: boolean, name: string): Filter => {
  if (pattern.length > longest) throw invalid(name, `is longer than ${longest} characters; shorten it`);
  // The slash before it has it matched against the path, and goes again with the same slash before what is matched.
  const { matches } = compile(`/${pattern}`, caseSensitive, name);
  return (below) => matches(subjectOf(`/${below}`));
};

/** A filter, and what the store may be asked for in place of everything. */
export interface Globs {
  wanted: Filter;
  /** What every path that is wanted begins with; "" where that cannot be told. */
  start: string;
  /** The same where nothing below subfolders is looked at; ends before a slash. */
  flatStart: string;
}

/**
 * Makes one filter of the patterns: one of the plain ones must match, where there are any, and none of those with a
 * leading `!`. A pattern without `/` is matched against the name, one with `/` against the path below the folder.
 * @throws InvalidParameter for a pattern that is none
 */
export const createGlobs = (patterns: string | readonly string[] | undefined, caseSensitive: boolean): Globs => {
  const plain: Glob[] = [];
  const negated: Glob[] = [];
  let weight = 0;
  const weighed = (glob: Glob): Glob => {
    weight += glob.weight;
    if (weight <= heaviest) return glob;
    throw invalid(
      "filter",
      "holds globs that a long key would take long to match together; write fewer, or simpler ones",
    );
  };
  for (const pattern of typeof patterns === "string" ? [patterns] : (patterns ?? [])) {
    if (pattern === "" || pattern === "!")
      throw invalid("filter", "holds an empty pattern; leave it out or write * for all");
    if (pattern.length > longest) throw invalid("filter", `is longer than ${longest} characters; shorten it`);
    if (!pattern.startsWith("!")) plain.push(weighed(compile(pattern, caseSensitive)));
    else negated.push(weighed(compile(negatedBy(pattern), caseSensitive)));
  }
  return {
    wanted: (below) => {
      const subject = subjectOf(below);
      const fits = ({ matches }: Glob): boolean => matches(subject);
      return (plain.length === 0 || plain.some(fits)) && !negated.some(fits);
    },
    start: commonStart(plain.map(({ start }) => start)),
    flatStart: commonStart(plain.map(({ flatStart }) => flatStart)),
  };
};

/** The filter alone: see createGlobs. */
export const createFilter = (patterns: string | readonly string[] | undefined, caseSensitive: boolean): Filter =>
  createGlobs(patterns, caseSensitive).wanted;
