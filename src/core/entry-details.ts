import { GetObjectTaggingCommand } from "@aws-sdk/client-s3";
import type { Entry } from "./entry";
import { head } from "./head";
import { keyOf } from "./key";
import { lookAtEach } from "./look-at-each";
import type { Context } from "./operation";
import { toldOf } from "./partial";
import { statusOf } from "./to-error";
import { endingAtStop, isCutOff } from "./until-stopped";

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

/** Said of a file for which there was no time. */
const interrupted = {
  code: "Aborted",
  message: "the list was stopped by a message with msg.reset before this could be asked for",
};

/**
 * Adds to the files among entries what was asked for, a batch after the other. One that may not be looked at says so, in
 * `failed`, unless it has said so already. That all of them are forbidden is a matter of the keys, and an error; the keys
 * of what is refused otherwise have just listed it. Nor may one that was left when the work is stopped look as if it had
 * none.
 */
export const detailer = (context: Context, { includeMetadata, includeTags }: Details) => {
  const { connection } = context;
  const until = endingAtStop(context);
  const lacks = ({ metadata, tags }: Entry): boolean =>
    (includeMetadata && metadata === undefined) || (includeTags && tags === undefined);
  const refuse = (entry: Entry, error: unknown): void => {
    entry.failed ??= toldOf(context, { operation: "list", path: entry.path }, error);
  };
  const looking = () => lookAtEach(until, refuse, (error) => statusOf(error) === 403);
  const [lookForMetadata, lookForTags] = [looking(), looking()];
  return {
    async add(entries: readonly Entry[]): Promise<void> {
      if (!includeMetadata && !includeTags) return;
      const files = entries.filter(({ type, deleteMarker, failed }) => type === "file" && !deleteMarker && !failed);
      try {
        if (includeMetadata)
          await lookForMetadata(files, (entry) => addMetadata(until, keyOf(connection, entry.path), entry));
        if (includeTags) await lookForTags(files, (entry) => addTags(until, keyOf(connection, entry.path), entry));
      } catch (error) {
        if (!isCutOff(context)) throw error;
        for (const entry of files) if (lacks(entry)) entry.failed ??= interrupted;
      }
    },
  };
};
