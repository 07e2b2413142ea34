/**
 * Signature Version 4, written for this suite alone, so that a mistake of the embedded server or of the SDK is not
 * repeated here ("Authenticating Requests (AWS Signature Version 4)", API/sig-v4-authenticating-requests.html).
 * Every input can be wrong on purpose.
 */
import { createHash, createHmac } from "node:crypto";

export interface Keys {
  accessKey: string;
  secretKey: string;
  sessionToken?: string;
  region: string;
  /** default "s3" */
  service?: string;
}

export interface Signable {
  method: string;
  /** encoded as it goes over the wire, with its leading slash */
  path: string;
  /** encoded name and value, in any order */
  query: readonly (readonly [string, string])[];
  /** all headers by lower-case name; only those in `signed` are signed */
  headers: Readonly<Record<string, string>>;
  signed: readonly string[];
  payloadHash: string;
  /** 20130524T000000Z */
  timestamp: string;
  /** the date in the scope */
  date: string;
}

/** A signature, with what the chunks of a streamed body go on from. */
export interface Signature {
  scope: string;
  signature: string;
  key: Buffer;
}

const hex = (data: string | Buffer): string => createHash("sha256").update(data).digest("hex");
const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();

/** SHA-256 in hexadecimal. */
export const sha256 = hex;

/** A time as signatures write it. */
export function stamp(time: number | Date): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d+/g, "");
}

/** UriEncode() of the specification: all but unreserved characters, with capital hexadecimal digits. */
export function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** A key as it stands in a path: `/` stays. */
export function encodeKey(key: string): string {
  return key.split("/").map(encode).join("/");
}

/** Signs a request. */
export function signature(request: Signable, keys: Keys): Signature {
  const { date } = request;
  const service = keys.service ?? "s3";
  const scope = `${date}/${keys.region}/${service}/aws4_request`;
  const query = request.query.map(([name, value]) => `${name}=${value}`).sort();
  const names = [...request.signed].sort();
  const headers = names.map((name) => `${name}:${(request.headers[name] ?? "").trim().replace(/ +/g, " ")}\n`);
  const canonical = [
    request.method,
    request.path,
    query.join("&"),
    headers.join(""),
    names.join(";"),
    request.payloadHash,
  ].join("\n");
  const text = ["AWS4-HMAC-SHA256", request.timestamp, scope, hex(canonical)].join("\n");
  let key = hmac(`AWS4${keys.secretKey}`, date);
  for (const step of [keys.region, service, "aws4_request"]) key = hmac(key, step);
  return { scope, key, signature: hmac(key, text).toString("hex") };
}

/** The signature of a chunk, or of the trailers when `kind` says so (API/sigv4-streaming.html, sigv4-streaming-trailers.html). */
export function chunkSignature(
  { key, scope }: Signature,
  timestamp: string,
  previous: string,
  data: Buffer | string,
  kind: "PAYLOAD" | "TRAILER" = "PAYLOAD",
): string {
  const lines = [`AWS4-HMAC-SHA256-${kind}`, timestamp, scope, previous];
  if (kind === "PAYLOAD") lines.push(hex(""));
  lines.push(hex(data));
  return hmac(key, lines.join("\n")).toString("hex");
}
