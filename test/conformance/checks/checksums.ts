/** Checksums of bodies. */
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { type Entry, group } from "../check";
import { answered, refused, same } from "../expect";
import { hasBytes, notStored, put } from "../stored";
import { ALGORITHMS, type Algorithm, md5, sum } from "../sums";

const UPLOAD = "userguide/checking-object-integrity-upload.html";
const INTEGRITY = "userguide/checking-object-integrity.html";
const PUT = "API/API_PutObject.html";
const HEAD = "API/API_HeadObject.html";
const ERRORS = "API/ErrorResponses.html";

const BODY = "The quick brown fox jumps over the lazy dog";
const header = (algorithm: Algorithm): string => `x-amz-checksum-${algorithm.toLowerCase()}`;
/** What SDKs send: the value, and beside it the name of its algorithm. */
const named = (algorithm: Algorithm, value: string): Record<string, string> => ({
  [header(algorithm)]: value,
  "x-amz-sdk-checksum-algorithm": algorithm,
});
const MODE = { "x-amz-checksum-mode": "ENABLED" };

const right = (algorithm: Algorithm): Entry => [
  `${algorithm} is taken as a header, and told by Put, Get and Head`,
  PUT,
  async (c) => {
    const path = c.path(c.key());
    const name = header(algorithm);
    const value = sum(algorithm, BODY);
    const stored = await answered(c.raw({ method: "PUT", path, body: BODY, headers: { [name]: value } }), 200);
    same(stored.headers[name], value, `${name} of Put`);
    for (const method of ["GET", "HEAD"]) {
      const reply = await answered(c.raw({ method, path, headers: MODE }), 200);
      same(reply.headers[name], value, `${name} of ${method}`);
    }
  },
];

const wrong = (algorithm: Algorithm): Entry => [
  `a wrong ${algorithm} is 400 BadDigest, and nothing is stored`,
  UPLOAD,
  async (c) => {
    const key = c.key();
    const headers = { [header(algorithm)]: sum(algorithm, "something else") };
    await refused(c.raw({ method: "PUT", path: c.path(key), body: BODY, headers }), 400, "BadDigest");
    await notStored(c, key);
  },
];

const each = (name: string, entry: (algorithm: Algorithm) => Entry): Record<string, Entry> =>
  Object.fromEntries(ALGORITHMS.map((one) => [`${one.toLowerCase()}-${name}`, entry(one)]));

