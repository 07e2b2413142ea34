import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import type { Attempts } from "./attempts";
import { meanings } from "./codes";
import type { DeleteReport } from "./delete-report";
import { deleteCommand } from "./delete-request";
import { openVictims } from "./open-victims";
import type { Context } from "./operation";
import { rest } from "./patience";
import { forEachOf } from "./side-by-side";
import { isThrottled, isThrottling } from "./throttling";
import { toS3Error } from "./to-error";

/** One key, or one version of it for good. */
export interface Victim {
  key: string;
  versionId?: string | undefined;
}

/** Why a key is still there. */
export interface Trouble {
  code: string;
  message: string;
}

/** Called once for each key, as soon as it is known: with `trouble` if it is still there. */
export type Ended<V extends Victim> = (victim: V, trouble?: Trouble) => void;

/** What the work that a batch belongs to tells it, and is told by it. */
export interface Pace {
  /** The store asked to slow down. */
  throttled(): void;
  /** Whether there is patience (see patience.ts): then throttling slows the work down, however often it comes, and does not end it. */
  lasts(error?: unknown): boolean;
  /** The batch broke off, and of so many of its keys nobody knows whether they are gone. */
  doubted?(count: number): void;
}

/** Keys in one DeleteObjects (API_DeleteObjects). */
export const batchLimit = 1000;

/** XML 1.0 cannot carry these, so that DeleteObjects cannot name such keys. */
const unnameable = (key: string): boolean => {
  for (let at = 0; at < key.length; at++) {
    const code = key.charCodeAt(at);
    if (code < 0x20 && code !== 9 && code !== 10 && code !== 13) return true;
    if (code === 0xfffe || code === 0xffff) return true;
  }
  return false;
};

/** Some stores call it an error to delete what is not there (any more). */
const goneAnyway = new Set(["NoSuchKey", "NoSuchVersion"]);

/** What a request said of a key. @param status where the answer was to that key alone */
type Said<V extends Victim> = (victim: V, trouble?: Trouble, status?: number) => void;

const troubled = <V extends Victim>(victim: V, code: string, text: string, said: Said<V>, status?: number): void => {
  if (goneAnyway.has(code)) said(victim);
  else said(victim, { code, message: text || meanings[code]?.what || "the store did not delete it" }, status);
};

/** How many keys may be gone though no answer says so. */
interface Doubt {
  /** Of those that a DeleteObjects names. */
  named: number;
  /** Of those that are asked for one by one. */
  singly: number;
}

/** @param doubt gets the key, if it may be gone; none where all that are asked for are in doubt already */
const removeOne = async <V extends Victim>(
  context: Context,
  victim: V,
  said: Said<V>,
  doubt?: Doubt,
): Promise<void> => {
  const { connection, bucket, signal } = context;
  signal.throwIfAborted();
  const version = victim.versionId ? { VersionId: victim.versionId } : {};
  const attempts: Attempts = { doubtful: false };
  try {
    await connection.send(new DeleteObjectCommand({ Bucket: bucket, Key: victim.key, ...version }), signal, attempts);
  } catch (error) {
    const told = toS3Error(error, { operation: "delete", bucket, redact: connection.redact });
    if (told.statusCode === undefined) {
      if (doubt && (attempts.doubtful || signal.aborted)) doubt.singly++;
      throw error;
    }
    return troubled(victim, told.code, told.message, said, told.statusCode);
  }
  said(victim);
};

const ask = async (context: Context, victims: readonly Victim[], attempts: Attempts): Promise<DeleteReport> => {
  const { connection, bucket, signal } = context;
  const { command, over } = deleteCommand(bucket, victims);
  attempts.victims = victims;
  try {
    const answer = await connection.send(command, signal, attempts);
    const { report } = answer as unknown as { report: DeleteReport };
    Object.assign(answer, { report: undefined });
    if (answer.$metadata.attempts === 1) over();
    return report;
  } finally {
    // V8 takes the SDK's promises for old, with all that they hold.
    attempts.victims = undefined;
  }
};

