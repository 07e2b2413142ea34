import type { Context } from "../operation";
import type { Listed } from "../reply-pages";
import { statusOf } from "../to-error";
import { pages } from "../walk";

/** What lies in the folder that files go to. */
export interface There {
  /** Objects whose keys are wanted. */
  objects: Map<string, Listed>;
  /** The others; empty unless all were asked for. */
  others: Listed[];
  /** Whether the listing came to its end: what is not in it was not there. */
  complete: boolean;
}

/** Listing a page costs as much as this many writes that are refused. */
const worthAPage = 4;

/**
 * Looks which objects are there already. A folder may hold many more than the few that are wanted: then it stops, unless
 * `all` are asked for.
 */
export const objectsThere = async (
  context: Context,
  prefix: string,
  keys: ReadonlySet<string>,
  all: boolean,
): Promise<There> => {
  const there: There = { objects: new Map(), others: [], complete: false };
  const most = all ? Number.POSITIVE_INFINITY : 1 + keys.size / worthAPage;
  let count = 0;
  try {
    for await (const page of pages(context, { prefix })) {
      for (const object of page.objects) {
        if (keys.has(object.key)) there.objects.set(object.key, object);
        else if (all) there.others.push(object);
      }
      if (++count >= most && page.next) return there;
      context.progress(`${count * 1000} looked at`);
    }
  } catch (error) {
    // Keys that may write and not list are common: the writing itself finds out what is there.
    if (all || statusOf(error) !== 403) throw error;
    return there;
  }
  there.complete = true;
  return there;
};
