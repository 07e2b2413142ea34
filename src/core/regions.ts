import type { ConnectionSettings } from "./connection-settings";
import { regionOf } from "./region-of";
import { statusOf } from "./to-error";

/** Where buckets are that are not in the region of their connection, as the store has told. */
export interface Regions {
  /** undefined: in the connection's. */
  of(bucket: string): string | undefined;
  /** Takes a refusal; says whether it names a region that the bucket is to be asked for in. */
  learn(bucket: string, error: unknown): boolean;
  /** Takes note that the connection's region answers for the bucket; says whether it is to be asked for there again. */
  isBack(bucket: string): boolean;
}

/** AWS's regions are in partitions, which have keys and hosts of their own. */
const partition = (region: string): string => /^(cn|us-gov|us-iso[a-z]*|eu-iso[a-z]*|eusc)-/.exec(region)?.[1] ?? "";

/** Whether an answer may say that the bucket is in another region. */
export const isRefusal = (error: unknown): boolean => [301, 400].includes(statusOf(error) ?? 0);

/** More are asked for in the connection's region, and refused each time. */
const most = 10_000;

/** A bucket that was found in one region is not looked for in another for so many ms: stores may send one in circles. */
export const settled = 300_000;

export const createRegions = ({ region, endpoint }: Pick<ConnectionSettings, "region" | "endpoint">): Regions => {
  /** Of buckets that were found elsewhere at some time; they may be back. */
  const told = new Map<string, { where: string; at: number }>();
  const mayMove = (bucket: string): boolean => {
    const known = told.get(bucket);
    return known ? performance.now() - known.at >= settled : told.size < most;
  };
  const whereOf = (bucket: string): string => told.get(bucket)?.where ?? region;
  const move = (bucket: string, where: string): boolean => {
    if (where === whereOf(bucket) || !mayMove(bucket)) return false;
    told.set(bucket, { where, at: performance.now() });
    return true;
  };
  return {
    of(bucket) {
      const where = whereOf(bucket);
      return where === region ? undefined : where;
    },
    learn(bucket, error) {
      const other = isRefusal(error) ? regionOf(error) : undefined;
      if (other === undefined) return false;
      if (endpoint === "" && partition(other) !== partition(region)) return false;
      return move(bucket, other);
    },
    isBack: (bucket) => move(bucket, region),
  };
};
