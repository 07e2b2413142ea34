import { type Bucket, type Change, type Version, versionsOf } from "./bucket";

const sameBody = (a: Buffer | undefined, b: Buffer | undefined): boolean =>
  a === undefined || b === undefined ? a === b : a.equals(b);

export const sameVersions = (a: readonly Version[], b: readonly Version[]): boolean =>
  a.length === b.length && a.every(({ id, body }, at) => id === b[at]?.id && sameBody(body, b[at]?.body));

/**
 * Whether a key is as a change leaves it.
 * @param most how often it may have been made: a request that is repeated makes a version each time
 */
export const isMade = (bucket: Bucket, change: Change, now: readonly Version[], most: number): boolean => {
  const before = versionsOf(bucket, change.key);
  if (change.to === "without") {
    const { ids } = change;
    return sameVersions(
      before.filter(({ id }) => !ids.includes(id)),
      now,
    );
  }
  const wanted = change.to === "body" ? change.body : undefined;
  if (bucket.versioning === "off") {
    if (change.to === "gone") return now.length === 0;
    return now.length === 1 && sameBody(now[0]?.body, wanted);
  }
  // What has no id of its own is replaced where versioning is suspended.
  const kept = bucket.versioning === "Enabled" ? before : before.filter(({ id }) => id !== "null");
  const added = now.length - kept.length;
  if (added < 1 || added > (bucket.versioning === "Enabled" ? most : 1)) return false;
  return now.slice(0, added).every(({ body }) => sameBody(body, wanted)) && sameVersions(kept, now.slice(added));
};
