import type { Answer, refused } from "./conditional";
import { type GuardedWrite, guarded, type Sent, unguarded } from "./guarded";
import { head } from "./head";
import type { Context } from "./operation";
import { replacing } from "./replacing";

/** What must hold of a key, or nothing is written. */
export interface Terms {
  key: string;
  /** Nothing stands there: decided by the store in the same step, where it does that. */
  ifAbsent: boolean;
  /** The object there has this ETag, without quotes. */
  ifMatch?: string;
}

/** Looks whether a write would be refused: not to send gigabytes, and hear that at their end. */
export const isHopeless = async (context: Context, { key, ifAbsent, ifMatch }: Terms): Promise<boolean> => {
  if (!ifMatch && !ifAbsent) return false;
  const there = await head(context, key);
  return ifMatch ? there?.etag !== ifMatch : there !== undefined;
};

/**
 * Sends a write under its terms; one without any as `free` does.
 * @returns `refused` if they do not hold: then nothing was changed
 */
export const underTerms = (
  context: Context,
  { key, ifAbsent, ifMatch }: Terms,
  write: GuardedWrite,
  free: () => Promise<Answer | typeof refused>,
): Promise<Sent> => {
  if (ifMatch) return replacing(context, { ...write, etag: ifMatch });
  return ifAbsent ? guarded(context, write) : unguarded(context, key, free);
};
