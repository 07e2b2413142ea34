import { refused } from "../conditional";
import { invalid } from "../error";
import { head } from "../head";
import { keyOf } from "../key";
import type { Context } from "../operation";
import { singleLimit } from "../parts";
import { names } from "../renaming";
import { type Keeping, upload, type Written } from "../upload";
import { changed, exists, extensionType, type Kept, keepingOf } from "../writing";
import { type ConflictRules, type Decision, decide } from "./conflict";
import { modifiedName, modifiedOfObject, modifiedText } from "./modified-time";
import { type OpenFile, openFile } from "./open-file";
import { type Room, roomForFiles } from "./room";
import { sameContent } from "./same-content";

/** The parameters of the upload node that say how one file is sent. */
export interface How extends ConflictRules, Kept {
  /** "" for that of the extension. */
  contentType: string;
  dryRun: boolean;
  /** Whether an upload that a crash has cut off is gone on with. */
  resume: boolean;
}

/** What is known of the object at a path: `undefined` if nobody has looked, `false` if none was there. */
export type Seen = { size: number; etag?: string | undefined } | false | undefined;

/** What became of a file. */
export interface Sent {
  action: "uploaded" | "skipped";
  path: string;
  size: number;
  /** What the store told; absent in a dry run. */
  told?: Partial<Written>;
}

const keeping = (how: How, path: string, { modified }: OpenFile): Keeping => {
  const own = Object.keys(how.metadata).some((name) => name.toLowerCase() === modifiedName);
  const metadata = own ? how.metadata : { ...how.metadata, [modifiedName]: modifiedText(modified) };
  return keepingOf({ ...how, metadata }, how.contentType || extensionType(path) || "application/octet-stream");
};

/** Bytes that the parts of a file take that is sent in parts: one such file goes at a time, beside small ones. */
const heldInParts = 0.75 * roomForFiles;

/** How often a file is sent anew, because the object that it would have replaced was replaced meanwhile. */
const rounds = 3;

/** Sends one file, open already. */
const sendOpen = async (
  context: Context,
  path: string,
  local: OpenFile,
  how: How,
  seen: Seen,
  progress?: (bytes: number) => void,
): Promise<Sent> => {
  const kept = keeping(how, path, local);
  const { size } = local;

  /** @param ifMatch the ETag of the object that may be replaced, "" for any */
  const send = async (to: string, ifMatch: string | undefined): Promise<Sent | typeof refused> => {
    if (how.dryRun) return { action: "uploaded", path: to, size };
    const terms = ifMatch === undefined ? { ifAbsent: true } : { ifAbsent: false, ...(ifMatch ? { ifMatch } : {}) };
    const body = await local.body();
    // An upload that was begun before the file was changed has another time in its metadata.
    const resumeSince = how.resume ? Number(local.modified / 1_000_000n) : undefined;
    const told = await upload(context, {
      key: keyOf(context.connection, to),
      body,
      keeping: kept,
      ...terms,
      progress,
      resumeSince,
    });
    return told === refused ? refused : { action: "uploaded", path: to, size, told };
  };
  const rename = async (): Promise<Sent> => {
    for await (const name of names(context, path)) {
      // The first of them is taken: that is why it is renamed.
      if (name === path || (await head(context, keyOf(context.connection, name)))) continue;
      const sent = await send(name, undefined);
      if (sent !== refused) return sent;
    }
    throw exists(path);
  };

  const key = keyOf(context.connection, path);
  if (how.overwrite) return (await send(path, "")) as Sent;
  const looks = how.dryRun || how.onConflict === "newer" || how.onConflict === "different";
  let there = seen;
  let etag = "";
  for (let round = 1; round <= rounds; round++) {
    const told = there === undefined && looks ? await head(context, key) : undefined;
    if (there === undefined && looks) there = told ? (told as { size: number; etag?: string }) : false;
    if (!there) {
      const sent = await send(path, undefined);
      if (sent !== refused) return sent;
      there = undefined;
      if (looks) continue;
    }
    const object = there || undefined;
    const decision: Decision = await decide(how, async () => {
      const now = how.onConflict === "newer" ? (told ?? (await head(context, key))) : {};
      return {
        sourceTime: Number(local.modified / 1000n) / 1000,
        // Deleted meanwhile: any file is newer than none.
        targetTime: now ? modifiedOfObject(now) : Number.NEGATIVE_INFINITY,
        isSame: async () =>
          object !== undefined && sameContent(context, local, { key, size: object.size, etag: object.etag ?? "" }),
      };
    });
    if (decision === "skip") return { action: "skipped", path, size, told: object?.etag ? { etag: object.etag } : {} };
    if (decision === "rename") return rename();
    if (decision === "error") throw exists(path);
    etag = object?.etag ?? "";
    const sent = await send(path, etag);
    if (sent !== refused) return sent;
    there = undefined;
  }
  throw changed(path, etag);
};

/**
 * Uploads a file, by the rules for an object that is there already.
 * @throws ObjectExists, FileChanged, what the file system says, and what the store answers
 */
export const sendFile = async (
  context: Context,
  target: { path: string; file: string; seen: Seen; room: Room },
  how: How,
  progress?: (bytes: number, of: number) => void,
): Promise<Sent> => {
  const local = await openFile(target.file);
  try {
    const told = progress && ((bytes: number) => progress(bytes, local.size));
    const send = () => sendOpen(context, target.path, local, how, target.seen, told);
    return await target.room(local.size > singleLimit ? heldInParts : local.size, context.signal, send);
  } finally {
    await local.close().catch(() => {});
  }
};

/** Refuses what no file could be sent with, and values that cannot go together, before anything is sent. */
export const checkHow = (how: How & { sync: boolean }): void => {
  keepingOf(how, how.contentType);
  if (!how.sync || how.overwrite || how.onConflict !== "rename") return;
  throw invalid("onConflict", "rename does not go with sync, which would delete what it renames; choose different");
};
