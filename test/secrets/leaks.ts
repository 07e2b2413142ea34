import { inspect } from "node:util";
import type { Canaries } from "./canaries";
import type { Channel, Shown } from "./node-red";
import { textsOf } from "./texts-of";

/** Where a canary was found. */
export interface Leak {
  channel: Channel | "heap";
  names: string[];
  /** What it was found in, cut; the canary itself is not told. */
  near: string;
}

const everything = { showHidden: true, depth: 8, maxArrayLength: 1000, maxStringLength: 100_000 } as const;

/** All that can be read of a value: by code, by those who print it, and by those who send it on. */
const readings = (value: unknown): string[] => {
  if (typeof value === "string") return [value];
  const texts = textsOf(value);
  texts.push(inspect(value, everything), String(value));
  try {
    texts.push(JSON.stringify(value) ?? "");
  } catch {
    // A circle: JSON tells nobody of it.
  }
  return texts;
};

/** Looks for canaries in all that was shown. */
export const leaksIn = (shown: Shown, canaries: Canaries): Leak[] => {
  const leaks: Leak[] = [];
  for (const [channel, values] of Object.entries(shown) as [Channel, unknown[]][]) {
    for (const value of values) {
      for (const text of readings(value)) {
        const names = canaries.in(text);
        if (names.length > 0) leaks.push({ channel, names, near: text.slice(0, 60).replace(/\s+/g, " ") });
      }
    }
  }
  return leaks;
};
