import { matchEntry, patternOf, type Spans } from "./entry-pattern";
import { invalidResponse } from "./error";
import { inSlices } from "./in-slices";
import { readDate } from "./iso-date";
import { plain, plainArray } from "./plain";
import { keepHead, need, needNumber } from "./reply-fields";
import {
  hasEntities,
  hasForeign,
  hasQuotes,
  hasUrlCodes,
  isAt,
  kinds,
  latin1,
  type Name,
  type ScanVisitor,
  type Span,
  scanXml,
  textOf,
} from "./scan-xml";
import { unescapeXml } from "./xml";

/** One object of a listing, as S3 tells it. */
export interface Listed {
  key: string;
  /** Bytes. */
  size: number;
  /** ISO 8601. */
  lastModified?: string;
  /** Without quotes. */
  etag?: string;
  storageClass?: string;
  versionId?: string;
  isLatest?: boolean;
  deleteMarker?: true;
  /** A listing names it, and it may not be looked at: nothing else is known of it. */
  failed?: { code: string; message: string };
}

/** One page of a listing. */
export interface Page {
  objects: Listed[];
  /** Common prefixes, each with its delimiter at the end. */
  prefixes: string[];
  /** Where the next page begins; absent on the last. */
  next?: { token?: string; keyMarker?: string; versionIdMarker?: string };
}

export const PageOf = plain(function (this: Page, objects: Listed[], prefixes: string[], next?: Page["next"]) {
  this.objects = objects;
  this.prefixes = prefixes;
  if (next) this.next = next;
});

export type PageRoot = "ListBucketResult" | "ListVersionsResult";

/** What an entry of ListObjectsV2 has, with most stores. */
const Usual = plain(function (this: Listed, size: number, date: string, etag: string, storageClass: string) {
  this.key = "";
  this.size = size;
  this.lastModified = date;
  this.etag = etag;
  this.storageClass = storageClass;
});

/** What an entry of any kind has. */
const Bare = plain(function (this: Listed, size: number) {
  this.key = "";
  this.size = size;
});

/** Keys come url-encoded where the answer says so (ListObjectsV2, "encoding-type"): XML cannot carry all characters. */
export const decodeUrl = (text: string): string => {
  if (!/[%+]/.test(text)) return text;
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw invalidResponse(`the answer has a key that is not url-encoded: ${text.slice(0, 60)}`);
  }
};

/** How stores write the quotes of an ETag: AWS and Ceph by their name, those in Go by their number, a few as they are. */
const quotes = ["&quot;", "&#34;", '"', "&#x22;"].map((quote) => new Uint8Array(Buffer.from(quote)));

/** The fields of an entry that matter, by their place. */
const fields = ["Key", "Prefix", "Size", "LastModified", "ETag", "StorageClass", "VersionId", "IsLatest"] as const;
/** Fields of entries of other kinds, which must not come twice either. */
const others = ["DeleteMarker", "Code", "Message"];
const places = new Map([...fields, ...others].map((name, place) => [name as string, place]));
const [key, prefix, size, lastModified, etag, storageClass, versionId, isLatest] = fields.map((_, place) => place) as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];

/** Those that are another in each entry. */
const varying = [key, size, lastModified, etag, versionId, isLatest];

/** The fields of a `Usual` one. */
const usual = [key, size, lastModified, etag, storageClass].reduce((mask, place) => mask | (1 << place), 0);

const items = new Set(["Contents", "Version", "DeleteMarker", "CommonPrefixes", "Deleted", "Error"]);

/** What is worth another look at once is decoded again and again otherwise: neighbours often have the same. */
const sharing = <T>(bytes: Buffer, decode: (span: Readonly<Span>) => T): ((span: Readonly<Span>) => T) => {
  let last: { from: number; to: number; value: T } | undefined;
  return (span) => {
    const { from, to } = span;
    if (last?.from === from && last.to === to) return last.value;
    if (last && last.to - last.from === to - from) {
      let index = 0;
      while (from + index < to && bytes[from + index] === bytes[last.from + index]) index++;
      if (from + index === to) return last.value;
    }
    const value = decode(span);
    last = { from, to, value };
    return value;
  };
};

/** Some stores leave the common prefixes out of the count; fewer entries than counted is a list that lost some. */
const checkCount = (told: string | undefined, { objects, prefixes }: Page): void => {
  const count = needNumber(told, "KeyCount");
  if (count >= objects.length && count <= objects.length + prefixes.length) return;
  throw invalidResponse(`the answer counts ${count} keys, and has ${objects.length + prefixes.length}`);
};

