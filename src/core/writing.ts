import mime from "mime-types";
import { refused } from "./conditional";
import { bytesFor } from "./data";
import { invalid, S3Error, shown, unseen } from "./error";
import { plainEtag } from "./etag";
import { head } from "./head";
import { checkFilePath, keyOf } from "./key";
import { checkHeader, encodeMetadata, encodeTags } from "./metadata";
import type { About, Context } from "./operation";
import { pack } from "./pack";
import { checkPacking, type Packing, packingOfPath, packings } from "./packing";
import type { Body } from "./parts";
import { names } from "./renaming";
import type { Terms } from "./under-terms";
import { type Keeping, upload, type Written } from "./upload";

/** The parameters of the write node that say how. */
export interface How {
  overwrite: boolean;
  onConflict: "error" | "skip" | "rename";
  /** "" for whatever is there. */
  ifMatch: string;
  encoding: string;
  compress: "none" | Packing;
  contentType: string;
  metadata: Record<string, string>;
  tags: Record<string, string>;
  storageClass: string;
  cacheControl: string;
  contentDisposition: string;
  contentEncoding: string;
  encryption: string;
  kmsKeyId: string;
}

/** One object, ready to be sent: all that could be wrong with it has been looked at. */
export interface Ready {
  path: string;
  key: string;
  body: Body;
  /** Whether the body can be read only once, as a stream. */
  once: boolean;
  keeping: Keeping;
}

/** The result of one write, with what S3 told beside it. */
export interface Outcome extends Partial<Omit<Written, "requestId" | "atomic">> {
  path: string;
  written: boolean;
}

/** A write that has come to its end. */
export interface Done {
  result: Outcome;
  /** For `msg.s3`. */
  about: About;
}

const ended = (path: string, told: Partial<Written>, written: boolean): Done => {
  const { size, etag, versionId, requestId, atomic } = told;
  const result = { path } as Outcome;
  const about: About = { path };
  if (size !== undefined) result.size = about.size = size;
  if (etag) result.etag = about.etag = etag;
  if (versionId) result.versionId = about.versionId = versionId;
  if (requestId) about.requestId = requestId;
  if (atomic === false) about.atomic = atomic;
  result.written = written;
  return { result, about };
};

/** The MIME type that a path's extension suggests. */
export const extensionType = (path: string): string | false => {
  const dot = path.lastIndexOf(".");
  return dot > path.lastIndexOf("/") + 1 && mime.lookup(path.slice(dot));
};

/** How an object is to be kept, of the parameters that say so. */
export type Kept = Pick<How, "metadata" | "tags" | "storageClass" | "cacheControl" | "encryption" | "kmsKeyId"> &
  Partial<Pick<How, "contentDisposition" | "contentEncoding">>;

/** The fields for S3. Throws InvalidParameter for what S3 would not take. */
export const keepingOf = (how: Kept, contentType: string): Keeping => {
  const { storageClass, cacheControl, contentDisposition = "", contentEncoding = "", encryption, kmsKeyId } = how;
  const headers = {
    contentType,
    storageClass,
    cacheControl,
    contentDisposition,
    contentEncoding,
    encryption,
    kmsKeyId,
  };
  for (const [name, value] of Object.entries(headers)) checkHeader(name, value);
  const tags = encodeTags(how.tags);
  const sse = encryption || (kmsKeyId ? "aws:kms" : "");
  return {
    ContentType: contentType,
    Metadata: encodeMetadata(how.metadata),
    ...(tags ? { Tagging: tags } : {}),
    ...(storageClass ? { StorageClass: storageClass as never } : {}),
    ...(cacheControl ? { CacheControl: cacheControl } : {}),
    ...(contentDisposition ? { ContentDisposition: contentDisposition } : {}),
    ...(contentEncoding ? { ContentEncoding: contentEncoding } : {}),
    ...(sse ? { ServerSideEncryption: sse as never } : {}),
    ...(kmsKeyId ? { SSEKMSKeyId: kmsKeyId } : {}),
  };
};

/** How an object is told of that is compressed on its way: as an encoding of its data, or as a file. */
const packedAs = (path: string, packing: Packing, how: How, contentType: string): How => {
  checkPacking("compress", packing);
  if (how.contentEncoding !== "") {
    const way = "leave it empty, or set compress to none";
    throw invalid(
      "contentEncoding",
      `says that the data are compressed already, and compress would do it again: ${way}`,
    );
  }
  const { coding, extension, type } = packings[packing];
  const named = packingOfPath(path);
  if (named === undefined) return { ...how, contentType, contentEncoding: coding };
  // A file that is unpacked by its name. A browser would unpack an encoding first, and save what comes under that name.
  if (named === packing) return { ...how, contentType: how.contentType || type };
  const way = `let the path end with ${extension}, or set compress to ${named}`;
  throw invalid("compress", `is ${packing}, and the path ends with ${packings[named].extension}: ${way}`);
};

/**
 * Looks at one object before anything is sent.
 * @throws InvalidParameter, NotAFile
 */
