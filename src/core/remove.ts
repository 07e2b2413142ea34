import { setTimeout as pause } from "node:timers/promises";
import { DeleteObjectCommand, DeleteObjectsCommand } from "@aws-sdk/client-s3";
import { meanings } from "./codes";
import type { Context } from "./operation";
import type { DeleteReport } from "./reply-pages";
import { toS3Error } from "./to-error";

/** One key, or one version of it for good. */
export interface Victim {
  key: string;
  versionId?: string | undefined;
}

/** A key that is still there. */
export interface Survivor<V extends Victim> {
  victim: V;
  code: string;
  message: string;
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

const idOf = (victim: Victim): string => `${victim.versionId ?? ""} ${victim.key}`;

const survivor = <V extends Victim>(context: Context, victim: V, code: string, said: string): Survivor<V> => ({
  victim,
  code,
  message: context.connection.redact(said) || meanings[code]?.what || "the store did not delete it",
});

const removeOne = async <V extends Victim>(context: Context, victim: V): Promise<Survivor<V> | undefined> => {
  const { connection, bucket, signal } = context;
  const version = victim.versionId ? { VersionId: victim.versionId } : {};
  try {
    await connection.send(new DeleteObjectCommand({ Bucket: bucket, Key: victim.key, ...version }), signal);
    return undefined;
  } catch (error) {
    const told = toS3Error(error, { operation: "delete", bucket, redact: connection.redact });
    if (told.statusCode === undefined) throw error;
    return survivor(context, victim, told.code, told.message);
  }
};

/** What one DeleteObjects left standing. A key that the report does not account for is asked for by itself. */
const removeBatch = async <V extends Victim>(context: Context, victims: readonly V[]): Promise<Survivor<V>[]> => {
  const { connection, bucket, signal } = context;
  const Objects = victims.map(({ key, versionId }) => ({ Key: key, ...(versionId ? { VersionId: versionId } : {}) }));
  const answer = await connection.send(
    new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: false } }),
    signal,
  );
  const { report } = answer as unknown as { report: DeleteReport };
  const open = new Map(victims.map((victim) => [idOf(victim), victim]));
  const left: Survivor<V>[] = [];
  for (const deleted of report.deleted) open.delete(idOf(deleted));
  for (const failed of report.failed) {
    const victim = open.get(idOf(failed));
    if (!victim) continue;
    open.delete(idOf(failed));
    left.push(survivor(context, victim, failed.code, failed.message));
  }
  for (const victim of open.values()) {
    const still = await removeOne(context, victim);
    if (still) left.push(still);
  }
  return left;
};

/**
 * Deletes up to 1,000 keys, and again those that failed for reasons that pass.
 * @returns the keys that are still there
 * @throws if the store cannot be asked at all; then it is not known which of them are gone
 */
export const removeMany = async <V extends Victim>(context: Context, victims: readonly V[]): Promise<Survivor<V>[]> => {
  const { maxAttempts } = context.connection.settings;
  const lost: Survivor<V>[] = [];
  let open: readonly V[] = victims;
  for (let attempt = 1; open.length > 0; attempt++) {
    const named = open.filter((victim) => !unnameable(victim.key));
    const singly = open.filter((victim) => unnameable(victim.key));
    const left = named.length > 0 ? await removeBatch(context, named) : [];
    const ones = await Promise.all(singly.map((victim) => removeOne(context, victim)));
    left.push(...ones.filter((one) => one !== undefined));
    const again = attempt < maxAttempts ? left.filter(({ code }) => meanings[code]?.retryable) : [];
    lost.push(...left.filter((one) => !again.includes(one)));
    open = again.map(({ victim }) => victim);
    if (open.length > 0) await pause(Math.random() * 200 * 2 ** attempt, undefined, { signal: context.signal });
  }
  return lost;
};
