import { HeadObjectCommand } from "@aws-sdk/client-s3";
import type { Attempts } from "./attempts";
import { type Answer, conditionally, refused } from "./conditional";
import { S3Error } from "./error";
import type { Knowledge, WriteKind } from "./guard";
import type { About, Context } from "./operation";
import type { Expected } from "./ownership";
import { codeOf, statusOf } from "./to-error";
import { onePage } from "./walk";

/** What goes into the input of a write that must not replace anything, or nothing but one object. */
export interface Condition {
  IfNoneMatch?: "*";
  /** In quotes. */
  IfMatch?: string;
}

/** A write that must not replace anything. */
export interface GuardedWrite {
  kind: WriteKind;
  expected: Expected;
  /** Small enough to be sent a second time, where nobody knows yet whether the store heeds the condition. */
  small: boolean;
  /** What belongs to the write once it is done, before another one of the key begins. */
  after?(answer: Answer): Promise<void>;
  /** Sends it once, retries of the SDK included; `signal` is that of the work unless it is given. */
  send(condition: Condition, attempts?: Attempts, signal?: AbortSignal): Promise<Answer>;
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

const mayNotLook =
  "the keys may not look whether it exists, as they must before each write where the store is not known to keep objects from being replaced: allow s3:GetObject and s3:ListBucket or, if it is sure to heed If-None-Match, set “Write guard” to “trust” in the connection";

/**
 * Looks by a listing, where a HEAD is refused: it has no body, so that nobody knows why. A listing fails with the
 * reason, such as a wrong secret, or tells what is there although it may not be read.
 */
const isListed = async (context: Context, key: string): Promise<boolean> => {
  try {
    const { objects } = await onePage(context, { prefix: key, pageSize: 1 });
    return objects.some((object) => object.key === key);
  } catch (error) {
    if (codeOf(error) !== "AccessDenied") throw error;
    throw new S3Error("AccessDenied", mayNotLook, { statusCode: 403 });
  }
};

/** Whether something stands there. All else, such as a missing bucket, the write will tell. */
const isThere = async (context: Context, key: string): Promise<boolean> => {
  const { connection, bucket, signal } = context;
  try {
    await connection.send(new HeadObjectCommand({ Bucket: bucket, Key: key }), signal);
    return true;
  } catch (error) {
    const status = statusOf(error);
    if (status === 404) return false;
    if (status !== 403 && status !== 400) throw error;
    return isListed(context, key);
  }
};

/**
 * Whether an error may mean that the store does not take the condition: 501, or a 400 that names it. S3's own 501
 * names the header that it does not take, which may be another one, such as x-amz-tagging.
 */
export const refusesCondition = (error: unknown, header: "If-None-Match" | "If-Match"): boolean => {
  const { Header, ArgumentName, message } = error as Record<string, unknown>;
  const name = new RegExp(header.replaceAll("-", "-?"), "i");
  const names = (...texts: unknown[]) => texts.some((text) => name.test(String(text ?? "")));
  if (statusOf(error) === 501) return Header === undefined || names(Header);
  return statusOf(error) === 400 && names(codeOf(error), Header, ArgumentName, message);
};

/** How long all writers wait for what one of them finds out, in ms. */
const patience = 2000;

/**
 * Sends a write that has just succeeded a second time, and a third time if that succeeds too. A store that heeds the
 * condition refuses it now; one that does not writes the same bytes again.
 * @returns the answer that tells of what stands there now
 */
const probe = async (context: Context, write: GuardedWrite, answer: Answer): Promise<Answer> => {
  const { connection, signal } = context;
  let last = answer;
  await connection.guard.find(signal, async (): Promise<Knowledge> => {
    const until = AbortSignal.any([signal, AbortSignal.timeout(patience)]);
    try {
      last = await write.send(ifAbsent, undefined, until);
      // Somebody may have deleted the object in between, which looks like this too.
      last = await write.send(ifAbsent, undefined, until);
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

/** What became of a write that was sent under a condition. */
export type Sent = GuardedAnswer | typeof refused;

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

/** Sends a write without the condition, where a look has shown nothing. */
export const sendBare = async (
  context: Context,
  { expected, send }: Pick<GuardedWrite, "expected" | "send">,
): Promise<Sent> => {
  const answer = await conditionally(context, expected, (attempts) => send({}, attempts));
  return answer === refused ? refused : { ...answer, atomic: false };
};

/** Looks, and sends the write without the condition. */
const lookAndSend = async (context: Context, write: GuardedWrite): Promise<Sent> =>
  (await isThere(context, write.expected.key)) ? refused : sendBare(context, write);

/**
 * A store has refused a write since something stands there. Where versioning is suspended, Ceph takes the delete marker
 * of what was deleted for that (`deleted-counts-as-there` in test/servers.ts): nobody could ever write there again.
 */
const unlessDeleted = async (context: Context, write: GuardedWrite): Promise<Sent> => {
  const { key } = write.expected;
  const seen = async () => (await isThere(context, key)) || (await isListed(context, key));
  // What cannot be looked at is as the store says.
  return (await seen().catch(() => true)) ? refused : sendBare(context, write);
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
    if (statusOf(error) === 409) {
      const sent = await unlessDeleted(context, write);
      if (sent !== refused) return sent;
    }
    if (!refusesCondition(error, "If-None-Match")) throw error;
    const bare = await lookAndSend(context, write);
    if (bare !== refused) guard.learn("refused");
    return bare;
  }
  if (answer === refused) return unlessDeleted(context, write);
  // One that made a version would make one more, and would tell nothing of the next such bucket.
  const tells = write.small && kind === "put" && !answer.VersionId;
  if (tells && guard.curious) answer = await probe(context, write, answer);
  return guard.decides(bucket, kind) ? answer : { ...answer, atomic: false };
};

/** Does work on a key, one after the other within this connection where the store is not trusted to keep it apart. */
const inTurn = <T>({ connection, bucket, signal }: Context, key: string, work: () => Promise<T>): Promise<T> =>
  connection.guard.trusted ? work() : connection.guard.turns(`${bucket}/${key}`, signal, work);

/**
 * Does a write in its turn, and what belongs to it once it is done.
 * @param decide for a store that is trusted to look and write in one step
 * @param look for any other
 */
export const inItsTurn = (
  context: Context,
  { expected, after }: Pick<GuardedWrite, "expected" | "after">,
  decide: () => Promise<Sent>,
  look: () => Promise<Sent>,
): Promise<Sent> =>
  inTurn(context, expected.key, async () => {
    const sent = await (context.connection.guard.trusted ? decide() : look());
    if (sent !== refused) await after?.(sent);
    return sent;
  });

/**
 * Writes where nothing stands: decided by the store in the same step or, where the store is not known to do that, by a
 * look before, which a rival elsewhere may slip behind.
 * @returns `refused` if an object that is not ours stands there: then nothing was changed
 */
export const guarded = (context: Context, write: GuardedWrite): Promise<Sent> =>
  inItsTurn(
    context,
    write,
    () => sendIfAbsent(context, write),
    () => unsure(context, write),
  );

/** Sends a write that may replace what is there, though not between the look and the write of a guarded one. */
export const unguarded = inTurn;
