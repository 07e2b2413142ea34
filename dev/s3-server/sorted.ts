/** The keys of a bucket: a map for looking up, and an array in byte order that is put right only when someone lists. */
import { compareOrder, toOrder } from "./byte-order";
import type { KeyEntry } from "./model";

/** Up to this many changes are spliced in one by one; more are merged in one pass. */
const FEW = 32;

/** An ordered set of keys. */
export interface SortedKeys {
  get(key: string): KeyEntry | undefined;
  /** the entry of the key, made when there is none */
  add(key: string): KeyEntry;
  remove(key: string): void;
  /** all entries in byte order; valid until the next change */
  entries(): readonly KeyEntry[];
  readonly size: number;
}

/** The index of the first entry whose order form is not below `order`. */
export function lowerBound(entries: readonly KeyEntry[], order: string, from = 0): number {
  let low = from;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((entries[middle] as KeyEntry).order < order) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** An empty set of keys. */
export function sortedKeys(): SortedKeys {
  const map = new Map<string, KeyEntry>();
  let sorted: KeyEntry[] = [];
  let added: KeyEntry[] = [];
  let removed: KeyEntry[] = [];

  function settle(): void {
    if (removed.length > FEW) {
      sorted = sorted.filter((entry) => !entry.gone);
    } else {
      for (const entry of removed) {
        const at = lowerBound(sorted, entry.order);
        // the same key may have been added again meanwhile: only the entry that went is taken out
        for (let i = at; i < sorted.length && sorted[i]?.order === entry.order; i++) {
          if (sorted[i] === entry) {
            sorted.splice(i, 1);
            break;
          }
        }
      }
    }
    removed = [];
    const fresh = added.filter((entry) => !entry.gone);
    added = [];
    if (fresh.length > FEW)
      sorted = merge(
        sorted,
        fresh.sort((a, b) => compareOrder(a.order, b.order)),
      );
    else for (const entry of fresh) sorted.splice(lowerBound(sorted, entry.order), 0, entry);
  }

  return {
    get: (key) => map.get(key),
    add(key) {
      const known = map.get(key);
      if (known) return known;
      const entry: KeyEntry = { key, order: toOrder(key), versions: [], gone: false };
      map.set(key, entry);
      added.push(entry);
      return entry;
    },
    remove(key) {
      const entry = map.get(key);
      if (!entry) return;
      map.delete(key);
      entry.gone = true;
      removed.push(entry);
      if (removed.length > 100_000) settle(); // nobody lists: do not keep what is gone
    },
    entries() {
      if (added.length > 0 || removed.length > 0) settle();
      return sorted;
    },
    get size() {
      return map.size;
    },
  };
}

function merge(left: KeyEntry[], right: KeyEntry[]): KeyEntry[] {
  const last = left[left.length - 1];
  const first = right[0];
  if (!last || !first || last.order < first.order) return left.concat(right);
  const all: KeyEntry[] = new Array(left.length + right.length);
  let l = 0;
  let r = 0;
  for (let i = 0; i < all.length; i++) {
    const a = left[l];
    const b = right[r];
    if (b === undefined || (a !== undefined && a.order < b.order)) {
      all[i] = a as KeyEntry;
      l++;
    } else {
      all[i] = b;
      r++;
    }
  }
  return all;
}
