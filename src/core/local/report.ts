import type { S3Error } from "../error";
import { choice } from "../parameter";
import { type Failed, partialFailure } from "../partial";

/** The setting that both nodes have. */
export const reportSetting = {
  report: choice({ counts: "counts, and what failed", entries: "each file besides" }, "counts", {
    label: "Report",
    icon: "list-alt",
    text: "what the result tells",
  }),
};

/** One file, as `entries` tells it. */
export interface Entry {
  /** Of the object. */
  path: string;
  /** Of the file, absolute. */
  file: string;
  action: "uploaded" | "downloaded" | "skipped" | "deleted";
  /** Bytes. */
  size?: number;
  etag?: string;
  versionId?: string;
}

/** One that failed. */
export interface FileFailed extends Failed {
  file: string;
}

/** Collects what becomes of the files. */
export interface Report {
  add(entry: Entry): void;
  fail(failed: FileFailed): void;
  readonly failed: readonly FileFailed[];
  /** Files that have come to their end. */
  readonly count: number;
  readonly deleted: number;
  /**
   * The result, `more` being what stands in it besides.
   * @param dryRun tells what would be done
   */
  result(more: { dryRun: boolean } & Record<string, unknown>): Record<string, unknown>;
}

/** @param entries whether each file is told */
export const createReport = (
  verb: "uploaded" | "downloaded",
  name: { path: string } | { target: string },
  entries: boolean,
): Report => {
  const told: Entry[] = [];
  const failed: FileFailed[] = [];
  const counts = { uploaded: 0, downloaded: 0, skipped: 0, deleted: 0 };
  let bytes = 0;
  return {
    add(entry) {
      counts[entry.action]++;
      if (entry.action === verb) bytes += entry.size ?? 0;
      if (entries) told.push(entry);
    },
    fail: (one) => void failed.push(one),
    failed,
    get count() {
      return counts[verb] + counts.skipped + failed.length;
    },
    get deleted() {
      return counts.deleted;
    },
    result: ({ dryRun, ...more }) => ({
      ...name,
      ...(dryRun ? { dryRun } : {}),
      [verb]: counts[verb],
      skipped: counts.skipped,
      failed,
      bytes,
      ...more,
      ...(entries ? { entries: told } : {}),
    }),
  };
};

/** The error for a report with failures, with the result in it. */
export const reportFailure = (
  verb: "uploaded" | "downloaded" | "deleted",
  { failed }: Report,
  of: number,
  result: unknown,
): S3Error => partialFailure(verb, failed, of, result);
