import { HeadObjectCommand } from "@aws-sdk/client-s3";
import type { Attempts } from "./attempts";
import { type Answer, conditionally, refused } from "./conditional";
import { S3Error } from "./error";
import type { Knowledge } from "./guard";
import type { About, Context } from "./operation";
import type { Expected } from "./ownership";
import { codeOf, statusOf } from "./to-error";

/** What goes into the input of a write that must not replace anything. */
export interface Condition {
  IfNoneMatch?: "*";
}

/** A write that must not replace anything. */
export interface GuardedWrite {
  expected: Expected;
  /** Small enough to be sent a second time, where nobody knows yet whether the store heeds the condition. */
  small: boolean;
  /** Sends it once, retries of the SDK included. */
  send(condition: Condition, attempts?: Attempts): Promise<Answer>;
}

/** An answer; `atomic` is false unless the store is known to have looked and written in one step. */
export type GuardedAnswer = Answer & { atomic?: false };

/**
 * What a node shows in place of `done`, where the store is known not to guard its objects. While nobody knows, which
 * may be for ever if all objects are large, `msg.s3` alone says so: a status that warns of nothing is not read for long.
 */
export const caveatOf = ({ atomic }: About, { connection }: Context): string | undefined =>
  atomic === false && connection.guard.knowledge !== "unknown" ? "done, not atomic" : undefined;

const ifAbsent: Condition = { IfNoneMatch: "*" };

/** Whether something stands there. All else, such as a missing bucket, the write will tell. */
const isThere = async ({ connection, bucket, signal }: Context, key: string): Promise<boolean> => {
  try {
    await connection.send(new HeadObjectCommand({ Bucket: bucket, Key: key }), signal);
    return true;
  } catch (error) {
    if (statusOf(error) === 404) return false;
    if (statusOf(error) !== 403) throw error;
    const text =
      "the keys may not look whether it exists, as they must before each write where the store is not known to keep objects from being replaced: allow s3:GetObject and s3:ListBucket or, if it is sure to heed If-None-Match, set “Write guard” to “trust” in the connection";
    throw new S3Error("AccessDenied", text, { statusCode: 403 });
  }
};

/**
 * Whether an error may mean that the store does not take the condition: 501, or a 400 that names it. S3's own 501
 * names the header that it does not take, which may be another one, such as x-amz-tagging.
 */
const refusesCondition = (error: unknown): boolean => {
  const { Header, ArgumentName, message } = error as Record<string, unknown>;
  const names = (...texts: unknown[]) => texts.some((text) => /if-?none-?match/i.test(String(text ?? "")));
  if (statusOf(error) === 501) return Header === undefined || names(Header);
  return statusOf(error) === 400 && names(codeOf(error), Header, ArgumentName, message);
};

/**
 * Sends a write that has just succeeded a second time. A store that heeds the condition refuses it now; one that does
 * not writes the same bytes again.
 * @returns the answer that tells of what stands there now
 */
const probe = async (context: Context, write: GuardedWrite, answer: Answer): Promise<Answer> => {
  const { connection, signal } = context;
  let last = answer;
  await connection.guard.find(signal, async (): Promise<Knowledge> => {
    try {
      last = await write.send(ifAbsent);
      return "ignored";
    } catch (error) {
      const heeded = statusOf(error) === 412 || codeOf(error) === "ConditionalRequestConflict";
      // Whatever else went wrong, the write itself is done.
      return heeded ? "heeded" : "unknown";
    }
  });
  if (signal.aborted) throw signal.reason;
  return last;
};

/** For a store that is not known to heed the condition. No other write of the key is under way on this connection. */
const looking = async (context: Context, write: GuardedWrite): Promise<GuardedAnswer | typeof refused> => {
  const { guard } = context.connection;
  const send = (condition: Condition) =>
    conditionally(context, write.expected, (attempts) => write.send(condition, attempts));
  const sendBare = async (): Promise<GuardedAnswer | typeof refused> => {
    if (await isThere(context, write.expected.key)) return refused;
    const answer = await send({});
    return answer === refused ? refused : { ...answer, atomic: false };
  };
  if (guard.knowledge === "refused") return sendBare();
  if (await isThere(context, write.expected.key)) return refused;
  let answer: Answer | typeof refused;
  try {
    // Also where it is said to be ignored: some stores heed it as long as nobody writes at the same time.
    answer = await send(ifAbsent);
  } catch (error) {
    if (!refusesCondition(error)) throw error;
    const bare = await sendBare();
    if (bare !== refused) guard.learn("refused");
    return bare;
  }
  if (answer === refused) return refused;
  if (write.small && guard.knowledge === "unknown") answer = await probe(context, write, answer);
  return guard.knowledge === "heeded" ? answer : { ...answer, atomic: false };
};

/**
 * Writes where nothing stands: decided by the store in the same step or, where the store is not known to do that, by a
 * look before, which a rival elsewhere may slip behind.
 * @returns `refused` if an object that is not ours stands there: then nothing was changed
 */
export const guarded = async (context: Context, write: GuardedWrite): Promise<GuardedAnswer | typeof refused> => {
  const { connection, bucket, signal } = context;
  const { guard } = connection;
  const direct = () => conditionally(context, write.expected, (attempts) => write.send(ifAbsent, attempts));
  if (guard.knowledge === "heeded") return direct();
  return guard.turns(`${bucket}/${write.expected.key}`, signal, () =>
    // It may have been found out while this one waited.
    guard.knowledge === "heeded" ? direct() : looking(context, write),
  );
};

/** Sends a write that may replace what is there, though not between the look and the write of a guarded one. */
export const unguarded = async <T>(context: Context, key: string, send: () => Promise<T>): Promise<T> => {
  const { connection, bucket, signal } = context;
  const { guard } = connection;
  return guard.knowledge === "heeded" ? send() : guard.turns(`${bucket}/${key}`, signal, send);
};
