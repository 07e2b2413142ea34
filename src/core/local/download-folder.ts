import { join } from "node:path";
import { S3Error, shown } from "../error";
import type { Filter } from "../filter";
import { folderOf, keyOf } from "../key";
import type { Context } from "../operation";
import { brokenOff } from "../partial";
import { forEachOf } from "../side-by-side";
import { toS3Error } from "../to-error";
import { downloadFile, type Rules, type Run } from "./download-file";
import { checkMirror, deleteExtra, extraFiles } from "./extra-files";
import { folderTarget } from "./file-target";
import type { Found } from "./files-below";
import { folderIn } from "./folders";
import { clashFinder, type Folding, folder as foldBy, guessFolding, probeFolding } from "./folding";
import { toLocalError, withFile } from "./local-error";
import { makeFolders } from "./make-folders";
import { type Below, objectsBelow } from "./objects-below";
import { partsFinder } from "./part-file";
import { createReport, type Report, reportFailure } from "./report";
import { createRoom, roomForFiles } from "./room";
import { safeSegments } from "./safe-segments";
import { checkDeletions, deletionsTold } from "./sync";

/** What is to be downloaded, and how. */
export interface FolderOrder extends Rules {
  path: string;
  target: string;
  /** Undefined for all. */
  wanted: Filter | undefined;
  sync: boolean;
  force: boolean;
  maxDelete: number | undefined;
  /** Whether the result tells each file. */
  entries: boolean;
}

/** Files under way at a time, where there is room for them. */
const width = 16;

/** Bytes that a large file takes while it comes, at most: of the smaller ones, as many as they have. */
const heldOfOne = roomForFiles / 4;

/** With these, every further file would fail too. */
const ending = new Set(["Aborted", "DiskFull"]);

const clash = (path: string, before: string): S3Error => {
  const text = `${shown(path)} and ${shown(before)} are one name on this disk, which does not tell them apart: it was not written; rename one of the objects`;
  return new S3Error("NameClash", text);
};

/** Refuses to delete all that is there because of a folder that is not. */
const nothingThere = (context: Context, path: string): S3Error => {
  const text = `nothing lies in ${shown(path)} in bucket ${context.bucket}, not even a marker of the folder: Sync would delete all files in the target, and did nothing. Check the path. (NoSuchKey)`;
  return new S3Error("NoSuchKey", text, { path });
};

/** The names that the other side has, as the file system tells them apart: files, and folders with a marker. */
const namesOf = (objects: readonly Below[], folding: Folding): ((segments: readonly string[]) => boolean) => {
  const fold = foldBy(folding);
  const names = new Set(objects.map(({ below }) => fold(below.replace(/\/$/, ""))));
  return (segments) => names.has(fold(segments.join("/")));
};

interface Work extends Run {
  root: string;
  report: Report;
}

const one = async (work: Work, object: Below, before: string | undefined, segments: string[]): Promise<void> => {
  const { root, report } = work;
  const { below, path, size } = object;
  if (before !== undefined) throw clash(below, before);
  if (!below.endsWith("/")) {
    const { action, file, size } = await downloadFile(work, object, { root, segments }, () => {});
    report.add({ path, file, action, size });
  } else if (size > 0) {
    const text = `${shown(below)} ends with / and has ${size} bytes: no file can have this name; read it with the read node`;
    throw new S3Error("NotAFile", text);
  } else await folderIn(root, segments, !work.rules.dryRun);
};

/** Downloads one of many: a failure of its own is reported. */
const tryOne = async (work: Work, clashes: ReturnType<typeof clashFinder>, object: Below): Promise<void> => {
  const { context, root, report } = work;
  const { path, below } = object;
  let file = root;
  try {
    const segments = safeSegments(below);
    file = join(root, ...segments);
    await one(work, object, clashes(segments), segments);
  } catch (error) {
    if (context.signal.aborted) throw context.signal.reason;
    const { bucket, connection } = context;
    const where = { operation: "download", bucket, path, redact: connection.redact };
    const told = toS3Error(toLocalError(error, file), where);
    if (ending.has(told.code)) throw told;
    report.fail({ path, file, code: told.code, message: told.message });
  }
};

const deleteAll = async (
  { context, root, report }: Work,
  path: string,
  extra: readonly Found[],
  kept: (segments: readonly string[]) => boolean,
): Promise<void> => {
  for (const found of extra) {
    context.signal.throwIfAborted();
    const entry = { path: folderOf(path) + found.segments.join("/"), file: found.path };
    try {
      await deleteExtra(root, found, kept);
      report.add({ ...entry, action: "deleted", size: found.stats.size });
      context.progress(`${report.deleted} deleted`);
    } catch (error) {
      const { code, message } = toS3Error(toLocalError(error, found.path), { operation: "download", path: entry.path });
      report.fail({ ...entry, code, message });
    }
  }
};

/**
 * Downloads what lies in a folder of a bucket into a folder of the disk.
 * @param probe finds out which names the disk takes for the same
 * @throws PartialFailure if some failed; whatever ended all of it, with `result`
 */
export const downloadFolder = async (
  context: Context,
  order: FolderOrder,
  probe: (folder: string) => Promise<Folding> = probeFolding,
): Promise<Record<string, unknown>> => {
  const { path, wanted, dryRun, sync, force, maxDelete } = order;
  const prefix = keyOf(context.connection, folderOf(path));
  const root = await folderTarget(context, order.target);
  if (sync) await checkMirror(root, context);
  let any = false;
  const found = objectsBelow(context, prefix, wanted, () => {
    any = true;
  });
  // What is to be deleted is counted before anything is done, and a listing that breaks off must not delete at all.
  const all: Below[] | undefined = sync ? [] : undefined;
  if (all) for await (const object of found) all.push(object);
  if (all && !any) throw nothingThere(context, path);
  const folding = await withFile(root, async () => {
    if (dryRun) return guessFolding(root);
    await makeFolders(root);
    return probe(root);
  });
  const has = namesOf(all ?? [], folding);
  const extra = all ? await withFile(root, () => extraFiles(root, has, wanted, context.signal)) : [];
  const deletes = sync && force && !dryRun;
  if (sync) checkDeletions(extra.length, maxDelete, "files", root);
  const report = createReport("downloaded", { target: root }, order.entries);
  const work: Work = { context, rules: order, partsIn: partsFinder(), root, report };
  const clashes = clashFinder(folding);
  const total = all?.filter(({ below }) => !below.endsWith("/")).length;
  const doomed = extra.map(({ path }) => path);
  const result = () =>
    report.result({ dryRun, ...(sync ? deletionsTold(deletes ? report.deleted : undefined, doomed) : {}) });
  const room = createRoom();
  const each = async (object: Below): Promise<void> => {
    await room(Math.min(object.size, heldOfOne), context.signal, () => tryOne(work, clashes, object));
    const { count } = report;
    context.progress(total === undefined ? `${count} ${count === 1 ? "file" : "files"}` : `${count}/${total} files`);
  };
  try {
    await forEachOf(context, all ?? found, each, width);
  } catch (error) {
    const done = `${report.count} files had come to their end before.`;
    throw brokenOff(context, { operation: "download", path }, error, result(), done);
  }
  const missing = report.failed.length;
  if (deletes && missing === 0) await deleteAll(work, path, extra, has);
  const told = result();
  // A dry run has done what it was asked for: it says what would fail.
  if (missing > 0 && !dryRun) throw reportFailure("downloaded", report, report.count, told);
  if (report.failed.length > missing) throw reportFailure("deleted", report, extra.length, told);
  return told;
};
