import { firstNames } from "./first-names";
import type { Name, Range } from "./names-below";
import type { About, Context } from "./operation";

interface Sum {
  count: number;
  bytes: number;
}

/** How much lies in a folder. */
export interface Summary extends Sum {
  /** Absent where nothing lies there. */
  oldest?: { path: string; lastModified: string };
  newest?: { path: string; lastModified: string };
  /** By the first folder below, with a slash at its end; "" is what lies in the folder itself. */
  folders: Record<string, Sum>;
  storageClasses: Record<string, Sum>;
}

/** Names of which each has a sum of its own; the others share one. */
const mostNames = 1000;

/** Without a slash at its end, so that no folder is called so. */
const others = "others";

const createSums = () => {
  const sums = new Map<string, Sum>();
  return {
    add(name: string, bytes: number): void {
      const counted = sums.has(name) || sums.size < mostNames ? name : others;
      const sum = sums.get(counted) ?? { count: 0, bytes: 0 };
      sum.count++;
      sum.bytes += bytes;
      sums.set(counted, sum);
    },
    told: (): Record<string, Sum> => Object.fromEntries(sums),
  };
};

/**
 * Sums up what lies in a folder, in memory that does not grow with it.
 * @param about gets `count` and `truncated`
 */
export const summarize = async (
  context: Context,
  range: Range & { maxResults: number },
  about: About,
): Promise<Summary> => {
  const sum: Sum = { count: 0, bytes: 0 };
  const folders = createSums();
  const storageClasses = createSums();
  let oldest: Summary["oldest"];
  let newest: Summary["newest"];
  const add = ({ path, below, object }: Name): void => {
    if (!object) return;
    const { size, lastModified, storageClass = "STANDARD", deleteMarker } = object;
    sum.count++;
    sum.bytes += size;
    folders.add(below.slice(0, below.indexOf("/") + 1), size);
    if (!deleteMarker) storageClasses.add(storageClass, size);
    if (lastModified === undefined) return;
    // All are told in the same form, in which earlier ones come first.
    if (!oldest || lastModified < oldest.lastModified) oldest = { path, lastModified };
    if (!newest || lastModified > newest.lastModified) newest = { path, lastModified };
  };
  for await (const names of firstNames(context, { ...range, entries: "files" }, about)) {
    for (const name of names) add(name);
    about.count = sum.count;
    context.progress(`${sum.count} found`);
  }
  return {
    ...sum,
    ...(oldest ? { oldest } : {}),
    ...(newest ? { newest } : {}),
    folders: folders.told(),
    storageClasses: storageClasses.told(),
  };
};
