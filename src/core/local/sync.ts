import { S3Error } from "../error";
import { flag, optionalInteger } from "../parameter";

/**
 * The parameters of both nodes that make the target like the source.
 * @param target "objects" or "files"
 */
export const syncParameters = (target: "objects" | "files") => ({
  sync: flag(false, {
    label: "Sync",
    icon: "exchange",
    literal: false,
    text: `after the transfer, delete ${target} in the target that the source does not have`,
  }),
  force: flag(false, {
    label: "Force",
    icon: "bolt",
    literal: false,
    text: "<code>false</code> deletes nothing and reports what <i>Sync</i> would delete; <code>true</code> deletes",
  }),
  maxDelete: optionalInteger({
    label: "At most",
    icon: "hand-paper-o",
    literal: "",
    min: 0,
    text: "if <i>Sync</i> would delete more, do nothing at all and fail with <code>TooManyToPurge</code>",
    fallbackText: "no limit",
  }),
});

/** How many of what would be deleted are named. */
const sampleSize = 10;

/**
 * What the result tells of the deletions.
 * @param done how many were done; undefined where they are only reported
 * @param doomed what goes, or would go
 */
export const deletionsTold = (done: number | undefined, doomed: readonly string[]): Record<string, unknown> =>
  done === undefined ? { wouldDelete: doomed.length, sample: doomed.slice(0, sampleSize) } : { deleted: done };

/**
 * Refuses more deletions than allowed, before anything is done.
 * @param where names the target
 */
export const checkDeletions = (count: number, maxDelete: number | undefined, what: string, where: string): void => {
  if (maxDelete === undefined || count <= maxDelete) return;
  const text = `sync would delete ${count} ${what} in ${where}, more than ${maxDelete}: nothing was deleted or transferred; raise maxDelete (At most in the form) if they may all go`;
  throw new S3Error("TooManyToPurge", text);
};
