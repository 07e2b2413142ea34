/**
 * A constructor of plain objects, for those that live as long as a page of a listing: V8 makes those of a literal old from the
 * start once most that it found of it have outlived a collection, and collects them late, with all that they hold.
 * @param fill sets the properties, always the same in the same order
 */
export const plain = <T extends object, Args extends unknown[]>(
  fill: (this: T, ...args: Args) => void,
): (new (
  ...args: Args
) => T) => {
  fill.prototype = Object.prototype;
  return fill as unknown as new (
    ...args: Args
  ) => T;
};

/** An empty array for the same: that of a literal is old from the start likewise. */
export const plainArray = <T>(): T[] => Array.of<T>();
