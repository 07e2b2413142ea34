import { HeadObjectCommand } from "@aws-sdk/client-s3";
import type { Attempts } from "./attempts";
import { type Answer, conditionally, refused } from "./conditional";
import { S3Error } from "./error";
import type { Knowledge, WriteKind } from "./guard";
import type { About, Context } from "./operation";
import type { Expected } from "./ownership";
import { codeOf, statusOf } from "./to-error";

/** What goes into the input of a write that must not replace anything. */
export interface Condition {
  IfNoneMatch?: "*";
}

/** A write that must not replace anything. */
export interface GuardedWrite {
  kind: WriteKind;
  expected: Expected;
  /** Small enough to be sent a second time, where nobody knows yet whether the store heeds the condition. */
  small: boolean;
  /** Sends it once, retries of the SDK included. */
  send(condition: Condition, attempts?: Attempts): Promise<Answer>;
}

/** An answer; `atomic` is false unless the store is known to have looked and written in one step. */
export type GuardedAnswer = Answer & { atomic?: false };

/**
 * What a node shows in place of `done`, where the store is known not to guard its objects. Where it is merely not known
 * to, as with objects in parts, `msg.s3` alone says so: a status that warns of nothing is not read for long.
 */
export const caveatOf = ({ atomic }: About, { connection }: Context): string | undefined =>
  atomic === false && ["ignored", "refused"].includes(connection.guard.knowledge) ? "done, not atomic" : undefined;

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

type Sent = GuardedAnswer | typeof refused;

/** Sends a write with the condition, and learns from the answer. */
const sendIfAbsent = async (
  context: Context,
  { kind, expected, send }: GuardedWrite,
): Promise<Answer | typeof refused> => {
  const { bucket, connection } = context;
  const { guard } = connection;
  const answer = await conditionally(context, expected, async (attempts) => {
    try {
      return await send(ifAbsent, attempts);
    } catch (error) {
      if (kind === "put" && statusOf(error) === 412) guard.learn("heeded");
      throw error;
    }
  });
  if (answer !== refused) guard.saw(bucket, kind, answer.VersionId);
  return answer;
};

/** Looks, and sends the write without the condition. */
const lookAndSend = async (context: Context, { expected, send }: GuardedWrite): Promise<Sent> => {
  if (await isThere(context, expected.key)) return refused;
  const answer = await conditionally(context, expected, (attempts) => send({}, attempts));
  return answer === refused ? refused : { ...answer, atomic: false };
};

/** For a store that is not sure to decide. No other write of the key is under way on this connection. */
const unsure = async (context: Context, write: GuardedWrite): Promise<Sent> => {
  const { connection, bucket } = context;
  const { guard } = connection;
  const { kind, expected } = write;
  if (guard.knowledge === "refused") return lookAndSend(context, write);
  // It may have been found out while this write waited.
  if (!guard.decides(bucket, kind) && (await isThere(context, expected.key))) return refused;
  let answer: Answer | typeof refused;
  try {
    // Also where it is said to be ignored: some stores heed it as long as nobody writes at the same time.
    answer = await sendIfAbsent(context, write);
  } catch (error) {
    if (!refusesCondition(error)) throw error;
    const bare = await lookAndSend(context, write);
    if (bare !== refused) guard.learn("refused");
    return bare;
  }
  if (answer === refused) return refused;
  // One that made a version would make one more, and would tell nothing of the next such bucket.
  const tells = write.small && kind === "put" && !answer.VersionId;
  if (tells && guard.knowledge === "unknown") answer = await probe(context, write, answer);
  return guard.decides(bucket, kind) ? answer : { ...answer, atomic: false };
};

/**
 * Writes where nothing stands: decided by the store in the same step or, where the store is not known to do that, by a
 * look before, which a rival elsewhere may slip behind.
 * @returns `refused` if an object that is not ours stands there: then nothing was changed
 */
export const guarded = async (context: Context, write: GuardedWrite): Promise<Sent> => {
  const { connection, bucket, signal } = context;
  const { guard } = connection;
  if (guard.trusted) return sendIfAbsent(context, write);
  return guard.turns(`${bucket}/${write.expected.key}`, signal, () => unsure(context, write));
};

/** Sends a write that may replace what is there, though not between the look and the write of a guarded one. */
export const unguarded = async <T>(context: Context, key: string, send: () => Promise<T>): Promise<T> => {
  const { connection, bucket, signal } = context;
  const { guard } = connection;
  return guard.trusted ? send() : guard.turns(`${bucket}/${key}`, signal, send);
};
