import { head } from "./head";
import { compareKeys, folderOf, keyOf, nameOf, pathOf } from "./key";
import type { About, Context } from "./operation";
import type { Listed, Page } from "./reply-pages";
import type { Selector } from "./selector";
import { forEachOf } from "./side-by-side";
import { pages } from "./walk";

/** One file or folder, as the list node tells it. */
export interface Entry {
  /** A folder's ends with a slash. */
  path: string;
  /** Without a slash. */
  name: string;
  type: "file" | "folder";
  /** Bytes. */
  size?: number;
  /** ISO 8601. */
  lastModified?: string;
  /** Without quotes. */
  etag?: string;
  storageClass?: string;
  contentType?: string;
  metadata?: Record<string, string>;
}

export interface Query {
  path: string;
  recurse: boolean;
  entries: "files" | "folders" | "all";
  /** Counted after the filter. */
  maxResults: number;
  includeMetadata: boolean;
  selector: Selector;
}

const file = (path: string, { size, lastModified, etag, storageClass }: Listed): Entry => ({
  path,
  name: nameOf(path),
  type: "file",
  size,
  ...(lastModified === undefined ? {} : { lastModified }),
  ...(etag === undefined ? {} : { etag }),
  ...(storageClass === undefined ? {} : { storageClass }),
});

const folder = (path: string): Entry => ({ path, name: nameOf(path), type: "folder" });

/** Objects and folders of a page in the order of their keys, folders without an object. */
const inOrder = (page: Page): { key: string; object?: Listed }[] => {
  const objects = page.objects.map((object) => ({ key: object.key, object }));
  if (page.prefixes.length === 0) return objects;
  const folders = page.prefixes.map((key) => ({ key }));
  return objects.length === 0 ? folders : [...objects, ...folders].sort((a, b) => compareKeys(a.key, b.key));
};

/** Finds the folders that keys imply. Keys come in order, so that the last one tells which folders are new. */
const folderFinder = (): ((below: string) => string[]) => {
  let last = "";
  return (below) => {
    const found: string[] = [];
    for (let at = below.indexOf("/"); at >= 0; at = below.indexOf("/", at + 1)) {
      const candidate = below.slice(0, at + 1);
      if (!last.startsWith(candidate)) found.push(candidate);
    }
    last = below;
    return found;
  };
};

/**
 * Gives the names in pages that follow one another, below the prefix, to `visit`: a folder's end with a slash and come
 * without an object.
 */
export const nameFinder = (prefix: string, entries: Query["entries"]) => {
  const files = entries !== "folders";
  const folders = entries !== "files";
  const newFolders = folderFinder();
  return (page: Page, visit: (below: string, object?: Listed) => void): void => {
    for (const { key, object } of inOrder(page)) {
      const below = key.slice(prefix.length);
      if (folders) for (const found of newFolders(below)) visit(found);
      if (files && object && !key.endsWith("/")) visit(below, object);
    }
  };
};

const addMetadata = (context: Context, batch: readonly Entry[]): Promise<void> =>
  forEachOf(context, batch, async (entry) => {
    if (entry.type === "folder") return;
    const told = await head(context, keyOf(context.connection, entry.path));
    // Deleted since it was listed: it stays in the list, as it was.
    if (!told) return;
    if (told.contentType !== undefined) entry.contentType = told.contentType as string;
    entry.metadata = (told.metadata ?? {}) as Record<string, string>;
  });

/**
 * What lies in a folder, a page of the store at a time, in memory for one page.
 * @param about gets `count` and `truncated` while the work goes on
 */
export async function* listing(context: Context, query: Query, about: About): AsyncGenerator<Entry[], void, undefined> {
  const { connection } = context;
  const prefix = keyOf(connection, folderOf(query.path));
  const base = pathOf(connection, prefix);
  const eachName = nameFinder(prefix, query.entries);
  let count = 0;
  const walk = {
    prefix: query.selector.narrow(prefix, !query.recurse),
    ...(query.recurse ? {} : { delimiter: "/" as const }),
  };
  for await (const page of pages(context, walk)) {
    const batch: Entry[] = [];
    eachName(page, (below, object) => {
      if (about.truncated || !query.selector.wants(below, object)) return;
      if (count >= query.maxResults) about.truncated = true;
      else {
        batch.push(object ? file(base + below, object) : folder(base + below));
        count++;
      }
    });
    if (query.includeMetadata) await addMetadata(context, batch);
    about.count = count;
    context.progress(`${count} found`);
    if (batch.length > 0) yield batch;
    if (about.truncated) return;
  }
}
