/** Encodings of paths and query strings. Keys are literal bytes: nothing here normalises a path. */
import { S3Error } from "./errors";

/** Parameters of a query string or a form; without a prototype, so that no name is special. */
export type Query = Record<string, string | undefined>;

function percentDecode(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error("InvalidURI"); // a lone % or bytes that are not UTF-8
  }
}

/** A path from a request line, decoded. `+` is a plus there. */
export function decodePath(path: string): string {
  return percentDecode(path);
}

/** A value where `+` stands for a space: query strings, `x-amz-copy-source`, `x-amz-tagging`. */
export function decodeForm(text: string): string {
  return percentDecode(text.includes("+") ? text.replaceAll("+", " ") : text);
}

/** The parameters of a query string. A name without `=` has the value "". */
export function parseQuery(text: string): Query {
  const query: Query = Object.create(null);
  if (text === "") return query;
  for (const pair of text.split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const name = decodeForm(equals < 0 ? pair : pair.slice(0, equals));
    query[name] = equals < 0 ? "" : decodeForm(pair.slice(equals + 1));
  }
  return query;
}

const UNRESERVED = /^[A-Za-z0-9\-._~]*$/;
const UNRESERVED_PATH = /^[A-Za-z0-9\-._~/]*$/;

function strictEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** UriEncode() of "Signature Calculations for the Authorization Header": everything but the unreserved characters. */
export function uriEncode(text: string): string {
  return UNRESERVED.test(text) ? text : strictEncode(text);
}

/** UriEncode() that leaves `/` alone, as for the canonical path. */
export function uriEncodePath(text: string): string {
  return UNRESERVED_PATH.test(text) ? text : strictEncode(text).replaceAll("%2F", "/");
}

const PLAIN_IN_LISTING = /^[A-Za-z0-9\-._*/]*$/;

/**
 * A key as `encoding-type=url` gives it: form encoding, so that a space becomes `+`, with `/` left alone
 * (ListObjectsV2: "test_file(3).png will appear as test_file%283%29.png").
 */
export function listingEncode(text: string): string {
  if (PLAIN_IN_LISTING.test(text)) return text;
  return encodeURIComponent(text)
    .replace(/[!'()~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+")
    .replaceAll("%2F", "/");
}
