import { setImmediate as otherWork } from "node:timers/promises";
import { invalidResponse } from "./error";
import { plainArray } from "./plain";
import { type Page, PageOf, readPageInSlices } from "./reply-pages";
import { createSpareBuffers } from "./spare-buffers";

/** What a page takes while it waits: as it is, or as its bytes, in memory that is used again. */
interface Copy {
  size: number;
  bytes?: Buffer;
  buffer?: Buffer;
}

/** A page that waits until it is asked for. Open it or drop it, once. */
export interface HeldPage {
  open(): Page | Promise<Page>;
  drop(): void;
}

/** Pages of ListObjectsV2 that have come before they are asked for, in memory that is bounded. */
export interface HeldPages {
  /** Pages that wait, or are under way. */
  readonly most: number;
  /** Whether there is room for one more beside so many that are under way. */
  hasRoom(underWay: number): boolean;
  /** Looks at the bytes of a page, and keeps them if it is to wait as these, which it may be made to. */
  copy(bytes: Buffer, asBytes?: boolean): Copy;
  /** @param page what is left of it, some neighbours that came in it, and at least one */
  hold(page: Page, copy: Copy | undefined): HeldPage;
  /** @param read reads the page from its bytes, which are used again when it has */
  holdUnread(copy: Copy, read: (bytes: Buffer) => Promise<Page>): HeldPage;
  /** The copy is not needed. */
  drop(copy: Copy | undefined): void;
}

/**
 * Pages that wait, or are under way; those that wait as they are; and how many more of these may at first, since a listing that
 * ends soon has no time left for them at its end. What waits as it is, V8 takes for old, and collects late.
 */
const usual = { most: 128, few: 8, early: 64 };

/** The same where whoever reads is slow. */
const slow = { most: 40, few: 0, early: 0 };

/** Bytes of pages that wait, or are under way: keys may be long. */
const mostBytes = 32 * 1024 * 1024;

/** What a page is expected to have, as a share of the one before, where those that come are shorter. */
const fading = 0.9;

/** @param slowly pages are asked for more slowly than they come */
export const createHeldPages = (slowly = false): HeldPages => {
  const { most, few, early } = slowly ? slow : usual;
  const spares = createSpareBuffers(most, 64 * 1024);
  let count = 0;
  let held = 0;
  /** Pages that were read from their bytes before they were asked for. */
  let readAhead = 0;
  let seen = 0;
  /** Bytes of a page that is yet to come. */
  let expected = 0;
  const drop = (copy: Copy | undefined): void => {
    if (copy?.buffer) spares.give(copy.buffer);
  };
  const gone = (size: number): void => {
    count--;
    held -= size;
  };
  const opened = (page: Page, size: number): Page => {
    gone(size);
    return page;
  };
  // Apart from where the page is: what two functions of one place hold, each of them holds.
  const fromCopy = (copy: Copy, bytes: Buffer, first: string | undefined, length: number, next: Page["next"]) => ({
    async open(): Promise<Page> {
      gone(copy.size);
      const { objects } = await readPageInSlices(bytes, "ListBucketResult");
      drop(copy);
      const from = objects.findIndex(({ key }) => key === first);
      if (from < 0) throw invalidResponse("the answer was another one when it was read again");
      return new PageOf(objects.slice(from, from + length), plainArray(), next);
    },
    drop() {
      gone(copy.size);
      drop(copy);
    },
  });
  const unread = (copy: Copy, read: (bytes: Buffer) => Promise<Page>) => ({
    open: (): Promise<Page> => {
      gone(copy.size);
      return read(copy.bytes as Buffer).finally(() => drop(copy));
    },
    drop() {
      gone(copy.size);
      drop(copy);
    },
  });
  const isRead = (size: number, coming: Promise<Page>) => ({
    open(): Promise<Page> {
      this.drop();
      return coming;
    },
    drop() {
      readAhead--;
      gone(size);
    },
  });
  return {
    most,
    hasRoom: (underWay) => count + underWay < most && held + (underWay + 1) * expected <= mostBytes,
    copy(bytes, asBytes = false) {
      expected = Math.max(bytes.length, expected * fading);
      if (!asBytes && count < few) return { size: bytes.length };
      const buffer = spares.take(bytes.length);
      bytes.copy(buffer);
      return { size: buffer.length, bytes: buffer.subarray(0, bytes.length), buffer };
    },
    hold(page, copy) {
      count++;
      const size = copy?.size ?? 0;
      held += size;
      // One without keys could not be found again.
      if (!copy?.bytes || page.objects.length === 0) {
        drop(copy);
        return { open: () => opened(page, size), drop: () => gone(size) };
      }
      return fromCopy(copy, copy.bytes, page.objects[0]?.key, page.objects.length, page.next);
    },
    holdUnread(copy, read) {
      count++;
      held += copy.size;
      if (readAhead >= few && ++seen > early) return unread(copy, read);
      readAhead++;
      // What is asked for next goes first.
      const coming = otherWork().then(() => read(copy.bytes as Buffer));
      const over = (): void => drop(copy);
      // It may never be asked for.
      coming.then(over, over);
      return isRead(copy.size, coming);
    },
    drop,
  };
};
