import type { Filter } from "../filter";
import { pathOf } from "../key";
import type { Context } from "../operation";
import { pages } from "../walk";
import type { Remote } from "./same-content";

/** An object that is to become a file; a folder's marker ends with a slash. */
export interface Below extends Remote {
  /** As the flow knows it. */
  path: string;
  /** Its key below the folder that is downloaded. */
  below: string;
  /** ISO 8601. */
  lastModified: string | undefined;
}

/**
 * What lies below a prefix and matches, a page of the store at a time. The marker of the folder itself is left out.
 * @param wanted undefined for all
 * @param seen called when anything at all is there, matching or not
 */
export async function* objectsBelow(
  context: Context,
  prefix: string,
  wanted: Filter | undefined,
  seen: () => void,
): AsyncGenerator<Below, void, undefined> {
  for await (const { objects } of pages(context, { prefix })) {
    for (const { key, size, etag = "", lastModified } of objects) {
      seen();
      const below = key.slice(prefix.length);
      if (below === "" || (wanted && !wanted(below))) continue;
      yield { key, size, etag, lastModified, below, path: pathOf(context.connection, key) };
    }
  }
}