export const prepare = (context: Context, path: string, data: unknown, how: How): Ready => {
  checkFilePath(path);
  const bytes = bytesFor(data, how.encoding);
  const contentType = how.contentType || extensionType(path) || bytes.contentType;
  const once = !(bytes.body instanceof Uint8Array);
  const common = { path, key: keyOf(context.connection, path), once };
  const { compress } = how;
  if (compress === "none") return { ...common, body: bytes.body, keeping: keepingOf(how, contentType) };
  const packed = packedAs(path, compress, how, contentType);
  return { ...common, body: pack(bytes.body, compress), keeping: keepingOf(packed, packed.contentType) };
};

/** What an object of the data for a folder says. `name` is for texts. */
const entryOf = (entry: unknown, name: string): { path: string; own: unknown; contentType: string } => {
  let said: Record<string, unknown>;
  try {
    const { path, data, contentType } = (typeof entry === "object" && entry !== null ? entry : {}) as typeof said;
    said = { path, data, contentType };
  } catch (error) {
    throw unseen(name, error);
  }
  const { path, data: own, contentType } = said;
  if (typeof path !== "string" || path.trim() === "")
    throw invalid(`${name}.path`, `must be a path, and is ${shown(path)}`);
  if (own === undefined || own === null)
    throw invalid(`${name}.data`, `must be the data to write, and is ${shown(own)}`);
  if (contentType !== undefined && contentType !== null && typeof contentType !== "string") {
    throw invalid(`${name}.contentType`, `must be a string, and is ${shown(contentType)}`);
  }
  return { path, own, contentType: contentType ?? "" };
};

/**
 * Looks at the data for a folder before anything is sent.
 * @throws InvalidParameter that names the entry
 */
export const prepareMany = (context: Context, folder: string, data: unknown, how: How): Ready[] => {
  if (!Array.isArray(data)) {
    const way = `write an array of { path, data } to a folder, or name an object, such as ${folder.slice(0, 100)}name.txt`;
    throw invalid("data", `must be an array, since the path ends with /, and is ${shown(data)}: ${way}`);
  }
  // Unlike map, this sees holes.
  return Array.from(data, (entry: unknown, index) => {
    const name = `data[${index}]`;
    const { path, own, contentType } = entryOf(entry, name);
    try {
      return prepare(context, folder + path, own, { ...how, contentType: contentType || how.contentType });
    } catch (error) {
      if (!(error instanceof S3Error)) throw error;
      throw new S3Error(error.code, `${name}: ${error.message}`);
    }
  });
};

/** The error for an object that is left as it is. */
export const exists = (path: string): S3Error => {
  const text = `${path} exists already and was left as it is; set overwrite to replace it, or onConflict (If it exists in the form) to skip or rename`;
  return new S3Error("ObjectExists", text, { statusCode: 412, path });
};

/** An ETag as S3 tells it, or as people copy it: with quotes or without. */
const etagOf = (ifMatch: string): string => {
  const etag = plainEtag(ifMatch.trim()) ?? "";
  if (/^[\w+/=.-]{1,200}$/.test(etag)) return etag;
  throw invalid("ifMatch", `${shown(ifMatch)} is no ETag; take it from msg.s3.etag of the message that was read`);
};

/** The error for an object that another one has taken the place of. */
export const changed = (path: string, etag: string): S3Error => {
  const text = `${path} does not have the ETag ${etag} any more, and was left as it is; read it again, and change what is there now`;
  return new S3Error("ObjectChanged", text, { statusCode: 412, path });
};

const send = (context: Context, { key, body, keeping }: Ready, terms: Omit<Terms, "key">) =>
  upload(context, { key, body, keeping, ...terms });

/** Bodies from this size on are not sent only to hear that the name is taken. */
const worthALook = 65_536;

/** Writes under the first free name. A stream can be read only once, so that a free name is looked for before. */
const rename = async (context: Context, ready: Ready): Promise<Done> => {
  const { body, once } = ready;
  const large = !(body instanceof Uint8Array) || body.byteLength >= worthALook;
  let first = true;
  for await (const path of names(context, ready.path)) {
    const key = keyOf(context.connection, path);
    const look = once || (large && !first);
    first = false;
    if (look && (await head(context, key))) continue;
    const done = await send(context, { ...ready, key }, { ifAbsent: true });
    if (done !== refused) return ended(path, done, true);
    // Its bytes are gone.
    if (once) throw exists(path);
  }
  throw exists(ready.path);
};

/** Writes one object, or says why not. */
export const writeReady = async (context: Context, ready: Ready, how: How): Promise<Done> => {
  const { path } = ready;
  if (how.ifMatch !== "") {
    const ifMatch = etagOf(how.ifMatch);
    const done = await send(context, ready, { ifAbsent: false, ifMatch });
    if (done === refused) throw changed(path, ifMatch);
    return ended(path, done, true);
  }
  if (!how.overwrite && how.onConflict === "rename") return rename(context, ready);
  const done = await send(context, ready, { ifAbsent: !how.overwrite });
  if (done !== refused) return ended(path, done, true);
  if (how.onConflict === "error") throw exists(path);
  return ended(path, ((await head(context, ready.key)) ?? {}) as Partial<Written>, false);
};
