import type { Store } from "./store";

/** A server that a connection leads to: a store, whose buckets have names of their own, or one that was started. */
export type Target = Pick<Store, "endpoint" | "accessKey" | "secretKey" | "region"> &
  Partial<Pick<Store, "bucketName">>;

/** What that server calls the bucket to which a spec gave this name. */
export const realBucket = (target: Target, name: string): string => target.bucketName?.(name) ?? name;
