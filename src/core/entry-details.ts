import { GetObjectTaggingCommand } from "@aws-sdk/client-s3";
import type { Entry } from "./entry";
import { head } from "./head";
import { keyOf } from "./key";
import type { Context } from "./operation";
import { forEachOf } from "./side-by-side";
import { statusOf } from "./to-error";

/** What takes a request more for each file. */
export interface Details {
  includeMetadata: boolean;
  includeTags: boolean;
}

const addMetadata = async (context: Context, key: string, entry: Entry): Promise<void> => {
  const told = await head(context, key, entry.versionId);
  // Deleted since it was listed: it stays in the list, as it was.
  if (!told) return;
  if (told.contentType !== undefined) entry.contentType = told.contentType as string;
  entry.metadata = (told.metadata ?? {}) as Record<string, string>;
};

const addTags = async (context: Context, key: string, entry: Entry): Promise<void> => {
  const { connection, bucket, signal } = context;
  const version = entry.versionId === undefined ? {} : { VersionId: entry.versionId };
  try {
    const { TagSet = [] } = await connection.send(
      new GetObjectTaggingCommand({ Bucket: bucket, Key: key, ...version }),
      signal,
    );
    entry.tags = Object.fromEntries(TagSet.map(({ Key = "", Value = "" }) => [Key, Value]));
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
  }
};

/** Adds to the files among the entries what was asked for, side by side. */
export const addDetails = async (
  context: Context,
  entries: readonly Entry[],
  { includeMetadata, includeTags }: Details,
): Promise<void> => {
  if (!includeMetadata && !includeTags) return;
  await forEachOf(context, entries, async (entry) => {
    if (entry.type === "folder" || entry.deleteMarker) return;
    const key = keyOf(context.connection, entry.path);
    if (includeMetadata) await addMetadata(context, key, entry);
    if (includeTags) await addTags(context, key, entry);
  });
};
