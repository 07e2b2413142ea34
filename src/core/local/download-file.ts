import type { Stats } from "node:fs";
import { join } from "node:path";
import { S3Error, shown } from "../error";
import { head } from "../head";
import type { About, Context } from "../operation";
import { type ConflictRules, type Decision, decide } from "./conflict";
import { fetchObject } from "./fetch-object";
import type { FileTarget } from "./file-target";
import { folderIn, inTheWay, standing, throughLink } from "./folders";
import { localError } from "./local-error";
import { modifiedOfObject, secondsOf } from "./modified-time";
import type { Below } from "./objects-below";
import { openPart, type Part, type PartsIn } from "./part-file";
import { freeName, placeFree, placeNew, placeOver } from "./place-file";
import { sameContent } from "./same-content";

/** How files are downloaded. */
export interface Rules extends ConflictRules {
  dryRun: boolean;
  restoreTimes: boolean;
}

/** What one run of downloads has in common. */
export interface Run {
  context: Context;
  rules: Rules;
  partsIn: PartsIn;
}

/** What became of one object. */
export interface Done {
  action: "downloaded" | "skipped";
  /** The file, absolute. */
  file: string;
  /** Bytes. */
  size: number;
  /** What S3 told, where it was asked. */
  about?: About;
}

type Progress = (bytes: number) => void;

/** What is done about what stands at a path; undefined for nothing there. */
const judge = async (
  { context, rules }: Run,
  object: Below,
  file: string,
  there: Stats | undefined,
): Promise<Decision | undefined> => {
  if (!there) return undefined;
  if (there.isSymbolicLink()) throw throughLink(file);
  if (there.isDirectory()) throw inTheWay(file, "file");
  if (!there.isFile())
    throw new S3Error("NotAFile", `${shown(file)} is a device, a pipe or a socket, which no object can replace`);
  return decide(rules, async () => ({
    sourceTime: rules.onConflict === "newer" ? modifiedOfObject((await head(context, object.key)) ?? {}) : undefined,
    targetTime: there.mtimeMs,
    isSame: () =>
      sameContent(
        context,
        { file, size: there.size, modified: BigInt(Math.round(there.mtimeMs * 1000)) * 1000n },
        object,
      ),
  }));
};

const nameless = (file: string): S3Error => localError("FileExists", `${file}, and a thousand names like it`);

/** Gives the whole file its name. @returns the name, undefined if something has it by now and the rules must be asked again */
const place = async (part: string, file: string, decision: Decision | undefined): Promise<string | undefined> => {
  if (decision === "rename") {
    const free = await placeFree(part, file);
    if (free === undefined) throw nameless(file);
    return free;
  }
  if (decision === undefined) return (await placeNew(part, file)) ? file : undefined;
  await placeOver(part, file);
  return file;
};

/** Times and rights, as the file will have them. */
const finish = async ({ handle }: Part, { rules }: Run, about: About, there: Stats | undefined): Promise<void> => {
  // Windows has no such rights, and some shares refuse to set them.
  if (there && process.platform !== "win32") await handle.chmod(there.mode & 0o777).catch(() => {});
  const modified = rules.restoreTimes ? modifiedOfObject(about) : undefined;
  // As a number, Node.js takes what lies before 1970 for now.
  if (modified !== undefined) {
    await handle.utimes(new Date(), modified < 0 ? new Date(modified) : secondsOf(modified));
  }
};

const transfer = async (
  run: Run,
  object: Below,
  { root, segments }: FileTarget,
  first: Decision | undefined,
  progress: Progress,
): Promise<Done> => {
  const { context, rules } = run;
  const above = segments.slice(0, -1);
  const folder = (await folderIn(root, above, true)) as string;
  const name = segments.at(-1) as string;
  const file = join(folder, name);
  const replaced = first === "replace" ? await standing(file) : undefined;
  const rights = replaced && (replaced.mode & 0o777) | 0o600;
  const part = await openPart(folder, { name, etag: object.etag, size: object.size }, run.partsIn, rights);
  let placed: string | undefined;
  try {
    const about = await fetchObject(context, object, part, progress);
    let decision = first;
    for (let round = 1; ; round++) {
      // A transfer takes its time, in which somebody may have put a link or a folder there.
      await folderIn(root, above, false);
      // Where nothing was, the placing itself sees what is.
      const there = decision === undefined && round === 1 ? undefined : await standing(file);
      if (there && decision === undefined) {
        decision = rules.onConflict === "rename" ? "rename" : await judge(run, object, file, there);
      }
      if (there && (there.isSymbolicLink() || !there.isFile())) await judge(run, object, file, there);
      if (decision === "error") throw localError("FileExists", file);
      if (decision === "skip") return { action: "skipped", file, size: object.size, about };
      await finish(part, run, about, decision === "replace" ? there : undefined);
      context.signal.throwIfAborted();
      placed = await place(part.path, file, decision);
      if (placed !== undefined) return { action: "downloaded", file: placed, size: Number(about.size), about };
    }
  } finally {
    await part.end(placed !== undefined);
  }
};

/**
 * Downloads one object to a file, which is there only when it is whole.
 * @throws FileExists, UnsafePath, NameClash, or what the store or the file system say
 */
export const downloadFile = async (run: Run, object: Below, target: FileTarget, progress: Progress): Promise<Done> => {
  const { root, segments } = target;
  const file = join(root, ...segments);
  const folder = await folderIn(root, segments.slice(0, -1), false);
  const decision = folder === undefined ? undefined : await judge(run, object, file, await standing(file));
  if (decision === "error") throw localError("FileExists", file);
  if (decision === "skip") return { action: "skipped", file, size: object.size };
  if (!run.rules.dryRun) return transfer(run, object, target, decision, progress);
  const free = decision === "rename" ? await freeName(file) : file;
  if (free === undefined) throw nameless(file);
  return { action: "downloaded", file: free, size: object.size };
};
