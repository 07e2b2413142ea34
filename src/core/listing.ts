import { inBatches } from "./batches";
import { type Entry, entryOf } from "./entry";
import { type Details, detailer } from "./entry-details";
import { firstNames } from "./first-names";
import { compareKeys } from "./key";
import { inAnyOrder, type Name, namesBelow, type Range } from "./names-below";
import type { About, Context } from "./operation";
import type { Listed } from "./reply-pages";
import { createTop } from "./top";

export type Sort = "key" | "newest" | "oldest" | "largest" | "smallest";

export interface Query extends Range, Details {
  sort: Sort;
  /** Of what is selected; those that come first in the order. */
  maxResults: number;
}

/** What an order goes by, the smaller first; undefined comes last. */
const values: Record<Exclude<Sort, "key">, (object: Listed) => number | undefined> = {
  newest: ({ lastModified }) => (lastModified === undefined ? undefined : -Date.parse(lastModified)),
  oldest: ({ lastModified }) => (lastModified === undefined ? undefined : Date.parse(lastModified)),
  largest: ({ size, deleteMarker, failed }) => (deleteMarker || failed ? undefined : -size),
  smallest: ({ size, deleteMarker, failed }) => (deleteMarker || failed ? undefined : size),
};

interface Ranked {
  name: Name;
  value: number;
  index: number;
}

/** Equals stay in the order in which they come, which is that of their keys; else, they are put in that. */
const equals = {
  asTheyCome: (a: Ranked, b: Ranked): number => a.index - b.index,
  byKey: (a: Ranked, b: Ranked): number => compareKeys(a.name.below, b.name.below) || a.index - b.index,
};

/** Equal values include those that are infinite, whose difference is none. */
const ranking =
  (equal: (a: Ranked, b: Ranked) => number) =>
  (a: Ranked, b: Ranked): number =>
    a.value === b.value ? equal(a, b) : a.value < b.value ? -1 : 1;

/** Adds to `failed`, of what could not be looked at. */
export const countFailed = (about: About, count = 1): void => {
  if (count > 0) about.failed = ((about.failed as number | undefined) ?? 0) + count;
};

/** What is meant in another order than that of the keys: all of it has been seen before any comes. */
async function* sorted(
  context: Context,
  { sort, maxResults, ...asked }: Range & { sort: Exclude<Sort, "key">; maxResults: number },
  about: About,
): AsyncGenerator<Name[], void, undefined> {
  const rankOf = values[sort];
  // All of it is seen before any of it is asked for.
  const range = { ...asked, anyOrder: true, onDemand: false };
  const top = createTop(maxResults, ranking(inAnyOrder(range) ? equals.byKey : equals.asTheyCome));
  let index = 0;
  for await (const names of namesBelow(context, range)) {
    for (const name of names) {
      const value = (name.object && rankOf(name.object)) ?? Number.POSITIVE_INFINITY;
      top.add({ name, value, index: index++ });
    }
    // Here, since it may fall behind those that come first, where nobody knows whether it belongs.
    countFailed(about, names.filter(({ object }) => object?.failed).length);
    context.progress(`${index} found`);
  }
  about.truncated = index > maxResults;
  yield* inBatches([top.sorted().map(({ name }) => name)], 1000);
}

const failedAmong = (entries: readonly Entry[]): number => entries.filter(({ failed }) => failed).length;

/**
 * What lies in a folder, a page of the store at a time, in memory for one page; in another order than that of the keys, for
 * all that is told.
 * @param about gets `count`, `truncated` and `failed` while the work goes on
 */
export async function* listing(context: Context, query: Query, about: About): AsyncGenerator<Entry[], void, undefined> {
  const { sort, includeMetadata, includeTags, ...range } = query;
  const names = sort === "key" ? firstNames(context, range, about) : sorted(context, { ...range, sort }, about);
  const details = detailer(context, { includeMetadata, includeTags });
  let count = 0;
  for await (const page of names) {
    const batch = page.map(({ path, object }) => entryOf(path, object));
    const counted = sort === "key" ? 0 : failedAmong(batch);
    await details.add(batch);
    countFailed(about, failedAmong(batch) - counted);
    count += batch.length;
    about.count = count;
    context.progress(`${count} found`);
    if (batch.length > 0) yield batch;
  }
}
