import { meetPatterns, mostTime } from "../../hostile/patterns";
import type { Row } from "../row";
import { shown } from "../shown";

export const row: Row = {
  number: 13,
  hazard: "a pattern that takes seconds on a long key",
  required: `patterns are compiled once, their length and what they stand for are capped: the worst match under ${mostTime} ms, on keys of 1,024 bytes`,
  async measure({ count, seed }) {
    const patterns = count(10_000);
    const { taken, refused, longest, worst } = meetPatterns(patterns, seed);
    if (longest < mostTime && (taken < patterns / 2 || refused < patterns / 50))
      throw new Error(`${taken} of ${patterns} patterns were taken, ${refused} refused: nothing was shown`);
    return {
      held: longest < mostTime,
      figure: `${longest.toFixed(1)} ms, the best of 8 times, for ${worst}; ${shown(taken)} globs and expressions taken, ${shown(refused)} refused`,
    };
  },
  mutants: [
    {
      file: "src/core/key-expression.ts",
      from: "const matches = createMatcher(compile(parse(source, flags)), flags);",
      to: "const matches = (text: string) => new RegExp(source, flags).test(text);",
    },
    { file: "src/core/regex/compile.ts", from: "if (steps.length >= mostSteps) {", to: "if (steps.length >= 1e5) {" },
    { file: "src/core/glob-weight.ts", from: "heaviest = 3000", to: "heaviest = 1e9" },
  ],
};
