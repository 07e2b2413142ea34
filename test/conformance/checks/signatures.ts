/** Signature Version 4 in the Authorization header. */
import { group } from "../check";
import type { Context } from "../context";
import { answered, holds, refused, refusedAs, same } from "../expect";
import type { RawRequest, Tamper } from "../raw";
import { sha256 } from "../sign";
import { hasBytes, notStored, put } from "../stored";

const AUTH = "API/sig-v4-authenticating-requests.html";
const HEADER = "API/sig-v4-header-based-auth.html";
const ERRORS = "API/ErrorResponses.html";
const COMMON = "API/RESTCommonRequestHeaders.html";

const MINUTE = 60_000;

const list = (c: Context, prefix: string, more: Partial<RawRequest> = {}) =>
  c.raw({ path: `/${c.bucket}`, query: { "list-type": "2", prefix }, ...more });

export const signatures = group("signatures", {
  accepted: [
    "a request that is signed by the book is answered",
    HEADER,
    async (c) => {
      const key = c.key();
      await answered(c.raw({ method: "PUT", path: c.path(key), body: "signed" }), 200);
      const reply = await answered(c.raw({ path: c.path(key) }), 200);
      same(reply.text, "signed", "the body");
    },
  ],
  "wrong-secret": [
    "a signature made with a wrong secret is 403 SignatureDoesNotMatch",
    ERRORS,
    async (c) => {
      const keys = { secretKey: `${c.secretKey}x` };
      await refused(list(c, "", { keys }), 403, "SignatureDoesNotMatch");
      const key = c.key();
      await refused(c.raw({ method: "PUT", path: c.path(key), body: "x", keys }), 403, "SignatureDoesNotMatch");
      await notStored(c, key);
    },
  ],
  "wrong-secret-head": [
    "a HEAD with a wrong secret is 403, without a body",
    "API/API_HeadObject.html",
    async (c) => {
      const path = c.path(await put(c, "x"));
      await answered(c.raw({ method: "HEAD", path }), 200);
      const reply = await answered(c.raw({ method: "HEAD", path, keys: { secretKey: "wrong" } }), 403);
      same(reply.body.length, 0, "the length of the body");
    },
  ],
  "unknown-key": [
    "an access key that nobody has is 403 InvalidAccessKeyId",
    ERRORS,
    async (c) => {
      await refused(list(c, "", { keys: { accessKey: "AKIANOBODYHASTHISKEY" } }), 403, "InvalidAccessKeyId");
    },
  ],
  anonymous: [
    "without a signature nobody may list, read, write or delete: 403 AccessDenied",
    "userguide/access-control-block-public-access.html",
    async (c) => {
      const key = await put(c, "private");
      const other = c.key();
      const path = c.path(key);
      await refused(list(c, "", { auth: "none" }), 403, "AccessDenied");
      await refused(c.raw({ path, auth: "none" }), 403, "AccessDenied");
      await refused(c.raw({ method: "DELETE", path, auth: "none" }), 403, "AccessDenied");
      await refused(c.raw({ method: "PUT", path: c.path(other), auth: "none", body: "x" }), 403, "AccessDenied");
      await hasBytes(c, key, "private");
      await notStored(c, other);
    },
  ],
  "tampered-path": [
    "the path is signed: another one is 403 SignatureDoesNotMatch",
    AUTH,
    async (c) => {
      const key = await put(c, "x");
      const other = c.path(await put(c, "other"));
      const tamper: Tamper = (signed) => {
        signed.path = other;
      };
      await refused(c.raw({ path: c.path(key), tamper }), 403, "SignatureDoesNotMatch");
    },
  ],
  "tampered-query": [
    "the query is signed: a value changed, or a parameter more, is 403 SignatureDoesNotMatch",
    AUTH,
    async (c) => {
      const changed: Tamper = (signed) => {
        signed.query = signed.query.map(([name, value]) => [name, name === "prefix" ? "b" : value]);
      };
      const added: Tamper = (signed) => void signed.query.push(["max-keys", "1"]);
      await refused(list(c, "a", { tamper: changed }), 403, "SignatureDoesNotMatch");
      await refused(list(c, "a", { tamper: added }), 403, "SignatureDoesNotMatch");
    },
  ],
  "tampered-method": [
    "the method is signed: a GET sent as a DELETE is 403 SignatureDoesNotMatch",
    AUTH,
    async (c) => {
      const key = await put(c, "x");
      const tamper: Tamper = (signed) => {
        signed.method = "DELETE";
      };
      await refused(c.raw({ path: c.path(key), tamper }), 403, "SignatureDoesNotMatch");
      await hasBytes(c, key, "x");
    },
  ],
  "tampered-header": [
    "signed headers count: another value is 403 SignatureDoesNotMatch",
    AUTH,
    async (c) => {
      const key = c.key();
      const tamper: Tamper = (signed) => {
        signed.headers["x-amz-meta-colour"] = "blue";
      };
      const headers = { "x-amz-meta-colour": "red" };
      await refused(
        c.raw({ method: "PUT", path: c.path(key), headers, body: "x", tamper }),
        403,
        "SignatureDoesNotMatch",
      );
      await notStored(c, key);
    },
  ],
  "tampered-body": [
    "a body that does not have the hash that was signed is 400 XAmzContentSHA256Mismatch, and not stored",
    HEADER,
    async (c) => {
      const key = c.key();
      const body = "not what was signed";
      await refused(
        c.raw({ method: "PUT", path: c.path(key), body, payloadHash: sha256("what was signed") }),
        400,
        "XAmzContentSHA256Mismatch",
      );
      await notStored(c, key);
    },
  ],
  "tampered-hash": [
    "the hash of the body is signed: another one is 403 SignatureDoesNotMatch",
    HEADER,
    async (c) => {
      const key = c.key();
      const tamper: Tamper = (signed) => {
        signed.headers["x-amz-content-sha256"] = sha256("b");
        signed.body = Buffer.from("b");
      };
      await refused(c.raw({ method: "PUT", path: c.path(key), body: "a", tamper }), 403, "SignatureDoesNotMatch");
      await notStored(c, key);
    },
  ],
  "unsigned-header": [
    "an x-amz-* header that is not signed is refused with 403",
    HEADER,
    async (c) => {
      const key = c.key();
      const headers = { "x-amz-meta-slipped": "in" };
      await refused(
        c.raw({ method: "PUT", path: c.path(key), headers, body: "x", unsigned: ["x-amz-meta-slipped"] }),
        403,
      );
      await notStored(c, key);
    },
  ],
  "unsigned-payload": [
    "UNSIGNED-PAYLOAD lets the body out of the signature",
    HEADER,
    async (c) => {
      const key = c.key();
      const tamper: Tamper = (signed) => {
        signed.body = Buffer.from("b");
      };
      await answered(
        c.raw({ method: "PUT", path: c.path(key), body: "a", payloadHash: "UNSIGNED-PAYLOAD", tamper }),
        200,
      );
      await hasBytes(c, key, "b");
    },
  ],
  "missing-hash": [
    "x-amz-content-sha256 is required: without it 400 or 403",
    COMMON,
    async (c) => {
      const reply = await list(c, "", { omit: ["x-amz-content-sha256"] });
      holds(reply.status === 400 || reply.status === 403, `answered ${reply.status}, not 400 or 403`);
    },
  ],
  "malformed-hash": [
    "an x-amz-content-sha256 that is neither a hash nor one of the names is refused with 400 or 403",
    HEADER,
    async (c) => {
      const key = c.key();
      const { status } = await c.raw({ method: "PUT", path: c.path(key), body: "x", payloadHash: "nonsense" });
      holds(status === 400 || status === 403, `answered ${status}, not 400 or 403`);
      await notStored(c, key);
    },
  ],
  "missing-date": [
    "a signed request without x-amz-date and Date is refused with 403",
    COMMON,
    async (c) => {
      await refused(list(c, "", { omit: ["x-amz-date"] }), 403);
    },
  ],
  "scope-date": [
    "the date of the scope must be that of the request",
    HEADER,
    async (c) => {
      const yesterday = new Date(Date.now() - 24 * 60 * MINUTE).toISOString().slice(0, 10).replaceAll("-", "");
      await refusedAs(
        list(c, "", { scopeDate: yesterday }),
        "400 AuthorizationHeaderMalformed",
        "403 SignatureDoesNotMatch",
        "403 AccessDenied",
      );
    },
  ],
  "scope-service": [
    "the scope's service must be s3",
    HEADER,
    async (c) => {
      await refusedAs(
        list(c, "", { keys: { service: "ec2" } }),
        "400 AuthorizationHeaderMalformed",
        "403 SignatureDoesNotMatch",
        "403 AccessDenied",
      );
    },
  ],
  "skew-old": [
    "a request signed 20 minutes ago is 403 RequestTimeTooSkewed",
    ERRORS,
    async (c) => {
      await refused(list(c, "", { time: Date.now() - 20 * MINUTE }), 403, "RequestTimeTooSkewed");
    },
  ],
  "skew-future": [
    "a request signed 20 minutes ahead is 403 RequestTimeTooSkewed",
    ERRORS,
    async (c) => {
      await refused(list(c, "", { time: Date.now() + 20 * MINUTE }), 403, "RequestTimeTooSkewed");
    },
  ],
  "skew-within": [
    "a clock that is 10 minutes off, before or after, will do",
    COMMON,
    async (c) => {
      for (const off of [-10, 10]) await answered(list(c, "", { time: Date.now() + off * MINUTE }), 200);
    },
  ],
  "odd-path": [
    "the canonical path encodes each byte once, but for unreserved characters and slashes",
    HEADER,
    async (c) => {
      const key = c.key("a b+c&d=é~(1)*'!:@,;$%2F%25.txt");
      await answered(c.raw({ method: "PUT", path: c.path(key), body: "odd" }), 200);
      const reply = await answered(c.raw({ path: c.path(key) }), 200);
      same(reply.text, "odd", "the body");
      const page = await answered(list(c, key), 200);
      same(page.all("Key"), [key], "the keys");
    },
  ],
  "odd-query": [
    "the canonical query encodes names and values, and sorts them",
    HEADER,
    async (c) => {
      const key = await put(c, "x", { Key: c.key("a b+c=é&(x)*'!~/y") });
      // not in the order of the canonical query, and with a parameter without a value
      const query = { prefix: key, "max-keys": "5", "list-type": "2", "fetch-owner": "", delimiter: "" };
      const page = await answered(c.raw({ path: `/${c.bucket}`, query }), 200);
      same(page.all("Key"), [key], "the keys");
    },
  ],
  "odd-header": [
    "spaces around a header's value do not count",
    HEADER,
    async (c) => {
      const key = c.key();
      const headers = { "x-amz-meta-spaces": "   some more " };
      await answered(c.raw({ method: "PUT", path: c.path(key), headers, body: "x" }), 200);
      await hasBytes(c, key, "x");
    },
  ],
  malformed: [
    "an Authorization header that cannot be read is 400 AuthorizationHeaderMalformed",
    ERRORS,
    async (c) => {
      const tamper: Tamper = (signed) => {
        signed.headers.authorization = "AWS4-HMAC-SHA256 Credential=nothing,SignedHeaders=host";
      };
      await refused(list(c, "", { tamper }), 400, "AuthorizationHeaderMalformed");
    },
  ],
});
