import { performance } from "node:perf_hooks";
import fc from "fast-check";
import { S3Error } from "../../src/core/error";
import { createFilter } from "../../src/core/filter";
import { createExpression } from "../../src/core/key-expression";

/** Keys of the length that S3 takes, that match nearly, and for long. */
const keys = [
  "a".repeat(1024),
  `${"a".repeat(1023)}!`,
  "a/".repeat(512),
  `${"ab".repeat(511)}c!`,
  "aaaaaaaaaaaaaaa/".repeat(64),
  "\n".repeat(1024),
  "é".repeat(512),
];

const known = [
  ...["(a+)+b", "(a|a)*b", "(a|aa)+$", "(a*)*c", "(.*a){20}", "(\\w+\\s?)+!", "a{1,200}a{1,200}", "(a{0,9}){0,9}b"],
  ...["^(([a-z])+.)+[A-Z]([a-z])+$", "(x+x+)+y", "([a-zA-Z]+)*1", "\\p{L}*\\p{L}*\\p{L}*1", "(?:a?){100}a{100}"],
  ...["*".repeat(1024), "*a".repeat(512), "**/".repeat(340), "a**".repeat(300), "?".repeat(1024), "**/a/".repeat(200)],
  ...["+(a|aa)+(a|aa)+(a|aa)b", "*(a)*(a)*(a)*(a)*(a)b", "!(a)!(a)!(a)!(a)b", "*(*(*(*(a))))b", "@(a*|*a)@(a*|*a)c"],
  ...["+(".repeat(300), "{a,b}".repeat(9), "{a,b}".repeat(60), "{1..999}", "{1..1000}", "{{{{a,b},c},d},e}".repeat(20)],
  ...["[a-z]".repeat(200), "[!a]".repeat(250), "[[:alpha:]]*".repeat(80), "\\".repeat(1024), "a".repeat(1025)],
];

const piece = fc.constantFrom(
  ...["a", "b", ".", "*", "**", "?", "/", "+", "(a+)", "(a|aa)+", "[a-z]*", "{1,9}", "+(a|b)", "!(a)", "*(a)", "{a,b}"],
  ...["(", ")", "|", "^", "$", "\\w", "\\", "[^a]"],
);
const anyPattern = fc.array(piece, { minLength: 1, maxLength: 60 }).map((pieces) => pieces.join(""));

/** What the patterns came to. */
export interface Told {
  taken: number;
  refused: number;
  /** The one that took longest for a key, with the best of three times: to be looked at, since machines differ. */
  worst: string;
}

const timeOf = (work: () => void): number => {
  const start = performance.now();
  work();
  return performance.now() - start;
};

const makers = {
  glob: (pattern: string) => createFilter(pattern, true),
  expression: (pattern: string) => createExpression(pattern, true),
};

/**
 * Matches patterns against keys.
 * @throws Error for one that is refused with anything but an InvalidParameter, or that throws when it matches
 */
export const meetPatterns = (count: number, seed: number): Told => {
  const told: Told = { taken: 0, refused: 0, worst: "" };
  let longest = 0;
  const all = [...known, ...fc.sample(anyPattern, { numRuns: count, seed })];
  for (const pattern of all) {
    for (const [kind, make] of Object.entries(makers)) {
      let matches: (below: string) => boolean;
      try {
        matches = make(pattern);
      } catch (error) {
        if (!(error instanceof S3Error) || error.code !== "InvalidParameter")
          throw new Error(`the ${kind} ${JSON.stringify(pattern.slice(0, 100))}: ${error}`, { cause: error });
        told.refused++;
        continue;
      }
      told.taken++;
      for (const key of keys) {
        const took = Math.min(...[1, 2, 3].map(() => timeOf(() => matches(key))));
        if (took <= longest) continue;
        longest = took;
        told.worst = `${took.toFixed(1)} ms for the ${kind} ${JSON.stringify(pattern.slice(0, 80))}`;
      }
    }
  }
  return told;
};