/** A key that the report does not account for is asked for by itself. */
const account = async <V extends Victim>(
  context: Context,
  victims: readonly V[],
  report: DeleteReport,
  said: Said<V>,
  doubt: Doubt,
): Promise<void> => {
  const open = openVictims(victims, report.failed.length === 0);
  const { redact } = context.connection;
  // First the bad news: a key that is reported twice is still there.
  for (const failed of report.failed) {
    const victim = open.take(failed);
    if (victim) troubled(victim, redact(failed.code), redact(failed.message), said);
  }
  for (const deleted of report.deleted) {
    const victim = open.take(deleted);
    if (victim) said(victim);
  }
  const left = open.left();
  doubt.named = left.length;
  const known: Said<V> = (...told) => {
    doubt.named--;
    said(...told);
  };
  await forEachOf(context, left, (victim) => removeOne(context, victim, known));
};

const removeAgain = async <V extends Victim>(
  context: Context,
  victims: readonly V[],
  ended: Ended<V>,
  pace: Pace,
  doubt: Doubt,
): Promise<void> => {
  const { signal, stop, connection } = context;
  const { maxAttempts } = connection.settings;
  let open = victims;
  for (let attempt = 1; open.length > 0; attempt++) {
    const again: V[] = [];
    const passing: { victim: V; trouble: Trouble; throttling: boolean }[] = [];
    const attempts: Attempts = { doubtful: false, throttled: pace.throttled };
    const said: Said<V> = (victim, trouble, status) => {
      const throttling = trouble !== undefined && isThrottling(trouble.code, status);
      if (trouble && (throttling || meanings[trouble.code]?.retryable)) passing.push({ victim, trouble, throttling });
      else ended(victim, trouble);
    };
    const singly = open.filter((victim) => unnameable(victim.key));
    const named = singly.length === 0 ? open : open.filter((victim) => !unnameable(victim.key));
    if (named.length > 0) {
      signal.throwIfAborted();
      const report = await ask(context, named, attempts).catch((error: unknown) => {
        if (attempts.doubtful || signal.aborted) doubt.named = named.length;
        const goesOn = pace.lasts(error) || (stop?.aborted && doubt.named === 0);
        if (!isThrottled(error) || !goesOn) throw error;
      });
      if (report) doubt.named = 0;
      if (report) await account(context, named, report, said, doubt);
      else again.push(...named);
    }
    await forEachOf(context, singly, (victim) => removeOne(context, victim, said, doubt));
    // Only now is it known whether other keys went.
    if (passing.some(({ throttling }) => throttling)) pace.throttled();
    for (const { victim, trouble, throttling } of passing) {
      if (attempt < maxAttempts || (throttling && pace.lasts())) again.push(victim);
      else ended(victim, trouble);
    }
    open = again;
    // What may be gone is asked for until it is known: work that is stopped says exactly how far it came.
    if (open.length > 0) await rest(signal, attempt, doubt.named > 0 ? undefined : stop);
    if (stop?.aborted && doubt.named === 0) return;
  }
};

/**
 * Deletes up to 1,000 keys, and again those that failed for reasons that pass.
 * @param ended called once for each key, unless it throws, or the work is stopped while some are to be tried again
 * @throws if the store cannot be asked at all; of keys that have not ended `pace` is told how many may be gone
 */
export const removeMany = async <V extends Victim>(
  context: Context,
  victims: readonly V[],
  ended: Ended<V>,
  pace: Pace,
): Promise<void> => {
  const doubt = { named: 0, singly: 0 };
  try {
    await removeAgain(context, victims, ended, pace, doubt);
  } catch (error) {
    const count = doubt.named + doubt.singly;
    if (count > 0) pace.doubted?.(count);
    throw error;
  }
};
