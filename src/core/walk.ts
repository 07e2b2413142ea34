import { ListObjectsV2Command, ListObjectVersionsCommand } from "@aws-sdk/client-s3";
import { invalidResponse } from "./error";
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
}

const fetchPage = async (context: Context, walk: Walk, from: Page["next"]): Promise<Page> => {
  const { connection, bucket, signal } = context;
  const input = {
    Bucket: bucket,
    Prefix: walk.prefix,
    EncodingType: "url" as const,
    ...(walk.delimiter ? { Delimiter: walk.delimiter } : {}),
    ...(walk.pageSize ? { MaxKeys: walk.pageSize } : {}),
  };
  const answer = walk.versions
    ? await connection.send(
        new ListObjectVersionsCommand({
          ...input,
          ...(from?.keyMarker === undefined ? {} : { KeyMarker: from.keyMarker }),
          ...(from?.versionIdMarker === undefined ? {} : { VersionIdMarker: from.versionIdMarker }),
        }),
        signal,
      )
    : await connection.send(
        new ListObjectsV2Command({ ...input, ...(from?.token === undefined ? {} : { ContinuationToken: from.token }) }),
        signal,
      );
  // Read from the bytes by proof.ts, which has refused everything that is not a whole page.
  return (answer as unknown as { page: Page }).page;
};

const same = (a: Page["next"], b: Page["next"]): boolean =>
  a?.token === b?.token && a?.keyMarker === b?.keyMarker && a?.versionIdMarker === b?.versionIdMarker;

/**
 * The pages of a listing, in the order of the keys' bytes. The next page is fetched while the last one is worked on.
 * @throws InvalidResponse for a listing that goes in circles; what the store answers otherwise
 */
export async function* pages(context: Context, walk: Walk): AsyncGenerator<Page, void, undefined> {
  let coming: Promise<Page> | undefined = fetchPage(context, walk, undefined);
  let last: Page["next"];
  while (coming) {
    const page: Page = await coming;
    const { next } = page;
    if (next && last && same(next, last)) throw invalidResponse("the store answers the same page of a listing again");
    last = next;
    coming = next ? fetchPage(context, walk, next) : undefined;
    // Whoever stops early must not leave a rejection that nobody handles.
    coming?.catch(() => {});
    yield page;
  }
}
