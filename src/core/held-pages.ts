import { invalidResponse } from "./error";
import { plainArray } from "./plain";
import { type Page, PageOf, readPageInSlices } from "./reply-pages";
import { createSpareBuffers } from "./spare-buffers";

/** The bytes of a page, in memory that is used again. */
interface Copy {
  bytes: Buffer;
  buffer: Buffer;
}

/** A page that waits until it is asked for. Ask once. */
export type HeldPage = () => Page | Promise<Page>;

/** Pages of ListObjectsV2 that have come before they are asked for, in memory that is bounded. */
export interface HeldPages {
  /** Whether there is room for one more beside so many that are under way. */
  hasRoom(underWay: number): boolean;
  /** The bytes of a page that is to wait as these; undefined if it may wait as it is. */
  copy(bytes: Buffer): Copy | undefined;
  /** @param page what is left of it, some neighbours that came in it, and at least one */
  hold(page: Page, copy: Copy | undefined): HeldPage;
  /** The copy is not needed. */
  drop(copy: Copy | undefined): void;
}

/** Pages that wait as they are. With more of them, V8 takes them for old, and collects them late. */
const few = 8;

/** Bytes that wait as bytes: keys may be long. */
const mostBytes = 24 * 1024 * 1024;

/** @param most pages that wait, or are under way */
export const createHeldPages = (most: number): HeldPages => {
  const spares = createSpareBuffers(most, 64 * 1024);
  let count = 0;
  let held = 0;
  const drop = (copy: Copy | undefined): void => {
    if (copy) spares.give(copy.buffer);
  };
  const took = (page: Page): Page => {
    count--;
    return page;
  };
  // Apart from where the page is: what two functions of one place hold, each of them holds.
  const fromCopy = (copy: Copy, first: string | undefined, length: number, next: Page["next"]) => {
    return async (): Promise<Page> => {
      count--;
      held -= copy.buffer.length;
      const { objects } = await readPageInSlices(copy.bytes, "ListBucketResult");
      drop(copy);
      const from = objects.findIndex(({ key }) => key === first);
      if (from < 0) throw invalidResponse("the answer was another one when it was read again");
      return new PageOf(objects.slice(from, from + length), plainArray(), next);
    };
  };
  return {
    hasRoom: (underWay) => count + underWay < most && held < mostBytes,
    copy(bytes) {
      if (count < few) return undefined;
      const buffer = spares.take(bytes.length);
      bytes.copy(buffer);
      return { bytes: buffer.subarray(0, bytes.length), buffer };
    },
    hold(page, copy) {
      count++;
      if (!copy) return () => took(page);
      held += copy.buffer.length;
      return fromCopy(copy, page.objects[0]?.key, page.objects.length, page.next);
    },
    drop,
  };
};
