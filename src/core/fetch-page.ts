import { ListObjectsV2Command, ListObjectVersionsCommand } from "@aws-sdk/client-s3";
import type { Attempts } from "./attempts";
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
  /** Whoever reads objects is slower than most stores list: few pages wait, and as what takes least. */
  slowly?: boolean;
  /** Whether it is all that a message asks for, such as whether something is there: then a store that throttles is not waited for. */
  question?: boolean;
  /** Whether pages come in the order of their keys; true unless it is false. */
  ordered?: boolean;
}

export type Next = NonNullable<Page["next"]>;

/** A page without what does not come after a key: some stores know no start-after, or begin with that key itself. */
const after = (page: Page, key: string): Page => {
  const { objects, prefixes } = page;
  const comes = (one: string | undefined): boolean => one === undefined || compareKeys(one, key) > 0;
  // They come in order.
  if (comes(objects[0]?.key) && comes(prefixes[0])) return page;
  return { ...page, objects: objects.filter((object) => comes(object.key)), prefixes: prefixes.filter(comes) };
};

/** Whatever else it lists was not asked for: it must neither be told as lying there nor be deleted. */
export const checkPrefix = ({ objects, prefixes }: Page, prefix: string): void => {
  if (prefix === "") return;
  const stray =
    objects.find(({ key }) => !key.startsWith(prefix))?.key ?? prefixes.find((one) => !one.startsWith(prefix));
  if (stray !== undefined) {
    throw invalidResponse(
      `the store lists ${shown(stray)} although it was asked for what begins with ${shown(prefix)}`,
    );
  }
};

/**
 * One page of a listing, without what does not come after `walk.startAfter`.
 * @param from where the page before told to go on; without it, the first page
 * @param attempts is told what becomes of the request on its way
 * @throws InvalidResponse for a page that strays; what the store answers otherwise
 */
export const fetchPage = async (
  context: Context,
  walk: Walk,
  from: Page["next"],
  attempts?: Attempts,
): Promise<Page> => {
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
        attempts,
      )
    : await connection.send(
        new ListObjectsV2Command({
          ...input,
          ...(from?.token === undefined ? {} : { ContinuationToken: from.token }),
          ...(startAfter ? { StartAfter: startAfter } : {}),
        }),
        signal,
        attempts,
      );
  // Read from the bytes by proof.ts, which has refused everything that is not a whole page.
  const { page } = answer as unknown as { page: Page };
  // Nobody else needs it, and V8 takes the SDK's promises for old, with all that they hold.
  Object.assign(answer, { page: undefined });
  checkPrefix(page, walk.prefix);
  return walk.startAfter ? after(page, walk.startAfter) : page;
};
