import { invalidResponse } from "./error";
import type { Next } from "./fetch-page";

const same = (a: Next, b: Next): boolean =>
  a.token === b.token && a.keyMarker === b.keyMarker && a.versionIdMarker === b.versionIdMarker;

/** Pages in a row without an entry: stores that look through what was deleted give some, and none gives so many. */
const mostEmpty = 1000;

/**
 * Finds circles of any length in constant memory: a mark stays for twice as many pages each time (Brent). What leads on
 * for ever without an entry is one, too.
 */
export const circleFinder = (): ((next: Next, isEmpty: boolean) => void) => {
  let mark: Next | undefined;
  let steps = 0;
  let limit = 1;
  let empty = 0;
  return (next, isEmpty) => {
    empty = isEmpty ? empty + 1 : 0;
    if (empty >= mostEmpty) throw invalidResponse(`the store answers ${mostEmpty} pages of a listing without an entry`);
    if (mark && same(mark, next))
      throw invalidResponse("the store answers the same pages of a listing again and again");
    if (++steps < limit) return;
    mark = next;
    steps = 0;
    limit *= 2;
  };
};
