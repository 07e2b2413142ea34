import { S3Error } from "../error";
import { head, noSuchObject } from "../head";
import { keyOf } from "../key";
import type { About, Context } from "../operation";
import { onePage } from "../walk";
import type { Below } from "./objects-below";

/** Whether anything lies in a folder of this name. Keys that may not list cannot know. */
const isFolder = async (context: Context, key: string): Promise<boolean> => {
  const page = await onePage(context, { prefix: `${key}/`, pageSize: 1 }).catch((error: unknown) => {
    if (context.signal.aborted) throw error;
  });
  return (page?.objects.length ?? 0) > 0;
};

/**
 * The object at a path.
 * @throws NoSuchKey, which says so where a folder has that name
 */
export const findObject = async (context: Context, path: string): Promise<{ object: Below; about: About }> => {
  const key = keyOf(context.connection, path);
  const told = await head(context, key);
  if (told) {
    const { size = 0, etag = "", lastModified } = told as { size?: number; etag?: string; lastModified?: string };
    return { object: { key, path, below: path, size, etag, lastModified }, about: told };
  }
  if (!(await isFolder(context, key))) throw noSuchObject(context, path);
  const text = `${JSON.stringify(path)} is no object but a folder in bucket ${context.bucket}: to download what lies in it, end the path with /. (NoSuchKey)`;
  throw new S3Error("NoSuchKey", text, { statusCode: 404, path });
};
