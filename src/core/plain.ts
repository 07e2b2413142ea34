/**
 * A constructor of plain objects, for those that are made by the thousand and live as long as a page of a listing: V8 makes
 * those of a literal old from the start once many of it have outlived a collection, and collects them late.
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
