import { followCount } from "./count-progress";
import { S3Error } from "./error";
import { createFailedList, type FailedList, failedOf } from "./failed-list";
import { verify } from "./given/given";
import { pathOf } from "./key";
import type { Context } from "./operation";
import { brokenOff, deletedBefore, type Failed, partialFailure, toldOf } from "./partial";
import { type Left, type Match, matches, nothingLeft, type Selection } from "./purge-matches";
import type { Ended } from "./remove";
import { removeAll } from "./remove-all";
import { codeOf } from "./to-error";
import { stopped } from "./until-stopped";

/** What a purge did. */
export interface Purged extends Partial<Left> {
  path: string;
  dryRun: false;
  deleted: number;
  bytes: number;
  failed: Failed[];
  /** Of all that failed, where they are more than `failed` lists. */
  failedCount?: number;
  /** Objects that were being deleted when the work broke off: nobody knows whether they are gone. */
  unknown?: number;
  /** It was told to stop, and there may be more. */
  stopped?: true;
}

/** What a purge would do. */
export interface Found extends Partial<Left> {
  path: string;
  dryRun: true;
  matched: number;
  bytes: number;
  /** What the purge could not look at either. */
  failed: Failed[];
  failedCount?: number;
  /** The first paths. */
  sample: string[];
  stopped?: true;
}

/** Matches that are held while they are counted; of more, none, and the folder is listed a second time. */
const mostHeld = 10_000;

/** Notes what a listing names and may not be looked at. */
const refusedTo =
  (context: Context, path: string, failed: FailedList) =>
  (key: string, error: unknown): undefined => {
    failed.add({ path: pathOf(context.connection, key), ...toldOf(context, { operation: "purge", path }, error) });
  };

/**
 * What would go, and what of a listing could not, since it may not be looked at.
 * @param told is given each of the latter, as soon as that is known
 */
export const dryRun = async (
  context: Context,
  selection: Selection,
  told?: (failed: Failed) => void,
): Promise<Found> => {
  const { path } = selection;
  const result = { path, dryRun: true as const, matched: 0, bytes: 0 };
  const sample: string[] = [];
  const left = nothingLeft();
  const failed = createFailedList(told);
  const tell = followCount("match", context.progress);
  for await (const batch of matches(context, selection, left, refusedTo(context, path, failed))) {
    for (const { key, size } of batch) {
      result.matched++;
      result.bytes += size;
      if (sample.length < 10) sample.push(pathOf(context.connection, key));
    }
    tell(result.matched);
  }
  return { ...result, ...failedOf(failed), sample, ...(selection.given ? left : {}), ...stopped(context) };
};

const tooMany = (text: string): S3Error => new S3Error("TooManyToPurge", text);

/** The matches that were counted, and not one more than may go. */
async function* noMoreThan(limit: number, found: AsyncIterable<Match[]>, path: string): AsyncGenerator<Match[]> {
  let left = limit;
  for await (const batch of found) {
    if (batch.length > left) {
      yield batch.slice(0, left);
      throw tooMany(`objects were written below ${path} meanwhile: with them, more than ${limit} match.`);
    }
    left -= batch.length;
    yield batch;
  }
}

/** All matches, once it is known that they are no more than allowed. `again` gives them a second time. */
const atMost = async (
  context: Context,
  selection: Selection,
  limit: number,
  again: () => AsyncIterable<Match[]>,
): Promise<Iterable<Match[]> | AsyncIterable<Match[]>> => {
  const { path, given } = selection;
  const tell = followCount("match", context.progress);
  const held: Match[][] = [];
  let count = 0;
  // What a listing names may change until it is deleted: it is looked at just before.
  const most = given ? -1 : mostHeld;
  // What may not be looked at is told when the rest is deleted.
  for await (const batch of matches(context, { ...selection, slowly: false }, nothingLeft(), () => undefined)) {
    count += batch.length;
    tell(count);
    if (count > limit) {
      const where = given ? "of the listing match" : `lie below ${path}`;
      throw tooMany(
        `more than ${limit} objects ${where}: nothing was deleted; raise maxDelete (At most in the form) if they may all go`,
      );
    }
    if (count <= most) held.push(batch);
    else held.length = 0;
  }
  if (context.stop?.aborted) return [];
  return count <= most ? held : noMoreThan(limit, again(), path);
};

const resultOf = (path: string, deleted: number, bytes: number, failed: FailedList): Purged => ({
  path,
  dryRun: false,
  deleted,
  bytes,
  ...failedOf(failed),
});

/**
 * Deletes what matches, while it is still being listed.
 * @param limit if more match, nothing is deleted (`TooManyToPurge`)
 * @param told is given each object that is still there, as soon as that is known
 * @throws PartialFailure if some are still there; with `result`, whatever broke the listing or the deleting off
 */
export const purge = async (
  context: Context,
  what: Selection,
  limit: number | undefined,
  told?: (failed: Failed) => void,
): Promise<Purged> => {
  const selection = { ...what, anyOrder: true, slowly: true };
  const { path, given } = selection;
  const failed = createFailedList(told);
  const left = nothingLeft();
  let deleted = 0;
  let bytes = 0;
  let unknown = 0;
  const result = (): Purged => ({
    ...resultOf(path, deleted, bytes, failed),
    ...(unknown > 0 ? { unknown } : {}),
    ...(given ? left : {}),
    ...stopped(context),
  });
  const work = { operation: "purge", path };
  const refused = refusedTo(context, path, failed);
  const found = (): AsyncIterable<Match[]> => matches(context, selection, left, refused);
  const first = async (): Promise<Iterable<Match[]> | AsyncIterable<Match[]>> => {
    if (limit !== undefined) return atMost(context, selection, limit, found);
    // Nothing goes by a listing that is not whole.
    if (given) await verify(context, given);
    return found();
  };
  const batches = await first().catch((error: unknown) => {
    if (codeOf(error) === "TooManyToPurge") throw error;
    throw brokenOff(context, work, error, result(), deletedBefore(0));
  });
  const tell = followCount("deleted", context.progress);
  try {
    const ended: Ended<Match> = ({ key, size }, trouble) => {
      if (trouble) return failed.add({ path: pathOf(context.connection, key), ...trouble });
      deleted++;
      bytes += size;
      tell(deleted);
    };
    // What a listing names was looked at just now.
    await removeAll(context, batches, { ended, doubted: (count) => (unknown += count) }, given !== undefined);
  } catch (error) {
    throw brokenOff(context, work, error, result(), deletedBefore(deleted, unknown));
  }
  if (failed.count > 0) throw partialFailure("deleted", failed.listed, deleted + failed.count, result(), failed.count);
  return result();
};
