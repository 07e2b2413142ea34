import { folderOf, keyOf, nameOf, pathOf } from "./key";
import type { Context } from "./operation";
import { onePage } from "./walk";

/** What to show of a folder. */
export interface Browse {
  /** The path of a folder; "" is the root. */
  folder: string;
  /** Only what begins with this: the store looks for it. It may go on into folders below. */
  starts: string;
  /** Of the page before. */
  token?: string;
}

/** One page of a folder, in the order of the keys' bytes. */
export interface Shelf {
  /** Each path ends with a slash. */
  folders: { path: string; name: string }[];
  files: { path: string; name: string; size: number; lastModified?: string; storageClass?: string }[];
  /** For the next page; absent on the last. */
  token?: string;
}

/** One page of a folder as a form shows it: a thousand entries at most, whatever lies there. */
export const browse = async (context: Context, { folder, starts, token }: Browse): Promise<Shelf> => {
  const { connection } = context;
  const prefix = keyOf(connection, folderOf(folder) + starts);
  const base = prefix.slice(0, prefix.lastIndexOf("/") + 1);
  const page = await onePage(context, { prefix, delimiter: "/" }, token);
  return {
    folders: page.prefixes.map((key) => {
      const path = pathOf(connection, key);
      return { path, name: nameOf(path) };
    }),
    // A folder's own marker is no file in it.
    files: page.objects
      .filter(({ key }) => key !== base)
      .map(({ key, size, lastModified, storageClass }) => {
        const path = pathOf(connection, key);
        return {
          path,
          name: nameOf(path),
          size,
          ...(lastModified === undefined ? {} : { lastModified }),
          ...(storageClass === undefined ? {} : { storageClass }),
        };
      }),
    ...(page.next?.token === undefined ? {} : { token: page.next.token }),
  };
};
