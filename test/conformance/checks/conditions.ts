/** Conditional requests. */
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { type Entry, group } from "../check";
import type { Context } from "../context";
import { answered, refused, refusedAs, same } from "../expect";
import { encodeKey } from "../sign";
import { hasBytes, notStored, put } from "../stored";
import { etag } from "../sums";

const GET = "API/API_GetObject.html";
const WRITES = "userguide/conditional-writes.html";
const DELETES = "userguide/conditional-deletes.html";
const COPY = "API/API_CopyObject.html";

const BODY = "conditional";
const RIGHT = etag(BODY);
const WRONG = etag("something else");

/** The answer to Get and to Head with these headers must have this status. */
const read = (title: string, status: number, headers: (lastModified: number) => Record<string, string>): Entry => [
  title,
  GET,
  async (c) => {
    const path = c.path(await put(c, BODY));
    const { headers: known } = await answered(c.raw({ method: "HEAD", path }), 200);
    const wanted = headers(Date.parse(known["last-modified"] ?? ""));
    const reply = await answered(c.raw({ path, headers: wanted }), status);
    if (status === 200) same(reply.text, BODY, "the body");
    if (status === 304) same(reply.body.length, 0, "the length of the body");
    if (status === 412) same(reply.code, "PreconditionFailed", "the code");
    await answered(c.raw({ method: "HEAD", path, headers: wanted }), status);
  },
];

const date = (time: number): string => new Date(time).toUTCString();
const HOUR = 3_600_000;

const write = (c: Context, key: string, headers: Record<string, string>, body = "new", bucket = c.bucket) =>
  c.raw({ method: "PUT", path: c.path(key, bucket), headers, body });

/** An upload of one part, ready to be completed. */
async function uploaded(c: Context, Key: string, Body: string) {
  const at = { Bucket: c.bucket, Key };
  const { UploadId } = await c.client.send(new CreateMultipartUploadCommand(at));
  const { ETag } = await c.client.send(new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body }));
  return { ...at, UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } };
}

