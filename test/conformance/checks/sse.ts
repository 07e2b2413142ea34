/** Server-side encryption: with S3's keys, and with the customer's. */
import { createHash } from "node:crypto";
import {
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { group } from "../check";
import type { Context } from "../context";
import { answered, holds, refused, refusedAs, same } from "../expect";
import { hasBytes, notStored, put } from "../stored";
import { complete } from "../upload";

const SSE_S3 = "userguide/UsingServerSideEncryption.html";
const SSE_C = "userguide/ServerSideEncryptionCustomerKeys.html";
const SPECIFYING = "userguide/specifying-s3-c-encryption.html";
const PUT = "API/API_PutObject.html";

const digest = (key: Buffer): string => createHash("md5").update(key).digest("base64");
const KEY = Buffer.alloc(32, 7);
const OTHER = Buffer.alloc(32, 8);

/** The three parameters of a customer's key. */
const withKey = (key: Buffer) => ({
  SSECustomerAlgorithm: "AES256",
  SSECustomerKey: key.toString("base64"),
  SSECustomerKeyMD5: digest(key),
});

/** … of the source of a copy. */
const fromKey = (key: Buffer) => ({
  CopySourceSSECustomerAlgorithm: "AES256",
  CopySourceSSECustomerKey: key.toString("base64"),
  CopySourceSSECustomerKeyMD5: digest(key),
});

const get = async (c: Context, Key: string, key?: Buffer): Promise<string | undefined> => {
  const input = { Bucket: c.bucket, Key, ...(key && withKey(key)) };
  return (await c.client.send(new GetObjectCommand(input))).Body?.transformToString();
};

export const sse = group("sse", {
  "s3-header": [
    "a put with SSE-S3 tells so in x-amz-server-side-encryption, as do Get and Head",
    SSE_S3,
    async (c) => {
      const path = c.path(c.key());
      const headers = { "x-amz-server-side-encryption": "AES256" };
      const replies = [
        await answered(c.raw({ method: "PUT", path, body: "data", headers }), 200),
        await answered(c.raw({ path }), 200),
        await answered(c.raw({ method: "HEAD", path }), 200),
      ];
      for (const one of replies) same(one.headers["x-amz-server-side-encryption"], "AES256", "the header");
      same(replies[1]?.text, "data", "the object");
    },
  ],
  "s3-default": [
    "every new object is encrypted with SSE-S3 and tells so",
    "userguide/default-encryption-faq.html",
    async (c) => {
      const found = await answered(c.raw({ method: "HEAD", path: c.path(await put(c, "data")) }), 200);
      same(found.headers["x-amz-server-side-encryption"], "AES256", "x-amz-server-side-encryption");
    },
  ],
  "algorithm-wrong": [
    "another algorithm is 400 InvalidArgument, and nothing is stored",
    PUT,
    async (c) => {
      const Key = c.key();
      const headers = { "x-amz-server-side-encryption": "ROT13" };
      const reply = c.raw({ method: "PUT", path: c.path(Key), body: "data", headers });
      await refused(reply, 400, "InvalidArgument", "InvalidEncryptionAlgorithmError");
      await notStored(c, Key);
    },
  ],
  "c-round-trip": [
    "SSE-C: with the key the object is read as it was written; replies tell algorithm and the key's MD5",
    SSE_C,
    async (c) => {
      const Key = c.key();
      const stored = await c.client.send(
        new PutObjectCommand({ Bucket: c.bucket, Key, Body: "secret", ...withKey(KEY) }),
      );
      same(await get(c, Key, KEY), "secret", "the object");
      const found = await c.client.send(new HeadObjectCommand({ Bucket: c.bucket, Key, ...withKey(KEY) }));
      for (const one of [stored, found]) {
        same([one.SSECustomerAlgorithm, one.SSECustomerKeyMD5], ["AES256", digest(KEY)], "algorithm and MD5");
      }
      same(found.ContentLength, 6, "ContentLength");
    },
  ],
  "c-without-key": [
    "SSE-C: Get and Head without the key are 400",
    SSE_C,
    async (c) => {
      const Key = await put(c, "secret", withKey(KEY));
      await refused(c.raw({ path: c.path(Key) }), 400, "InvalidRequest", "InvalidArgument");
      await answered(c.raw({ method: "HEAD", path: c.path(Key) }), 400);
    },
  ],
  "c-wrong-key": [
    "SSE-C: Get with another key is refused",
    SSE_C,
    async (c) => {
      const Key = await put(c, "secret", withKey(KEY));
      const input = { Bucket: c.bucket, Key, ...withKey(OTHER) };
      const outcome = c.client.send(new GetObjectCommand(input));
      await refusedAs(outcome, "403 AccessDenied", "400 InvalidRequest", "400 InvalidArgument");
    },
  ],
  "c-range": [
    "SSE-C: a range is read with the key",
    SSE_C,
    async (c) => {
      const bytes = Buffer.from(Array.from({ length: 40_000 }, (_, index) => index % 251));
      const Key = await put(c, bytes, withKey(KEY));
      const input = { Bucket: c.bucket, Key, Range: "bytes=4090-8200", ...withKey(KEY) };
      const { Body } = await c.client.send(new GetObjectCommand(input));
      const found = Buffer.from((await Body?.transformToByteArray()) ?? []);
      holds(found.equals(bytes.subarray(4090, 8201)), "the range has other bytes than were written");
    },
  ],
  "c-md5-wrong": [
    "SSE-C: an MD5 that is not the key's is 400 InvalidArgument, and nothing is stored",
    SPECIFYING,
    async (c) => {
      const key = c.key();
      // by hand: the SDK works out the MD5 itself
      const store = (md5: string) =>
        c.raw({
          method: "PUT",
          path: c.path(key),
          body: "secret",
          headers: {
            "x-amz-server-side-encryption-customer-algorithm": "AES256",
            "x-amz-server-side-encryption-customer-key": KEY.toString("base64"),
            "x-amz-server-side-encryption-customer-key-md5": md5,
          },
        });
      await refused(store(digest(OTHER)), 400, "InvalidArgument", "InvalidDigest");
      await notStored(c, key);
      await answered(store(digest(KEY)), 200);
    },
  ],
  "c-key-short": [
    "SSE-C: a key that has not 256 bits is 400 InvalidArgument",
    SPECIFYING,
    async (c) => {
      const Key = c.key();
      const input = { Bucket: c.bucket, Key, Body: "secret", ...withKey(Buffer.alloc(16, 1)) };
      await refused(c.client.send(new PutObjectCommand(input)), 400, "InvalidArgument");
      await notStored(c, Key);
    },
  ],
  "c-algorithm-wrong": [
    "SSE-C: another algorithm than AES256 is 400",
    SPECIFYING,
    async (c) => {
      const Key = c.key();
      const input = { Bucket: c.bucket, Key, Body: "secret", ...withKey(KEY), SSECustomerAlgorithm: "AES128" };
      const stored = c.client.send(new PutObjectCommand(input));
      await refused(stored, 400, "InvalidEncryptionAlgorithmError", "InvalidArgument");
      await notStored(c, Key);
    },
  ],
  "c-incomplete": [
    "SSE-C: the algorithm without a key is 400 InvalidArgument, and nothing is stored",
    SPECIFYING,
    async (c) => {
      const key = c.key();
      const headers = { "x-amz-server-side-encryption-customer-algorithm": "AES256" };
      const reply = c.raw({ method: "PUT", path: c.path(key), body: "secret", headers });
      await refused(reply, 400, "InvalidArgument", "InvalidRequest");
      await notStored(c, key);
    },
  ],
  "c-upload": [
    "SSE-C: an upload is created, filled and read with the key",
    SSE_C,
    async (c) => {
      const where = { Bucket: c.bucket, Key: c.key() };
      const { UploadId = "" } = await c.client.send(new CreateMultipartUploadCommand({ ...where, ...withKey(KEY) }));
      const upload = { ...where, UploadId };
      const part = { ...upload, PartNumber: 1, Body: "secret", ...withKey(KEY) };
      const { ETag } = await c.client.send(new UploadPartCommand(part));
      // the SDK creates uploads with a checksum, and for such the key is needed here as well
      await complete(c, upload, [{ PartNumber: 1, ETag }], withKey(KEY));
      same(await get(c, where.Key, KEY), "secret", "the object");
      await refused(c.raw({ path: c.path(where.Key) }), 400, "InvalidRequest", "InvalidArgument");
    },
  ],
  "c-upload-other-key": [
    "SSE-C: a part with another key than Create's, or without one, is 400",
    SSE_C,
    async (c) => {
      const where = { Bucket: c.bucket, Key: c.key() };
      const { UploadId } = await c.client.send(new CreateMultipartUploadCommand({ ...where, ...withKey(KEY) }));
      const part = { ...where, UploadId, PartNumber: 1, Body: "secret" };
      await c.client.send(new UploadPartCommand({ ...part, ...withKey(KEY) }));
      for (const key of [withKey(OTHER), {}]) {
        await refused(
          c.client.send(new UploadPartCommand({ ...part, ...key })),
          400,
          "InvalidRequest",
          "InvalidArgument",
        );
      }
    },
  ],
  "c-copy": [
    "SSE-C: a copy reads its source with the source's key, and has a key of its own",
    "API/API_CopyObject.html",
    async (c) => {
      const from = await put(c, "secret", withKey(KEY));
      const copy = async (more: object): Promise<string> => {
        const Key = c.key("copy");
        const input = { Bucket: c.bucket, Key, CopySource: `${c.bucket}/${from}`, ...fromKey(KEY), ...more };
        await c.client.send(new CopyObjectCommand(input));
        return Key;
      };
      same(await get(c, await copy(withKey(OTHER)), OTHER), "secret", "the copy under another key");
      await hasBytes(c, await copy({}), "secret");
    },
  ],
  "c-copy-without": [
    "SSE-C: a copy without the source's key is refused, as is one with another",
    "API/API_CopyObject.html",
    async (c) => {
      const from = await put(c, "secret", withKey(KEY));
      const Key = c.key("copy");
      const input = { Bucket: c.bucket, Key, CopySource: `${c.bucket}/${from}` };
      await refused(c.client.send(new CopyObjectCommand(input)), 400, "InvalidRequest", "InvalidArgument");
      const wrong = c.client.send(new CopyObjectCommand({ ...input, ...fromKey(OTHER) }));
      await refusedAs(wrong, "403 AccessDenied", "400 InvalidRequest", "400 InvalidArgument");
      await notStored(c, Key);
    },
  ],
});
