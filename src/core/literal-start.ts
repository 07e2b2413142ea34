/** Up to what may mean something else to minimatch: it keeps ranges such as `{1..99}` between private characters. */
const untilMagic = /^[^\\*?[\]{}()+@!|\ue000-\uf8ff]*/;

/** Up to the first letter that has another case. */
const untilCased = (text: string): string => {
  let end = 0;
  for (const sign of text) {
    if (sign.toLowerCase() !== sign.toUpperCase()) break;
    end += sign.length;
  }
  return text.slice(0, end);
};

/** The beginning that all texts have. Never ends within a character. */
export const commonStart = (texts: readonly string[]): string => {
  const [first = "", ...others] = texts;
  let end = first.length;
  for (const other of others) {
    let same = 0;
    while (same < end && first[same] === other[same]) same++;
    end = same;
  }
  return first.slice(0, end).replace(/[\ud800-\udbff]$/, "");
};

/** What all paths begin with that match a pattern, taken apart at its slashes. */
export const literalStart = (parts: readonly string[], caseSensitive: boolean): string => {
  const whole = parts.join("/");
  const start = untilMagic.exec(whole)?.[0] ?? "";
  return caseSensitive ? start : untilCased(start);
};