export const conditions = group("conditions", {
  "match-right": read("If-Match with the ETag gives the object", 200, () => ({ "if-match": RIGHT })),
  "match-wrong": read("If-Match with another ETag is 412", 412, () => ({ "if-match": WRONG })),
  "none-match-right": read("If-None-Match with another ETag gives the object", 200, () => ({ "if-none-match": WRONG })),
  "none-match-wrong": read("If-None-Match with the ETag is 304", 304, () => ({ "if-none-match": RIGHT })),
  "modified-since": read("If-Modified-Since an hour earlier gives the object", 200, (time) => ({
    "if-modified-since": date(time - HOUR),
  })),
  "not-modified-since": read("If-Modified-Since its own Last-Modified is 304", 304, (time) => ({
    "if-modified-since": date(time),
  })),
  "unmodified-since": read("If-Unmodified-Since its own Last-Modified gives the object", 200, (time) => ({
    "if-unmodified-since": date(time),
  })),
  "not-unmodified-since": read("If-Unmodified-Since an hour earlier is 412", 412, (time) => ({
    "if-unmodified-since": date(time - HOUR),
  })),
  "match-over-unmodified": read("If-Match that holds counts, not If-Unmodified-Since", 200, (time) => ({
    "if-match": RIGHT,
    "if-unmodified-since": date(time - HOUR),
  })),
  "none-match-over-modified": read("If-None-Match that fails counts, not If-Modified-Since", 304, (time) => ({
    "if-none-match": RIGHT,
    "if-modified-since": date(time - HOUR),
  })),
  "not-modified-headers": [
    "304 has the ETag",
    "https://www.rfc-editor.org/rfc/rfc9110#section-15.4.5",
    async (c) => {
      const path = c.path(await put(c, BODY));
      const reply = await answered(c.raw({ path, headers: { "if-none-match": RIGHT } }), 304);
      same(reply.headers.etag, RIGHT, "the ETag");
    },
  ],
  "put-new": [
    "Put with If-None-Match: * writes a key that is not there",
    WRITES,
    async (c) => {
      const key = c.key();
      await answered(write(c, key, { "if-none-match": "*" }), 200);
      await hasBytes(c, key, "new");
    },
  ],
  "put-existing": [
    "Put with If-None-Match: * leaves a key alone that is there: 412",
    WRITES,
    async (c) => {
      const key = await put(c, BODY);
      await refused(write(c, key, { "if-none-match": "*" }), 412, "PreconditionFailed");
      await hasBytes(c, key, BODY);
    },
  ],
  "put-existing-version": [
    "Put with If-None-Match: * is 412 in a bucket with versioning too",
    WRITES,
    async (c) => {
      const bucket = await c.ownBucket({ versioning: "Enabled" });
      const key = await put(c, BODY, { Bucket: bucket });
      await refused(write(c, key, { "if-none-match": "*" }, "new", bucket), 412, "PreconditionFailed");
      await hasBytes(c, key, BODY, bucket);
    },
  ],
  "put-after-marker": [
    "Put with If-None-Match: * writes a key whose current version is a delete marker",
    WRITES,
    async (c) => {
      const bucket = await c.ownBucket({ versioning: "Enabled" });
      const key = await put(c, BODY, { Bucket: bucket });
      await c.client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
      await answered(write(c, key, { "if-none-match": "*" }, "new", bucket), 200);
      await hasBytes(c, key, "new", bucket);
    },
  ],
  "put-other-value": [
    "Put takes no other If-None-Match than *: 400 or 501",
    "API/API_PutObject.html",
    async (c) => {
      const key = c.key();
      const outcome = write(c, key, { "if-none-match": WRONG });
      await refusedAs(outcome, "501 NotImplemented", "400 InvalidArgument", "400 InvalidRequest");
      await notStored(c, key);
    },
  ],
  "put-match": [
    "Put with If-Match and the ETag writes",
    WRITES,
    async (c) => {
      const key = await put(c, BODY);
      await answered(write(c, key, { "if-match": RIGHT }), 200);
      await hasBytes(c, key, "new");
    },
  ],
  "put-match-wrong": [
    "Put with If-Match and another ETag is 412",
    WRITES,
    async (c) => {
      const key = await put(c, BODY);
      await refused(write(c, key, { "if-match": WRONG }), 412, "PreconditionFailed");
      await hasBytes(c, key, BODY);
    },
  ],
  "put-match-missing": [
    "Put with If-Match on a key that is not there is 404",
    WRITES,
    async (c) => {
      const key = c.key();
      await refused(write(c, key, { "if-match": RIGHT }), 404);
      await notStored(c, key);
    },
  ],
  "put-race": [
    "of 30 Puts with If-None-Match: * at once, exactly one wins, and its bytes stay",
    WRITES,
    async (c) => {
      const key = c.key();
      const bodies = Array.from({ length: 30 }, (_, index) => `writer ${index}`);
      const replies = await Promise.all(bodies.map((body) => write(c, key, { "if-none-match": "*" }, body)));
      const winners = bodies.filter((_, index) => replies[index]?.status === 200);
      same(winners.length, 1, "the number of winners");
      const others = replies.filter(({ status }) => ![200, 409, 412].includes(status)).map(({ status }) => status);
      same(others, [], "other answers than 200, 409 and 412");
      await hasBytes(c, key, winners[0] as string);
    },
  ],
  "put-match-race": [
    "of 10 Puts with If-Match and the same ETag at once, exactly one wins",
    WRITES,
    async (c) => {
      const key = await put(c, BODY);
      const bodies = Array.from({ length: 10 }, (_, index) => `writer ${index}`);
      const replies = await Promise.all(bodies.map((body) => write(c, key, { "if-match": RIGHT }, body)));
      const winners = bodies.filter((_, index) => replies[index]?.status === 200);
      same(winners.length, 1, "the number of winners");
      await hasBytes(c, key, winners[0] as string);
    },
  ],
  "delete-match": [
    "Delete with If-Match and the ETag deletes",
    DELETES,
    async (c) => {
      const key = await put(c, BODY);
      await answered(c.raw({ method: "DELETE", path: c.path(key), headers: { "if-match": RIGHT } }), 204);
      await notStored(c, key);
    },
  ],
  "delete-match-wrong": [
    "Delete with If-Match and another ETag is 412, and deletes nothing",
    DELETES,
    async (c) => {
      const key = await put(c, BODY);
      const request = { method: "DELETE", path: c.path(key), headers: { "if-match": WRONG } };
      await refused(c.raw(request), 412, "PreconditionFailed");
      await hasBytes(c, key, BODY);
    },
  ],
  "complete-none-match": [
    "CompleteMultipartUpload with If-None-Match: * is 412 when the key is there, and writes it when not",
    WRITES,
    async (c) => {
      const taken = await put(c, BODY);
      const late = await uploaded(c, taken, "new");
      const complete = (input: typeof late) =>
        c.client.send(new CompleteMultipartUploadCommand({ ...input, IfNoneMatch: "*" }));
      await refused(complete(late), 412, "PreconditionFailed");
      await hasBytes(c, taken, BODY);
      const free = c.key();
      await complete(await uploaded(c, free, "new"));
      await hasBytes(c, free, "new");
    },
  ],
  "copy-none-match": [
    "CopyObject with If-None-Match: * leaves a target alone that is there: 412",
    COPY,
    async (c) => {
      const source = await put(c, "source");
      const taken = await put(c, BODY);
      const free = c.key();
      const copy = (Key: string) =>
        c.client.send(
          new CopyObjectCommand({
            Bucket: c.bucket,
            Key,
            CopySource: `${c.bucket}/${encodeKey(source)}`,
            IfNoneMatch: "*",
          }),
        );
      await copy(free);
      await hasBytes(c, free, "source");
      await refused(copy(taken), 412, "PreconditionFailed");
      await hasBytes(c, taken, BODY);
    },
  ],
  "copy-match": [
    "CopyObject with If-Match writes a target that has the ETag, and no other: 412",
    COPY,
    async (c) => {
      const source = await put(c, "source");
      const target = await put(c, BODY);
      const copy = (IfMatch: string) =>
        c.client.send(
          new CopyObjectCommand({
            Bucket: c.bucket,
            Key: target,
            CopySource: `${c.bucket}/${encodeKey(source)}`,
            IfMatch,
          }),
        );
      await refused(copy(WRONG), 412, "PreconditionFailed");
      await hasBytes(c, target, BODY);
      await copy(RIGHT);
      await hasBytes(c, target, "source");
    },
  ],
});
