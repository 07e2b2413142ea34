import type { Dirent, Stats } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join, resolve, sep } from "node:path";
import { createPathFilter, type Filter } from "../filter";
import type { Context } from "../operation";
import { codeOf } from "../to-error";
import { localError, withFile } from "./local-error";
import { localPath } from "./local-path";
import { isPartName } from "./part-name";

/** What a source stands for. */
export interface Found {
  /** A file, or the folder below which all files lie, absolute. */
  base: string;
  /** Whether the source is one file. */
  single: boolean;
  /** Paths below the base, with `/`, in their order. */
  files: string[];
  /** Folders that were looked into, each with a slash at its end. */
  folders: Set<string>;
  /** What a glob wants; undefined for a folder. */
  wanted: Filter | undefined;
  /** What could not be looked at, or is no file. */
  failed: { below: string; error: unknown }[];
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A name as text, or undefined where it cannot be part of a key that comes back as the same file. */
const nameOf = (raw: Buffer): string | undefined => {
  try {
    const name = utf8.decode(raw);
    return name.includes("\\") ? undefined : name;
  } catch {
    return undefined;
  }
};

const globParts = /[*?[\]{}]|[!@+]\(/;

/** Cuts a glob where its first segment with a wildcard begins. */
const splitGlob = (source: string): { folder: string; pattern: string } => {
  const path = sep === "\\" ? source.replaceAll("\\", "/") : source;
  const segments = path.split("/");
  const first = segments.findIndex((segment) => globParts.test(segment));
  const folder = segments.slice(0, first).join("/");
  // Without its slash, a drive's root would be the folder that is current on it.
  const isRoot = first === 1 && (folder === "" || (sep === "\\" && folder.endsWith(":")));
  return { folder: isRoot ? `${folder}/` : folder || ".", pattern: segments.slice(first).join("/") };
};

/** How many folders deep a glob reaches: what lies deeper need not be looked at. */
const depthOf = (pattern: string): number =>
  pattern.includes("**") || /[{(]/.test(pattern) ? Number.POSITIVE_INFINITY : pattern.split("/").length;

type Kind = "file" | "folder" | "link to a folder" | "other";

const kindOf = (entry: Dirent<Buffer> | Stats): Kind =>
  entry.isFile() ? "file" : entry.isDirectory() ? "folder" : "other";

/** A link to a file is the file; one to a folder may lead round in a circle, and is left alone. */
const kindBehind = async (entry: Dirent<Buffer>, file: string): Promise<Kind> => {
  if (!entry.isSymbolicLink()) return kindOf(entry);
  const kind = kindOf(await stat(file));
  return kind === "folder" ? "link to a folder" : kind;
};

/** Looks through a folder, into `found`. Folders that cannot be read are failures like any other. */
const walk = async (context: Context, found: Found, depth: number): Promise<void> => {
  const { base, files, folders, wanted, failed } = found;
  const open = [""];
  for (let below = open.pop(); below !== undefined; below = open.pop()) {
    if (context.signal.aborted) throw context.signal.reason;
    const folder = join(base, below);
    let entries: Dirent<Buffer>[];
    try {
      entries = await withFile(folder, () => readdir(folder, { withFileTypes: true, encoding: "buffer" }));
    } catch (error) {
      // Without its own folder, there is nothing to look through.
      if (below === "") throw error;
      failed.push({ below, error });
      continue;
    }
    folders.add(below);
    for (const entry of entries) {
      const name = nameOf(entry.name);
      const path = below + (name ?? entry.name.toString("latin1"));
      const file = join(base, path);
      // Where nobody can say whether the glob wants it, it is told.
      if (name === undefined) {
        failed.push({ below: path, error: localError("InvalidFileName", file) });
        continue;
      }
      try {
        const kind = await withFile(file, () => kindBehind(entry, file));
        if (kind === "folder") {
          if (path.split("/").length < depth) open.push(`${path}/`);
        } else if (kind === "link to a folder" || (wanted && !wanted(path))) continue;
        // The beginning of a file that a download is fetching, or left behind: no file of the user's.
        else if (kind === "file" && isPartName(name)) continue;
        else if (kind === "file") files.push(path);
        else failed.push({ below: path, error: localError("NotAFile", file) });
      } catch (error) {
        if (!wanted || wanted(path)) failed.push({ below: path, error });
      }
    }
    context.progress(`${files.length} files found`);
  }
  files.sort();
};

/**
 * Finds what a source stands for: a file, a folder with all that lies below it, or a glob. What is there under the very
 * name is no glob, whatever characters the name has.
 * @throws NoSuchFile, FileRefused, NotAFile, InvalidParameter
 */
export const findFiles = async (context: Context, source: string): Promise<Found> => {
  const path = localPath(context, source, "source");
  const found = { base: path, files: [], folders: new Set<string>(), wanted: undefined, failed: [] };
  try {
    // With its slash, the file system says itself that a file is no folder.
    const asked = source.endsWith("/") || source.endsWith(sep) ? join(path, sep) : path;
    const kind = kindOf(await withFile(path, () => stat(asked)));
    if (kind === "other") throw localError("NotAFile", path);
    if (kind === "file") return { ...found, single: true };
    await walk(context, { ...found, single: false }, Number.POSITIVE_INFINITY);
    return { ...found, single: false };
  } catch (error) {
    // A file has nothing below it.
    const missing = codeOf(error) === "ENOTDIR" ? localError("NoSuchFile", path) : error;
    if (codeOf(missing) !== "NoSuchFile" || !globParts.test(source)) throw missing;
  }
  const { folder, pattern } = splitGlob(source);
  const wanted = createPathFilter(pattern, true, "source");
  const glob: Found = { ...found, base: resolve(context.workingDirectory, folder), single: false, wanted };
  await walk(context, glob, depthOf(pattern));
  return glob;
};
