import { invalidResponse, type S3Error, shown } from "./error";
import type { Given } from "./given/given";
import { givenBelow, mayGo, type Told } from "./given/given-below";
import { folderOf, keyOf } from "./key";
import { newestOf } from "./newest-of";
import type { Context } from "./operation";
import { plain, plainArray } from "./plain";
import type { Victim } from "./remove";
import type { Selector } from "./selector";
import { untilStopped } from "./until-stopped";
import { pages } from "./walk";

/** What is to go. */
export interface Selection {
  path: string;
  /** A path: only what comes after it in the order of the keys' bytes; "" for all. */
  startAfter?: string;
  /** All versions and delete markers. */
  versions: boolean;
  /** With `versions`: so many of the newest versions of each key stay, and what is as new as they are. */
  keepVersions?: number | undefined;
  /** Which of them; the folder's own marker goes only with everything. */
  selector: Selector;
  /** Objects may come in any order: no range of keys then waits for another one. Versions come in that of their keys. */
  anyOrder?: boolean;
  /** What is given takes longer to delete than to list. */
  slowly?: boolean;
  /** In place of what lies in the folder, what this listing names of it. */
  given?: Given | undefined;
}

/** What a listing names, and what stays all the same. */
export interface Left {
  /** It does not lie in the folder. */
  outside: number;
  /** It was not there any more. */
  missing: number;
  /** What is there is not as the listing says. */
  changed: number;
}

export const nothingLeft = (): Left => ({ outside: 0, missing: 0, changed: 0 });

/** What matches: little of it, since thousands wait for their deletion. */
export interface Match extends Victim {
  size: number;
}

const MatchOf = plain(function (this: Match, key: string, size: number, versionId: string | undefined) {
  this.key = key;
  this.size = size;
  this.versionId = versionId;
});

/** Without its id, a request for an old version would be one for the current object. */
const nameless = (key: string): S3Error =>
  invalidResponse(
    `the store lists versions of ${shown(key)} without a VersionId, so that only the current one has a name`,
  );

/** What lies below a folder and matches, a page of the store at a time. */
async function* matchesOf(
  context: Context,
  { path, startAfter = "", versions, keepVersions, selector, anyOrder = false, slowly = false }: Selection,
): AsyncGenerator<Match[]> {
  const prefix = keyOf(context.connection, folderOf(path));
  const stays = keepVersions === undefined ? undefined : newestOf(keepVersions);
  let last: string | undefined;
  for await (const page of pages(context, {
    prefix: selector.narrow(prefix),
    startAfter: startAfter === "" ? "" : keyOf(context.connection, startAfter),
    versions,
    slowly,
    ordered: !anyOrder,
  })) {
    const batch = plainArray<Match>();
    for (const entry of page.objects) {
      const { key, size, versionId, isLatest } = entry;
      // Where nothing has versions, some stores tell no id of what is current.
      if (versions && !versionId && (isLatest === false || key === last)) throw nameless(key);
      last = key;
      // Asked of each, for it counts them.
      if (stays?.(entry)) continue;
      const below = key.slice(prefix.length);
      if (!selector.everything && (below === "" || !selector.wants(below, entry))) continue;
      batch.push(new MatchOf(key, size, versions ? versionId : undefined));
    }
    // All else that a page tells must not wait with it.
    page.objects.length = 0;
    if (batch.length > 0) yield batch;
  }
}

/** What matches of what a listing names, as it is now. */
async function* matchesGiven(
  context: Context,
  selection: Selection & { given: Given },
  left: Left,
  refused?: Told["refused"],
): AsyncGenerator<Match[]> {
  const { connection } = context;
  const { path, versions, selector, given } = selection;
  const prefix = keyOf(connection, folderOf(path));
  Object.assign(left, nothingLeft());
  const told: Told = {
    outside: () => left.outside++,
    missing: () => left.missing++,
    changed: () => left.changed++,
    ...(refused ? { refused } : {}),
  };
  const meant = { given, prefix, versions, selector, wantsName: mayGo(selector), fresh: true };
  for await (const objects of givenBelow(context, meant, told)) {
    yield objects.map(({ key, size, versionId }) => new MatchOf(key, size, versions ? versionId : undefined));
  }
}

/**
 * What matches, until the work is stopped.
 * @param left gets what stays of what a listing names, counted anew
 * @param refused is told what may not be looked at
 */
export const matches = (
  context: Context,
  selection: Selection,
  left: Left,
  refused?: Told["refused"],
): AsyncGenerator<Match[]> =>
  untilStopped(context, (until) => {
    const { given } = selection;
    return given ? matchesGiven(until, { ...selection, given }, left, refused) : matchesOf(until, selection);
  });
