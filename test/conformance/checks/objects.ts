/** PutObject, GetObject, HeadObject, DeleteObject. */
import { randomBytes } from "node:crypto";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { oddKeys } from "../../support/keys";
import { type Entry, group } from "../check";
import { type Context, unique } from "../context";
import { answered, Deviation, holds, refused, same } from "../expect";
import type { RawRequest, Tamper } from "../raw";
import { encodeKey } from "../sign";
import { bytesOf, hasBytes, notStored, put } from "../stored";
import { etag } from "../sums";

const PUT = "API/API_PutObject.html";
const GET = "API/API_GetObject.html";
const HEAD = "API/API_HeadObject.html";
const DELETE = "API/API_DeleteObject.html";
const KEYS = "userguide/object-keys.html";
const METADATA = "userguide/UsingMetadata.html";
const ERRORS = "API/ErrorResponses.html";
const REPLY = "API/RESTCommonResponseHeaders.html";
const REQUEST = "API/RESTCommonRequestHeaders.html";
const RANGES = "https://www.rfc-editor.org/rfc/rfc9110#section-14.2";

const head = async (c: Context, key: string, headers: Record<string, string> = {}) =>
  (await answered(c.raw({ method: "HEAD", path: c.path(key), headers }), 200)).headers;

/** The range `value` of an object of ten bytes must be `expected`, at `position`. */
const range = (title: string, value: string, expected: string, position: string): Entry => [
  title,
  GET,
  async (c) => {
    const path = c.path(await put(c, "0123456789"));
    const reply = await answered(c.raw({ path, headers: { range: value } }), 206);
    same(reply.text, expected, "the body");
    same(reply.headers["content-range"], `bytes ${position}/10`, "Content-Range");
    same(reply.headers["content-length"], String(expected.length), "Content-Length");
  },
];

/** Runs `act` for every key, all at once, and says which failed. */
async function forEachKey(keys: readonly string[], act: (key: string) => Promise<void>): Promise<void> {
  const attempt = async (key: string): Promise<string | undefined> => {
    try {
      await act(key);
      return undefined;
    } catch (error) {
      const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
      const what = error instanceof Deviation ? message : `${$metadata?.httpStatusCode ?? ""} ${name}`.trim();
      return `${JSON.stringify(key.slice(0, 20))} (${what})`;
    }
  };
  const failed = (await Promise.all(keys.map(attempt))).filter((one) => one !== undefined);
  holds(failed.length === 0, `not these keys: ${failed.join(", ")}`);
}

/** A request that addresses the bucket by its host name. */
const virtual = (c: Context, request: RawRequest): RawRequest => {
  const { port } = new URL(c.endpoint);
  return { ...request, host: `${c.bucket}.${c.domain ?? "localhost"}${port ? `:${port}` : ""}` };
};

