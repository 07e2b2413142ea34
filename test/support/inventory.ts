import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { Store, StoredObject } from "./store";

/** A row, by the names of the columns; what is not there is empty. */
export type Row = Readonly<Record<string, string>>;

export const allColumns = [
  "Bucket",
  "Key",
  "VersionId",
  "IsLatest",
  "IsDeleteMarker",
  "Size",
  "LastModifiedDate",
  "ETag",
  "StorageClass",
  "EncryptionStatus",
] as const;

/** As S3 encodes keys. */
export const urlEncoded = (key: string): string =>
  encodeURIComponent(key).replaceAll("%20", "+").replaceAll("%2F", "/");

const cell = (text = ""): string => `"${text.replaceAll('"', '""')}"`;

export const csvOf = (columns: readonly string[], rows: readonly Row[]): string =>
  rows.map((row) => `${columns.map((column) => cell(row[column])).join(",")}\n`).join("");

const md5Of = (bytes: Buffer): string => createHash("md5").update(bytes).digest("hex");

export interface Inventory {
  /** The rows of each file. `Bucket` is filled in, and `Key` is encoded. */
  files: readonly (readonly Row[])[];
  columns?: readonly string[];
  /** Where it lies; by default where the objects lie. */
  destination?: string;
  /** Of all of its objects; none by default. */
  prefix?: string;
  /** Replaces fields of the manifest. */
  manifest?: object;
  /** Replaces what the manifest says of its first file. */
  first?: object;
  /** Changes the text of the files. */
  change?: (csv: string) => string;
  /** Changes the stored bytes of the files, after the manifest has seen them. */
  damage?: (bytes: Buffer) => Buffer;
}

/** Writes an S3 Inventory of a bucket. @returns the path of its manifest */
export const writeInventory = async (store: Store, bucket: string, inventory: Inventory): Promise<string> => {
  const {
    files,
    columns = allColumns,
    destination = bucket,
    prefix = "",
    change = (csv) => csv,
    damage = (bytes) => bytes,
  } = inventory;
  const name = store.bucketName(bucket);
  const base = `${prefix}inventory/${name}/daily`;
  const named = [];
  for (const [index, rows] of files.entries()) {
    const whole = rows.map((row) => ({ Bucket: name, ...row, Key: urlEncoded(row.Key ?? "") }));
    const bytes = gzipSync(change(csvOf(columns, whole)));
    const key = `${base}/data/${index}.csv.gz`;
    await store.put(destination, key, damage(bytes));
    named.push({ key, size: bytes.length, MD5checksum: md5Of(bytes), ...(index === 0 ? inventory.first : {}) });
  }
  const path = `${base}/2026-05-31T01-00Z/manifest.json`;
  const manifest = {
    sourceBucket: name,
    destinationBucket: `arn:aws:s3:::${store.bucketName(destination)}`,
    version: "2016-11-30",
    creationTimestamp: "1780189200000",
    fileFormat: "CSV",
    fileSchema: columns.join(", "),
    files: named,
    ...inventory.manifest,
  };
  await store.put(destination, path, JSON.stringify(manifest));
  return path;
};

/** What an inventory says of an object. */
export const inventoryRow = (key: string, { size, lastModified, etag }: StoredObject): Row => ({
  Key: key,
  IsLatest: "true",
  IsDeleteMarker: "false",
  Size: String(size),
  LastModifiedDate: lastModified.toISOString(),
  ETag: etag,
  StorageClass: "STANDARD",
});

/** What one says of an object as it is now. */
export const rowOf = async (store: Store, bucket: string, key: string): Promise<Row> => {
  const object = await store.get(bucket, key);
  if (!object) throw new Error(`there is no ${key}`);
  return inventoryRow(key, object);
};

/** The same of several. */
export const rowsOf = (store: Store, bucket: string, keys: readonly string[]): Promise<Row[]> =>
  Promise.all(keys.map((key) => rowOf(store, bucket, key)));
