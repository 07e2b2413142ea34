import { Agent, request } from "node:http";
import { encodeKey, type Keys, sha256, signature, stamp } from "../conformance/sign";
import { unseen } from "./watch-requests";

/**
 * PutObject without the SDK, for a fifth of its work: specs fill buckets with thousands of objects.
 * @param lanes requests at once
 */
export const openQuickPut = (endpoint: string, keys: Keys, lanes: number) => {
  const { host } = new URL(endpoint);
  const agent = new Agent({ keepAlive: true, maxSockets: lanes });
  return {
    /** @returns whether it was taken; the SDK knows how to try again, and what to say of an error */
    put: (bucket: string, key: string, body: Buffer): Promise<boolean> => {
      const timestamp = stamp(Date.now());
      const payloadHash = sha256(body);
      const path = `/${bucket}/${encodeKey(key)}`;
      const headers = { host, "x-amz-content-sha256": payloadHash, "x-amz-date": timestamp };
      const signed = Object.keys(headers);
      const date = timestamp.slice(0, 8);
      const signable = { method: "PUT", path, query: [], headers, signed, payloadHash, timestamp, date };
      const { scope, signature: found } = signature(signable, keys);
      const authorization = `AWS4-HMAC-SHA256 Credential=${keys.accessKey}/${scope},SignedHeaders=${signed.join(";")},Signature=${found}`;
      return new Promise((resolve) => {
        const more = { authorization, "user-agent": unseen, "content-length": body.length };
        request(endpoint, { agent, method: "PUT", path, headers: { ...headers, ...more } })
          .once("error", () => resolve(false))
          .once("response", (answer) => {
            answer.resume().once("close", () => resolve(answer.statusCode === 200));
          })
          .end(body);
      });
    },
    close: () => agent.destroy(),
  };
};
