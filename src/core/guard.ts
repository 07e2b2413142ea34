import type { ConnectionSettings } from "./connection-settings";
import { createTurns, type Turns } from "./turns";
import { unlessAborted } from "./unless-aborted";

/** Whether a store heeds `If-None-Match: *` on writes, overwrites all the same, or refuses the header. */
export type Knowledge = "unknown" | "heeded" | "ignored" | "refused";

/** What a connection knows of how its store keeps a write from replacing an object. */
export interface Guard {
  readonly knowledge: Knowledge;
  /** Takes note of what the store has shown. What was known already stays, but for a refusal by one that ignored. */
  learn(knowledge: Knowledge): void;
  /** Finds out by asking the store: once, however many ask at the same time. */
  find(signal: AbortSignal, ask: () => Promise<Knowledge>): Promise<void>;
  /** Writes of one key, one after the other: where the store does not keep them apart, this process does. */
  turns: Turns;
}

/** S3 itself heeds it (UserGuide/conditional-writes), whichever of its names it is asked by. */
const isAws = (endpoint: string): boolean =>
  endpoint === "" || /(^|\.)amazonaws\.com(\.cn)?$/i.test(new URL(endpoint).hostname);

const atFirst = ({ conditionalWrites, endpoint }: ConnectionSettings): Knowledge => {
  if (conditionalWrites === "check") return "ignored";
  return conditionalWrites === "trust" || isAws(endpoint) ? "heeded" : "unknown";
};

const warning = (knowledge: "ignored" | "refused"): string =>
  `the store ${knowledge === "ignored" ? "ignores" : "refuses"} If-None-Match, so that it does not keep a write without Overwrite from replacing an object: the nodes look before they write from now on, and another program that writes in between may lose its object. To leave out the finding out, set “Write guard” to “check” in the connection`;

/** @param warn is told once, when the store turns out not to guard its objects, and nobody has said so before */
export const createGuard = (settings: ConnectionSettings, warn: (text: string) => void): Guard => {
  let known = atFirst(settings);
  let finding: Promise<void> | undefined;
  const learn = (knowledge: Knowledge): void => {
    if (known === "unknown" && (knowledge === "ignored" || knowledge === "refused")) warn(warning(knowledge));
    if (known === "unknown" || (known === "ignored" && knowledge === "refused")) known = knowledge;
  };
  return {
    get knowledge() {
      return known;
    },
    learn,
    find(signal, ask) {
      finding ??= ask()
        .then(learn)
        .finally(() => {
          finding = undefined;
        });
      return unlessAborted(signal, finding);
    },
    turns: createTurns(),
  };
};
