/** A mistake that is made in a copy of the sources. */
export interface Mutant {
  /** Below the root, such as `src/core/proof.ts`. */
  file: string;
  /** What is replaced; it must be in the file exactly once. */
  from: string;
  to: string;
  /** What it brings is that the row breaks off: anything else takes that for a fault of the row, of which nothing is shown. */
  breaks?: boolean;
}
