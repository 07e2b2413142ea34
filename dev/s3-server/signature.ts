/** Signature Version 4: canonical requests, signing keys, signatures ("Authenticating Requests (AWS Signature Version 4)"). */
import { createHash, createHmac } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { hmacWith, sha256OfBytes } from "./sha256";
import { type Query, uriEncode, uriEncodePath } from "./uri";

/** What a credential scope names. */
export interface Scope {
  accessKey: string;
  /** yyyymmdd */
  date: string;
  region: string;
  service: string;
}

/** SHA-256 in hexadecimal. */
export function sha256Hex(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

/** SHA-256 of nothing. */
export const EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** `accessKey/date/region/service/aws4_request`, taken apart; undefined when it is not of that form. */
export function parseCredential(text: string): Scope | undefined {
  const parts = text.split("/");
  const [date, region, service, end] = parts.slice(-4);
  const accessKey = parts.slice(0, -4).join("/");
  if (!accessKey || !date || !region || !service || end !== "aws4_request") return undefined;
  return { accessKey, date, region, service };
}

/** `date/region/service/aws4_request`. */
export function scopeText(scope: Scope): string {
  return `${scope.date}/${scope.region}/${scope.service}/aws4_request`;
}

const keys = new Map<string, Buffer>();

/** The key that signs for a scope; derived once a day, region and secret. */
export function signingKey(secret: string, scope: Scope): Buffer {
  // a scope's fields have no slash
  const name = `${secret}/${scope.date}/${scope.region}/${scope.service}`;
  const known = keys.get(name);
  if (known) return known;
  let key = createHmac("sha256", `AWS4${secret}`).update(scope.date).digest();
  for (const step of [scope.region, scope.service, "aws4_request"])
    key = createHmac("sha256", key).update(step).digest();
  if (keys.size > 1000) keys.clear();
  keys.set(name, key);
  return key;
}

const signers = new WeakMap<Buffer, (text: string) => string>();

/** HMAC-SHA256 in hexadecimal: the signature of a string. */
export function sign(key: Buffer, stringToSign: string): string {
  let signer = signers.get(key);
  if (!signer) {
    signer = hmacWith(key);
    signers.set(key, signer);
  }
  return signer(stringToSign);
}

/** What goes into a canonical request. */
export interface Signable {
  method: string;
  /** the decoded path, a leading slash included */
  path: string;
  query: Query;
  headers: IncomingHttpHeaders;
  signedHeaders: readonly string[];
  payloadHash: string;
}

/** The canonical request. Header values are taken byte by byte, as they came (latin1). */
export function canonicalRequest(request: Signable): string {
  const pairs: string[] = [];
  for (const name in request.query) {
    if (name === "X-Amz-Signature") continue;
    pairs.push(`${uriEncode(name)}=${uriEncode(request.query[name] ?? "")}`);
  }
  if (pairs.length > 1) pairs.sort();
  let headers = "";
  for (const name of request.signedHeaders) {
    const value = request.headers[name];
    const text = Array.isArray(value) ? value.join(",") : (value ?? "");
    headers += `${name}:${text.includes("  ") ? text.trim().replace(/ +/g, " ") : text.trim()}\n`;
  }
  const signed = request.signedHeaders.join(";");
  return `${request.method}\n${uriEncodePath(request.path)}\n${pairs.join("&")}\n${headers}\n${signed}\n${request.payloadHash}`;
}

/** The string to sign of a request. `timestamp` is of the form 20130524T000000Z. */
export function stringToSign(timestamp: string, scope: Scope, canonical: string): string {
  return `AWS4-HMAC-SHA256\n${timestamp}\n${scopeText(scope)}\n${sha256OfBytes(canonical)}`;
}

let lastText = "";
let lastTime = Number.NaN;

/** 20130524T000000Z in milliseconds; NaN when it is not of that form. */
export function parseTimestamp(text: string): number {
  // neighbours were mostly signed in the same second
  if (text !== lastText) [lastText, lastTime] = [text, timeOf(text)];
  return lastTime;
}

function timeOf(text: string): number {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!parts) return Number.NaN;
  return Date.parse(`${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}:${parts[5]}:${parts[6]}Z`);
}
