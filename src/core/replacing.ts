import { type Answer, conditionally, refused } from "./conditional";
import { type GuardedWrite, inItsTurn, refusesCondition, type Sent, sendBare } from "./guarded";
import { head } from "./head";
import type { Context } from "./operation";
import { codeOf } from "./to-error";

/** A write that must replace the object with this ETag, without quotes, and no other. */
export interface Replacement extends Pick<GuardedWrite, "expected" | "send" | "after"> {
  etag: string;
}

const isStill = async (context: Context, { expected, etag }: Replacement): Promise<boolean> =>
  (await head(context, expected.key))?.etag === etag;

const sendIfMatch = async (
  context: Context,
  { expected, etag, send }: Replacement,
): Promise<Answer | typeof refused> => {
  try {
    return await conditionally(context, expected, (attempts) => send({ IfMatch: `"${etag}"` }, attempts));
  } catch (error) {
    // What S3 says where no object is there.
    if (codeOf(error) === "NoSuchKey") return refused;
    throw error;
  }
};

/** For a store that is not sure to heed the condition: some ignore it, refuse it, or never take it for met. */
const lookAndSend = async (context: Context, write: Replacement): Promise<Sent> => {
  if (!(await isStill(context, write))) return refused;
  const answer = await sendIfMatch(context, write).catch((error: unknown): typeof refused => {
    if (refusesCondition(error, "If-Match")) return refused;
    throw error;
  });
  if (answer !== refused) return { ...answer, atomic: false };
  // It may have been replaced in between; if it was not, the store has not understood what it was asked.
  return (await isStill(context, write)) ? sendBare(context, write) : refused;
};

/**
 * Replaces an object only if it is still the one with the ETag: decided by the store in the same step (`If-Match`,
 * UserGuide/conditional-writes) or, where the store is not trusted to do that, by a look before, which a rival elsewhere
 * may slip behind.
 * @returns `refused` if another object stands there, or none: then nothing was changed
 */
export const replacing = (context: Context, write: Replacement): Promise<Sent> =>
  inItsTurn(
    context,
    write,
    () => sendIfMatch(context, write),
    () => lookAndSend(context, write),
  );