/** Bytes that are read without a pause, and keys that are decoded: less than 5 ms of work, cold or not. */
const slice = { bytes: 65_536, keys: 200 };

/** Reads a page in slices. Throws InvalidResponse, in one of them, unless the page is whole and consistent. */
function* slicesOf(bytes: Buffer, root: PageRoot): Generator<void, Page> {
  const page = new PageOf(plainArray(), plainArray());
  const head = new Map<string, string>();
  // What can be read only when it is known whether keys are encoded; some stores tell it behind the entries.
  const encoded: { span: Span; set(text: string): void }[] = [];
  const spans = places.size;
  const own: Spans = { froms: new Int32Array(spans), tos: new Int32Array(spans), flags: new Uint8Array(spans) };
  const { froms, tos, flags } = own;
  const span: Span = { from: 0, to: 0, flags: 0 };
  let seen = 0;
  let inItem = false;
  let itemName = "";
  let placeName: Name | undefined;
  let place: number | undefined;

  const spanOf = (at: number): Span => {
    span.from = froms[at] as number;
    span.to = tos[at] as number;
    span.flags = flags[at] as number;
    return span;
  };
  const has = (at: number): boolean => (seen & (1 << at)) !== 0;
  const raw = (part: Readonly<Span>): string =>
    part.flags & hasForeign ? bytes.toString("utf8", part.from, part.to) : latin1(bytes, part.from, part.to);
  const dateOf = sharing(bytes, (part) => readDate(raw(part)));
  const classOf = sharing(bytes, (part) => textOf(bytes, part));
  const sizeOf = (): number => {
    const { from, to } = spanOf(size);
    if (has(size) && to > from && to - from < 16) {
      let number = 0;
      let at = from;
      for (; at < to; at++) {
        const digit = (bytes[at] as number) - 48;
        if (digit < 0 || digit > 9) break;
        number = number * 10 + digit;
      }
      if (at === to) return number;
    }
    return needNumber(has(size) ? raw(span) : undefined, "Size of an entry");
  };
  /** Where both ends of an ETag are quotes, written alike, they are no longer of it. */
  const strip = (part: Span): void => {
    for (const quote of quotes) {
      if (!isAt(bytes, quote, part.from)) continue;
      if (part.to - part.from < 2 * quote.length || !isAt(bytes, quote, part.to - quote.length)) return;
      part.from += quote.length;
      part.to -= quote.length;
      const inside = hasEntities | hasQuotes;
      part.flags &= ~inside;
      for (let at = part.from; at < part.to; at++) part.flags |= (kinds[bytes[at] as number] as number) & inside;
      return;
    }
  };
  /** Without quotes. */
  const etagOf = (part: Span): string => {
    if ((part.flags & (hasEntities | hasQuotes)) === 0) return raw(part);
    strip(part);
    return part.flags & (hasEntities | hasQuotes) ? unescapeXml(raw(part)).replaceAll('"', "") : raw(part);
  };

  /** A key or prefix; undefined if it is to be decoded and set later. */
  const nameAt = (at: number, what: string): string | undefined => {
    const part = spanOf(at);
    if (!has(at) || part.from === part.to) throw invalidResponse(`the answer has no ${what}`);
    return part.flags & (hasUrlCodes | hasEntities) ? undefined : textOf(bytes, part);
  };
  const later = (at: number, set: (text: string) => void): void => void encoded.push({ span: { ...spanOf(at) }, set });
  /** Made in one piece where it has what most have, which is several times as fast. Its key is still missing. */
  const entryOf = (name: string): Listed => {
    const date = has(lastModified) ? dateOf(spanOf(lastModified)) : undefined;
    const stored = has(storageClass) && tos[storageClass] !== froms[storageClass];
    if (seen === usual && name === "Contents" && date !== undefined && stored) {
      const tag = etagOf(spanOf(etag));
      return new Usual(sizeOf(), date, tag, classOf(spanOf(storageClass)));
    }
    const marker = name === "DeleteMarker";
    const entry = new Bare(marker ? 0 : sizeOf());
    if (date !== undefined) entry.lastModified = date;
    if (has(etag)) entry.etag = etagOf(spanOf(etag));
    if (stored) entry.storageClass = classOf(spanOf(storageClass));
    if (has(versionId)) entry.versionId = textOf(bytes, spanOf(versionId));
    if (has(isLatest)) entry.isLatest = textOf(bytes, spanOf(isLatest)) === "true";
    if (marker) entry.deleteMarker = true;
    return entry;
  };
  const addItem = (name: string): void => {
    if (name === "CommonPrefixes") {
      const common = nameAt(prefix, "Prefix in a common prefix");
      const at = page.prefixes.push(common ?? "") - 1;
      if (common === undefined) {
        later(prefix, (text) => {
          page.prefixes[at] = text;
        });
      }
      return;
    }
    const entry = entryOf(name);
    const whole = nameAt(key, "Key in an entry");
    if (whole !== undefined) entry.key = whole;
    else {
      later(key, (text) => {
        entry.key = text;
      });
    }
    page.objects.push(entry);
  };

  const visitor: ScanVisitor = {
    open({ text }, depth) {
      if (depth !== 1) return;
      inItem = items.has(text);
      itemName = text;
      seen = 0;
    },
    close(name, depth, text) {
      if (depth === 2 && inItem) {
        if (name !== placeName) {
          placeName = name;
          place = places.get(name.text);
        }
        if (place === undefined) return;
        if (has(place)) throw invalidResponse(`the answer has two ${name.text} in one entry`);
        seen |= 1 << place;
        froms[place] = text.from;
        tos[place] = text.to;
        flags[place] = text.flags;
      } else if (depth === 1) {
        if (inItem) addItem(name.text);
        else keepHead(head, name.text, raw(text));
      }
    },
  };
  const scanner = scanXml(bytes, root, visitor);
  /** Reads on as long as entries look like the last one, which began at `from`. */
  const addAlike = (from: number, until: number): void => {
    // The quotes of an ETag lie between the texts as well, so that what is in it need not be looked through for more.
    if (has(etag)) {
      strip(spanOf(etag));
      froms[etag] = span.from;
      tos[etag] = span.to;
    }
    const pattern = patternOf(bytes, [from, scanner.at], own, varying, { name: itemName, seen });
    let end = scanner.at;
    while (end < until) {
      const next = matchEntry(bytes, end, pattern, own);
      if (next < 0) break;
      seen = pattern.seen;
      addItem(pattern.name);
      end = next;
    }
    scanner.at = end;
  };
  let from = scanner.at;
  let pause = from + slice.bytes;
  while (!scanner.step()) {
    if (inItem && itemName !== "CommonPrefixes") addAlike(from, pause);
    from = scanner.at;
    if (from < pause) continue;
    pause = from + slice.bytes;
    yield;
  }

  const decode = head.get("EncodingType") === "url" ? decodeUrl : (text: string) => text;
  let decoded = 0;
  for (const { span: part, set } of encoded) {
    set(decode(textOf(bytes, part)));
    if (++decoded % slice.keys === 0) yield;
  }
  if (root === "ListBucketResult") checkCount(head.get("KeyCount"), page);
  const truncated = head.get("IsTruncated");
  if (truncated !== "true" && truncated !== "false")
    throw invalidResponse("the answer does not say whether it is whole");
  if (truncated === "false") return page;
  if (root === "ListBucketResult") {
    page.next = { token: unescapeXml(need(head.get("NextContinuationToken"), "NextContinuationToken")) };
  } else {
    const marker = unescapeXml(need(head.get("NextKeyMarker"), "NextKeyMarker"));
    // It is the last of the page. Ceph 18.2 encodes the keys of a page, and not this one: "+" would be taken for a space.
    const plain = marker === page.objects.at(-1)?.key || marker === page.prefixes.at(-1);
    page.next = { keyMarker: plain ? marker : decode(marker) };
    const version = head.get("NextVersionIdMarker");
    if (version) page.next.versionIdMarker = unescapeXml(version);
  }
  return page;
}

/** Reads a page of ListObjectsV2 or ListObjectVersions. Throws InvalidResponse unless it is whole and consistent. */
export const readPage = (xml: Buffer | string, root: PageRoot): Page => {
  const slices = slicesOf(Buffer.from(xml as string), root);
  for (;;) {
    const { done, value } = slices.next();
    if (done) return value;
  }
};

/** Resolves when no page is being read. */
let free: Promise<unknown> = Promise.resolve();

/**
 * The same, in between other work: none waits for the whole of a long page. Pages are read one after the other, for V8 takes
 * what lies half read among others for old.
 */
export const readPageInSlices = (bytes: Buffer, root: PageRoot): Promise<Page> => {
  const page = free.then(() => inSlices(slicesOf(bytes, root)));
  const over = (): void => {};
  free = page.then(over, over);
  return page;
};
