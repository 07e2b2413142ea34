/**
 * What must be there: should after an optional chain says nothing of what is undefined, for it is not evaluated, and the
 * spec passes.
 * @throws if it is undefined or null
 */
export const must = <T>(value: T): NonNullable<T> => {
  if (value === undefined || value === null) throw new Error(`there is ${value} where something must be`);
  return value;
};
