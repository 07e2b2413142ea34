import type { Attempts } from "./attempts";
import { checkPrefix } from "./fetch-page";
import type { HeldPage, HeldPages } from "./held-pages";
import { compareKeys } from "./key";
import { countUntil } from "./key-range";
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
   * @param check throws for a page that may not be as it is
   */
  hold(own: Page, until?: string, check?: (page: Page) => void): HeldPage;
  /** Reads it, of which nothing is needed but that it is as it seems; gives whether it is. @param check as of `hold` */
  isAsItSeems(check: (page: Page) => void): Promise<boolean>;
  drop(): void;
}

const pageOf = ({ keys, token }: Outline): Page => {
  const objects: Listed[] = plainArray();
  for (const key of keys) objects.push({ key, size: 0 });
  return new PageOf(objects, plainArray(), token === undefined ? undefined : { token });
};

/** A page turned out to be none when it was read, or another one than it seemed: what was asked for by it is to be asked anew. */
class Misread extends Error {}

/** Opens a page; gives undefined where it turns out to be none, or another one than it seemed. */
export const openAsSeemed = async (held: HeldPage): Promise<Page | undefined> => {
  try {
    return await held.open();
  } catch (error) {
    if (error instanceof Misread) return undefined;
    throw error;
  }
};

const ownOf = (page: Page, until: string | undefined): Page => {
  const count = countUntil(page.objects, until);
  return count === page.objects.length ? page : new PageOf(page.objects.slice(0, count), plainArray());
};

/** @throws Misread unless it is a page, and as its outline has it */
const readAs = async (bytes: Buffer, prefix: string, { keys, token }: Outline): Promise<Page> => {
  try {
    const page = await readPageInSlices(bytes, "ListBucketResult");
    checkPrefix(page, prefix);
    const { objects, prefixes, next } = page;
    const isAlike = objects[0]?.key === keys[0] && objects.at(-1)?.key === keys.at(-1) && next?.token === token;
    if (isAlike && prefixes.length === 0) return page;
  } catch (error) {
    throw new Misread("it is no page", { cause: error });
  }
  throw new Misread("it is another page");
};

/**
 * Fetches a page, to be read when its turn comes, where it can be seen at a glance how to go on behind it. It is opened
 * by `openAsSeemed`, since that may have been wrong.
 * @param prefix all keys begin with it
 * @param at the last key that came before
 * @param atOnce it is read when it comes, whatever can be seen
 * @throws as `ask`
 */
export const fetchCame = async (
  ask: Ask,
  held: HeldPages,
  prefix: string,
  from: From,
  at: string | undefined,
  atOnce: boolean,
): Promise<Came> => {
  let copy: ReturnType<typeof held.copy> | undefined;
  let outline: Outline | undefined;
  const look = (bytes: Buffer): Page | undefined => {
    const found = outlineOf(bytes);
    // Of a store that knows no start-after, all of it must be read to tell what is to be left out.
    if (!found || (at !== undefined && compareKeys(found.keys[0] as string, at) <= 0)) return undefined;
    outline = found;
    held.drop(copy);
    copy = held.copy(bytes, true);
    return pageOf(found);
  };
  const page = await ask(from, {
    ...(atOnce ? {} : { outline: look }),
    page(bytes) {
      copy = held.copy(bytes);
    },
  });
  const came: Came = {
    page,
    hold(own, until, check) {
      if (!outline || !copy) {
        check?.(page);
        return held.hold(own, copy);
      }
      const seemed = outline;
      return held.holdUnread(copy, async (bytes) => {
        const whole = await readAs(bytes, prefix, seemed);
        check?.(whole);
        return ownOf(whole, until);
      });
    },
    async isAsItSeems(check) {
      return (await openAsSeemed(came.hold(page, undefined, check))) !== undefined;
    },
    drop: () => held.drop(copy),
  };
  return came;
};
