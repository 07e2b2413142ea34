import type { Edge, Pattern } from "./pattern";

/** Why an expression cannot be used, in words that complete "the expression …". */
export class Unusable extends Error {}

/** The longest first: `\u{1f600}`, two halves of one character, `\u0041`, `\x41`, `\cA`, `\p{L}`, and any other. */
const escaped =
  /\\(?:[pP]\{[^}]*\}|u\{[^}]*\}|u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|u[\da-fA-F]{4}|x[\da-fA-F]{2}|c[A-Za-z]|[\s\S])/uy;
const bracketed = /\[(?:\\[\s\S]|[^\]\\])*\]/uy;
const single = /[\s\S]/uy;
const counted = /(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/uy;

const edges: Readonly<Record<string, Edge>> = { "^": "start", $: "end", "\\b": "word", "\\B": "noWord" };

const quick: Readonly<Record<string, readonly [number, number]>> = {
  "*": [0, Number.POSITIVE_INFINITY],
  "+": [1, Number.POSITIVE_INFINITY],
  "?": [0, 1],
};

/**
 * Takes apart an expression that Node.js has found valid with the flag `u`.
 * @param flags those of RegExp
 * @throws Unusable for what looks ahead or behind, or back at what was found
 */
export const parse = (source: string, flags: string): Pattern => {
  const tests = new Map<string, (point: string) => boolean>();
  let at = 0;

  /** Node.js itself says of one character whether it is meant: it cannot take long over one. */
  const oneOf = (text: string): Pattern => {
    const known = tests.get(text);
    if (known) return { type: "one", one: known };
    const test = new RegExp(`^${text}$`, flags);
    const one = (point: string): boolean => test.test(point);
    tests.set(text, one);
    return { type: "one", one };
  };

  const take = (sticky: RegExp): RegExpExecArray | null => {
    sticky.lastIndex = at;
    const found = sticky.exec(source);
    if (found) at = sticky.lastIndex;
    return found;
  };

  const group = (): Pattern => {
    if (source.startsWith("?", at)) {
      if (!take(/\?(?::|<[^=!>][^>]*>)/uy)) {
        throw new Unusable(
          "looks ahead or behind, or changes its flags in a part, with (?…): only (…) and (?:…) are taken",
        );
      }
    }
    const inner = either();
    at++;
    return inner;
  };

  const atom = (): Pattern => {
    const found = take(escaped) ?? take(bracketed) ?? take(single);
    const text = found?.[0] ?? "";
    if (text === "(") return group();
    if (/^\\(?:[1-9]|k)/.test(text)) throw new Unusable(`refers back with ${text} to what a group has found`);
    const edge = edges[text];
    return edge === undefined ? oneOf(text) : { type: "edge", edge };
  };

  const term = (): Pattern => {
    const part = atom();
    const found = take(counted);
    if (!found) return part;
    const [, sign, from, comma, to] = found;
    const [least, most] = quick[sign ?? ""] ?? [
      Number(from),
      to ? Number(to) : comma ? Number.POSITIVE_INFINITY : Number(from),
    ];
    return { type: "repeat", part, least, most };
  };

  const all = (): Pattern => {
    const parts: Pattern[] = [];
    while (at < source.length && source[at] !== "|" && source[at] !== ")") parts.push(term());
    return { type: "all", parts };
  };

  const either = (): Pattern => {
    const parts = [all()];
    while (source[at] === "|") {
      at++;
      parts.push(all());
    }
    return parts.length === 1 ? (parts[0] as Pattern) : { type: "either", parts };
  };

  return either();
};
