import { Agent, request } from "node:http";
import { encodeKey, type Keys, sha256, signature, stamp } from "../conformance/sign";
import { unseen } from "./watch-requests";

const nothing = Buffer.alloc(0);

/**
 * PutObject and DeleteObject without the SDK, for a fifth of its work: specs fill buckets with thousands of objects.
 * @param lanes requests at once
 */
export const openQuickPut = (endpoint: string, keys: Keys, lanes: number) => {
  const { host } = new URL(endpoint);
  const agent = new Agent({ keepAlive: true, maxSockets: lanes });
  /** @returns the status; undefined if none came */
  const send = (method: string, bucket: string, key: string, body: Buffer): Promise<number | undefined> => {
    const timestamp = stamp(Date.now());
    const payloadHash = sha256(body);
    const path = `/${bucket}/${encodeKey(key)}`;
    const headers = { host, "x-amz-content-sha256": payloadHash, "x-amz-date": timestamp };
    const signed = Object.keys(headers);
    const date = timestamp.slice(0, 8);
    const signable = { method, path, query: [], headers, signed, payloadHash, timestamp, date };
    const { scope, signature: found } = signature(signable, keys);
    const authorization = `AWS4-HMAC-SHA256 Credential=${keys.accessKey}/${scope},SignedHeaders=${signed.join(";")},Signature=${found}`;
    return new Promise((resolve) => {
      const more = { authorization, "user-agent": unseen, "content-length": body.length };
      request(endpoint, { agent, method, path, headers: { ...headers, ...more } })
        .once("error", () => resolve(undefined))
        .once("response", (answer) => {
          answer.resume().once("close", () => resolve(answer.statusCode));
        })
        .end(body);
    });
  };
  return {
    /** @returns whether it was taken; the SDK knows how to try again, and what to say of an error */
    put: async (bucket: string, key: string, body: Buffer): Promise<boolean> =>
      (await send("PUT", bucket, key, body)) === 200,
    /** @returns whether it is gone */
    remove: async (bucket: string, key: string): Promise<boolean> =>
      (await send("DELETE", bucket, key, nothing)) === 204,
    close: () => agent.destroy(),
  };
};
