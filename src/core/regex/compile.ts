import { Unusable } from "./parse";
import type { Edge, Pattern } from "./pattern";

/** A step of the automaton; what follows it are numbers of others. */
export type Step =
  | { one: (point: string) => boolean; next: number }
  | { edge: Edge; next: number }
  | { either: readonly number[] }
  | { found: true };

/** More steps are no expression that somebody wrote, but one such as `(a{99}){99}`. */
const mostSteps = 250;

/** Makes an automaton of an expression; the last step is where it begins. */
export const compile = (pattern: Pattern): readonly Step[] => {
  const steps: Step[] = [{ found: true }];
  const add = (step: Step): number => {
    if (steps.length >= mostSteps) {
      throw new Unusable(
        `stands for ${mostSteps} steps or more, its numbers in {…} multiplied; use + or * in their place`,
      );
    }
    return steps.push(step) - 1;
  };
  /** Puts a pattern before the step that follows it. */
  const before = (next: number, part: Pattern): number => {
    switch (part.type) {
      case "one":
        return add({ one: part.one, next });
      case "edge":
        return add({ edge: part.edge, next });
      case "all":
        return part.parts.reduceRight(before, next);
      case "either":
        return add({ either: part.parts.map((one) => before(next, one)) });
      case "repeat":
        return repeated(next, part);
    }
  };
  const repeated = (next: number, { part, least, most }: Extract<Pattern, { type: "repeat" }>): number => {
    let first = next;
    if (most === Number.POSITIVE_INFINITY) {
      const again: number[] = [next];
      first = add({ either: again });
      again.push(before(first, part));
    } else {
      for (let count = least; count < most; count++) first = add({ either: [next, before(first, part)] });
    }
    for (let count = 0; count < least; count++) {
      const again = before(first, part);
      // Nothing, any number of times.
      if (again === first) break;
      first = again;
    }
    return first;
  };
  add({ either: [before(0, pattern)] });
  return steps;
};
