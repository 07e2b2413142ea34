import { invalidResponse } from "./error";
import type { Next } from "./fetch-page";

const same = (a: Next, b: Next): boolean =>
  a.token === b.token && a.keyMarker === b.keyMarker && a.versionIdMarker === b.versionIdMarker;

/** Finds circles of any length in constant memory: a mark stays for twice as many pages each time (Brent). */
export const circleFinder = (): ((next: Next) => void) => {
  let mark: Next | undefined;
  let steps = 0;
  let limit = 1;
  return (next) => {
    if (mark && same(mark, next))
      throw invalidResponse("the store answers the same pages of a listing again and again");
    if (++steps < limit) return;
    mark = next;
    steps = 0;
    limit *= 2;
  };
};
