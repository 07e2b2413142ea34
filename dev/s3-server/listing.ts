/** Walking the sorted keys of a bucket: prefix, delimiter, where to start, how many. */
import { afterPrefix, fromOrder, toOrder } from "./byte-order";
import type { Bucket, KeyEntry, Version } from "./model";
import { lowerBound } from "./sorted";

/** What to list. */
export interface ListingOptions {
  prefix: string;
  delimiter: string;
  /** start after this key or common prefix */
  after: string;
  limit: number;
}

/** One page: keys and common prefixes in byte order, together no more than the limit. */
export interface ListingPage {
  entries: { key: string; version: Version }[];
  prefixes: string[];
  truncated: boolean;
  /** the last key or common prefix; "" for an empty page */
  last: string;
}

/** Where a listing starts. A marker that is itself a common prefix stands for all the keys below it. */
export function startOrder(after: string, prefix: string, delimiter: string): string {
  if (after === "") return toOrder(prefix);
  const order = toOrder(after);
  const below =
    delimiter !== "" &&
    after.startsWith(prefix) &&
    after.endsWith(delimiter) &&
    after.indexOf(delimiter, prefix.length) === after.length - delimiter.length;
  const start = below ? afterPrefix(order) : `${order}\u0000`;
  const first = toOrder(prefix);
  if (start < first) return first;
  return start;
}

/** The common prefix that `entry` falls under, in its order form; undefined when it is listed by itself. */
export function rollUp(entry: KeyEntry, prefix: string, delimiter: string): string | undefined {
  const at = entry.order.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : entry.order.slice(0, at + delimiter.length);
}

/** A page of current objects; delete markers are passed over. */
export function listPage(bucket: Bucket, options: ListingOptions): ListingPage {
  const page: ListingPage = { entries: [], prefixes: [], truncated: false, last: "" };
  if (options.limit === 0) return page;
  const sorted = bucket.keys.entries();
  const prefix = toOrder(options.prefix);
  const delimiter = toOrder(options.delimiter);
  const after = toOrder(options.after);
  let count = 0;
  let at = lowerBound(sorted, startOrder(options.after, options.prefix, options.delimiter));
  while (at < sorted.length) {
    const entry = sorted[at] as KeyEntry;
    if (!entry.order.startsWith(prefix)) break;
    const version = entry.versions[0];
    if (version === undefined || version.deleteMarker) {
      at++;
      continue;
    }
    const common = delimiter === "" ? undefined : rollUp(entry, prefix, delimiter);
    // ListObjectsV2, Delimiter: a common prefix that is not greater than StartAfter is left out
    if (common !== undefined && common <= after) {
      at = lowerBound(sorted, afterPrefix(common), at + 1);
      continue;
    }
    if (count === options.limit) {
      page.truncated = true;
      break;
    }
    count++;
    if (common === undefined) {
      page.entries.push({ key: entry.key, version });
      page.last = entry.key;
      at++;
    } else {
      page.last = fromOrder(common);
      page.prefixes.push(page.last);
      at = lowerBound(sorted, afterPrefix(common), at + 1);
    }
  }
  return page;
}
