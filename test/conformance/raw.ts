/** Requests by hand: what the SDK would never send, and replies as they are. */
import { Agent, request as http, type IncomingHttpHeaders } from "node:http";
import { encode, type Keys, type Signature, sha256, signature, stamp } from "./sign";

export interface RawRequest {
  method?: string;
  /** encoded, below the endpoint, with its leading slash: `/bucket/a%20key` */
  path: string;
  /** not encoded; "" for a parameter without a value */
  query?: Readonly<Record<string, string>>;
  headers?: Readonly<Record<string, string>>;
  body?: Buffer | string;
  /** default "headers"; "query" makes a presigned URL; "none" is anonymous */
  auth?: "headers" | "query" | "none";
  /** instead of the target's */
  keys?: Partial<Keys>;
  /** x-amz-content-sha256; default: the hash of the body, UNSIGNED-PAYLOAD in a presigned URL */
  payloadHash?: string;
  /** when it was signed; default now */
  time?: number | Date;
  /** seconds that a presigned URL is good for; default 300 */
  expires?: number;
  /** headers that are sent and not signed */
  unsigned?: readonly string[];
  /** headers that are neither sent nor signed, though a request should have them: x-amz-date, x-amz-content-sha256 */
  omit?: readonly string[];
  /** the date in the credential's scope, 20130524; default that of `time` */
  scopeDate?: string;
  /** changes what was signed, before it is sent */
  tamper?: Tamper;
  /** makes the body once the signature is known (aws-chunked) */
  framed?: (seed: Signature, timestamp: string) => Buffer;
  /** sends the headers and waits for 100 Continue with the body */
  expectContinue?: boolean;
  /** the Host header, for addressing by virtual host; default the endpoint's */
  host?: string;
  /** takes a connection of former requests, and leaves it open: for many requests of which none is the check */
  keepAlive?: boolean;
}

export type Tamper = (signed: SentRequest) => void;

/** What goes over the wire. */
export interface SentRequest {
  method: string;
  path: string;
  /** encoded */
  query: [string, string][];
  headers: Record<string, string>;
  body: Buffer;
}

/** A reply, read to its end. */
export interface RawReply {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  text: string;
  /** S3's code of an error, from the XML; undefined when there is none */
  code: string | undefined;
  /** whether the server said 100 Continue */
  continued: boolean;
  /** the text of the first element of that name, entities decoded; undefined when there is none */
  xml(name: string): string | undefined;
  /** the text of every element of that name */
  all(name: string): string[];
}

export interface RawTarget extends Keys {
  endpoint: string;
}

/** Signs a request as asked, without sending it. */
export function prepare(target: RawTarget, request: RawRequest): SentRequest {
  const keys: Keys = { ...target, ...request.keys };
  const method = request.method ?? "GET";
  const auth = request.auth ?? "headers";
  const timestamp = stamp(request.time ?? Date.now());
  const query = Object.entries(request.query ?? {}).map(([name, value]): [string, string] => [
    encode(name),
    encode(value),
  ]);
  let body: Buffer = Buffer.from(request.body ?? "");
  const headers: Record<string, string> = { host: request.host ?? new URL(target.endpoint).host };
  for (const [name, value] of Object.entries(request.headers ?? {})) headers[name.toLowerCase()] = value;
  const sent: SentRequest = { method, path: request.path, query, headers, body };
  if (auth !== "none") {
    const payloadHash = request.payloadHash ?? (auth === "query" ? "UNSIGNED-PAYLOAD" : sha256(body));
    if (auth === "headers") {
      headers["x-amz-date"] = timestamp;
      headers["x-amz-content-sha256"] = payloadHash;
      if (keys.sessionToken !== undefined) headers["x-amz-security-token"] = keys.sessionToken;
      for (const name of request.omit ?? []) delete headers[name];
    }
    const signed = Object.keys(headers).filter((name) => !request.unsigned?.includes(name));
    const date = request.scopeDate ?? timestamp.slice(0, 8);
    const scope = `${date}/${keys.region}/${keys.service ?? "s3"}/aws4_request`;
    if (auth === "query") {
      query.push(
        ["X-Amz-Algorithm", "AWS4-HMAC-SHA256"],
        ["X-Amz-Credential", encode(`${keys.accessKey}/${scope}`)],
        ["X-Amz-Date", timestamp],
        ["X-Amz-Expires", String(request.expires ?? 300)],
        ["X-Amz-SignedHeaders", encode([...signed].sort().join(";"))],
      );
      if (keys.sessionToken !== undefined) query.push(["X-Amz-Security-Token", encode(keys.sessionToken)]);
    }
    const seed = signature({ method, path: sent.path, query, headers, signed, payloadHash, timestamp, date }, keys);
    if (auth === "query") query.push(["X-Amz-Signature", seed.signature]);
    else
      headers.authorization = `AWS4-HMAC-SHA256 Credential=${keys.accessKey}/${scope},SignedHeaders=${[...signed].sort().join(";")},Signature=${seed.signature}`;
    if (request.framed) body = request.framed(seed, timestamp);
  }
  sent.body = body;
  if (method === "PUT" || method === "POST" || body.length > 0) headers["content-length"] ??= String(body.length);
  request.tamper?.(sent);
  return sent;
}

