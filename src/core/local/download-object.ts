import type { About, Context } from "../operation";
import { downloadFile, type Rules } from "./download-file";
import { fileTarget } from "./file-target";
import { findObject } from "./find-object";
import { withFile } from "./local-error";
import { makeFolders } from "./make-folders";
import { partsFinder } from "./part-file";
import { createReport } from "./report";

/** What is to be downloaded, and how. */
export interface ObjectOrder extends Rules {
  path: string;
  target: string;
  /** Whether the result tells the file. */
  entries: boolean;
}

/**
 * Downloads one object to a file.
 * @throws NoSuchKey, FileExists, UnsafePath, or what the store or the file system say
 */
export const downloadObject = async (
  context: Context,
  { path, target, entries, ...rules }: ObjectOrder,
): Promise<{ result: Record<string, unknown>; about: About }> => {
  const { object, about } = await findObject(context, path);
  const to = await fileTarget(context, path, target);
  const run = { context, rules, partsIn: partsFinder() };
  const progress = (bytes: number) => context.progress(`${Math.floor((100 * bytes) / Math.max(object.size, 1))} %`);
  const done = await withFile(to.file, async () => {
    if (!rules.dryRun) await makeFolders(to.root);
    return downloadFile(run, object, to, progress);
  });
  const { action, file, size } = done;
  const report = createReport("downloaded", { target: file }, entries);
  report.add({ path, file, action, size });
  return { result: report.result({ dryRun: rules.dryRun }), about: done.about ?? about };
};
