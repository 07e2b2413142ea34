/** Conditional requests ("Conditional requests" in the user guide; RFC 9110, 13.2.2 for their precedence). */
import type { IncomingHttpHeaders } from "node:http";
import { S3Error } from "./errors";
import type { Version } from "./model";

function failed(condition: string): S3Error {
  return new S3Error("PreconditionFailed", { extra: { Condition: condition } });
}

function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "string" ? value : undefined;
}

/** Whether a list of ETags, quoted or not, names this one. */
export function etagMatches(list: string, etag: string): boolean {
  return list.split(",").some((one) => {
    const bare = one
      .trim()
      .replace(/^W\//, "")
      .replace(/^"(.*)"$/, "$1");
    return bare === "*" || bare === etag;
  });
}

/** Whether a GET or HEAD is answered with "full", or with "304"; throws PreconditionFailed. */
export function readCondition(headers: IncomingHttpHeaders, version: Version): "full" | "304" {
  const match = header(headers, "if-match");
  const noneMatch = header(headers, "if-none-match");
  const modified = Date.parse(header(headers, "if-modified-since") ?? "");
  const unmodified = Date.parse(header(headers, "if-unmodified-since") ?? "");
  if (match !== undefined) {
    if (!etagMatches(match, version.etag)) throw failed("If-Match");
  } else if (version.lastModified > unmodified) {
    throw failed("If-Unmodified-Since");
  }
  if (noneMatch !== undefined) return etagMatches(noneMatch, version.etag) ? "304" : "full";
  return version.lastModified <= modified ? "304" : "full";
}

/** Whether two ETags are the same but for their quotes. */
export function sameEtag(one: string, other: string): boolean {
  return one.trim().replace(/^"(.*)"$/, "$1") === other;
}

/** Throws PreconditionFailed when the source of a copy is not as the x-amz-copy-source-if-* headers want it. */
export function copyCondition(headers: IncomingHttpHeaders, version: Version): void {
  const renamed: IncomingHttpHeaders = {};
  for (const name of ["if-match", "if-none-match", "if-modified-since", "if-unmodified-since"]) {
    const value = header(headers, `x-amz-copy-source-${name}`);
    if (value !== undefined) renamed[name] = value;
  }
  let met: "full" | "304";
  try {
    met = readCondition(renamed, version);
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    throw failed(`x-amz-copy-source-${error.extra.Condition}`);
  }
  // a copy has no "not modified": CopyObject answers 412
  if (met === "304") {
    const name = renamed["if-none-match"] === undefined ? "If-Modified-Since" : "If-None-Match";
    throw failed(`x-amz-copy-source-${name}`);
  }
}

/**
 * Throws when a write must not happen: `If-None-Match: *` and an object that exists, `If-Match` and one that is
 * missing (NoSuchKey) or different. To be called in the same turn of the event loop as the write itself.
 */
export function writeCondition(headers: IncomingHttpHeaders, current: Version | undefined, key: string): void {
  const match = header(headers, "if-match");
  const noneMatch = header(headers, "if-none-match");
  const exists = current !== undefined && !current.deleteMarker;
  if (noneMatch !== undefined) {
    if (noneMatch.trim() !== "*") {
      throw new S3Error("NotImplemented", { extra: { Header: "If-None-Match" } });
    }
    if (exists) throw failed("If-None-Match");
  }
  if (match === undefined) return;
  if (!exists) throw new S3Error("NoSuchKey", { extra: { Key: key } });
  if (!etagMatches(match, current.etag)) throw failed("If-Match");
}

/**
 * Throws when a deletion must not happen ("How to perform conditional deletes"; the current version alone counts): no
 * such key (NoSuchKey), a delete marker or another ETag (PreconditionFailed). `*` stands for any object.
 */
export function deleteCondition(match: string, current: Version | undefined, key: string): void {
  if (!current) throw new S3Error("NoSuchKey", { extra: { Key: key } });
  if (current.deleteMarker || !etagMatches(match, current.etag)) throw failed("If-Match");
}
