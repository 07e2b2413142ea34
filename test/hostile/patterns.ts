import { performance } from "node:perf_hooks";
import fc from "fast-check";
import { randomFrom } from "../../dev/random";
import { S3Error } from "../../src/core/error";
import { createFilter } from "../../src/core/filter";
import { createExpression } from "../../src/core/key-expression";

/** The longest key that S3 takes, in bytes. */
const longestKey = 1024;

/** What a match may take of such a key, in ms. */
export const mostTime = 5;

/** Keys that match nearly, and for long. */
const keysOf = (length: number): string[] => {
  const drawn = (seed: number, signs: readonly string[]): string => {
    const random = randomFrom(seed);
    return Array.from({ length }, () => signs[Math.floor(random() * signs.length)]).join("");
  };
  return [
    "a".repeat(length),
    `${"a".repeat(length - 1)}!`,
    "a/".repeat(length / 2),
    `${"ab".repeat(length / 2 - 1)}c!`,
    "aaaaaaaaaaaaaaa/".repeat(length / 16),
    "\n".repeat(length),
    "é".repeat(length / 2),
    "a1".repeat(length / 2),
    drawn(1, ["a", "b"]),
    drawn(2, ["a", "a", "a", "b"]),
    drawn(3, ["a", "b", "/"]),
  ];
};

/** Before the longest ones, shorter: who takes long for those might never end with longer ones. */
const lengths = [16, 24, 32, 48, 64, 128, 256, 512, longestKey];
const keys = lengths.flatMap(keysOf);

const known = [
  ...["(a+)+b", "(a|a)*b", "(a|aa)+$", "(a*)*c", "(.*a){20}", "(\\w+\\s?)+!", "a{1,200}a{1,200}", "(a{0,9}){0,9}b"],
  ...[
    "^(([a-z])+.)+[A-Z]([a-z])+$",
    "(x+x+)+y",
    "([a-zA-Z]+)*1",
    "\\p{L}*\\p{L}*\\p{L}*1",
    "(?:a?){100}a{100}",
    "(a{0,99}){0,99}b",
  ],
  ...["*".repeat(1024), "*a".repeat(512), "**/".repeat(340), "a**".repeat(300), "?".repeat(1024), "**/a/".repeat(200)],
  ...["+(a|aa)+(a|aa)+(a|aa)b", "*(a)*(a)*(a)*(a)*(a)b", "!(a)!(a)!(a)!(a)b", "*(*(*(*(a))))b", "@(a*|*a)@(a*|*a)c"],
  ...["+(".repeat(300), "{a,b}".repeat(9), "{a,b}".repeat(60), "{1..999}", "{1..1000}", "{{{{a,b},c},d},e}".repeat(20)],
  ...["[a-z]".repeat(200), "[!a]".repeat(250), "[[:alpha:]]*".repeat(80), "\\".repeat(1024), "a".repeat(1025)],
  // Many alternatives, or many groups, at each of which a key may be.
  ...[`${"*a".repeat(500)}{0..998}`, `${"*a".repeat(100)}{0..998}*`, "*[a-z]".repeat(170), "[ab]?".repeat(200)],
  ...["*{a,aa,aaa}{*a,*b,?}{a,??,*}{a,b,?}*b", "*[ab]{a,a?,a??}".repeat(6), "{*a,?}".repeat(8), "?{a,b}".repeat(8)],
  ...["*b!(!(a))".repeat(100), "*b!(!(a))".repeat(5), "!(*a*)".repeat(120), "*(a|?)".repeat(60), "+(a|aa)".repeat(100)],
  ...["*2026-{01..12}-{01..31}*", "photo-{1..31}-*.jpg", "?(a)!(a*b*a*b){a,b}[ab]".repeat(4), "*{0..9}*{0..9}*"],
  // In each part of a path something else, and the same at any depth.
  ...[
    "@(a){a,b/1}/!(a)*/{a,b}{a,b/1}",
    "?(a)!(a*b)/".repeat(60),
    "**/?(a)!(a*b)/".repeat(5),
    "!(*a*b)*(a)/?{a,b}/*[ab]*",
  ],
];

const piece = fc.constantFrom(
  ...["a", "b", ".", "*", "**", "?", "/", "+", "(a+)", "(a|aa)+", "[a-z]*", "{1,9}", "+(a|b)", "!(a)", "*(a)", "{a,b}"],
  ...["(", ")", "|", "^", "$", "\\w", "\\", "[^a]"],
);
const pieces = (maxLength: number): fc.Arbitrary<string> =>
  fc.array(piece, { minLength: 1, maxLength }).map((several) => several.join(""));
/** The same over and over again: up to the length that is taken. */
const repeated = fc
  .tuple(pieces(5), fc.constantFrom(20, 50, 100, 300, 1020), pieces(2))
  .map(([unit, length, end]) => unit.repeat(Math.max(1, Math.floor(length / unit.length))) + end);
const anyPattern = fc.oneof(pieces(60), repeated);

/** What the patterns came to. */
export interface Told {
  taken: number;
  refused: number;
  /** Of the match that took longest, in ms. */
  longest: number;
  /** The pattern that it was. */
  worst: string;
}

const makers = {
  glob: (pattern: string) => createFilter(pattern, true),
  expression: (pattern: string) => createExpression(pattern, true),
};

/**
 * What a match takes, in ms: the best of several times, since the machine may have other work, each with a matcher that
 * has met no key yet.
 */
const timeOf = (make: () => (below: string) => boolean, key: string): number => {
  let best = Number.POSITIVE_INFINITY;
  for (let time = 0; time < 8 && best > mostTime / 4; time++) {
    const matches = make();
    const start = performance.now();
    matches(key);
    best = Math.min(best, performance.now() - start);
    if (best > 100 * mostTime) break;
  }
  return best;
};

/**
 * Matches patterns against keys; no others after one that takes long even for a short key.
 * @throws Error for one that is refused with anything but an InvalidParameter, or that throws when it matches
 */
export const meetPatterns = (count: number, seed: number): Told => {
  const told: Told = { taken: 0, refused: 0, longest: 0, worst: "" };
  const all = [...known, ...fc.sample(anyPattern, { numRuns: count, seed })];
  for (const pattern of all) {
    for (const [kind, make] of Object.entries(makers)) {
      try {
        make(pattern);
      } catch (error) {
        if (!(error instanceof S3Error) || error.code !== "InvalidParameter")
          throw new Error(`the ${kind} ${JSON.stringify(pattern.slice(0, 100))}: ${error}`, { cause: error });
        told.refused++;
        continue;
      }
      told.taken++;
      for (const key of keys) {
        const took = timeOf(() => make(pattern), key);
        if (took > told.longest) {
          told.longest = took;
          told.worst = `the ${kind} ${JSON.stringify(pattern.slice(0, 80))} and ${Buffer.byteLength(key)} bytes`;
        }
        if (took <= mostTime) continue;
        // Enough is known, and other patterns might never end.
        if (Buffer.byteLength(key) < longestKey / 2) return told;
        break;
      }
    }
  }
  return told;
};
