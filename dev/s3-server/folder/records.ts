/** The records of the journal: each says how one thing is now, or that it is gone. */
import type { Bucket, CompletedUpload, KeyEntry, Part, Upload, Version } from "../model";
import { sortedKeys } from "../sorted";
import type { Bodies } from "./bodies";
import { FolderError } from "./folder-error";
import type { Ref } from "./refs";

type Plain = Record<string, unknown>;

/** A version or a part, its body named instead of held. */
type WithRef = Plain & { body: Ref };

export type JournalRecord =
  /** without `is`: the bucket is gone, and everything in it */
  | { bucket: string; is?: Plain }
  /** a key with all its versions; without any, it is gone */
  | { bucket: string; key: string; versions: readonly WithRef[] }
  /** without `is`: complete, or aborted, with its parts */
  | { bucket: string; upload: string; is?: Plain }
  | { bucket: string; upload: string; part: number; is: WithRef }
  | { bucket: string; completed: string; is: CompletedUpload };

/** What is plain data on a bucket: whatever it has beside its keys and uploads. */
export function plainBucket(bucket: Bucket): Plain {
  const { keys, uploads, completed, touched, ...plain } = bucket;
  return plain;
}

/** What is plain data on an upload. */
export function plainUpload(upload: Upload): Plain {
  const { parts, ...plain } = upload;
  return plain;
}

/** The record of a key. From now on its bodies are read from where they are kept. */
export function keyRecord(bodies: Bodies, bucket: string, key: string, entry: KeyEntry | undefined): JournalRecord {
  const versions = (entry?.versions ?? []).map((version): WithRef => {
    const { listed, listedEncoded, ...plain } = version;
    const { ref, body } = bodies.keep(version.body);
    version.body = body;
    return { ...plain, body: ref };
  });
  return { bucket, key, versions };
}

/** The record of a part. From now on its body is read from where it is kept. */
export function partRecord(bodies: Bodies, bucket: string, upload: string, part: Part): JournalRecord {
  const { ref, body } = bodies.keep(part.body);
  part.body = body;
  return { bucket, upload, part: part.number, is: { ...part, body: ref } };
}

/** Does to `buckets` what a record says. Throws a FolderError when it is about a bucket or an upload that is not there. */
export function applyRecord(buckets: Map<string, Bucket>, record: JournalRecord, bodies: Bodies): void {
  const { bucket: name } = record;
  const bucket = buckets.get(name);
  if (!("key" in record || "upload" in record || "completed" in record)) {
    if (!record.is) buckets.delete(name);
    else buckets.set(name, { ...record.is, ...contents(bucket) } as unknown as Bucket);
    return;
  }
  if (!bucket) throw new FolderError(`The journal is damaged: it has no bucket ${name}, but something in it`);
  if ("key" in record) {
    if (record.versions.length === 0) bucket.keys.remove(record.key);
    else bucket.keys.add(record.key).versions = record.versions.map((one) => withBody<Version>(one, bodies));
  } else if ("part" in record) {
    const upload = bucket.uploads.get(record.upload);
    if (!upload) throw new FolderError(`The journal is damaged: it has no upload ${record.upload}, but a part of it`);
    upload.parts.set(record.part, withBody<Part>(record.is, bodies));
  } else if ("upload" in record) {
    if (record.is) bucket.uploads.set(record.upload, { ...record.is, parts: new Map() } as unknown as Upload);
    else bucket.uploads.delete(record.upload);
  } else {
    bucket.completed.set(record.completed, record.is);
  }
}

function contents(bucket: Bucket | undefined): Pick<Bucket, "keys" | "uploads" | "completed"> {
  const { keys = sortedKeys(), uploads = new Map(), completed = new Map() } = bucket ?? {};
  return { keys, uploads, completed };
}

function withBody<T>(record: WithRef, bodies: Bodies): T {
  return { ...record, body: bodies.find(record.body) } as T;
}
