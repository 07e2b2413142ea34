/** DeleteObjects. */
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { numbered } from "../../support/keys";
import { group } from "../check";
import type { Context } from "../context";
import { answered, holds, refused, same } from "../expect";
import { hasBytes, notStored, put, putAll } from "../stored";
import { md5, sum } from "../sums";

const PAGE = "API/API_DeleteObjects.html";

const escaped = (text: string): string => text.replace(/[&<>"'\r\n\t]/g, (one) => `&#${one.charCodeAt(0)};`);

const document = (keys: readonly string[], more = ""): string =>
  `<Delete>${more}${keys.map((key) => `<Object><Key>${escaped(key)}</Key></Object>`).join("")}</Delete>`;

const post = (c: Context, body: string, headers: Record<string, string> = { "content-md5": md5(body) }) =>
  c.raw({ method: "POST", path: `/${c.bucket}`, query: { delete: "" }, headers, body });

export const deleteObjects = group("deleteobjects", {
  deletes: [
    "the keys are gone, the others stay, and each is told",
    PAGE,
    async (c) => {
      const [one, two, stays] = [await put(c, "1"), await put(c, "2"), await put(c, "3")];
      const reply = await answered(post(c, document([one, two])), 200);
      same(reply.all("Key").sort(), [one, two].sort(), "the keys that are told");
      same((reply.text.match(/<Deleted>/g) ?? []).length, 2, "the number of Deleted");
      await notStored(c, one);
      await notStored(c, two);
      await hasBytes(c, stays, "3");
    },
  ],
  thousand: [
    "1,000 keys go in one request",
    PAGE,
    async (c) => {
      const bucket = await c.ownBucket();
      const keys = numbered(1000, "k");
      // some are there, the rest need not be
      await putAll(c, bucket, keys.slice(0, 100));
      const Objects = keys.map((Key) => ({ Key }));
      const done = await c.client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }));
      same([done.Deleted?.length, done.Errors?.length ?? 0], [1000, 0], "the numbers of keys deleted and failed");
      const page = await c.client.send(new ListObjectsV2Command({ Bucket: bucket }));
      same(page.Contents?.length ?? 0, 0, "the number of keys left");
    },
  ],
  "thousand-and-one": [
    "1,001 keys are 400 MalformedXML, and none is deleted",
    PAGE,
    async (c) => {
      const key = await put(c, "x");
      await refused(post(c, document([key, ...numbered(1000, `${key}-`)])), 400, "MalformedXML");
      await hasBytes(c, key, "x");
    },
  ],
  quiet: [
    "Quiet tells nothing of what is deleted",
    PAGE,
    async (c) => {
      const key = await put(c, "x");
      const reply = await answered(post(c, document([key], "<Quiet>true</Quiet>")), 200);
      same(reply.all("Key"), [], "the keys that are told");
      holds(reply.text.includes("DeleteResult"), "there is no DeleteResult");
      await notStored(c, key);
    },
  ],
  missing: [
    "a key that is not there is told as deleted",
    PAGE,
    async (c) => {
      const key = c.key();
      const reply = await answered(post(c, document([key])), 200);
      same(reply.all("Key"), [key], "the keys that are told");
      holds(!reply.text.includes("<Error>"), "it is told as an error");
    },
  ],
  "no-digest": [
    "a request without Content-MD5 and checksum is refused with 400, and deletes nothing",
    PAGE,
    async (c) => {
      const key = await put(c, "x");
      await refused(post(c, document([key]), {}), 400);
      await hasBytes(c, key, "x");
    },
  ],
  "wrong-md5": [
    "a wrong Content-MD5 is 400 BadDigest, and deletes nothing",
    "API/ErrorResponses.html",
    async (c) => {
      const key = await put(c, "x");
      await refused(post(c, document([key]), { "content-md5": md5("other") }), 400, "BadDigest");
      await hasBytes(c, key, "x");
    },
  ],
  checksum: [
    "a checksum will do instead of Content-MD5",
    "userguide/checking-object-integrity-upload.html",
    async (c) => {
      const key = await put(c, "x");
      const body = document([key]);
      await answered(post(c, body, { "x-amz-checksum-crc32": sum("CRC32", body) }), 200);
      await notStored(c, key);
    },
  ],
  "wrong-checksum": [
    "a wrong checksum is 400 BadDigest, and deletes nothing",
    "userguide/checking-object-integrity-upload.html",
    async (c) => {
      const key = await put(c, "x");
      const headers = { "x-amz-checksum-crc32": sum("CRC32", "other") };
      await refused(post(c, document([key]), headers), 400, "BadDigest");
      await hasBytes(c, key, "x");
    },
  ],
  "sdk-default": [
    "the SDK deletes at its default settings",
    PAGE,
    async (c) => {
      const keys = [await put(c, "1"), await put(c, "2")];
      const Objects = keys.map((Key) => ({ Key }));
      const done = await c.client.send(new DeleteObjectsCommand({ Bucket: c.bucket, Delete: { Objects } }));
      same(done.Deleted?.map(({ Key }) => Key).sort(), [...keys].sort(), "the keys that are told");
      for (const key of keys) await notStored(c, key);
    },
  ],
  "xml-specials": [
    "keys with characters that are special in XML and URLs are deleted, and told as they are",
    "userguide/object-keys.html",
    async (c) => {
      const keys = ["&<>\"'", "a+b c%20", "]]>", "line\nbreak", "carriage\rreturn", "é😀"].map((name) => c.key(name));
      for (const Key of keys) await put(c, "x", { Key });
      const reply = await answered(post(c, document(keys)), 200);
      same(reply.all("Key").sort(), [...keys].sort(), "the keys that are told");
      for (const key of keys) await notStored(c, key);
    },
  ],
  malformed: [
    "XML that is not well-formed is 400 MalformedXML, and deletes nothing",
    "API/ErrorResponses.html",
    async (c) => {
      const key = await put(c, "x");
      await refused(post(c, document([key]).replace("</Delete>", "")), 400, "MalformedXML");
      await refused(post(c, "<Nothing/>"), 400, "MalformedXML");
      await refused(post(c, "<Delete></Delete>"), 400, "MalformedXML");
      await hasBytes(c, key, "x");
    },
  ],
  "no-such-bucket": [
    "in a bucket that does not exist it is 404 NoSuchBucket",
    "API/ErrorResponses.html",
    async (c) => {
      const body = document(["a"]);
      const headers = { "content-md5": md5(body) };
      const request = { method: "POST", path: `/missing-${Date.now()}`, query: { delete: "" }, headers, body };
      await refused(c.raw(request), 404, "NoSuchBucket");
    },
  ],
  marker: [
    "with versioning a key gets a delete marker, whose id is told",
    PAGE,
    async (c) => {
      const Bucket = await c.ownBucket({ versioning: "Enabled" });
      const Key = c.key();
      const { VersionId } = await c.client.send(new PutObjectCommand({ Bucket, Key, Body: "x" }));
      const done = await c.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key }] } }));
      same([done.Deleted?.[0]?.Key, done.Deleted?.[0]?.DeleteMarker], [Key, true], "Key and DeleteMarker");
      const listed = await c.client.send(new ListObjectVersionsCommand({ Bucket }));
      same(listed.DeleteMarkers?.[0]?.VersionId, done.Deleted?.[0]?.DeleteMarkerVersionId, "DeleteMarkerVersionId");
      same(
        listed.Versions?.map((one) => one.VersionId),
        [VersionId],
        "the versions left",
      );
    },
  ],
  versions: [
    "versions and delete markers are deleted by their ids",
    PAGE,
    async (c) => {
      const Bucket = await c.ownBucket({ versioning: "Enabled" });
      const Key = c.key();
      const at = { Bucket, Key };
      const first = await c.client.send(new PutObjectCommand({ ...at, Body: "first" }));
      const second = await c.client.send(new PutObjectCommand({ ...at, Body: "second" }));
      const marker = await c.client.send(new DeleteObjectCommand(at));
      const Objects = [second, marker].map(({ VersionId }) => ({ Key, VersionId }));
      const done = await c.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
      same(
        done.Deleted?.map(({ VersionId }) => VersionId).sort(),
        Objects.map(({ VersionId }) => VersionId).sort(),
        "the versions that are told",
      );
      await hasBytes(c, Key, "first", Bucket);
      const listed = await c.client.send(new ListObjectVersionsCommand({ Bucket }));
      same([listed.Versions?.[0]?.VersionId, listed.DeleteMarkers?.length ?? 0], [first.VersionId, 0], "what is left");
    },
  ],
  etag: [
    "an object whose ETag in the request is another is kept, and told as PreconditionFailed",
    "API/API_ObjectIdentifier.html",
    async (c) => {
      const Key = await put(c, "x");
      const Objects = [{ Key, ETag: '"0123456789abcdef0123456789abcdef"' }];
      const done = await c.client.send(new DeleteObjectsCommand({ Bucket: c.bucket, Delete: { Objects } }));
      same(
        done.Errors?.map((error) => [error.Key, error.Code]),
        [[Key, "PreconditionFailed"]],
        "the errors",
      );
      await hasBytes(c, Key, "x");
    },
  ],
});
