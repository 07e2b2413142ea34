import { shown } from "../error";
import { invalidListing } from "./invalid-listing";

/** One of the files of an inventory. */
export interface InventoryFile {
  key: string;
  /** Bytes, as it is stored. */
  size: number;
  /** In hexadecimal digits. */
  md5: string;
}

/** What the manifest of an S3 Inventory says (UserGuide/storage-inventory-location). */
export interface Manifest {
  /** The names of the columns. */
  columns: string[];
  files: InventoryFile[];
}

/** Whether a path is that of a manifest: S3 calls all of them so. */
export const isManifest = (path: string): boolean => /(?:^|\/)manifest\.json$/.test(path);

type Fields = Record<string, unknown>;

const objectOf = (value: unknown): Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};

/**
 * Reads a manifest.
 * @param name what errors call it
 * @param source the bucket that the work is on
 * @param destination the bucket that the manifest lies in
 * @throws InvalidListing unless it is whole, and one of these buckets
 */
export const readManifest = (text: string, name: string, source: string, destination: string): Manifest => {
  const wrong = (what: string) => invalidListing(`${name} ${what}`);
  let manifest: Fields;
  try {
    manifest = objectOf(JSON.parse(text));
  } catch (error) {
    throw wrong(`is no JSON: ${(error as Error).message}`);
  }
  const textOf = (from: Fields, field: string, where = field): string => {
    const value = from[field];
    if (typeof value === "string" && value !== "") return value;
    throw wrong(`is no manifest of an S3 Inventory: ${where} is ${shown(value)}`);
  };
  const format = textOf(manifest, "fileFormat");
  if (format !== "CSV") {
    throw wrong(`is of an inventory in ${format}: this node reads CSV; set the inventory's output format to CSV`);
  }
  const sourceBucket = textOf(manifest, "sourceBucket");
  if (sourceBucket !== source) {
    throw wrong(`lists bucket ${sourceBucket}, and the node works on ${source}: set Bucket, or name another listing`);
  }
  const arn = textOf(manifest, "destinationBucket");
  const destinationBucket = arn.replace(/^arn:[\w-]+:s3:::/, "");
  if (destinationBucket !== destination) {
    throw wrong(`lies in bucket ${destination}, and says that its files lie in ${destinationBucket}`);
  }
  const columns = textOf(manifest, "fileSchema")
    .split(",")
    .map((column) => column.trim());
  const missing = ["Bucket", "Key"].find((column) => !columns.includes(column));
  if (missing !== undefined) throw wrong(`has no column ${missing} in its fileSchema`);
  const twice = columns.find((column, at) => columns.indexOf(column) !== at);
  if (twice !== undefined) throw wrong(`has the column ${twice} twice in its fileSchema`);
  if (!Array.isArray(manifest.files))
    throw wrong(`is no manifest of an S3 Inventory: files is ${shown(manifest.files)}`);
  const files = manifest.files.map((one: unknown, index): InventoryFile => {
    const file = objectOf(one);
    const where = `files[${index}]`;
    const key = textOf(file, "key", `${where}.key`);
    const md5 = textOf(file, "MD5checksum", `${where}.MD5checksum`).toLowerCase();
    if (!/^[0-9a-f]{32}$/.test(md5)) throw wrong(`has no MD5 in ${where}.MD5checksum: ${shown(md5)}`);
    const { size } = file;
    if (!Number.isSafeInteger(size) || (size as number) < 0)
      throw wrong(`has no size in ${where}.size: ${shown(size)}`);
    return { key, size: size as number, md5 };
  });
  return { columns, files };
};
