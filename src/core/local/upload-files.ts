import { basename, join } from "node:path";
import { invalid, S3Error, shown } from "../error";
import { checkFilePath, checkObjectPath, folderOf, keyOf, pathOf } from "../key";
import type { About, Context } from "../operation";
import { brokenOff, deletedBefore, toldOf } from "../partial";
import type { Trouble, Victim } from "../remove";
import { removeAll } from "../remove-all";
import type { Listed } from "../reply-pages";
import { forEachOf } from "../side-by-side";
import { type Found, findFiles } from "./find-files";
import { objectsThere, type There } from "./objects-there";
import { createReport, type Report, reportFailure } from "./report";
import { createRoom } from "./room";
import { checkHow, type How, type Seen, type Sent, sendFile } from "./send-file";
import { checkDeletions, deletionsTold } from "./sync";

/** The inputs of the upload node. */
export interface Order extends How {
  source: string;
  path: string;
  sync: boolean;
  force: boolean;
  maxDelete: number | undefined;
  report: "counts" | "entries";
  wholeBucket: boolean;
}

/** What came of it: for `Single`. */
export interface Uploaded {
  result: unknown;
  about: About;
}

/** Files on their way at a time, where there is room for them. */
const width = 16;

const take = (report: Report, file: string, { action, path, size, told }: Sent): void => {
  const { etag, versionId } = told ?? {};
  report.add({ action, path, file, size, ...(etag ? { etag } : {}), ...(versionId ? { versionId } : {}) });
};

const uploadOne = async (context: Context, { base }: Found, order: Order): Promise<Uploaded> => {
  if (order.sync) {
    throw invalid("sync", `goes with a folder or a glob, and the source ${base} is one file`);
  }
  const path = order.path.endsWith("/") ? folderOf(order.path) + basename(base) : order.path;
  checkFilePath(path);
  const percent = (bytes: number, of: number) => context.progress(`${Math.floor((bytes / of) * 100)} %`);
  const room = createRoom();
  const sent = await sendFile(context, { path, file: base, seen: undefined, room }, order, percent);
  const report = createReport("uploaded", { path: sent.path }, order.report === "entries");
  take(report, base, sent);
  const about: About = { path: sent.path, size: sent.size };
  for (const name of ["etag", "versionId", "requestId", "atomic"] as const) {
    if (sent.told?.[name] !== undefined) about[name] = sent.told[name];
  }
  return { result: report.result({ dryRun: order.dryRun }), about };
};

/** Objects in the target that no file stands for. */
const strays = ({ folders, wanted }: Found, { others }: There, prefix: string): Listed[] =>
  others.filter(({ key }) => {
    const below = key.slice(prefix.length);
    if (below === "") return false;
    // A marker stands for a folder, and no glob wants folders.
    return below.endsWith("/") ? !wanted && !folders.has(below) : !wanted || wanted(below);
  });

/** Refuses to delete all that is there because of a source that has nothing, such as a disk that is not mounted. */
const nothingHere = (base: string, path: string): S3Error => {
  const text = `no file is in ${base}: Sync would delete all that is in ${shown(path)}, and did nothing. Check the source; to empty the folder, use a purge node. (NoSuchFile)`;
  return new S3Error("NoSuchFile", text, { path });
};

const uploadMany = async (context: Context, found: Found, order: Order): Promise<Uploaded> => {
  const { connection, signal } = context;
  const { dryRun, sync, force } = order;
  if (sync && found.files.length + found.failed.length === 0) throw nothingHere(found.base, order.path);
  const folder = folderOf(order.path);
  const prefix = keyOf(connection, folder);
  const report = createReport("uploaded", { path: order.path }, order.report === "entries");
  const about: About = {};
  const fail = (below: string, error: unknown): void => {
    if (signal.aborted) throw error;
    const path = folder + below;
    const told = toldOf(context, { operation: "upload", path }, error);
    report.fail({ path, file: join(found.base, below), ...told });
  };
  const targets: { below: string; key: string }[] = [];
  for (const below of found.files) {
    try {
      targets.push({ below, key: keyOf(connection, folder + below) });
    } catch (error) {
      fail(below, error);
    }
  }
  for (const { below, error } of found.failed) fail(below, error);

  const nothing: There = { objects: new Map(), others: [], complete: false };
  const keys = new Set(targets.map(({ key }) => key));
  const there = order.overwrite && !sync ? nothing : await objectsThere(context, prefix, keys, sync);
  const doomed = sync ? strays(found, there, prefix) : [];
  checkDeletions(doomed.length, order.maxDelete, "objects", order.path);

  const room = createRoom();
  const of = found.files.length + found.failed.length;
  await forEachOf(
    context,
    targets,
    async ({ below, key }) => {
      const file = join(found.base, below);
      const seen: Seen = there.objects.get(key) ?? (there.complete ? false : undefined);
      try {
        const sent = await sendFile(context, { path: folder + below, file, seen, room }, order, () => {});
        if (sent.told?.atomic === false) about.atomic = false;
        take(report, file, sent);
      } catch (error) {
        fail(below, error);
      }
      context.progress(`${report.count}/${of} files`);
    },
    width,
  );

  const deletes = sync && force && !dryRun;
  const paths = doomed.map(({ key }) => pathOf(connection, key));
  const result = () =>
    report.result({ dryRun, ...(sync ? deletionsTold(deletes ? report.deleted : undefined, paths) : {}) });
  if (deletes && report.failed.length === 0) {
    let unknown = 0;
    try {
      const ended = ({ key }: Victim, trouble?: Trouble): void => {
        const path = pathOf(connection, key);
        const entry = { path, file: join(found.base, path.slice(folder.length)) };
        if (trouble) report.fail({ ...entry, ...trouble });
        else report.add({ ...entry, action: "deleted" });
      };
      await removeAll(context, [doomed], { ended, doubted: (count) => (unknown += count) });
    } catch (error) {
      const work = { operation: "upload", path: order.path };
      throw brokenOff(context, work, error, result(), deletedBefore(report.deleted, unknown));
    }
    if (report.failed.length > 0) throw reportFailure("deleted", report, doomed.length, result());
  }
  if (report.failed.length > 0 && !dryRun) throw reportFailure("uploaded", report, of, result());
  return { result: result(), about };
};

/**
 * Uploads what a source stands for.
 * @throws for one file, why it failed; for several, PartialFailure with the result
 */
export const uploadFiles = async (context: Context, order: Order): Promise<Uploaded> => {
  const { path, sync, wholeBucket } = order;
  // The root is a folder that files may go to.
  if (path !== "/") checkObjectPath(path);
  checkHow(order);
  if (sync && path === "/" && !wholeBucket) {
    const text = "sync with the path / may delete in the whole bucket; name a folder, or tick Whole bucket in the node";
    throw new S3Error("WholeBucketRefused", text, { path });
  }
  const found = await findFiles(context, order.source);
  return found.single ? uploadOne(context, found, order) : uploadMany(context, found, order);
};
