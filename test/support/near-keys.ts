const fits = (key: string): boolean => key !== "" && Buffer.byteLength(key) <= 1024;

/** A character beside another one, in the order of UTF-8; undefined where there is none that stands in keys. */
const beside = (character: string, step: 1 | -1): string | undefined => {
  const code = (character.codePointAt(0) as number) + step;
  const isOne = code > 0x20 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return isOne ? String.fromCodePoint(code) : undefined;
};

const split = (key: string): [start: string, last: string] => {
  const characters = [...key];
  const last = characters.pop() ?? "";
  return [characters.join(""), last];
};

/** A key that comes before another one, with little between them; undefined if there is none. */
export const justBefore = (key: string): string | undefined => {
  const [start, last] = split(key);
  const less = beside(last, -1);
  return (less === undefined ? [start] : [`${start}${less}~`, start + less]).find(fits);
};

/** A key that comes behind another one, with nothing or little between them; undefined if there is none. */
export const justBehind = (key: string): string | undefined => {
  const [start, last] = split(key);
  const more = beside(last, 1);
  return [`${key}\u0001`, ...(more === undefined ? [] : [start + more])].find(fits);
};
