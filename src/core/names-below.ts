import type { Given } from "./given/given";
import { givenBelow, type Told } from "./given/given-below";
import { compareKeys, folderOf, keyOf, pathOf } from "./key";
import type { Context } from "./operation";
import { plain, plainArray } from "./plain";
import type { Listed, Page } from "./reply-pages";
import type { Selector } from "./selector";
import { untilStopped } from "./until-stopped";
import { pages } from "./walk";

/** What is listed. */
export interface Range {
  path: string;
  recurse: boolean;
  entries: "files" | "folders" | "all";
  /** All versions and delete markers. */
  versions: boolean;
  /** A path: only what comes after it in the order of the keys' bytes; "" for all. */
  startAfter: string;
  selector: Selector;
  /** A page only when it is asked for, and none ahead. */
  onDemand: boolean;
  /** Whoever asks does not go by the order: see `inAnyOrder`. */
  anyOrder?: boolean;
  /** In place of what lies in the folder, what this listing names of it, those in subfolders too. */
  given?: Given | undefined;
  /** Is told what of that is left out. */
  told?: Told | undefined;
}

/** Whether files come in any order. Folders are found by the order of keys, and a listing has its own. */
export const inAnyOrder = ({ anyOrder = false, entries, given }: Range): boolean =>
  anyOrder && entries === "files" && !given;

/** A file or folder that is meant. */
export interface Name {
  path: string;
  /** Below the listed folder. */
  below: string;
  /** A folder has none. */
  object?: Listed | undefined;
}

const Found = plain(function (this: Name, path: string, below: string, object: Listed | undefined) {
  this.path = path;
  this.below = below;
  this.object = object;
});

/** Objects and folders of a page in the order of their keys, folders as their key alone. */
const inOrder = ({ objects, prefixes }: Page): readonly (Listed | string)[] => {
  if (prefixes.length === 0) return objects;
  if (objects.length === 0) return prefixes;
  const keyOfOne = (one: Listed | string): string => (typeof one === "string" ? one : one.key);
  return [...objects, ...prefixes].sort((a, b) => compareKeys(keyOfOne(a), keyOfOne(b)));
};

/**
 * Finds the folders that keys imply. Keys come in order, so that the last one tells which folders are new.
 * @param last what came before the first one
 */
const folderFinder = (last: string): ((below: string) => string[]) => {
  let before = last;
  return (below) => {
    const found: string[] = [];
    for (let at = below.indexOf("/"); at >= 0; at = below.indexOf("/", at + 1)) {
      const candidate = below.slice(0, at + 1);
      if (!before.startsWith(candidate)) found.push(candidate);
    }
    before = below;
    return found;
  };
};

/**
 * Gives the names in pages that follow one another, below the prefix, to `visit`: a folder's end with a slash and come
 * without an object.
 * @param after the key after which they come; the folders that it lies in are not new
 */
export const nameFinder = (prefix: string, entries: Range["entries"], after = "") => {
  const files = entries !== "folders";
  const folders = entries !== "files";
  const newFolders = folderFinder(after.startsWith(prefix) ? after.slice(prefix.length) : "");
  return (page: Page, visit: (below: string, object?: Listed) => void): void => {
    for (const one of inOrder(page)) {
      const object = typeof one === "string" ? undefined : one;
      const key = typeof one === "string" ? one : one.key;
      const below = key.slice(prefix.length);
      if (folders) for (const found of newFolders(below)) visit(found);
      if (files && object && !key.endsWith("/")) visit(below, object);
    }
  };
};

const nobody: Told = { outside() {}, missing() {}, changed() {} };

/** The files that a listing names and that are meant, in its order. */
async function* namesGiven(context: Context, given: Given, range: Range): AsyncGenerator<Name[], void, undefined> {
  const { connection } = context;
  const { path, versions, selector, told = nobody } = range;
  const prefix = keyOf(connection, folderOf(path));
  const base = pathOf(connection, prefix);
  const wantsName = (below: string): boolean => below !== "" && !below.endsWith("/") && selector.wantsName(below);
  const meant = { given, prefix, versions, selector, wantsName, fresh: false };
  for await (const objects of givenBelow(context, meant, told)) {
    yield objects.map((object) => {
      const below = object.key.slice(prefix.length);
      return { path: base + below, below, object };
    });
  }
}

async function* namesOf(context: Context, range: Range): AsyncGenerator<Name[], void, undefined> {
  if (range.given) return yield* namesGiven(context, range.given, range);
  const { connection } = context;
  const { path, recurse, entries, versions, selector, onDemand } = range;
  const prefix = keyOf(connection, folderOf(path));
  const base = pathOf(connection, prefix);
  const startAfter = range.startAfter === "" ? "" : keyOf(connection, range.startAfter);
  const eachName = nameFinder(prefix, entries, startAfter);
  const walk = {
    prefix: selector.narrow(prefix, !recurse),
    ...(recurse ? {} : { delimiter: "/" as const }),
    versions,
    startAfter,
    onDemand,
    ordered: !inAnyOrder(range),
  };
  for await (const page of pages(context, walk)) {
    const names = plainArray<Name>();
    eachName(page, (below, object) => {
      if (selector.wants(below, object)) names.push(new Found(base + below, below, object));
    });
    yield names;
  }
}

/** The files and folders in a folder that are meant, a page of the store at a time, until the work is stopped. */
export const namesBelow = (context: Context, range: Range): AsyncGenerator<Name[], void, undefined> =>
  untilStopped(context, (until) => namesOf(until, range));
