/** What of the server's state is saved already, and so what has to be saved now. */
import type { Bucket, Part, Upload } from "../model";
import type { Bodies } from "./bodies";
import { type JournalRecord, keyRecord, partRecord, plainBucket, plainUpload } from "./records";
import { filesOf, type Ref } from "./refs";

/** A request, as far as it says what it may have changed beside what is noted in `Bucket.touched`. */
export interface Changer {
  bucketName: string;
  key: string;
  query: Record<string, string | undefined>;
}

interface SavedUpload {
  upload: Upload;
  parts: Map<number, { part: Part; files: readonly string[] }>;
}

interface SavedBucket {
  bucket: Bucket;
  plain: string;
  /** of the keys whose versions need any */
  files: Map<string, readonly string[]>;
  uploads: Map<string, SavedUpload>;
  completed: Set<string>;
}

export interface Ledger {
  /** The records of what has changed, which count as saved from now on, and the files that are needed less for it. */
  changes(buckets: ReadonlyMap<string, Bucket>, by?: Changer): { records: JournalRecord[]; spared: string[] };
  /** the records of everything */
  all(buckets: ReadonlyMap<string, Bucket>): Generator<JournalRecord>;
  /** begins anew: everything in `buckets` is saved. The number of records that it takes. */
  reset(buckets: ReadonlyMap<string, Bucket>): number;
}

/** A ledger in which nothing is saved. It keeps the count of which files are needed. */
export function ledger(bodies: Bodies): Ledger {
  const saved = new Map<string, SavedBucket>();

  function* everything(bucket: Bucket): Generator<JournalRecord> {
    const { name } = bucket;
    yield { bucket: name, is: plainBucket(bucket) };
    for (const entry of bucket.keys.entries()) yield keyRecord(bodies, name, entry.key, entry);
    for (const upload of bucket.uploads.values()) {
      yield { bucket: name, upload: upload.id, is: plainUpload(upload) };
      for (const part of upload.parts.values()) yield partRecord(bodies, name, upload.id, part);
    }
    for (const [id, is] of bucket.completed) yield { bucket: name, completed: id, is };
  }

  /** Enters the whole bucket as saved, and yields its records. */
  function* adopt(bucket: Bucket): Generator<JournalRecord> {
    bucket.touched = new Set();
    const entry: SavedBucket = {
      bucket,
      plain: JSON.stringify(plainBucket(bucket)),
      files: new Map(),
      uploads: new Map(),
      completed: new Set(),
    };
    saved.set(bucket.name, entry);
    for (const record of everything(bucket)) {
      enter(entry, record, []);
      yield record;
    }
  }

  /** Enters one record as saved. */
  function enter(entry: SavedBucket, record: JournalRecord, spared: string[]): void {
    if ("key" in record) {
      const files = record.versions.flatMap(({ body }) => filesOf(body));
      bodies.need(files);
      pushAll(spared, entry.files.get(record.key));
      if (files.length > 0) entry.files.set(record.key, files);
      else entry.files.delete(record.key);
    } else if ("part" in record) {
      const upload = entry.uploads.get(record.upload) as SavedUpload;
      const files = filesOf(record.is.body as Ref);
      bodies.need(files);
      pushAll(spared, upload.parts.get(record.part)?.files);
      upload.parts.set(record.part, { part: upload.upload.parts.get(record.part) as Part, files });
    } else if ("upload" in record) {
      const upload = entry.bucket.uploads.get(record.upload);
      if (upload) entry.uploads.set(record.upload, { upload, parts: new Map() });
      else {
        pushAll(spared, filesOfUpload(entry.uploads.get(record.upload)));
        entry.uploads.delete(record.upload);
      }
    } else if ("completed" in record) {
      entry.completed.add(record.completed);
    }
  }

  function* changesOf(entry: SavedBucket, by: Changer | undefined): Generator<JournalRecord> {
    const { bucket } = entry;
    const { name, keys, uploads, completed, touched = new Set<string>() } = bucket;
    const plain = JSON.stringify(plainBucket(bucket));
    if (plain !== entry.plain) {
      entry.plain = plain;
      yield { bucket: name, is: plainBucket(bucket) };
    }
    const query = by?.query ?? {};
    const id = query.uploadId;
    // tags and the like are changed on the version itself
    if (by && by.key !== "" && id === undefined && query.uploads === undefined && keys.get(by.key)) touched.add(by.key);
    for (const key of touched) yield keyRecord(bodies, name, key, keys.get(key));
    touched.clear();
    const different = new Set(id === undefined ? [] : [id]);
    if (uploads.size !== entry.uploads.size || query.uploads !== undefined || !by) {
      for (const one of entry.uploads.keys()) if (!uploads.has(one)) different.add(one);
      for (const one of uploads.keys()) if (!entry.uploads.has(one)) different.add(one);
    }
    for (const one of different) yield* changesOfUpload(entry, one, Number(query.partNumber));
    const done = id === undefined ? undefined : completed.get(id);
    if (id !== undefined && done && !entry.completed.has(id)) yield { bucket: name, completed: id, is: done };
  }

  function* changesOfUpload(entry: SavedBucket, id: string, number: number): Generator<JournalRecord> {
    const { name, uploads } = entry.bucket;
    const upload = uploads.get(id);
    if (!upload) {
      if (entry.uploads.has(id)) yield { bucket: name, upload: id };
      return;
    }
    if (!entry.uploads.has(id)) yield { bucket: name, upload: id, is: plainUpload(upload) };
    const parts = entry.uploads.get(id)?.parts;
    const looked = parts?.size === upload.parts.size ? [upload.parts.get(number)] : upload.parts.values();
    for (const part of looked) {
      if (part && parts?.get(part.number)?.part !== part) yield partRecord(bodies, name, id, part);
    }
  }

  function leave(entry: SavedBucket): string[] {
    saved.delete(entry.bucket.name);
    return [...[...entry.files.values()].flat(), ...[...entry.uploads.values()].flatMap(filesOfUpload)];
  }

  return {
    changes(buckets, by) {
      const records: JournalRecord[] = [];
      const spared: string[] = [];
      for (const [name, entry] of saved) {
        if (buckets.get(name) === entry.bucket) continue;
        records.push({ bucket: name });
        pushAll(spared, leave(entry));
      }
      for (const bucket of buckets.values()) {
        const entry = saved.get(bucket.name);
        if (!entry) {
          for (const record of adopt(bucket)) records.push(record);
          continue;
        }
        for (const record of changesOf(entry, by?.bucketName === bucket.name ? by : undefined)) {
          enter(entry, record, spared);
          records.push(record);
        }
      }
      bodies.spare(spared);
      return { records, spared };
    },
    *all(buckets) {
      for (const bucket of buckets.values()) yield* everything(bucket);
    },
    reset(buckets) {
      saved.clear();
      bodies.forget();
      let count = 0;
      for (const bucket of buckets.values()) for (const _ of adopt(bucket)) count++;
      return count;
    },
  };
}

function filesOfUpload(upload: SavedUpload | undefined): string[] {
  return [...(upload?.parts.values() ?? [])].flatMap(({ files }) => files);
}

function pushAll(list: string[], more: readonly string[] = []): void {
  for (const one of more) list.push(one);
}
