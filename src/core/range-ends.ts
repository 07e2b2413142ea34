import { compareKeys } from "./key";
import type { KeyRange } from "./key-range";
import { alike, canStartAfter } from "./key-scale";

/**
 * Places behind the last key that came, each behind all keys that begin like it up to one character more or less: where
 * its folder ends, and the one above, where its number goes from 0199 to 02. The nearest come last.
 */
export const endsOf = (range: KeyRange, prefix: string, most: number): string[] => {
  const { at, until, sample } = range;
  const from = Math.max(prefix.length, until === undefined ? 0 : alike(at, until));
  // Where keys of one page differ, pages do not.
  const to = sample[0] === undefined ? at.length : Math.min(at.length - 1, alike(sample[0], at));
  const found: { end: string; likely: boolean }[] = [];
  for (let place = from; place <= to; place++) {
    const code = at.charCodeAt(place);
    // With the next character after these, there is no doubt about the order.
    if (code <= 0x20 || (code >= 0x7e && code < 0xa1) || code >= 0xd7ff) continue;
    const end = at.slice(0, place) + String.fromCharCode(code + 1);
    if ((until !== undefined && compareKeys(end, until) >= 0) || !canStartAfter(end)) continue;
    const begins = place === prefix.length || !/[A-Za-z0-9]/.test(at.charAt(place - 1));
    found.push({ end, likely: begins || place === to || (code >= 0x30 && code <= 0x39) });
  }
  const likely = found.filter((one) => one.likely);
  const chosen = likely.length > 0 ? likely : found;
  if (chosen.length <= most) return chosen.map(({ end }) => end);
  return Array.from({ length: most }, (_, index) => {
    const place = Math.round((index * (chosen.length - 1)) / Math.max(1, most - 1));
    return (chosen[place] as { end: string }).end;
  });
};
