import { performance } from "node:perf_hooks";
import { type Ask, type Came, fetchCame, openAsSeemed } from "./came";
import { circleFinder } from "./circle-finder";
import { fetchPage, type Walk } from "./fetch-page";
import { createHeldPages } from "./held-pages";
import { misplaced } from "./key-range";
import type { Context } from "./operation";
import { hasOwnOrder } from "./own-order";
import { createPatience, outlast } from "./patience";
import { plainArray } from "./plain";
import { type Listed, type Page, PageOf } from "./reply-pages";
import { lanesOf, type OneWay, walkAside } from "./walk-aside";

export type { Walk } from "./fetch-page";

/**
 * One page of a listing.
 * @param token that of the page before; without one, the first page
 * @throws InvalidResponse for a page that strays; what the store answers otherwise
 */
export const onePage = (context: Context, walk: Walk, token?: string): Promise<Page> =>
  fetchPage(context, walk, token === undefined ? undefined : { token });

/** How long this process must do nothing but wait for a page, for others to be fetched beside it, in ms. */
const idle = 15;

/** So many pages in a row must be slow: one may be by chance. */
const slowPages = 2;

/**
 * Whether a walk may go several ways at once: there is one order of what it finds, that of keys, and nothing else was
 * asked for than all of it.
 */
const mayGoAside = (context: Context, { delimiter, versions, pageSize, onDemand }: Walk): boolean =>
  !delimiter && !versions && pageSize === undefined && !onDemand && lanesOf(context) > 2 && !hasOwnOrder(context);

/** Whether these keys come after one another, and after `last`: stores with an order of their own are walked one way. */
const isStraight = (last: string | undefined, { objects, prefixes }: Page): boolean =>
  prefixes.length === 0 && misplaced(objects, last) === undefined;

const withoutKeys = (page: Page, keys: ReadonlySet<string> | undefined): Page => {
  if (!keys) return page;
  const objects = plainArray<Listed>();
  for (const object of page.objects) if (!keys.has(object.key)) objects.push(object);
  return new PageOf(objects, page.prefixes, page.next);
};

/**
 * The pages of a listing, in the order of the keys' bytes. The next page is fetched while the last one is read and worked on.
 * Where pages are waited for, others are fetched beside them from places further on. A store that throttles is waited for,
 * unless it is a question.
 * @throws InvalidResponse for a listing that goes in circles, or strays; what the store answers otherwise
 */
export async function* pages(context: Context, walk: Walk): AsyncGenerator<Page, void, undefined> {
  // Whoever stops early wants no page that is on its way.
  const stop = new AbortController();
  const until = { ...context, signal: AbortSignal.any([context.signal, stop.signal]) };
  const patience = createPatience(context);
  const { slowly = false, ordered = true } = walk.versions ? {} : walk;
  // Where none waits for its turn, few wait.
  const waiting = createHeldPages(slowly || !ordered);
  // Where pages come fast, and are asked for as fast, nothing is gained by a look at them before they are read.
  let isFar = !walk.onDemand;
  /** Whether pages are as they seemed so far; else, they are read at once. */
  let areAsSeemed = true;
  const ask: Ask = ({ next }, told) => {
    const once = (): Promise<Page> => fetchPage(until, walk, next, { doubtful: false, ...told });
    return walk.question ? once() : outlast(until, patience, once);
  };
  const fetch = (next: Page["next"], at: string | undefined): Promise<Came> => {
    const coming = fetchCame(ask, waiting, walk.prefix, { next }, at, !isFar || !areAsSeemed);
    // It may be left alone, and must then not be a rejection that nobody handles.
    coming.catch(() => {});
    return coming;
  };
  /** What was asked for too early. */
  const drop = (coming: Promise<Came> | undefined): void => {
    coming?.then(
      (came) => came.drop(),
      () => {},
    );
  };
  let checkCircle = circleFinder();
  let aside = mayGoAside(context, walk);
  let slow = 0;
  let count = 0;
  let first: string | undefined;
  let last = walk.startAfter || undefined;
  let without: OneWay["without"];
  try {
    let from: Page["next"];
    let coming: Promise<Came> | undefined = fetch(from, last);
    while (coming) {
      const before = performance.eventLoopUtilization();
      const came: Came = await coming;
      const isSlow = performance.eventLoopUtilization(before).idle >= idle;
      isFar = (isSlow || slowly) && !walk.onDemand;
      const { next, objects, prefixes } = came.page;
      const held = came.hold(came.page);
      const [known, latest] = [last, objects[0]?.key];
      last = objects.at(-1)?.key ?? last;
      slow = isSlow ? slow + 1 : 0;
      const mayLeave = aside && next !== undefined && slow >= slowPages;
      coming = next && !walk.onDemand && !mayLeave ? fetch(next, last) : undefined;
      const page = await openAsSeemed(held);
      if (!page) {
        areAsSeemed = false;
        drop(coming);
        checkCircle = circleFinder();
        last = known;
        coming = fetch(from, last);
        continue;
      }
      if (next) checkCircle(next, objects.length + prefixes.length === 0);
      if (aside) {
        aside = slow === 0 || isStraight(known, page);
        count++;
        first ??= latest;
      }
      if (mayLeave) {
        if (aside && first !== undefined && latest !== undefined && last !== undefined) {
          const begun = { first, latest, last, next, count, sample: objects, areAsSeemed };
          const rest = walkAside(until, walk, patience, waiting, begun);
          yield page;
          const oneWay: OneWay | undefined = yield* rest;
          if (!oneWay) return;
          aside = false;
          from = oneWay.next;
          without = oneWay.without;
          checkCircle = circleFinder();
          coming = fetch(from, undefined);
          continue;
        }
        coming = fetch(next, last);
      }
      from = next;
      yield withoutKeys(page, without);
      without = undefined;
      if (next && walk.onDemand) coming = fetch(next, last);
    }
  } finally {
    stop.abort();
  }
}
