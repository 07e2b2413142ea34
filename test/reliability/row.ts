import type { Mutant } from "./mutant";
import type { Stage } from "./stage";

/** What a row saw. */
export interface Measured {
  /** For the table: a number and what it is of, such as "0 of 2,000". */
  figure: string;
  /** Whether it is what is required. */
  held: boolean;
  /** It threw, so that the figure is what it threw: nothing was shown. */
  broke?: boolean;
}

/** One hazard, what is required of the nodes in it, and how that is measured. A file in rows/ exports it as `row`. */
export interface Row {
  number: number;
  hazard: string;
  required: string;
  /** Why only the embedded server can show it. */
  onlyEmbedded?: string;
  /** Throws for what is neither good nor bad: where nothing was shown. */
  measure(stage: Stage): Promise<Measured>;
  /** Mistakes in the sources that must turn the row red, at a small scale too. */
  mutants: readonly Mutant[];
}
