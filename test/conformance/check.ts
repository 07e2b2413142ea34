/** A conformance check: one thing that S3 promises, and where it is promised. */
import type { Context } from "./context";

export interface Check {
  /** stable, unique, and short: `listing/v2-key-count` */
  id: string;
  group: string;
  /** what S3 does, as a sentence without its full stop */
  title: string;
  /** the page that says so; a path below https://docs.aws.amazon.com/AmazonS3/latest/ or a whole URL */
  source: string;
  /** Rejects when the server does otherwise; what it throws says what was found. */
  run(c: Context): Promise<void>;
}

/** What a group's file lists: the title, the source, the check. The key is the last part of the id. */
export type Entry = readonly [title: string, source: string, run: Check["run"]];

/** The checks of a group. */
export function group(name: string, entries: Readonly<Record<string, Entry>>): Check[] {
  return Object.entries(entries).map(([key, [title, source, run]]) => ({
    id: `${name}/${key}`,
    group: name,
    title,
    source: source.startsWith("http") ? source : `https://docs.aws.amazon.com/AmazonS3/latest/${source}`,
    run,
  }));
}
