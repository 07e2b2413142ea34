import { followCount } from "./count-progress";
import { invalidResponse, S3Error, shown } from "./error";
import { createFailedList, type FailedList } from "./failed-list";
import { folderOf, keyOf, pathOf } from "./key";
import { newestOf } from "./newest-of";
import type { Context } from "./operation";
import { brokenOff, deletedBefore, type Failed, partialFailure } from "./partial";
import type { Victim } from "./remove";
import { removeAll } from "./remove-all";
import type { Selector } from "./selector";
import { codeOf } from "./to-error";
import { pages } from "./walk";

export interface Selection {
  path: string;
  /** All versions and delete markers. */
  versions: boolean;
  /** With `versions`: so many of the newest versions of each key stay, and what is as new as they are. */
  keepVersions?: number | undefined;
  /** Which of them; the folder's own marker goes only with everything. */
  selector: Selector;
}

interface Match extends Victim {
  path: string;
  size: number;
}

/** What a purge did. */
export interface Purged {
  path: string;
  dryRun: false;
  deleted: number;
  bytes: number;
  failed: Failed[];
  /** Of all that failed, where they are more than `failed` lists. */
  failedCount?: number;
  /** It was told to stop, and there may be more. */
  stopped?: true;
}

/** What a purge would do. */
export interface Found {
  path: string;
  dryRun: true;
  matched: number;
  bytes: number;
  failed: [];
  /** The first paths. */
  sample: string[];
  stopped?: true;
}

/** Matches that are held while they are counted; of more, none, and the folder is listed a second time. */
const mostHeld = 10_000;

/** Without its id, a request for an old version would be one for the current object. */
const nameless = (key: string): S3Error =>
  invalidResponse(
    `the store lists versions of ${shown(key)} without a VersionId, so that only the current one has a name`,
  );

/** What lies below a folder and matches, a page of the store at a time. */
async function* matchesOf(
  context: Context,
  { path, versions, keepVersions, selector }: Selection,
): AsyncGenerator<Match[]> {
  const prefix = keyOf(context.connection, folderOf(path));
  const stays = keepVersions === undefined ? undefined : newestOf(keepVersions);
  let last: string | undefined;
  for await (const page of pages(context, { prefix: selector.narrow(prefix), versions })) {
    const batch: Match[] = [];
    for (const entry of page.objects) {
      const { key, size, versionId, isLatest } = entry;
      // Where nothing has versions, some stores tell no id of what is current.
      if (versions && !versionId && (isLatest === false || key === last)) throw nameless(key);
      last = key;
      // Asked of each, for it counts them.
      if (stays?.(entry)) continue;
      const below = key.slice(prefix.length);
      if (!selector.everything && (below === "" || !selector.wants(below, entry))) continue;
      batch.push({ key, size, path: pathOf(context.connection, key), ...(versions ? { versionId } : {}) });
    }
    if (batch.length > 0) yield batch;
  }
}

/** The same, until the work is stopped. */
async function* matches(context: Context, selection: Selection): AsyncGenerator<Match[]> {
  const { signal, stop } = context;
  if (!stop) return yield* matchesOf(context, selection);
  if (stop.aborted) return;
  try {
    yield* matchesOf({ ...context, signal: AbortSignal.any([signal, stop]) }, selection);
  } catch (error) {
    if (!stop.aborted || signal.aborted) throw error;
  }
}

/** Said of work that did not come to its end. */
const stopped = ({ stop }: Context): { stopped?: true } => (stop?.aborted ? { stopped: true } : {});

/** What would go. */
export const dryRun = async (context: Context, selection: Selection): Promise<Found> => {
  const { path } = selection;
  const result: Found = { path, dryRun: true, matched: 0, bytes: 0, failed: [], sample: [] };
  const tell = followCount("match", context.progress);
  for await (const batch of matches(context, selection)) {
    for (const { path, size } of batch) {
      result.matched++;
      result.bytes += size;
      if (result.sample.length < 10) result.sample.push(path);
    }
    tell(result.matched);
  }
  return { ...result, ...stopped(context) };
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

/** All matches, once it is known that they are no more than allowed. */
const atMost = async (
  context: Context,
  selection: Selection,
  limit: number,
): Promise<Iterable<Match[]> | AsyncIterable<Match[]>> => {
  const tell = followCount("match", context.progress);
  const held: Match[][] = [];
  let count = 0;
  for await (const batch of matches(context, selection)) {
    count += batch.length;
    tell(count);
    if (count > limit) {
      const text = `more than ${limit} objects lie below ${selection.path}: nothing was deleted; raise maxDelete if they may all go`;
      throw tooMany(text);
    }
    if (count <= mostHeld) held.push(batch);
    else held.length = 0;
  }
  if (context.stop?.aborted) return [];
  return count <= mostHeld ? held : noMoreThan(limit, matches(context, selection), selection.path);
};

const resultOf = (path: string, deleted: number, bytes: number, failed: FailedList): Purged => ({
  path,
  dryRun: false,
  deleted,
  bytes,
  failed: failed.listed,
  ...(failed.count > failed.listed.length ? { failedCount: failed.count } : {}),
});

/**
 * Deletes what matches, while it is still being listed.
 * @param limit if more match, nothing is deleted (`TooManyToPurge`)
 * @param told is given each object that is still there, as soon as that is known
 * @throws PartialFailure if some are still there; with `result`, whatever broke the listing or the deleting off
 */
export const purge = async (
  context: Context,
  selection: Selection,
  limit: number | undefined,
  told?: (failed: Failed) => void,
): Promise<Purged> => {
  const { path } = selection;
  const failed = createFailedList(told);
  let deleted = 0;
  let bytes = 0;
  const result = (): Purged => ({ ...resultOf(path, deleted, bytes, failed), ...stopped(context) });
  const work = { operation: "purge", path };
  const found =
    limit === undefined
      ? matches(context, selection)
      : await atMost(context, selection, limit).catch((error: unknown) => {
          if (codeOf(error) === "TooManyToPurge") throw error;
          throw brokenOff(context, work, error, result(), deletedBefore(0));
        });
  const tell = followCount("deleted", context.progress);
  try {
    await removeAll(context, found, ({ path, size }, trouble) => {
      if (trouble) return failed.add({ path, ...trouble });
      deleted++;
      bytes += size;
      tell(deleted);
    });
  } catch (error) {
    throw brokenOff(context, work, error, result(), deletedBefore(deleted));
  }
  if (failed.count > 0) throw partialFailure("deleted", failed.listed, deleted + failed.count, result(), failed.count);
  return result();
};
