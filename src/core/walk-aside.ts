import { setMaxListeners } from "node:events";
import type { Attempts } from "./attempts";
import { type Ask, type Came, type From, fetchCame, openAsSeemed } from "./came";
import { fetchPage, type Next, type Walk } from "./fetch-page";
import type { HeldPage, HeldPages } from "./held-pages";
import { compareKeys } from "./key";
import {
  anew,
  checkOrder,
  cutRange,
  endRange,
  isBehind,
  isDisorder,
  type KeyRange,
  leftOut,
  newRange,
  noteBehind,
  pageCounter,
  sampleOf,
  takePage,
} from "./key-range";
import type { Context } from "./operation";
import { markOwnOrder } from "./own-order";
import { outlast, type Patience } from "./patience";
import { endsOf } from "./range-ends";
import type { Listed, Page } from "./reply-pages";
import { skippedAnywhere, skippedInOrder } from "./skipped-keys";
import { createWindow } from "./window";

/** What is known of a walk when it goes aside. */
export interface Begun {
  /** The first key that came, the first of the last page, and the last of all. */
  first: string;
  latest: string;
  last: string;
  next: Next;
  /** Pages that came. */
  count: number;
  /** The last of them. */
  sample: readonly Listed[];
  /** Whether all of them were as they seemed before they were read. */
  areAsSeemed: boolean;
}

/** Where a walk goes on one way, in a store that lists in an order of its own. */
export interface OneWay {
  next: Next;
  /** What was handed on of the page that lies there. */
  without?: ReadonlySet<string> | undefined;
}

/** Pages that one range holds, beyond the first range. */
const windowOfRange = 12;

/** Requests of one walk at a time. Others of the connection take turns with them. */
export const lanesOf = ({ connection }: Context): number => Math.min(16, connection.settings.concurrency);

/** Pages that must be left in a range for a cut to be worth its request. */
const worthwhile = 2;

/**
 * Walks on from where a walk has come, several ranges of keys side by side. It begins at once. What is held is bounded, so
 * that ranges further on wait for those before them, and those nearest to whoever reads are cut first.
 * @returns where to go on, if the store turned out to list in an order of its own, and what was handed on was in it
 * @throws as `pages`; a page of any range that fails, fails the whole
 */
