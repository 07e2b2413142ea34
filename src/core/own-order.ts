import type { Context } from "./operation";

/** Buckets by the connection through which they were listed. */
const buckets = new WeakMap<object, Set<string>>();

/** Whether a bucket has turned out to be listed in an order of the store's own, and not in that of its keys' bytes. */
export const hasOwnOrder = ({ connection, bucket }: Context): boolean => buckets.get(connection)?.has(bucket) === true;

export const markOwnOrder = ({ connection, bucket }: Context): void => {
  const known = buckets.get(connection) ?? new Set();
  buckets.set(connection, known.add(bucket));
};
