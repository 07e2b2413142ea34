import type { Attempts } from "./attempts";
import { invalidResponse } from "./error";
import { checkPrefix } from "./fetch-page";
import type { HeldPage, HeldPages } from "./held-pages";
import { compareKeys } from "./key";
import { type Outline, outlineOf } from "./page-outline";
import { plainArray } from "./plain";
import { type Listed, type Page, PageOf, readPageInSlices } from "./reply-pages";

/** Where a page is to begin: where the one before told to go on, or else behind a key. */
export interface From {
  startAfter?: string;
  next?: Page["next"];
}

/** Asks for a page, as often as is needed. `told` is told what becomes of it. */
export type Ask = (from: From, told: Partial<Attempts>) => Promise<Page>;

/** A page that has come. Hold it or drop it. */
export interface Came {
  /** As much of it as is needed to go on: all of it, or its outline. */
  page: Page;
  /**
   * @param own what of `page` is meant
   * @param until where that ends, if not with the page
   */
  hold(own: Page, until?: string): HeldPage;
  drop(): void;
}

const pageOf = ({ keys, token }: Outline): Page => {
  const objects: Listed[] = plainArray();
  for (const key of keys) objects.push({ key, size: 0 });
  return new PageOf(objects, plainArray(), token === undefined ? undefined : { token });
};

/** What is meant of a page of which only the outline was known. Of the same page, stores give several tokens. */
const ownOf = (page: Page, { keys }: Outline, until: string | undefined): Page => {
  const { objects, prefixes } = page;
  const [first, last] = [objects[0]?.key, objects.at(-1)?.key];
  if (prefixes.length > 0 || first !== keys[0] || last !== keys.at(-1)) {
    throw invalidResponse("the answer has other keys than it seemed to have");
  }
  if (until === undefined || compareKeys(last as string, until) <= 0) return page;
  const end = objects.findIndex(({ key }) => compareKeys(key, until) > 0);
  return new PageOf(objects.slice(0, end), plainArray());
};

/** Reads a page when its turn comes. One that turns out to be none is asked for once more. */
const reader = (ask: Ask, prefix: string, from: From, outline: Outline, until?: string) => {
  return async (bytes: Buffer): Promise<Page> => {
    try {
      const page = await readPageInSlices(bytes, "ListBucketResult");
      checkPrefix(page, prefix);
      if (page.next?.token !== outline.token) throw invalidResponse("the answer goes on elsewhere than it seemed to");
      return ownOf(page, outline, until);
    } catch {
      return ownOf(await ask(from, {}), outline, until);
    }
  };
};

/**
 * Fetches a page, to be read when its turn comes, where it can be seen at a glance how to go on behind it.
 * @param prefix all keys begin with it
 * @param at the last key that came before
 * @throws as `ask`
 */
export const fetchCame = async (
  ask: Ask,
  held: HeldPages,
  prefix: string,
  from: From,
  at: string | undefined,
): Promise<Came> => {
  let copy: ReturnType<typeof held.copy> | undefined;
  let outline: Outline | undefined;
  const page = await ask(from, {
    outline(bytes) {
      const found = outlineOf(bytes);
      // Of a store that knows no start-after, all of it must be read to tell what is to be left out.
      if (!found || (at !== undefined && compareKeys(found.keys[0] as string, at) <= 0)) return undefined;
      outline = found;
      held.drop(copy);
      copy = held.copy(bytes, true);
      return pageOf(found);
    },
    page(bytes) {
      copy = held.copy(bytes);
    },
  });
  return {
    page,
    hold(own, until) {
      if (!outline || !copy) return held.hold(own, copy);
      return held.holdUnread(copy, reader(ask, prefix, from, outline, until));
    },
    drop: () => held.drop(copy),
  };
};