export const walkAside = (
  context: Context,
  walk: Walk,
  patience: Patience,
  held: HeldPages,
  begun: Begun,
): AsyncGenerator<Page, OneWay | undefined, undefined> => {
  const { prefix, ordered = true } = walk;
  const { signal } = context;
  setMaxListeners(0, signal);
  const most = lanesOf(context);
  const lanes = createWindow(most, most);
  let mayCut = true;
  let failure: { error: unknown } | undefined;
  let wake = (): void => {};

  const start = newRange(begun.last, undefined, prefix.length, sampleOf(begun.sample));
  const { next, first, latest, count } = begun;
  Object.assign(start, { next, first, latest, count, vague: true });
  start.left = pageCounter(start)(begun.last, undefined);
  const ranges = [start];
  /** Where what was handed on ends, as long as it came one page after the other. */
  let chain: OneWay | undefined = { next };

  const isOver = (): boolean => failure !== undefined || signal.aborted;
  const fail = (error: unknown): void => {
    failure ??= { error };
    wake();
  };
  const askOnce = async (
    { next, ...more }: From & { pageSize?: number },
    told: Partial<Attempts> = {},
  ): Promise<Page> => {
    const { throttled, good, leave } = await lanes.enter(signal);
    try {
      const page = await fetchPage(context, { ...walk, ...more }, next, { doubtful: false, throttled, ...told });
      good();
      return page;
    } finally {
      leave();
    }
  };
  /** Whether pages are as they seemed so far; else, they are read at once. */
  let { areAsSeemed } = begun;
  const ask: Ask = (from, told) => outlast(context, patience, () => askOnce(from, told));

  /** What is known of a range was wrong, but for what was handed on. */
  const beginAnew = (range: KeyRange): void => {
    areAsSeemed = false;
    for (const one of range.held) one.drop();
    const at = ranges.indexOf(range);
    if (at >= 0) ranges[at] = anew(range);
    if (range === start) chain = undefined;
  };

  /** Gives whether a page is as it seems, where that must be known before anything comes of it. */
  const takeIn = async (range: KeyRange, came: Came): Promise<boolean> => {
    const { until } = range;
    const check = (page: Page): void => {
      checkOrder(page);
      noteBehind(range, until, page);
    };
    if (isBehind(range, came.page)) {
      if (!(await came.isAsItSeems(check))) return false;
      takePage(range, came.page);
      return true;
    }
    let own: Page | undefined;
    try {
      own = takePage(range, came.page);
    } catch (error) {
      if (await came.isAsItSeems(checkOrder)) throw error;
      return false;
    }
    if (own) range.held.push(came.hold(own, until, check));
    else came.drop();
    return true;
  };

  const fetch = async (range: KeyRange): Promise<void> => {
    range.fetching = true;
    try {
      const { after: startAfter, next, at, first } = range;
      // Once a key has come, one before it is none to be left out: the store has an order of its own.
      const from = { ...(first === undefined ? { startAfter } : {}), ...(next ? { next } : {}) };
      const came = await fetchCame(ask, held, prefix, from, at, !areAsSeemed);
      // It may have been begun anew meanwhile.
      if (!ranges.includes(range)) came.drop();
      else if (!(await takeIn(range, came))) beginAnew(range);
      if (range.done && range.first === undefined) {
        // Nothing lies behind the cut: the range before it ends somewhere, and one does not know where.
        const previous = ranges[ranges.indexOf(range) - 1];
        if (previous && previous.left >= 2 * worthwhile) previous.vague = true;
      }
    } catch (error) {
      // What came before may be other than it seemed, and this may come of it.
      if (ranges.includes(range) && range.held.length === 0 && !range.opening) fail(error);
      range.failure = { error };
    }
    range.fetching = false;
    schedule();
    wake();
  };

  /** Cuts a range where keys begin otherwise, as far as there are some. */
  const cutAt = (range: KeyRange, found: readonly { end: string; key: string | undefined }[]): void => {
    for (const { end, key } of found) {
      const none = key === undefined || (range.until !== undefined && compareKeys(key, range.until) > 0);
      if (none && compareKeys(end, range.at) > 0) endRange(range, end);
    }
    const pagesBetween = pageCounter(range);
    range.left = pagesBetween(range.at, range.until);
    const likely = [...range.sample];
    // The nearest first: each cut leaves the range before it what lies before the cut.
    let from = range;
    for (const { end, key } of [...found].reverse()) {
      const { at, until } = from;
      if (key === undefined || compareKeys(end, at) <= 0) continue;
      if (until !== undefined && (compareKeys(end, until) >= 0 || compareKeys(key, until) > 0)) continue;
      const before = pagesBetween(at, end);
      if (before < worthwhile / 2) continue;
      const rest = newRange(end, until, range.start, [key, ...likely]);
      rest.left = Math.max(1, pagesBetween(end, until));
      rest.expected = rest.left;
      from.left = before;
      from.until = end;
      ranges.splice(ranges.indexOf(from) + 1, 0, rest);
      from = rest;
    }
  };

  const probe = async (range: KeyRange): Promise<void> => {
    range.vague = false;
    const ends = endsOf(range, prefix, Math.max(4, lanes.free));
    if (ends.length === 0) return;
    range.probed = true;
    // All of them come to their end: none that is left alone must hold a place when it is known what is next.
    const asked = await Promise.allSettled(
      ends.map(async (end) => {
        const page = await askOnce({ startAfter: end, pageSize: 1 });
        const key = page.objects[0]?.key;
        // It has something to list, but not behind that place: it does not know what start-after means.
        if (key === undefined && page.next) mayCut = false;
        return { end, key };
      }),
    );
    const found = asked.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    // Its pages come as before, and tell whether there is trouble.
    if (found.length < ends.length) mayCut = false;
    if (mayCut && !range.done && ranges.includes(range)) cutAt(range, found);
    range.probed = false;
    schedule();
    // If it is over, there may be no page under way that would tell so.
    wake();
  };

  const mayFetch = (range: KeyRange, index: number): boolean => {
    if (range.done || range.fetching || range.failure) return false;
    if (index === 0 && range.held.length === 0) return true;
    return held.hasRoom(lanes.inside) && range.held.length < windowOfRange;
  };

  /** The range that has most left, among those that are to be read next. */
  const longest = (): KeyRange | undefined => {
    if (!mayCut || !held.hasRoom(lanes.inside)) return undefined;
    let found: KeyRange | undefined;
    let ahead = 0;
    for (const range of ranges) {
      if (ordered && ahead >= held.most) break;
      ahead += range.held.length + range.left;
      if (range.done || range.failure || range.probed || range.left < worthwhile) continue;
      if (!found || range.left > found.left) found = range;
    }
    return found;
  };

  const schedule = (): void => {
    while (!isOver() && lanes.free > 0) {
      const next = ranges.find(mayFetch);
      if (next) {
        void fetch(next);
        continue;
      }
      const range = longest();
      if (!range) return;
      if (range.vague) {
        void probe(range);
        continue;
      }
      const share = ordered ? Math.min(0.5, held.most / range.left) : 0.5;
      const rest = cutRange(range, share);
      if (rest) ranges.splice(ranges.indexOf(range) + 1, 0, rest);
      else range.left = 0;
    }
  };

  /** A page of a range; undefined where it was none, and the range begins anew behind what was handed on. */
  const open = async (range: KeyRange, first: HeldPage): Promise<Page | undefined> => {
    range.opening = true;
    const page = await openAsSeemed(first);
    range.opening = false;
    if (!page) beginAnew(range);
    return page;
  };

  /** Remembers what is handed on. */
  const handOn = (range: KeyRange, page: Page): Page => {
    range.seen = page.objects.at(-1)?.key ?? range.seen;
    if (range !== start || !chain) chain = undefined;
    else if (page.next) chain = { next: page.next };
    else chain = { ...chain, without: new Set(page.objects.map(({ key }) => key)) };
    return page;
  };

  /** What is to be read next. */
  const nearest = (): KeyRange | undefined =>
    ordered ? ranges[0] : (ranges.find(({ held, failure }) => held.length > 0 || failure) ?? ranges[0]);

  /** Ends it with an error, if it cannot go on one way. */
  const endBy = (error: unknown): OneWay => {
    if (!isDisorder(error)) throw error;
    markOwnOrder(context);
    failure ??= { error };
    for (const range of ranges.splice(0)) for (const one of range.held) one.drop();
    if (!chain) throw error;
    return chain;
  };

  const skipped = (ordered ? skippedInOrder : skippedAnywhere)({
    async keysBehind(startAfter) {
      const { objects } = await outlast(context, patience, () => askOnce({ startAfter }));
      return objects.map(({ key }) => key);
    },
    async isThere(key) {
      const { objects } = await outlast(context, patience, () => fetchPage(context, { prefix: key }, undefined));
      return objects.some((object) => object.key === key);
    },
  });

  async function* read(): AsyncGenerator<Page, OneWay | undefined, undefined> {
    for (;;) {
      if (signal.aborted) throw signal.reason;
      if (failure) return endBy(failure.error);
      const range = nearest();
      if (!range) {
        const key = await skipped.atEnd();
        return key === undefined ? undefined : endBy(leftOut(key));
      }
      const first = range.held.shift();
      if (first) {
        let page: Page | undefined;
        try {
          page = await open(range, first);
        } catch (error) {
          return endBy(error);
        }
        schedule();
        if (!page) continue;
        const key = await skipped.before(page, range.seen === range.after);
        if (key !== undefined) return endBy(leftOut(key));
        yield handOn(range, page);
      } else if (range.failure) {
        return endBy(range.failure.error);
      } else if (range.done) {
        skipped.leave(range);
        ranges.splice(ranges.indexOf(range), 1);
        schedule();
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
          schedule();
        });
      }
    }
  }

  schedule();
  return read();
};
