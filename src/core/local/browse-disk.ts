import { opendir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Browse, Shelf } from "../browse";
import { withFile } from "./local-error";
import { localPath } from "./local-path";

/** As many entries as a page of a store has. */
const pageSize = 1000;

type Entry = { file: Shelf["files"][number] } | { folder: Shelf["folders"][number] };

/** The first `pageSize` names after `after`, in their order, and whether there are more: a folder may have a million. */
const namesAfter = async (
  folder: string,
  starts: string,
  after: string,
  signal: AbortSignal,
): Promise<{ names: string[]; more: boolean }> => {
  let names: string[] = [];
  let more = false;
  const keepFirst = (): void => {
    names.sort();
    more ||= names.length > pageSize;
    names = names.slice(0, pageSize);
  };
  for await (const { name } of await opendir(folder)) {
    signal.throwIfAborted();
    if (name > after && name.startsWith(starts)) names.push(name);
    if (names.length >= 4 * pageSize) keepFirst();
  }
  keepFirst();
  return { names, more };
};

/** What an entry is; undefined where it is gone, leads nowhere, or is neither file nor folder. */
const look = async (folder: string, path: string, name: string): Promise<Entry | undefined> => {
  const found = await stat(join(folder, name)).catch(() => undefined);
  if (found?.isDirectory()) return { folder: { path: `${path}${name}/`, name } };
  if (!found?.isFile()) return undefined;
  return { file: { path: `${path}${name}`, name, size: found.size, lastModified: found.mtime.toISOString() } };
};

/**
 * One page of a folder on the disk of this machine, as `browse` gives one of a store: relative paths are those below
 * `workingDirectory`, and the token is the last name. A folder may be "" for that itself. In the order of the names.
 * @throws S3Error with what the file system says against it
 */
export const browseDisk = async (
  workingDirectory: string,
  { folder, starts, token = "" }: Browse,
  signal: AbortSignal,
): Promise<Shelf> => {
  const within = folder === "" || folder.endsWith("/") ? folder : `${folder}/`;
  const prefix = within + starts;
  const path = prefix.slice(0, prefix.lastIndexOf("/") + 1);
  const here = path === "" ? workingDirectory : localPath({ workingDirectory }, path, "folder");
  return withFile(here, async () => {
    const { names, more } = await namesAfter(here, prefix.slice(path.length), token, signal);
    const entries = await Promise.all(names.map((name) => look(here, path, name)));
    const last = names.at(-1);
    return {
      folders: entries.flatMap((entry) => (entry && "folder" in entry ? [entry.folder] : [])),
      files: entries.flatMap((entry) => (entry && "file" in entry ? [entry.file] : [])),
      ...(more && last !== undefined ? { token: last } : {}),
    };
  });
};
