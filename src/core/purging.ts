import { inBatches } from "./batches";
import { S3Error } from "./error";
import type { Filter } from "./filter";
import { folderOf, keyOf, pathOf } from "./key";
import type { Context } from "./operation";
import { brokenOff, deletedBefore, type Failed, partialFailure } from "./partial";
import { batchLimit, removeMany, type Victim } from "./remove";
import { codeOf } from "./to-error";
import { pages } from "./walk";

export interface Selection {
  path: string;
  /** All versions and delete markers. */
  versions: boolean;
  /** Undefined for everything, the folder's own marker included. */
  wanted: Filter | undefined;
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
}

/** DeleteObjects under way at a time. */
const width = 4;

/** What lies below a folder and matches, a page of the store at a time. */
async function* matches(context: Context, { path, versions, wanted }: Selection): AsyncGenerator<Match[]> {
  const prefix = keyOf(context.connection, folderOf(path));
  for await (const page of pages(context, { prefix, versions })) {
    const batch: Match[] = [];
    for (const { key, size, versionId } of page.objects) {
      const below = key.slice(prefix.length);
      if (wanted && (below === "" || !wanted(below))) continue;
      batch.push({ key, size, path: pathOf(context.connection, key), ...(versions ? { versionId } : {}) });
    }
    if (batch.length > 0) yield batch;
  }
}

/** What would go. */
export const dryRun = async (context: Context, selection: Selection): Promise<object> => {
  const result = { path: selection.path, dryRun: true, matched: 0, bytes: 0, failed: [], sample: [] as string[] };
  for await (const batch of matches(context, selection)) {
    for (const { path, size } of batch) {
      result.matched++;
      result.bytes += size;
      if (result.sample.length < 10) result.sample.push(path);
    }
    context.progress(`${result.matched} match`);
  }
  return result;
};

/** All matches before anything is deleted, or a refusal if there are more than allowed. */
const atMost = async (context: Context, selection: Selection, limit: number): Promise<Match[][]> => {
  const held: Match[][] = [];
  let count = 0;
  for await (const batch of matches(context, selection)) {
    held.push(batch);
    count += batch.length;
    if (count <= limit) continue;
    const text = `more than ${limit} objects lie below ${selection.path}: nothing was deleted; raise maxDelete if they may all go`;
    throw new S3Error("TooManyToPurge", text);
  }
  return held;
};

/**
 * Deletes what matches.
 * @param limit if more match, nothing is deleted (`TooManyToPurge`)
 * @throws PartialFailure if some are still there; with `result`, whatever broke the listing or the deleting off
 */
export const purge = async (context: Context, selection: Selection, limit: number | undefined): Promise<Purged> => {
  const result: Purged = { path: selection.path, dryRun: false, deleted: 0, bytes: 0, failed: [] };
  const running = new Set<Promise<void>>();
  let failure: { error: unknown } | undefined;
  let tried = 0;
  const remove = async (batch: Match[]): Promise<void> => {
    await removeMany(context, batch, ({ path, size }, trouble) => {
      if (trouble) {
        result.failed.push({ path, ...trouble });
        return;
      }
      result.deleted++;
      result.bytes += size;
    });
    context.progress(`${result.deleted} deleted`);
  };
  try {
    const found = limit === undefined ? matches(context, selection) : await atMost(context, selection, limit);
    for await (const batch of inBatches(found, batchLimit)) {
      if (failure) break;
      tried += batch.length;
      const removing: Promise<void> = remove(batch)
        .catch((error: unknown) => {
          failure ??= { error };
        })
        .finally(() => running.delete(removing));
      running.add(removing);
      if (running.size >= width) await Promise.race(running);
    }
  } catch (error) {
    if (codeOf(error) === "TooManyToPurge") throw error;
    failure ??= { error };
  }
  await Promise.all(running);
  if (failure) {
    throw brokenOff(
      context,
      { operation: "purge", path: selection.path },
      failure.error,
      result,
      deletedBefore(result.deleted),
    );
  }
  if (result.failed.length > 0) throw partialFailure("deleted", result.failed, tried, result);
  return result;
};