export const checksums = group("checksums", {
  ...each("right", right),
  ...each("wrong", wrong),
  "right-named": [
    "a checksum that x-amz-sdk-checksum-algorithm names as well is told by Get and Head, for each algorithm",
    HEAD,
    async (c) => {
      for (const algorithm of ALGORITHMS) {
        const path = c.path(c.key());
        const value = sum(algorithm, BODY);
        await answered(c.raw({ method: "PUT", path, body: BODY, headers: named(algorithm, value) }), 200);
        for (const method of ["GET", "HEAD"]) {
          const reply = await answered(c.raw({ method, path, headers: MODE }), 200);
          same(reply.headers[header(algorithm)], value, `${header(algorithm)} of ${method}`);
        }
      }
    },
  ],
  "wrong-named": [
    "a wrong checksum is 400 BadDigest when x-amz-sdk-checksum-algorithm names it, as SDKs do",
    PUT,
    async (c) => {
      const key = c.key();
      const headers = named("CRC32", sum("CRC32", "something else"));
      await refused(c.raw({ method: "PUT", path: c.path(key), body: BODY, headers }), 400, "BadDigest");
      await notStored(c, key);
    },
  ],
  empty: [
    "the checksum of an empty body is checked and kept",
    PUT,
    async (c) => {
      const path = c.path(c.key());
      const headers = named("CRC32", sum("CRC32", ""));
      await answered(c.raw({ method: "PUT", path, headers }), 200);
      const reply = await answered(c.raw({ method: "HEAD", path, headers: MODE }), 200);
      same(reply.headers["x-amz-checksum-crc32"], "AAAAAA==", "x-amz-checksum-crc32");
    },
  ],
  "mode-off": [
    "Get and Head tell the checksum only when x-amz-checksum-mode asks for it",
    HEAD,
    async (c) => {
      const path = c.path(c.key());
      const headers = named("SHA256", sum("SHA256", BODY));
      await answered(c.raw({ method: "PUT", path, body: BODY, headers }), 200);
      const asked = await answered(c.raw({ method: "HEAD", path, headers: MODE }), 200);
      same(asked.headers["x-amz-checksum-sha256"], sum("SHA256", BODY), "x-amz-checksum-sha256");
      for (const method of ["GET", "HEAD"]) {
        const reply = await answered(c.raw({ method, path }), 200);
        same(reply.headers["x-amz-checksum-sha256"], undefined, `x-amz-checksum-sha256 of a plain ${method}`);
      }
    },
  ],
  type: [
    "x-amz-checksum-type says FULL_OBJECT of an object that was put at once",
    HEAD,
    async (c) => {
      const path = c.path(c.key());
      const headers = named("CRC32", sum("CRC32", BODY));
      await answered(c.raw({ method: "PUT", path, body: BODY, headers }), 200);
      const reply = await answered(c.raw({ method: "HEAD", path, headers: MODE }), 200);
      same(reply.headers["x-amz-checksum-type"], "FULL_OBJECT", "x-amz-checksum-type");
    },
  ],
  default: [
    "an object that came without a checksum gets a CRC64NVME",
    INTEGRITY,
    async (c) => {
      const path = c.path(c.key());
      await answered(c.raw({ method: "PUT", path, body: BODY }), 200);
      const reply = await answered(c.raw({ method: "HEAD", path, headers: MODE }), 200);
      same(reply.headers["x-amz-checksum-crc64nvme"], sum("CRC64NVME", BODY), "x-amz-checksum-crc64nvme");
    },
  ],
  "sdk-default": [
    "the SDK's CRC32 at default settings is told by Put, and by Get for the SDK to check",
    UPLOAD,
    async (c) => {
      const at = { Bucket: c.bucket, Key: c.key() };
      const done = await c.client.send(new PutObjectCommand({ ...at, Body: BODY }));
      same(done.ChecksumCRC32, sum("CRC32", BODY), "ChecksumCRC32 of Put");
      const got = await c.client.send(new GetObjectCommand(at));
      same(await got.Body?.transformToString(), BODY, "the body");
      same(got.ChecksumCRC32, sum("CRC32", BODY), "ChecksumCRC32 of Get");
    },
  ],
  listed: [
    "a listing names the algorithm of an object's checksum",
    "API/API_Object.html",
    async (c) => {
      const key = await put(c, BODY, { ChecksumAlgorithm: "SHA256" });
      const query = { "list-type": "2", prefix: key };
      const page = await answered(c.raw({ path: `/${c.bucket}`, query }), 200);
      same(page.all("ChecksumAlgorithm"), ["SHA256"], "ChecksumAlgorithm");
    },
  ],
  two: [
    "two checksums are 400 InvalidRequest",
    UPLOAD,
    async (c) => {
      const key = c.key();
      const headers = { "x-amz-checksum-crc32": sum("CRC32", BODY), "x-amz-checksum-sha256": sum("SHA256", BODY) };
      await refused(c.raw({ method: "PUT", path: c.path(key), body: BODY, headers }), 400, "InvalidRequest");
      await notStored(c, key);
    },
  ],
  "wrong-length": [
    "a checksum of a wrong length is 400 InvalidRequest",
    PUT,
    async (c) => {
      const key = c.key();
      const headers = named("CRC32", sum("SHA256", BODY));
      await refused(c.raw({ method: "PUT", path: c.path(key), body: BODY, headers }), 400, "InvalidRequest");
      await notStored(c, key);
    },
  ],
  "algorithm-alone": [
    "x-amz-sdk-checksum-algorithm without a checksum is refused with 400",
    PUT,
    async (c) => {
      const key = c.key();
      const headers = { "x-amz-sdk-checksum-algorithm": "SHA256" };
      await refused(c.raw({ method: "PUT", path: c.path(key), body: BODY, headers }), 400);
      await notStored(c, key);
    },
  ],
  "md5-right": [
    "Content-MD5 is checked, and the right one taken",
    PUT,
    async (c) => {
      const key = c.key();
      const headers = { "content-md5": md5(BODY) };
      await answered(c.raw({ method: "PUT", path: c.path(key), body: BODY, headers }), 200);
      await hasBytes(c, key, BODY);
    },
  ],
  "md5-wrong": [
    "a wrong Content-MD5 is 400 BadDigest, and nothing is stored",
    ERRORS,
    async (c) => {
      const key = c.key();
      const headers = { "content-md5": md5("something else") };
      await refused(c.raw({ method: "PUT", path: c.path(key), body: BODY, headers }), 400, "BadDigest");
      await notStored(c, key);
    },
  ],
  "md5-malformed": [
    "a Content-MD5 that is none is 400 InvalidDigest",
    ERRORS,
    async (c) => {
      for (const value of ["nonsense", md5(BODY).slice(0, 12)]) {
        const key = c.key();
        const headers = { "content-md5": value };
        await refused(c.raw({ method: "PUT", path: c.path(key), body: BODY, headers }), 400, "InvalidDigest");
        await notStored(c, key);
      }
    },
  ],
});
