/** What the specs of the embedded server share: a client at default settings, and requests signed by hand. */
import { createHash, createHmac } from "node:crypto";
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { type BucketOptions, type S3Server, type S3ServerOptions, startS3Server } from "../../dev/s3-server/index";

export const BUCKET = "test-bucket";
/** the same bucket with ACLs in force, and nothing against what is public */
export const OPEN: BucketOptions = { name: BUCKET, acls: true };

/** Runs `test` with a server of its own, and a client for it. */
export async function withServer(
  options: S3ServerOptions,
  test: (server: S3Server, client: S3Client) => Promise<void>,
): Promise<void> {
  const server = await startS3Server({ buckets: [BUCKET], ...options });
  const client = clientFor(server);
  try {
    await test(server, client);
  } finally {
    client.destroy();
    await server.close();
  }
}

/** The SDK's client at its default settings, but for the address; one attempt a request. */
export function clientFor(server: S3Server, config: S3ClientConfig = {}): S3Client {
  return new S3Client({
    endpoint: server.endpoint,
    region: server.region,
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: server.accessKey, secretAccessKey: server.secretKey },
    ...config,
  });
}

/** The code and status of the error that `promise` must end in. */
export async function failure(
  promise: Promise<unknown>,
): Promise<{ code: string; status: number | undefined; error: Error }> {
  try {
    await promise;
  } catch (thrown) {
    const error = thrown as Error & { $metadata?: { httpStatusCode?: number } };
    return { code: error.name, status: error.$metadata?.httpStatusCode, error };
  }
  throw new Error("it succeeded");
}

export interface RawReply {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  /** the S3 code in the body */
  code: string | undefined;
}

export interface RawRequest {
  method?: string;
  path: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** x-amz-content-sha256; default: the hash of the body */
  payload?: string;
  time?: Date;
  accessKey?: string;
  secretKey?: string;
  region?: string;
  service?: string;
  /** leaves these headers out of the signature */
  unsigned?: string[];
  anonymous?: boolean;
}

export function sha256(data: string | Buffer): string {
  return createHash("sha256").update(data).digest("hex");
}

export function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac("sha256", key).update(data).digest();
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

export interface Signed {
  headers: Record<string, string>;
  url: string;
  signature: string;
  key: Buffer;
  timestamp: string;
  scope: string;
}

/** Signs a request, written from the documentation and apart from the server's own code. */
export function signRequest(server: S3Server, raw: RawRequest): Signed {
  const { region = server.region, service = "s3", accessKey = server.accessKey, secretKey = server.secretKey } = raw;
  const timestamp = (raw.time ?? new Date()).toISOString().replace(/[-:]|\.\d+/g, "");
  const day = timestamp.slice(0, 8);
  const payload = raw.payload ?? sha256(raw.body ?? "");
  const headers: Record<string, string> = { host: `127.0.0.1:${server.port}`, ...raw.headers };
  const path = raw.path.split("/").map(encode).join("/");
  const query = Object.entries(raw.query ?? {})
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join("&");
  const url = query === "" ? path : `${path}?${query}`;
  if (raw.anonymous) return { headers, url, signature: "", key: Buffer.alloc(0), timestamp, scope: "" };
  headers["x-amz-date"] = timestamp;
  if (service === "s3") headers["x-amz-content-sha256"] = payload;
  const names = Object.keys(headers)
    .filter((name) => !raw.unsigned?.includes(name))
    .sort();
  const lines = names.map((name) => `${name}:${(headers[name] ?? "").trim().replace(/ +/g, " ")}\n`).join("");
  const canonical = [raw.method ?? "GET", path, query, lines, names.join(";"), payload].join("\n");
  const scope = `${day}/${region}/${service}/aws4_request`;
  const key = hmac(hmac(hmac(hmac(`AWS4${secretKey}`, day), region), service), "aws4_request");
  const signature = hmac(key, `AWS4-HMAC-SHA256\n${timestamp}\n${scope}\n${sha256(canonical)}`).toString("hex");
  headers.authorization = `AWS4-HMAC-SHA256 Credential=${accessKey}/${scope}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
  return { headers, url, signature, key, timestamp, scope };
}

export interface PresignOptions {
  expires?: number;
  time?: Date;
  secretKey?: string;
  service?: string;
  /** headers that are signed, and that the request must carry */
  headers?: Record<string, string>;
  /** further parameters that are signed */
  query?: Record<string, string>;
}

/** A presigned URL, relative to the server. */
export function presign(server: S3Server, method: string, path: string, options: PresignOptions = {}): string {
  const { service = "s3" } = options;
  const timestamp = (options.time ?? new Date()).toISOString().replace(/[-:]|\.\d+/g, "");
  const day = timestamp.slice(0, 8);
  const scope = `${day}/${server.region}/${service}/aws4_request`;
  const headers: Record<string, string> = { host: `127.0.0.1:${server.port}`, ...options.headers };
  const names = Object.keys(headers).sort();
  const query = Object.entries({
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": `${server.accessKey}/${scope}`,
    "X-Amz-Date": timestamp,
    "X-Amz-Expires": String(options.expires ?? 60),
    "X-Amz-SignedHeaders": names.join(";"),
    ...options.query,
  })
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join("&");
  const lines = names.map((name) => `${name}:${headers[name]}\n`).join("");
  const canonical = `${method}\n${path}\n${query}\n${lines}\n${names.join(";")}\nUNSIGNED-PAYLOAD`;
  const secret = options.secretKey ?? server.secretKey;
  const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, day), server.region), service), "aws4_request");
  const signature = hmac(key, `AWS4-HMAC-SHA256\n${timestamp}\n${scope}\n${sha256(canonical)}`).toString("hex");
  return `${path}?${query}&X-Amz-Signature=${signature}`;
}

/** Sends a request signed by hand. */
export function send(server: S3Server, raw: RawRequest): Promise<RawReply> {
  const { headers, url } = signRequest(server, raw);
  return exchange(server, raw.method ?? "GET", url, headers, raw.body);
}

/** Sends a request as it is. */
export function exchange(
  server: S3Server,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: string | Buffer,
): Promise<RawReply> {
  return new Promise((resolve, reject) => {
    const host = { host: `127.0.0.1:${server.port}` };
    const request = httpRequest({
      port: server.port,
      host: "127.0.0.1",
      method,
      path,
      headers: { ...host, ...headers },
      agent: false,
    });
    request.once("error", reject);
    request.once("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.once("error", reject);
      response.once("end", () => {
        const text = Buffer.concat(chunks).toString();
        const code = /<Code>([^<]*)<\/Code>/.exec(text)?.[1];
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text, code });
      });
    });
    request.end(body);
  });
}
