/** The first so many of what comes, in an order, in memory for these alone. */
export interface Top<T> {
  add(item: T): void;
  /** In their order. */
  sorted(): T[];
}

/**
 * @param limit how many are kept
 * @param compare as of sort; never 0 for two of them
 */
export const createTop = <T>(limit: number, compare: (a: T, b: T) => number): Top<T> => {
  // A heap: each comes after both of its children, so that the last of all is the first here.
  const heap: T[] = [];
  const at = (index: number): T => heap[index] as T;
  const swap = (a: number, b: number): void => {
    const held = at(a);
    heap[a] = at(b);
    heap[b] = held;
  };
  const rise = (): void => {
    for (let index = heap.length - 1; index > 0; ) {
      const above = (index - 1) >> 1;
      if (compare(at(above), at(index)) > 0) return;
      swap(above, index);
      index = above;
    }
  };
  const sink = (): void => {
    for (let index = 0; ; ) {
      let last = index;
      for (const child of [2 * index + 1, 2 * index + 2])
        if (child < heap.length && compare(at(child), at(last)) > 0) last = child;
      if (last === index) return;
      swap(last, index);
      index = last;
    }
  };
  return {
    add(item) {
      if (heap.length < limit) {
        heap.push(item);
        rise();
      } else if (limit > 0 && compare(item, at(0)) < 0) {
        heap[0] = item;
        sink();
      }
    },
    sorted: () => [...heap].sort(compare),
  };
};
