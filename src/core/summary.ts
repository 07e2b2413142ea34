import { firstNames, unlimited } from "./first-names";
import { compareKeys } from "./key";
import type { Name, Range } from "./names-below";
import type { About, Context } from "./operation";

interface Sum {
  count: number;
  bytes: number;
}

/** How much lies in a folder. */
export interface Summary extends Sum {
  /** Absent where nothing lies there. */
  oldest?: Dated;
  newest?: Dated;
  /** By the first folder below, with a slash at its end; "" is what lies in the folder itself. */
  folders: Record<string, Sum>;
  storageClasses: Record<string, Sum>;
}

/** Names of which each has a sum of its own; the others share one. */
const mostNames = 1000;

/** Without a slash at its end, so that no folder is called so. */
const others = "others";

/** Sums by names that come in any order; the first names in that of keys have one of their own. */
const createSums = () => {
  const sums = new Map<string, Sum>();
  const rest: Sum = { count: 0, bytes: 0 };
  /** The last of the names, once there are as many as there may be. */
  let last: string | undefined;
  const lastOf = (): string => [...sums.keys()].reduce((a, b) => (compareKeys(a, b) > 0 ? a : b));
  const add = (to: Sum, { count, bytes }: Sum): void => {
    to.count += count;
    to.bytes += bytes;
  };
  const sumOf = (name: string): Sum => {
    const known = sums.get(name);
    if (known) return known;
    if (last !== undefined) {
      if (compareKeys(name, last) > 0) return rest;
      add(rest, sums.get(last) as Sum);
      sums.delete(last);
    }
    const sum: Sum = { count: 0, bytes: 0 };
    sums.set(name, sum);
    if (sums.size === mostNames) last = lastOf();
    return sum;
  };
  return {
    add: (name: string, bytes: number): void => add(sumOf(name), { count: 1, bytes }),
    told(): Record<string, Sum> {
      const inOrder = [...sums].sort(([a], [b]) => compareKeys(a, b));
      return Object.fromEntries(rest.count > 0 ? [...inOrder, [others, rest]] : inOrder);
    },
  };
};

interface Dated {
  path: string;
  lastModified: string;
}

/** Whether one comes first, by its time or else by its key. All times are told in the same form, in which earlier ones come first. */
const isBefore = (one: Dated, other: Dated | undefined, turn: 1 | -1): boolean => {
  if (!other) return true;
  if (one.lastModified !== other.lastModified) return one.lastModified < other.lastModified === (turn === 1);
  return compareKeys(one.path, other.path) < 0;
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
    const dated = { path, lastModified };
    if (isBefore(dated, oldest, 1)) oldest = dated;
    if (isBefore(dated, newest, -1)) newest = dated;
  };
  // Of the first so many, it matters which they are.
  const anyOrder = range.maxResults === unlimited;
  for await (const names of firstNames(context, { ...range, entries: "files", anyOrder }, about)) {
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
