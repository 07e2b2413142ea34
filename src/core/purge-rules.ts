import { createHash } from "node:crypto";
import type { LifecycleRule, LifecycleRuleFilter } from "@aws-sdk/client-s3";

/** What a purge by rules is to take. */
export interface Wish {
  prefix: string;
  /** Since an object was written, or a version was replaced. */
  days: number;
  /** Bytes. */
  minSize?: number | undefined;
  maxSize?: number | undefined;
  versions: boolean;
  keepVersions?: number | undefined;
}

const begin = "node-red:purge:";

/** Names the rules of a prefix: whoever reads the bucket's configuration sees where they come from. */
export const ruleId = (prefix: string): string =>
  begin + createHash("sha256").update(prefix).digest("hex").slice(0, 16);

/** The second rule of a prefix: an action in days and one for delete markers do not go into one. */
const markersId = (prefix: string): string => `${ruleId(prefix)}:markers`;

/** Whether a rule is one that was written for a prefix. All others are somebody else's. */
export const isOwn = (prefix: string, { ID }: LifecycleRule): boolean =>
  ID === ruleId(prefix) || ID === markersId(prefix);

/** Several conditions stand in `And`, and one must not. */
const filterOf = ({ prefix, minSize, maxSize }: Wish): LifecycleRuleFilter => {
  const sizes = {
    ...(minSize === undefined || minSize === 0 ? {} : { ObjectSizeGreaterThan: minSize - 1 }),
    ...(maxSize === undefined ? {} : { ObjectSizeLessThan: maxSize + 1 }),
  };
  const count = Object.keys(sizes).length;
  if (count === 0) return { Prefix: prefix };
  if (prefix === "") return count === 1 ? sizes : { And: sizes };
  return { And: { Prefix: prefix, ...sizes } };
};

/**
 * The rules that take what a purge would take, or less. With `keepVersions`, what is current stays; S3 counts the versions
 * below it, of which one more may stay than a purge would leave: where a delete marker is on top, it is just as many. MinIO counts
 * the markers among them too, so that fewer versions may stay there. Delete markers that hide nothing go at any age.
 */
export const purgeRules = (wish: Wish): LifecycleRule[] => {
  const { prefix, days, versions, keepVersions } = wish;
  const rule: LifecycleRule = { ID: ruleId(prefix), Status: "Enabled", Filter: filterOf(wish) };
  if (keepVersions !== undefined) {
    return [{ ...rule, NoncurrentVersionExpiration: { NoncurrentDays: days, NewerNoncurrentVersions: keepVersions } }];
  }
  const expiring: LifecycleRule = { ...rule, Expiration: { Days: days } };
  if (!versions) return [expiring];
  const all: LifecycleRule = { ...expiring, NoncurrentVersionExpiration: { NoncurrentDays: days } };
  // A delete marker has no size.
  if (wish.minSize !== undefined || wish.maxSize !== undefined) return [all];
  return [all, { ...rule, ID: markersId(prefix), Expiration: { ExpiredObjectDeleteMarker: true } }];
};