export const objects = group("objects", {
  "round-trip": [
    "an object comes back byte by byte",
    GET,
    async (c) => {
      const body = randomBytes(300_000);
      const key = await put(c, body);
      holds((await bytesOf(c, key)).equals(body), "other bytes come back");
      same((await head(c, key))["content-length"], "300000", "Content-Length of HEAD");
    },
  ],
  empty: [
    "an object may have no bytes",
    PUT,
    async (c) => {
      const key = await put(c, "");
      const reply = await answered(c.raw({ path: c.path(key) }), 200);
      same(reply.body.length, 0, "the length");
      same(reply.headers["content-length"], "0", "Content-Length");
      same(reply.headers.etag, etag(""), "the ETag");
    },
  ],
  overwrite: [
    "what was written last is read and listed at once",
    "userguide/Welcome.html#ConsistencyModel",
    async (c) => {
      const key = await put(c, "first");
      for (let round = 0; round < 5; round++) {
        const body = "x".repeat(round + 1);
        await put(c, body, { Key: key });
        await hasBytes(c, key, body);
        const page = await c.client.send(new ListObjectsV2Command({ Bucket: c.bucket, Prefix: key }));
        same(
          page.Contents?.map(({ Size }) => Size),
          [body.length],
          "the listed sizes",
        );
      }
    },
  ],
  etag: [
    "the ETag is the MD5 in quotes: of Put, Get, Head and listing",
    "API/API_Object.html",
    async (c) => {
      const key = c.key();
      const done = await c.client.send(new PutObjectCommand({ Bucket: c.bucket, Key: key, Body: "tagged" }));
      same(done.ETag, etag("tagged"), "the ETag of Put");
      same((await c.raw({ path: c.path(key) })).headers.etag, etag("tagged"), "the ETag of Get");
      same((await head(c, key)).etag, etag("tagged"), "the ETag of Head");
      const query = { "list-type": "2", prefix: key };
      same((await c.raw({ path: `/${c.bucket}`, query })).xml("ETag"), etag("tagged"), "the ETag of the listing");
    },
  ],
  "last-modified": [
    "Last-Modified is an HTTP date, the same for Get and Head, and now",
    GET,
    async (c) => {
      const key = await put(c, "x");
      const { "last-modified": found = "" } = (await answered(c.raw({ path: c.path(key) }), 200)).headers;
      holds(
        /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/.test(found),
        `Last-Modified is ${found}`,
      );
      holds(Math.abs(Date.parse(found) - Date.now()) < 300_000, `Last-Modified is ${found}, far from now`);
      same((await head(c, key))["last-modified"], found, "Last-Modified of Head");
    },
  ],
  metadata: [
    "user metadata comes back, its names in lower case",
    METADATA,
    async (c) => {
      const key = c.key();
      const headers = { "X-Amz-Meta-Colour": "Deep Red", "x-amz-meta-two-words": "a=b;c,d" };
      await answered(c.raw({ method: "PUT", path: c.path(key), headers, body: "x" }), 200);
      const { Metadata } = await c.client.send(new HeadObjectCommand({ Bucket: c.bucket, Key: key }));
      same({ ...Metadata }, { colour: "Deep Red", "two-words": "a=b;c,d" }, "the metadata");
    },
  ],
  "metadata-replaced": [
    "an object that is written again has only its new metadata and headers",
    METADATA,
    async (c) => {
      const key = await put(c, "x", { Metadata: { old: "1" }, CacheControl: "no-cache" });
      await put(c, "x", { Key: key, Metadata: { new: "2" } });
      const found = await c.client.send(new HeadObjectCommand({ Bucket: c.bucket, Key: key }));
      same({ ...found.Metadata }, { new: "2" }, "the metadata");
      same(found.CacheControl, undefined, "Cache-Control");
    },
  ],
  "metadata-2-kb": [
    "2 KB of user metadata are taken",
    METADATA,
    async (c) => {
      const key = await put(c, "x", { Metadata: { a: "1".repeat(1000), b: "2".repeat(1000) } });
      const { Metadata } = await c.client.send(new HeadObjectCommand({ Bucket: c.bucket, Key: key }));
      same(Metadata?.b, "2".repeat(1000), "the metadata");
    },
  ],
  "metadata-over-2-kb": [
    "more than 2 KB of user metadata are 400 MetadataTooLarge",
    ERRORS,
    async (c) => {
      const Key = c.key();
      const headers = { "x-amz-meta-a": "1".repeat(1500), "x-amz-meta-b": "2".repeat(1500) };
      await refused(c.raw({ method: "PUT", path: c.path(Key), headers, body: "x" }), 400, "MetadataTooLarge");
      await notStored(c, Key);
    },
  ],
  "content-headers": [
    "the content headers are stored, and come back with Get and Head",
    PUT,
    async (c) => {
      const headers: Record<string, string> = {
        "cache-control": "max-age=60, private",
        "content-disposition": 'attachment; filename="a b.txt"',
        "content-encoding": "gzip",
        "content-language": "de, en",
        "content-type": "text/x-something; charset=utf-8",
        expires: "Thu, 01 Dec 2033 16:00:00 GMT",
      };
      const path = c.path(c.key());
      await answered(c.raw({ method: "PUT", path, headers, body: "x" }), 200);
      for (const method of ["GET", "HEAD"]) {
        const reply = await answered(c.raw({ method, path }), 200);
        for (const name in headers) same(reply.headers[name], headers[name], `${name} of ${method}`);
      }
    },
  ],
  "response-overrides": [
    "response-* parameters change the reply's headers, and not the object",
    GET,
    async (c) => {
      const key = await put(c, "x", { ContentType: "text/plain", CacheControl: "no-cache" });
      const overridden: Record<string, string> = {
        "cache-control": "max-age=1",
        "content-disposition": "inline",
        "content-encoding": "identity",
        "content-language": "fr",
        "content-type": "application/x-other",
        expires: "Thu, 01 Dec 2033 16:00:00 GMT",
      };
      const query = Object.fromEntries(Object.entries(overridden).map(([name, value]) => [`response-${name}`, value]));
      const reply = await answered(c.raw({ path: c.path(key), query }), 200);
      for (const name in overridden) same(reply.headers[name], overridden[name], name);
      const after = await head(c, key);
      same([after["content-type"], after["cache-control"]], ["text/plain", "no-cache"], "the stored headers");
    },
  ],
  "odd-keys": [
    "any UTF-8 is a key: put, read, headed and deleted by it",
    KEYS,
    async (c) => {
      const bucket = await c.ownBucket();
      await forEachKey(oddKeys, async (key) => {
        const at = { Bucket: bucket, Key: key };
        await c.client.send(new PutObjectCommand({ ...at, Body: key }));
        await hasBytes(c, key, key, bucket);
        same((await c.client.send(new HeadObjectCommand(at))).ETag, etag(key), "the ETag");
        await c.client.send(new DeleteObjectCommand(at));
        await refused(c.client.send(new GetObjectCommand(at)), 404, "NoSuchKey");
      });
    },
  ],
  "odd-keys-listed": [
    "any key is listed as it is, with encoding-type=url",
    "API/API_ListObjectsV2.html",
    async (c) => {
      const bucket = await c.ownBucket();
      const put = async (key: string) => {
        await c.client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: "x" }));
      };
      await forEachKey(oddKeys, put);
      const query = { "list-type": "2", "encoding-type": "url" };
      const page = await answered(c.raw({ path: `/${bucket}`, query }), 200);
      const found = page.all("Key").map((key) => decodeURIComponent(key.replaceAll("+", " ")));
      const missing = oddKeys.filter((key) => !found.includes(key)).map((key) => key.slice(0, 20));
      same(missing, [], "what is missing");
      same(found.length, oddKeys.length, "the number of keys");
    },
  ],
  "double-slash": [
    "`a//b` is another key than `a/b`",
    KEYS,
    async (c) => {
      const base = c.key("a");
      await put(c, "two", { Key: `${base}//b` });
      await notStored(c, `${base}/b`);
      await put(c, "one", { Key: `${base}/b` });
      await hasBytes(c, `${base}//b`, "two");
      await hasBytes(c, `${base}/b`, "one");
    },
  ],
  dots: [
    "`..` and `.` in a key are characters like others",
    KEYS,
    async (c) => {
      const base = c.key("dir");
      for (const key of [`${base}/../x`, `${base}/./y`, `../${base}`]) {
        await answered(c.raw({ method: "PUT", path: c.path(key), body: key }), 200);
        await hasBytes(c, key, key);
        const page = await c.client.send(new ListObjectsV2Command({ Bucket: c.bucket, Prefix: key }));
        same(
          page.Contents?.map(({ Key }) => Key),
          [key],
          "the listed keys",
        );
      }
      await notStored(c, base.replace(/dir$/, "x"));
    },
  ],
  folder: [
    "`a`, `a/` and `a/b` are three objects beside each other",
    KEYS,
    async (c) => {
      const base = c.key("a");
      const all = [base, `${base}/`, `${base}/b`];
      for (const key of all) await put(c, key, { Key: key });
      for (const key of all) await hasBytes(c, key, key);
      await c.client.send(new DeleteObjectCommand({ Bucket: c.bucket, Key: `${base}/` }));
      await hasBytes(c, `${base}/b`, `${base}/b`);
      await hasBytes(c, base, base);
      await notStored(c, `${base}/`);
    },
  ],
  "key-1024": [
    "a key may have 1,024 bytes",
    KEYS,
    async (c) => {
      const start = c.key("é");
      const key = start + "k".repeat(1024 - Buffer.byteLength(start));
      await put(c, "long", { Key: key });
      await hasBytes(c, key, "long");
    },
  ],
  "key-1025": [
    "a key of 1,025 bytes is 400 KeyTooLongError",
    ERRORS,
    async (c) => {
      const start = c.key();
      await refused(put(c, "x", { Key: start + "k".repeat(1025 - start.length) }), 400, "KeyTooLongError");
    },
  ],
  "no-such-key": [
    "a key that is not there is 404 NoSuchKey",
    GET,
    async (c) => {
      await refused(c.raw({ path: c.path(c.key()) }), 404, "NoSuchKey");
    },
  ],
  "no-such-bucket": [
    "in a bucket that does not exist, Get, Put and Delete are 404 NoSuchBucket",
    ERRORS,
    async (c) => {
      const path = `/missing-${unique()}/key`;
      await refused(c.raw({ path }), 404, "NoSuchBucket");
      await refused(c.raw({ method: "PUT", path, body: "x" }), 404, "NoSuchBucket");
      await refused(c.raw({ method: "DELETE", path }), 404, "NoSuchBucket");
    },
  ],
  "head-missing": [
    "HEAD of what is missing is 404 without a body",
    HEAD,
    async (c) => {
      await head(c, await put(c, "x"));
      for (const path of [c.path(c.key()), `/missing-${unique()}/key`]) {
        const reply = await answered(c.raw({ method: "HEAD", path }), 404);
        same(reply.body.length, 0, "the length of the body");
      }
    },
  ],
  "error-body": [
    "an error is XML with code, message and the request's id, which is in a header too",
    "API/ErrorResponses.html#RESTErrorResponses",
    async (c) => {
      const reply = await answered(c.raw({ path: c.path(c.key()) }), 404);
      same(reply.headers["content-type"], "application/xml", "Content-Type");
      same(reply.code, "NoSuchKey", "Code");
      holds(reply.xml("RequestId"), "there is no RequestId");
      same(reply.headers["x-amz-request-id"], reply.xml("RequestId"), "x-amz-request-id");
      holds(reply.xml("Message"), "there is no Message");
    },
  ],
  "request-id": [
    "each reply has an x-amz-request-id of its own, and a Date",
    REPLY,
    async (c) => {
      const key = await put(c, "x");
      const one = await head(c, key);
      const other = await head(c, key);
      holds(one["x-amz-request-id"], "there is no x-amz-request-id");
      holds(one["x-amz-request-id"] !== other["x-amz-request-id"], "two replies have the same x-amz-request-id");
      holds(Math.abs(Date.parse(one.date ?? "") - Date.now()) < 300_000, `Date is ${one.date}`);
    },
  ],
  "range-start": range("a range from the start", "bytes=0-0", "0", "0-0"),
  "range-middle": range("a range has both its ends", "bytes=3-6", "3456", "3-6"),
  "range-open": range("a range without an end goes to the last byte", "bytes=7-", "789", "7-9"),
  "range-suffix": range("a range without a start is that many last bytes", "bytes=-4", "6789", "6-9"),
  "range-beyond": range("a range beyond the end is cut", "bytes=8-99", "89", "8-9"),
  "range-suffix-beyond": range("a suffix longer than the object is all of it", "bytes=-99", "0123456789", "0-9"),
  "range-outside": [
    "a range that starts behind the end is 416 InvalidRange",
    GET,
    async (c) => {
      const path = c.path(await put(c, "0123456789"));
      for (const value of ["bytes=10-", "bytes=10-20"]) {
        await refused(c.raw({ path, headers: { range: value } }), 416, "InvalidRange");
      }
    },
  ],
  "range-suffix-zero": [
    "the last zero bytes are 416, as nothing is there to give",
    "https://www.rfc-editor.org/rfc/rfc9110#section-14.1.2",
    async (c) => {
      const path = c.path(await put(c, "0123456789"));
      await refused(c.raw({ path, headers: { range: "bytes=-0" } }), 416);
    },
  ],
  "range-of-nothing": [
    "a range of an empty object is 416",
    GET,
    async (c) => {
      const path = c.path(await put(c, ""));
      await refused(c.raw({ path, headers: { range: "bytes=0-" } }), 416);
    },
  ],
  "range-several": [
    "several ranges are not given: it is all of the object, or what Content-Range says, or refused",
    GET,
    async (c) => {
      const path = c.path(await put(c, "0123456789"));
      const reply = await c.raw({ path, headers: { range: "bytes=0-1,4-5" } });
      if (reply.status === 200) same(reply.text, "0123456789", "the body");
      else if (reply.status === 206) {
        const [, first, last] = /^bytes (\d+)-(\d+)\/10$/.exec(reply.headers["content-range"] ?? "") ?? [];
        holds(first && last, `answered 206 with Content-Range ${reply.headers["content-range"]}`);
        same(reply.text, "0123456789".slice(Number(first), Number(last) + 1), `the body of ${first}-${last}`);
      } else holds(reply.status >= 400 && reply.status < 500, `answered ${reply.status}`);
    },
  ],
  "range-unknown-unit": [
    "a range in an unknown unit is ignored",
    RANGES,
    async (c) => {
      const path = c.path(await put(c, "0123456789"));
      const reply = await answered(c.raw({ path, headers: { range: "lines=0-1" } }), 200);
      same(reply.text, "0123456789", "the body");
    },
  ],
  "range-garbage": [
    "a range that cannot be read is ignored, or refused; nothing else is given",
    RANGES,
    async (c) => {
      const path = c.path(await put(c, "0123456789"));
      for (const value of ["bytes=x-y", "bytes=5-3", "bytes="]) {
        const reply = await c.raw({ path, headers: { range: value } });
        if (reply.status === 200) same(reply.text, "0123456789", `the body for ${value}`);
        else holds(reply.status === 400 || reply.status === 416, `answered ${reply.status} to ${value}`);
      }
    },
  ],
  "range-head": [
    "a range of HEAD changes the Content-Length",
    HEAD,
    async (c) => {
      const path = c.path(await put(c, "0123456789"));
      const reply = await answered(c.raw({ method: "HEAD", path, headers: { range: "bytes=2-4" } }), 206);
      same(reply.headers["content-length"], "3", "Content-Length");
    },
  ],
  "accept-ranges": [
    "Get and Head say Accept-Ranges: bytes",
    GET,
    async (c) => {
      const path = c.path(await put(c, "x"));
      for (const method of ["GET", "HEAD"]) {
        const reply = await answered(c.raw({ method, path }), 200);
        same(reply.headers["accept-ranges"], "bytes", `Accept-Ranges of ${method}`);
      }
    },
  ],
  "continue-accepted": [
    "Expect: 100-continue is answered before the body comes",
    REQUEST,
    async (c) => {
      const key = c.key();
      const request = { method: "PUT", path: c.path(key), body: "waited", expectContinue: true };
      const reply = await answered(c.raw(request), 200);
      holds(reply.continued, "there was no 100 Continue");
      await hasBytes(c, key, "waited");
    },
  ],
  "continue-refused": [
    "what is refused for its headers is refused without 100 Continue",
    REQUEST,
    async (c) => {
      const request = { method: "PUT", path: c.path(c.key()), body: "x", expectContinue: true };
      const reply = await answered(c.raw({ ...request, keys: { secretKey: "wrong" } }), 403);
      holds(!reply.continued, "the body was asked for all the same");
    },
  ],
  "length-required": [
    "a Put without Content-Length is 411 MissingContentLength",
    ERRORS,
    async (c) => {
      const key = c.key();
      const tamper: Tamper = (sent) => {
        delete sent.headers["content-length"];
        sent.headers["transfer-encoding"] = "chunked";
      };
      await refused(c.raw({ method: "PUT", path: c.path(key), body: "x", tamper }), 411, "MissingContentLength");
      await notStored(c, key);
    },
  ],
  "virtual-host": [
    "a bucket is addressed by its host name too: Put, Get, Delete",
    "userguide/VirtualHosting.html",
    async (c) => {
      const key = c.key("a b//c");
      const path = `/${encodeKey(key)}`;
      await answered(c.raw(virtual(c, { method: "PUT", path, body: "hosted" })), 200);
      await hasBytes(c, key, "hosted");
      same((await answered(c.raw(virtual(c, { path })), 200)).text, "hosted", "the body");
      await answered(c.raw(virtual(c, { method: "DELETE", path })), 204);
      await notStored(c, key);
    },
  ],
  "virtual-host-list": [
    "the root of a bucket's host name is its listing",
    "userguide/VirtualHosting.html",
    async (c) => {
      const key = await put(c, "x");
      const query = { "list-type": "2", prefix: key };
      const page = await answered(c.raw(virtual(c, { path: "/", query })), 200);
      same([page.xml("Name"), ...page.all("Key")], [c.bucket, key], "bucket and keys");
    },
  ],
  "delete-missing": [
    "a deletion is 204, whether there was anything or not",
    DELETE,
    async (c) => {
      const key = await put(c, "x");
      for (let time = 0; time < 2; time++) await answered(c.raw({ method: "DELETE", path: c.path(key) }), 204);
      await notStored(c, key);
    },
  ],
  "storage-class": [
    "the storage class is told by Head and listing; STANDARD by the listing alone",
    HEAD,
    async (c) => {
      const plain = await put(c, "x");
      const other = await put(c, "x", { StorageClass: "STANDARD_IA" });
      same((await head(c, other))["x-amz-storage-class"], "STANDARD_IA", "x-amz-storage-class");
      same((await head(c, plain))["x-amz-storage-class"], undefined, "x-amz-storage-class of a STANDARD object");
      for (const [key, expected] of [
        [plain, "STANDARD"],
        [other, "STANDARD_IA"],
      ] as const) {
        const page = await c.client.send(new ListObjectsV2Command({ Bucket: c.bucket, Prefix: key }));
        same(page.Contents?.[0]?.StorageClass, expected, "StorageClass of the listing");
      }
    },
  ],
  "storage-class-wrong": [
    "a storage class that is none is 400 InvalidStorageClass",
    ERRORS,
    async (c) => {
      const key = c.key();
      const headers = { "x-amz-storage-class": "NO_SUCH_CLASS" };
      await refused(c.raw({ method: "PUT", path: c.path(key), headers, body: "x" }), 400, "InvalidStorageClass");
      await notStored(c, key);
    },
  ],
  "tagging-header": [
    "x-amz-tagging sets tags, and Get tells how many",
    GET,
    async (c) => {
      const key = await put(c, "x", { Tagging: "colour=deep%20red&size=" });
      const reply = await answered(c.raw({ path: c.path(key) }), 200);
      same(reply.headers["x-amz-tagging-count"], "2", "x-amz-tagging-count");
      const tags = await answered(c.raw({ path: c.path(key), query: { tagging: "" } }), 200);
      const found = tags.all("Key").map((name, at) => [name, tags.all("Value")[at]]);
      same(Object.fromEntries(found), { colour: "deep red", size: "" }, "the tags");
    },
  ],
  "website-redirect": [
    "x-amz-website-redirect-location is stored, and comes back",
    PUT,
    async (c) => {
      const key = await put(c, "x", { WebsiteRedirectLocation: "/elsewhere.html" });
      same((await head(c, key))["x-amz-website-redirect-location"], "/elsewhere.html", "the location");
    },
  ],
});
