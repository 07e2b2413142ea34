import { literalStart } from "./literal-start";

/** What stands for a character, a class such as `[a-z]` or `[]x]`, the beginning of a group, or a long range of numbers. */
const sign =
  /\\([\s\S])|([\ue000-\uf8ff])-?\d+\.\.-?\d+\2|\[(?:[!^]?\](?=[^\]]*\]))?(?:\\[\s\S]|\[:\w+:\]|[^\]\\])*\]|([!?*+@])\(|[\s\S]/gu;

/** Decided by its two ends: `*.csv`, `report-*`, `a??z`. */
const byItsEnds = /^[^\\*?[\]()+@!|\ue000-\uf8ff]*(?:\*+|\?+)[^\\*?[\]()+@!|\ue000-\uf8ff]*$/;

/** With groups such as `+(a|b)`, the matcher keeps all places at which it may be, at a cost for each. */
const nestedPlace = 60;

/** minimatch makes of `{1..999}` some alternatives with classes. */
const rangePlaces = 8;

/** To go over a key at all. */
const onceOver = 4;

/** Whether a character is in a class is asked of an expression. */
const classPlace = 8;

/**
 * The places at which the matcher may be after a character: at each sign that takes any, and at the letters that are the
 * same. Without groups, it looks at one place after the other, and goes back to the last `*`.
 * @param portion of a glob, between two slashes
 */
const weightIn = (portion: string): number => {
  if (portion === "**" || byItsEnds.test(portion)) return 0;
  const letters = new Map<string, number>();
  let [wild, classes, most, nested] = [0, 0, 0, false];
  for (const [text, escaped, range, group] of portion.matchAll(sign)) {
    if (range !== undefined) {
      nested = true;
      wild += rangePlaces;
    } else if (group !== undefined) {
      nested = true;
      // Of what is not to be there, each beginning is followed by itself.
      wild += group === "!" ? 4 : 1;
    } else if (text === "*" || text === "?") wild++;
    else if (escaped === undefined && text.length > 2) classes++;
    else {
      const letter = (escaped ?? text).toLowerCase();
      const count = (letters.get(letter) ?? 0) + 1;
      letters.set(letter, count);
      most = Math.max(most, count);
    }
  }
  if (wild + classes === 0) return 0;
  return nested ? nestedPlace * (wild + classes + most) : onceOver + wild + classPlace * classes + most;
};

/** Heavier ones might take 5 ms for a key of 1,024 bytes, on a machine that is not the fastest. */
export const heaviest = 3000;

/** What lies between two `**` is looked for at each of the slashes of a key. */
const [anywhere, portionAnywhere] = [20, 10];

const weightBetween = (row: readonly string[]): number => {
  const between = row.slice(row.indexOf("**") + 1, row.lastIndexOf("**")).filter((portion) => portion !== "**");
  return between.length === 0 ? 0 : anywhere + portionAnywhere * between.length;
};

/** Without `**`, each portion is matched with its own part of the key, so that all of them take no longer than the heaviest. */
const weightOfRow = (row: readonly string[]): number => {
  const weights = row.map(weightIn);
  return row.includes("**") ? weights.reduce((sum, one) => sum + one, weightBetween(row)) : Math.max(0, ...weights);
};

/**
 * About the microseconds that it takes to match the longest key, at the worst.
 * @param rows what a glob stands for, each taken apart at its slashes
 */
export const weightOf = (rows: readonly (readonly string[])[]): number =>
  rows.reduce((sum, row) => sum + weightOfRow(row), 0);

/**
 * The same of rows that are matched one after the other: a key that does not begin like one of them has not been looked at
 * for it, so that only those count together of which one begins like another.
 */
export const weightApart = (rows: readonly (readonly string[])[]): number => {
  const weighed = rows
    // In small letters, what differs does so whether the case counts or not.
    .map((row) => ({ start: literalStart(row, true).toLowerCase(), weight: weightOfRow(row) }))
    .filter(({ weight }) => weight > 0);
  const together = ({ start }: { start: string }): number =>
    weighed.reduce(
      (sum, one) => (one.start.startsWith(start) || start.startsWith(one.start) ? sum + one.weight : sum),
      0,
    );
  return weighed.reduce((most, one) => Math.max(most, together(one)), 0);
};
