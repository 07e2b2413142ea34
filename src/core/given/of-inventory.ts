import { createHash } from "node:crypto";
import { inBatches } from "../batches";
import type { Download } from "../download";
import { type S3Error, shown } from "../error";
import type { Context } from "../operation";
import { collect } from "../split";
import { codeOf } from "../to-error";
import { BadCsv, createCsvReader } from "./csv";
import { invalidListing } from "./invalid-listing";
import { type InventoryFile, type Manifest, readManifest } from "./manifest";
import { batchSize, type Named, readTime } from "./named";
import { openObject, type Place, unpacked } from "./open-object";

/** Bytes of a manifest: some hundred for each of its files, of which each has a million objects or so. */
const longestManifest = 16 * 1024 * 1024;

const fetchManifest = async (context: Context, place: Place, key: string): Promise<Manifest> => {
  const stored = unpacked(await openObject(context, place, key), key);
  const refuse = (): S3Error =>
    invalidListing(`${shown(key)} has more than ${longestManifest} bytes: it is no manifest`);
  try {
    const bytes = await collect(stored.body, longestManifest, refuse);
    const manifest = readManifest(bytes.toString("utf8"), shown(key), context.bucket, place.bucket);
    const { rootPath } = context.connection.settings;
    const stray = manifest.files.find((file) => !file.key.startsWith(rootPath));
    if (stray === undefined) return manifest;
    const where = `${shown(stray.key)}, which lies outside of the connection's root path ${rootPath}`;
    throw invalidListing(`${shown(key)} names ${where}: have the inventory written below it`);
  } finally {
    stored.discard();
  }
};

/** One of its files, which turns out at its end to be the one that the manifest means, or throws. */
const openFile = async (context: Context, place: Place, { key, size, md5 }: InventoryFile): Promise<Download> => {
  const stored = await openObject(context, place, key).catch((error: unknown) => {
    if (codeOf(error) !== "NoSuchKey") throw error;
    throw invalidListing(`${shown(key)} is not there, and the manifest names it`);
  });
  const hasOther = (found: number) =>
    invalidListing(`${shown(key)} has ${found} bytes, and by the manifest it has ${size}`);
  if (stored.size !== undefined && stored.size !== size) {
    stored.discard();
    throw hasOther(stored.size);
  }
  const hash = createHash("md5");
  const body = async function* (): AsyncGenerator<Buffer, void, undefined> {
    let length = 0;
    for await (const bytes of stored.body) {
      hash.update(bytes);
      length += bytes.length;
      yield bytes;
    }
    if (length !== size) throw hasOther(length);
    if (hash.digest("hex") !== md5) throw invalidListing(`${shown(key)} has another MD5 than by the manifest`);
  };
  return { ...stored, body: body() };
};

/**
 * Keys come URL-encoded, as in S3's listings: a plus is a space.
 * @returns undefined for one that is not
 */
const decodeKey = (text: string): string | undefined => {
  if (!/^[!-~]+$/.test(text)) return undefined;
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return undefined;
  }
};

/** Makes of a row what it names, or throws what is wrong with it. */
const rowReader = (columns: readonly string[], bucket: string) => {
  const placeOf = (column: string): number => columns.indexOf(column);
  const places = {
    bucket: placeOf("Bucket"),
    key: placeOf("Key"),
    versionId: placeOf("VersionId"),
    isLatest: placeOf("IsLatest"),
    deleteMarker: placeOf("IsDeleteMarker"),
    size: placeOf("Size"),
    lastModified: placeOf("LastModifiedDate"),
    etag: placeOf("ETag"),
    storageClass: placeOf("StorageClass"),
  };
  return (row: readonly string[]): Named => {
    if (row.length !== columns.length) throw new BadCsv(`has ${row.length} columns, and fileSchema ${columns.length}`);
    const cell = (name: keyof typeof places): string => row[places[name]] ?? "";
    const flag = (name: "isLatest" | "deleteMarker"): boolean | undefined => {
      const text = cell(name).toLowerCase();
      if (text === "") return undefined;
      if (text !== "true" && text !== "false") throw new BadCsv(`has ${shown(text)} where true or false belongs`);
      return text === "true";
    };
    if (cell("bucket") !== bucket) throw new BadCsv(`is of bucket ${shown(cell("bucket"))}, and not of ${bucket}`);
    const key = decodeKey(cell("key"));
    if (key === undefined) throw new BadCsv(`has a key that is not URL-encoded: ${shown(cell("key"))}`);
    const named: Named = { key };
    const [versionId, etag, storageClass, size, time] = [
      cell("versionId"),
      cell("etag").replaceAll('"', ""),
      cell("storageClass"),
      cell("size"),
      cell("lastModified"),
    ];
    const isLatest = flag("isLatest");
    if (isLatest !== undefined) named.isLatest = isLatest;
    const deleteMarker = flag("deleteMarker");
    if (deleteMarker !== undefined) named.deleteMarker = deleteMarker;
    if (versionId !== "") named.versionId = versionId;
    if (etag !== "") named.etag = etag;
    if (storageClass !== "") named.storageClass = storageClass;
    if (size !== "") {
      if (!/^\d{1,15}$/.test(size)) throw new BadCsv(`has ${shown(size)} for a size`);
      named.size = Number(size);
    }
    if (time !== "") {
      const at = readTime(time);
      if (at === undefined) throw new BadCsv(`has ${shown(time)} for a time`);
      named.lastModified = at;
    }
    return named;
  };
};

/** The rows of a file. */
async function* rowsOf(
  context: Context,
  place: Place,
  file: InventoryFile,
  read: (row: readonly string[]) => Named,
): AsyncGenerator<Named[], void, undefined> {
  const text = unpacked(await openFile(context, place, file), file.key);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const csv = createCsvReader();
  let number = 0;
  const unlessBad = <T>(work: () => T, row: () => number): T => {
    try {
      return work();
    } catch (error) {
      if (error instanceof BadCsv) throw invalidListing(`${shown(file.key)}, row ${row()}: ${error.message}`);
      throw error;
    }
  };
  const take = (rows: () => string[][]): Named[] =>
    unlessBad(rows, () => csv.count + 1).map((row) => {
      number++;
      return unlessBad(
        () => read(row),
        () => number,
      );
    });
  const decode = (bytes?: Buffer): string => {
    try {
      return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
    } catch {
      throw new BadCsv("it is no text in UTF-8");
    }
  };
  try {
    for await (const bytes of text.body) yield take(() => csv.write(decode(bytes)));
    yield take(() => [...csv.write(decode()), ...csv.end()]);
  } finally {
    text.discard();
  }
}

/**
 * What an S3 Inventory in CSV names.
 * @param key that of its manifest
 * @param versions each must name its version
 * @throws InvalidListing that says which object is wrong, and what
 */
export async function* ofInventory(
  context: Context,
  place: Place,
  key: string,
  versions: boolean,
): AsyncGenerator<Named[], void, undefined> {
  const { columns, files } = await fetchManifest(context, place, key);
  if (versions && !columns.includes("VersionId")) {
    throw invalidListing(
      `${shown(key)} is of an inventory of current versions, and All versions is set: have it list all versions, or untick it`,
    );
  }
  const read = rowReader(columns, context.bucket);
  // An object that was there before its bucket had versions has the one that is called so.
  const readVersion = (row: readonly string[]): Named => ({ versionId: "null", ...read(row) });
  const rows = async function* (): AsyncGenerator<Named[], void, undefined> {
    for (const file of files) yield* rowsOf(context, place, file, versions ? readVersion : read);
  };
  yield* inBatches(rows(), batchSize);
}
