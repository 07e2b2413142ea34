import { performance } from "node:perf_hooks";
import { onceATurn } from "./once-a-turn";

/** The rate is measured once in so long, in ms. */
const interval = 1000;

/**
 * Follows work that is counted. What is counted in one go is shown once.
 * @param verb what was done to them: "12000 deleted", and once the rate is known, "12000 · 3500/s"
 * @param show is given the text
 */
export const followCount = (verb: string, show: (text: string) => void): ((count: number) => void) => {
  let rate: number | undefined;
  let mark = 0;
  let last = performance.now();
  let counted = 0;
  const tell = onceATurn(() => {
    const now = performance.now();
    if (now - last >= interval) {
      const latest = ((counted - mark) / (now - last)) * 1000;
      // What came all at once, or not at all, does not make the number jump.
      rate = rate === undefined ? latest : (rate + latest) / 2;
      mark = counted;
      last = now;
    }
    show(rate === undefined ? `${counted} ${verb}` : `${counted} · ${Math.round(rate)}/s`);
  });
  return (count) => {
    counted = count;
    tell();
  };
};
