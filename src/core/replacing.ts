import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { type Answer, conditionally, refused } from "./conditional";
import { plainEtag } from "./etag";
import { type GuardedAnswer, type GuardedWrite, inTurn, refusesCondition } from "./guarded";
import type { Context } from "./operation";
import { codeOf, statusOf } from "./to-error";

/** A write that must replace the object with this ETag, without quotes, and no other. */
export interface Replacement extends Pick<GuardedWrite, "expected" | "send" | "after"> {
  etag: string;
}

/** Whether the object that stands there has the ETag. */
export const isStill = async ({ connection, bucket, signal }: Context, key: string, etag: string): Promise<boolean> => {
  try {
    const told = await connection.send(new HeadObjectCommand({ Bucket: bucket, Key: key }), signal);
    return plainEtag(told.ETag) === etag;
  } catch (error) {
    if (statusOf(error) === 404) return false;
    throw error;
  }
};

type Sent = GuardedAnswer | typeof refused;

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
  const { expected, etag, send } = write;
  if (!(await isStill(context, expected.key, etag))) return refused;
  const answer = await sendIfMatch(context, write).catch((error: unknown): typeof refused => {
    if (refusesCondition(error, "If-Match")) return refused;
    throw error;
  });
  if (answer !== refused) return { ...answer, atomic: false };
  // It may have been replaced in between; if it was not, the store has not understood what it was asked.
  if (!(await isStill(context, expected.key, etag))) return refused;
  const bare = await conditionally(context, expected, (attempts) => send({}, attempts));
  return bare === refused ? refused : { ...bare, atomic: false };
};

/**
 * Replaces an object only if it is still the one with the ETag: decided by the store in the same step (`If-Match`,
 * UserGuide/conditional-writes) or, where the store is not trusted to do that, by a look before, which a rival elsewhere
 * may slip behind.
 * @returns `refused` if another object stands there, or none: then nothing was changed
 */
export const replacing = (context: Context, write: Replacement): Promise<Sent> =>
  inTurn(context, write.expected.key, async () => {
    const { trusted } = context.connection.guard;
    const sent = await (trusted ? sendIfMatch(context, write) : lookAndSend(context, write));
    if (sent !== refused) await write.after?.(sent);
    return sent;
  });
