import { ListObjectsV2Command, ListObjectVersionsCommand } from "@aws-sdk/client-s3";
import { invalidResponse, shown } from "./error";
import { compareKeys } from "./key";
import type { Context } from "./operation";
import type { Page } from "./reply-pages";

export interface Walk {
  /** "" is the whole bucket. */
  prefix: string;
  /** `/` stops at folders. */
  delimiter?: "/";
  /** All versions and delete markers, instead of the current objects. */
  versions?: boolean;
  /** Entries a page, 1,000 at most. */
  pageSize?: number;
  /** Only keys that come after this one, in the order of their bytes. */
  startAfter?: string;
  /** Fetches a page only when the one before it is done with. */
  onDemand?: boolean;
}

type Next = NonNullable<Page["next"]>;

/** A page without what does not come after a key: some stores know no start-after, or begin with that key itself. */
const after = (page: Page, key: string): Page => ({
  ...page,
  objects: page.objects.filter((object) => compareKeys(object.key, key) > 0),
  prefixes: page.prefixes.filter((prefix) => compareKeys(prefix, key) > 0),
});

/** Whatever else it lists was not asked for: it must neither be told as lying there nor be deleted. */
const checkPrefix = ({ objects, prefixes }: Page, prefix: string): void => {
  if (prefix === "") return;
  const stray =
    objects.find(({ key }) => !key.startsWith(prefix))?.key ?? prefixes.find((one) => !one.startsWith(prefix));
  if (stray !== undefined) {
    throw invalidResponse(
      `the store lists ${shown(stray)} although it was asked for what begins with ${shown(prefix)}`,
    );
  }
};

const fetchPage = async (context: Context, walk: Walk, from: Page["next"]): Promise<Page> => {
  const { connection, bucket, signal } = context;
  const input = {
    Bucket: bucket,
    Prefix: walk.prefix,
    EncodingType: "url" as const,
    ...(walk.delimiter ? { Delimiter: walk.delimiter } : {}),
    ...(walk.pageSize ? { MaxKeys: walk.pageSize } : {}),
  };
  // A token says where to go on by itself.
  const startAfter = from ? undefined : walk.startAfter;
  const keyMarker = from ? from.keyMarker : startAfter;
  const answer = walk.versions
    ? await connection.send(
        new ListObjectVersionsCommand({
          ...input,
          ...(keyMarker ? { KeyMarker: keyMarker } : {}),
          ...(from?.versionIdMarker === undefined ? {} : { VersionIdMarker: from.versionIdMarker }),
        }),
        signal,
      )
    : await connection.send(
        new ListObjectsV2Command({
          ...input,
          ...(from?.token === undefined ? {} : { ContinuationToken: from.token }),
          ...(startAfter ? { StartAfter: startAfter } : {}),
        }),
        signal,
      );
  // Read from the bytes by proof.ts, which has refused everything that is not a whole page.
  const { page } = answer as unknown as { page: Page };
  checkPrefix(page, walk.prefix);
  return walk.startAfter ? after(page, walk.startAfter) : page;
};

const same = (a: Next, b: Next): boolean =>
  a.token === b.token && a.keyMarker === b.keyMarker && a.versionIdMarker === b.versionIdMarker;

/**
 * One page of a listing.
 * @param token that of the page before; without one, the first page
 * @throws InvalidResponse for a page that strays; what the store answers otherwise
 */
export const onePage = (context: Context, walk: Walk, token?: string): Promise<Page> =>
  fetchPage(context, walk, token === undefined ? undefined : { token });

/** Finds circles of any length in constant memory: a mark stays for twice as many pages each time (Brent). */
const circleFinder = (): ((next: Next) => void) => {
  let mark: Next | undefined;
  let steps = 0;
  let limit = 1;
  return (next) => {
    if (mark && same(mark, next))
      throw invalidResponse("the store answers the same pages of a listing again and again");
    if (++steps < limit) return;
    mark = next;
    steps = 0;
    limit *= 2;
  };
};

/**
 * The pages of a listing, in the order of the keys' bytes. The next page is fetched while the last one is worked on.
 * @throws InvalidResponse for a listing that goes in circles, or strays; what the store answers otherwise
 */
export async function* pages(context: Context, walk: Walk): AsyncGenerator<Page, void, undefined> {
  // Whoever stops early wants no page that is on its way.
  const stop = new AbortController();
  const until = { ...context, signal: AbortSignal.any([context.signal, stop.signal]) };
  const checkCircle = circleFinder();
  try {
    let coming: Promise<Page> | undefined = fetchPage(until, walk, undefined);
    while (coming) {
      const page: Page = await coming;
      const { next } = page;
      if (next) checkCircle(next);
      coming = next && !walk.onDemand ? fetchPage(until, walk, next) : undefined;
      // It may be left alone, and must then not be a rejection that nobody handles.
      coming?.catch(() => {});
      yield page;
      if (next && walk.onDemand) coming = fetchPage(until, walk, next);
    }
  } finally {
    stop.abort();
  }
}
