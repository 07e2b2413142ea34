import type { ConnectionSettings } from "./connection-settings";
import { regionOf } from "./region-of";
import { statusOf } from "./to-error";

/** Where buckets are that are not in the region of their connection, as the store has told. */
export interface Regions {
  /** undefined: in the connection's. */
  of(bucket: string): string | undefined;
  /** Takes a refusal; says whether it names a region that the bucket is to be asked for in. */
  learn(bucket: string, error: unknown): boolean;
}

/** AWS's regions are in partitions, which have keys and hosts of their own. */
const partition = (region: string): string => /^(cn|us-gov|us-iso[a-z]*|eu-iso[a-z]*|eusc)-/.exec(region)?.[1] ?? "";

/** Whether an answer may say that the bucket is in another region. */
export const isRefusal = (error: unknown): boolean => [301, 400].includes(statusOf(error) ?? 0);

/** More are asked for in the connection's region, and refused each time. */
const most = 10_000;

export const createRegions = ({ region, endpoint }: Pick<ConnectionSettings, "region" | "endpoint">): Regions => {
  const told = new Map<string, string>();
  return {
    of: (bucket) => told.get(bucket),
    learn(bucket, error) {
      if (told.has(bucket) || told.size >= most || !isRefusal(error)) return false;
      const other = regionOf(error);
      if (other === undefined || other === region) return false;
      if (endpoint === "" && partition(other) !== partition(region)) return false;
      told.set(bucket, other);
      return true;
    },
  };
};
