import { type Name, namesBelow, type Range } from "./names-below";
import type { About, Context } from "./operation";

/** Of a listing, where nothing else is said. */
export const unlimited = 2147483647;

/**
 * What is meant in a folder, up to a limit.
 * @param about gets `truncated` where there is more
 */
export async function* firstNames(
  context: Context,
  { maxResults, ...range }: Range & { maxResults: number },
  about: About,
): AsyncGenerator<Name[], void, undefined> {
  let room = maxResults;
  for await (const names of namesBelow(context, range)) {
    if (names.length > room) about.truncated = true;
    room -= names.length;
    yield about.truncated ? names.slice(0, names.length + room) : names;
    if (about.truncated) return;
  }
}
