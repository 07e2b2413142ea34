import type { Connection } from "./connection";
import { invalid, S3Error, shown } from "./error";

/**
 * Paths and keys. A path is what a flow says, relative to the connection's root path; a key is what S3 is told.
 * Neither is ever normalized: `..`, `//`, backslashes, capitals and Unicode are part of the name.
 */

/** Refuses a path that cannot be an object's: with an empty key, S3 takes a request for one of the bucket. */
export const checkObjectPath = (path: string, name = "path"): void => {
  if (path.trim() === "" || path === "/") {
    throw invalid(name, `${shown(path)} names no object; write it like reports/may.csv`);
  }
};

/** Refuses a folder where an object is needed. */
export const checkFilePath = (path: string, name = "path"): void => {
  checkObjectPath(path, name);
  if (path.endsWith("/")) {
    const text = `${name} ${shown(path)} is a folder, since it ends with /; name an object in it`;
    throw new S3Error("NotAFile", text, { path });
  }
};

/** Refuses what is no id of a version (UserGuide/versioning-workflows): it would make an address that no server takes. */
export const checkVersionId = (versionId: string): void => {
  if (Buffer.byteLength(versionId) <= 1024) return;
  throw invalid("versionId", `${shown(versionId)} is longer than the 1,024 bytes that the id of a version has at most`);
};

/** The key of a path. Throws `KeyTooLongError` past S3's 1,024 bytes of UTF-8 (UserGuide/object-keys). */
export const keyOf = (connection: Connection, path: string): string => {
  const key = connection.settings.rootPath + path;
  const length = key.length > 341 ? Buffer.byteLength(key) : 0;
  if (length > 1024) {
    throw new S3Error(
      "KeyTooLongError",
      `the path has ${length} bytes in UTF-8, the root path included; S3 takes 1,024`,
    );
  }
  return key;
};

/** The path of a key below the connection's root path. */
export const pathOf = (connection: Connection, key: string): string => key.slice(connection.settings.rootPath.length);

/** The prefix of what lies in a folder: `logs` and `logs/` are the same, `/` and "" the root. */
export const folderOf = (path: string): string =>
  path === "" || path === "/" ? "" : path.endsWith("/") ? path : `${path}/`;

/** The last segment of a path, without the slash of a folder. */
export const nameOf = (path: string): string => {
  const end = path.endsWith("/") ? path.length - 1 : path.length;
  return path.slice(path.lastIndexOf("/", end - 1) + 1, end);
};

/** In UTF-8, surrogates (of what lies beyond U+FFFF) come after all other code units. */
const rank = (unit: number): number => (unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800);

/** The order of S3's listings: that of the bytes in UTF-8, which is not that of JavaScript's strings. */
export const compareKeys = (a: string, b: string): number => {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const x = a.charCodeAt(at);
    const y = b.charCodeAt(at);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
};
