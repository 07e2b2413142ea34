/** A regular expression, taken apart. `one` tells whether it takes a single character. */
export type Pattern =
  | { type: "one"; one: (point: string) => boolean }
  | { type: "edge"; edge: Edge }
  | { type: "all"; parts: readonly Pattern[] }
  | { type: "either"; parts: readonly Pattern[] }
  | { type: "repeat"; part: Pattern; least: number; most: number };

/** What takes no character but has to stand there. */
export type Edge = "start" | "end" | "word" | "noWord";
