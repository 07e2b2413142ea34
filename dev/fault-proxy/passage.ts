import type { IncomingMessage } from "node:http";
import { type Address, parseAddress } from "../s3-server/address";
import { operationOf } from "../s3-server/router";
import type { Fault, ProxiedRequest } from "./fault";

/** One request that came by, for the log. */
export interface Passage extends Pick<ProxiedRequest, "index" | "method" | "path" | "operation" | "key" | "attempt"> {
  fault: Fault | undefined;
  /** of the answer that the client got; 0 while, or when, there is none */
  status: number;
  /** bytes of the request's body that came, and of the answer's body that were given */
  received: number;
  sent: number;
  /** from its head to the end of its answer, or of its connection; 0 until then */
  ms: number;
}

const secretHeaders = ["authorization", "x-amz-security-token"];
const secretParameters = /([?&](?:X-Amz-(?:Credential|Signature|Security-Token)|AWSAccessKeyId|Signature)=)[^&]*/gi;

const withoutSecrets = (headers: IncomingMessage["headers"]): IncomingMessage["headers"] => {
  const shown = { ...headers };
  for (const name in shown) {
    if (secretHeaders.includes(name) || name.includes("server-side-encryption-customer-key")) delete shown[name];
  }
  return shown;
};

/** What no server understands goes on all the same. */
const addressOf = (url: string, host: string | undefined): Pick<Address, "bucketName" | "key" | "query"> => {
  try {
    return parseAddress(url, host, ["localhost"]);
  } catch {
    return { bucketName: "", key: "", query: {} };
  }
};

/** What a request is about. Buckets are told by path, or by a subdomain of localhost. */
export const describeRequest = (
  { method = "GET", url = "/", headers }: IncomingMessage,
  index: number,
  attempts: Map<string, number>,
): ProxiedRequest => {
  const { bucketName, key, query } = addressOf(url, headers.host);
  const line = `${method} ${url}`;
  // Not to fill the memory of a long run.
  if (attempts.size > 200_000) attempts.clear();
  const attempt = (attempts.get(line) ?? 0) + 1;
  attempts.set(line, attempt);
  return {
    index,
    operation: operationOf({ method, bucketName, key, query, headers }),
    method,
    path: url.replace(secretParameters, "$1…"),
    bucket: bucketName || undefined,
    key: key || undefined,
    query,
    headers: withoutSecrets(headers),
    attempt,
  };
};