/** Sends a request and reads the reply. Rejects when the connection breaks, or after 30 s without a byte. */
export function raw(target: RawTarget, request: RawRequest): Promise<RawReply> {
  return send(target.endpoint, prepare(target, request), request);
}

/** of a server before it counts as one that does not answer; on a busy machine, a Ceph may take more than 30 s */
const SILENCE_MS = 120_000;

const keptAlive = new Agent({ keepAlive: true, maxSockets: 64 });

/** Sends what `prepare` made. */
export function send(
  endpoint: string,
  sent: SentRequest,
  { expectContinue = false, keepAlive = false }: Pick<RawRequest, "expectContinue" | "keepAlive"> = {},
): Promise<RawReply> {
  const { hostname, port } = new URL(endpoint);
  const search = sent.query.map(([name, value]) => `${name}=${value}`).join("&");
  return new Promise((resolve, reject) => {
    let continued = false;
    const outgoing = http(
      {
        // a host name below localhost is not known to every resolver
        hostname: hostname.endsWith("localhost") ? "127.0.0.1" : hostname,
        port,
        method: sent.method,
        path: search === "" ? sent.path : `${sent.path}?${search}`,
        headers: { ...sent.headers, ...(expectContinue && { expect: "100-continue" }) },
        setHost: false,
        agent: keepAlive ? keptAlive : false,
        timeout: SILENCE_MS,
      },
      (reply) => {
        const pieces: Buffer[] = [];
        reply.on("data", (piece: Buffer) => pieces.push(piece));
        reply.on("error", reject);
        reply.on("end", () => {
          const body = Buffer.concat(pieces);
          resolve(toReply(reply.statusCode ?? 0, reply.headers, body, continued));
          if (!keepAlive) outgoing.destroy();
        });
      },
    );
    outgoing.on("timeout", () => outgoing.destroy(new Error(`no byte for ${SILENCE_MS / 1000} s`)));
    outgoing.on("error", reject);
    if (!expectContinue) {
      outgoing.end(sent.body);
      return;
    }
    outgoing.on("continue", () => {
      continued = true;
      outgoing.end(sent.body);
    });
    outgoing.flushHeaders();
  });
}

const NAMED: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

const decode = (text: string): string =>
  text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return NAMED[name] ?? whole;
    return String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16));
  });

function toReply(status: number, headers: IncomingHttpHeaders, body: Buffer, continued: boolean): RawReply {
  const text = body.toString();
  const all = (name: string): string[] =>
    [...text.matchAll(new RegExp(`<${name}(?:\\s[^>]*)?(?:/>|>([^<]*)<)`, "g"))].map(([, found]) =>
      decode(found ?? ""),
    );
  return {
    status,
    headers,
    body,
    text,
    continued,
    code: /<(?:\w+:)?Error\b/.test(text) ? all("Code")[0] : undefined,
    xml: (name) => all(name)[0],
    all,
  };
}
