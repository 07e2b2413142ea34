/** Signature Version 4 in the query: presigned URLs. */
import { group } from "../check";
import type { Context } from "../context";
import { answered, holds, refused, refusedAs, same } from "../expect";
import type { RawRequest, Tamper } from "../raw";
import { hasBytes, notStored, put } from "../stored";

const QUERY = "API/sigv4-query-string-auth.html";
const GUIDE = "userguide/using-presigned-url.html";
const GET = "API/API_GetObject.html";

const MINUTE = 60_000;
const WEEK = 604_800;

const signed = (c: Context, request: RawRequest) => c.raw({ ...request, auth: "query" });

/** Changes the value of a parameter after it was signed. */
const changing =
  (name: string, change: (value: string) => string): Tamper =>
  (sent) => {
    sent.query = sent.query.map(([one, value]) => [one, one === name ? change(value) : value]);
  };

export const presigned = group("presigned", {
  get: [
    "a presigned URL reads an object",
    GUIDE,
    async (c) => {
      const key = await put(c, "shared");
      const reply = await answered(signed(c, { path: c.path(key) }), 200);
      same(reply.text, "shared", "the body");
    },
  ],
  put: [
    "a presigned URL writes an object, whatever its body",
    "userguide/PresignedUrlUploadObject.html",
    async (c) => {
      const key = c.key("with a space+é");
      await answered(signed(c, { method: "PUT", path: c.path(key), body: "uploaded" }), 200);
      await hasBytes(c, key, "uploaded");
    },
  ],
  head: [
    "a presigned URL asks for an object's headers",
    GUIDE,
    async (c) => {
      const key = await put(c, "12345");
      const reply = await answered(signed(c, { method: "HEAD", path: c.path(key) }), 200);
      same(reply.headers["content-length"], "5", "Content-Length");
    },
  ],
  delete: [
    "a presigned URL deletes an object",
    GUIDE,
    async (c) => {
      const key = await put(c, "x");
      await answered(signed(c, { method: "DELETE", path: c.path(key) }), 204);
      await notStored(c, key);
    },
  ],
  list: [
    "a presigned URL lists, its own parameters beside those of the request",
    QUERY,
    async (c) => {
      const key = await put(c, "x");
      const query = { "list-type": "2", prefix: key };
      const reply = await answered(signed(c, { path: `/${c.bucket}`, query }), 200);
      same(reply.all("Key"), [key], "the keys");
    },
  ],
  expired: [
    "a URL that has expired is 403 AccessDenied",
    QUERY,
    async (c) => {
      const path = c.path(await put(c, "x"));
      await refused(signed(c, { path, time: Date.now() - 10 * MINUTE, expires: 60 }), 403, "AccessDenied");
    },
  ],
  "not-yet-expired": [
    "a URL is good until it expires, also after the 15 minutes that other requests have",
    QUERY,
    async (c) => {
      const path = c.path(await put(c, "x"));
      await answered(signed(c, { path, time: Date.now() - 60 * MINUTE, expires: 2 * 3600 }), 200);
    },
  ],
  "a-week": [
    "a URL may be good for seven days",
    QUERY,
    async (c) => {
      const path = c.path(await put(c, "x"));
      await answered(signed(c, { path, expires: WEEK, time: Date.now() - 6 * 24 * 60 * MINUTE }), 200);
    },
  ],
  "over-a-week": [
    "more than seven days are refused",
    QUERY,
    async (c) => {
      const path = c.path(await put(c, "x"));
      await refusedAs(
        signed(c, { path, expires: WEEK + 1 }),
        "400 AuthorizationQueryParametersError",
        "403 AccessDenied",
      );
    },
  ],
  "negative-expiry": [
    "a lifetime below zero is refused",
    QUERY,
    async (c) => {
      const path = c.path(await put(c, "x"));
      await refusedAs(signed(c, { path, expires: -1 }), "400 AuthorizationQueryParametersError", "403 AccessDenied");
    },
  ],
  "wrong-secret": [
    "a URL signed with a wrong secret is 403 SignatureDoesNotMatch",
    QUERY,
    async (c) => {
      const path = c.path(await put(c, "x"));
      await refused(signed(c, { path, keys: { secretKey: "wrong" } }), 403, "SignatureDoesNotMatch");
    },
  ],
  "tampered-method": [
    "a URL for GET does not delete: 403 SignatureDoesNotMatch",
    QUERY,
    async (c) => {
      const key = await put(c, "x");
      const tamper: Tamper = (sent) => {
        sent.method = "DELETE";
      };
      await refused(signed(c, { path: c.path(key), tamper }), 403, "SignatureDoesNotMatch");
      await hasBytes(c, key, "x");
    },
  ],
  "tampered-key": [
    "a URL for one key does not read another: 403 SignatureDoesNotMatch",
    QUERY,
    async (c) => {
      const path = c.path(await put(c, "x"));
      const other = c.path(await put(c, "other"));
      const tamper: Tamper = (sent) => {
        sent.path = other;
      };
      await refused(signed(c, { path, tamper }), 403, "SignatureDoesNotMatch");
    },
  ],
  "tampered-expiry": [
    "the lifetime is signed: a longer one is 403 SignatureDoesNotMatch",
    QUERY,
    async (c) => {
      const path = c.path(await put(c, "x"));
      const tamper = changing("X-Amz-Expires", () => "3600");
      await refused(
        signed(c, { path, time: Date.now() - 10 * MINUTE, expires: 60, tamper }),
        403,
        "SignatureDoesNotMatch",
      );
    },
  ],
  "tampered-signature": [
    "a signature with one digit changed is 403 SignatureDoesNotMatch",
    QUERY,
    async (c) => {
      const path = c.path(await put(c, "x"));
      const tamper = changing("X-Amz-Signature", (value) => (value.startsWith("0") ? "1" : "0") + value.slice(1));
      await refused(signed(c, { path, tamper }), 403, "SignatureDoesNotMatch");
    },
  ],
  "signed-header": [
    "a header that was signed must be sent, with its value",
    QUERY,
    async (c) => {
      const key = c.key();
      const request = { method: "PUT", path: c.path(key), body: "x", headers: { "content-type": "text/plain" } };
      const other: Tamper = (sent) => {
        sent.headers["content-type"] = "text/html";
      };
      const none: Tamper = (sent) => {
        delete sent.headers["content-type"];
      };
      for (const tamper of [other, none]) {
        await refusedAs(signed(c, { ...request, tamper }), "403 SignatureDoesNotMatch", "403 AccessDenied");
      }
      await notStored(c, key);
      await answered(signed(c, request), 200);
    },
  ],
  "unsigned-parameter": [
    "a parameter added after signing is 403 SignatureDoesNotMatch",
    QUERY,
    async (c) => {
      const path = c.path(await put(c, "x"));
      const tamper: Tamper = (sent) => void sent.query.push(["response-content-type", "text%2Fhtml"]);
      await refused(signed(c, { path, tamper }), 403, "SignatureDoesNotMatch");
    },
  ],
  "missing-parameter": [
    "a URL without its lifetime is refused",
    QUERY,
    async (c) => {
      const path = c.path(await put(c, "x"));
      const tamper: Tamper = (sent) => {
        sent.query = sent.query.filter(([name]) => name !== "X-Amz-Expires");
      };
      const { status } = await signed(c, { path, tamper });
      holds(status === 400 || status === 403, `answered ${status}, not 400 or 403`);
    },
  ],
  "response-override": [
    "response-content-type and response-content-disposition change the reply's headers",
    GET,
    async (c) => {
      const path = c.path(await put(c, "x", { ContentType: "text/plain" }));
      const query = {
        "response-content-type": "application/x-other",
        "response-content-disposition": 'attachment; filename="a b.txt"',
      };
      const reply = await answered(signed(c, { path, query }), 200);
      same(reply.headers["content-type"], "application/x-other", "Content-Type");
      same(reply.headers["content-disposition"], 'attachment; filename="a b.txt"', "Content-Disposition");
    },
  ],
});
