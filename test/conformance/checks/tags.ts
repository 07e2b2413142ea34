/** Tags of objects and of buckets. */
import {
  DeleteBucketTaggingCommand,
  DeleteObjectTaggingCommand,
  GetBucketTaggingCommand,
  GetObjectTaggingCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from "@aws-sdk/client-s3";
import { group } from "../check";
import type { Context } from "../context";
import { answered, holds, refused, same } from "../expect";
import { notStored, put } from "../stored";

const GUIDE = "userguide/object-tagging.html";
const PUT_TAGS = "API/API_PutObjectTagging.html";
const GET_TAGS = "API/API_GetObjectTagging.html";
const DELETE_TAGS = "API/API_DeleteObjectTagging.html";
const PUT = "API/API_PutObject.html";
const BUCKET = "API/API_PutBucketTagging.html";

interface Where {
  Key: string;
  Bucket?: string;
  VersionId?: string | undefined;
}

/** The tags of an object, as `key=value`, sorted. */
const tagsOf = async (c: Context, where: Where): Promise<string[]> => {
  const { TagSet = [] } = await c.client.send(new GetObjectTaggingCommand({ Bucket: c.bucket, ...where }));
  return TagSet.map((one) => `${one.Key}=${one.Value}`).sort();
};

const toSet = (tags: Readonly<Record<string, string>>) => ({
  TagSet: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
});

const putTags = (c: Context, where: Where, tags: Readonly<Record<string, string>>) =>
  c.client.send(new PutObjectTaggingCommand({ Bucket: c.bucket, ...where, Tagging: toSet(tags) }));

const numbered = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`tag${index}`, String(index)]));

export const tags = group("tags", {
  "put-get": [
    "PutObjectTagging gives an object its tags, and GetObjectTagging tells them",
    PUT_TAGS,
    async (c) => {
      const Key = await put(c, "data");
      await putTags(c, { Key }, { a: "1", "b c": "+-=._:/@", ü: "ñ" });
      same(await tagsOf(c, { Key }), ["a=1", "b c=+-=._:/@", "ü=ñ"], "the tags");
    },
  ],
  none: [
    "an object without tags has an empty TagSet",
    GET_TAGS,
    async (c) => {
      const path = c.path(await put(c, "data"));
      const reply = await answered(c.raw({ path, query: { tagging: "" } }), 200);
      same([reply.all("TagSet").length, reply.all("Tag").length], [1, 0], "the number of sets and of tags");
    },
  ],
  replaced: [
    "PutObjectTagging replaces all tags",
    PUT_TAGS,
    async (c) => {
      const Key = await put(c, "data");
      await putTags(c, { Key }, { a: "1", b: "2" });
      await putTags(c, { Key }, { b: "3" });
      same(await tagsOf(c, { Key }), ["b=3"], "the tags");
    },
  ],
  "put-deleted": [
    "DeleteObjectTagging answers 204 and removes all tags",
    DELETE_TAGS,
    async (c) => {
      const Key = await put(c, "data", { Tagging: "a=1" });
      same(await tagsOf(c, { Key }), ["a=1"], "the tags before");
      await answered(c.raw({ method: "DELETE", path: c.path(Key), query: { tagging: "" } }), 204);
      same(await tagsOf(c, { Key }), [], "the tags after");
    },
  ],
  header: [
    "x-amz-tagging on a put gives the object its tags, decoded as a query",
    PUT,
    async (c) => {
      const Key = await put(c, "data", { Tagging: "a=1&b%20c=%2B%20x&empty=" });
      same(await tagsOf(c, { Key }), ["a=1", "b c=+ x", "empty="], "the tags");
    },
  ],
  "header-invalid": [
    "a tag in x-amz-tagging with a key above 128 characters is 400, and nothing is stored",
    GUIDE,
    async (c) => {
      const Key = c.key();
      const headers = { "x-amz-tagging": `${"k".repeat(129)}=1` };
      const stored = c.raw({ method: "PUT", path: c.path(Key), body: "data", headers });
      await refused(stored, 400, "InvalidTag", "InvalidArgument");
      await notStored(c, Key);
    },
  ],
  overwritten: [
    "a put without tags leaves none of the object that it replaces",
    GUIDE,
    async (c) => {
      const Key = await put(c, "data", { Tagging: "a=1" });
      same(await tagsOf(c, { Key }), ["a=1"], "the tags before");
      await put(c, "data", { Key });
      same(await tagsOf(c, { Key }), [], "the tags after");
    },
  ],
  count: [
    "Get tells the number of tags in x-amz-tagging-count, and leaves it out when there are none",
    "API/API_GetObject.html",
    async (c) => {
      const count = async (key: string) =>
        (await answered(c.raw({ path: c.path(key) }), 200)).headers["x-amz-tagging-count"];
      same(await count(await put(c, "data", { Tagging: "a=1&b=2" })), "2", "x-amz-tagging-count");
      same(await count(await put(c, "data")), undefined, "x-amz-tagging-count without tags");
    },
  ],
  ten: [
    "an object has ten tags at most; eleven are 400 BadRequest, and the tags stay as they were",
    GUIDE,
    async (c) => {
      const Key = await put(c, "data");
      await putTags(c, { Key }, numbered(10));
      same((await tagsOf(c, { Key })).length, 10, "the number of tags");
      await refused(putTags(c, { Key }, numbered(11)), 400, "BadRequest", "InvalidTag");
      same((await tagsOf(c, { Key })).length, 10, "the number of tags afterwards");
    },
  ],
  lengths: [
    "keys have up to 128 characters and values up to 256; longer ones are 400 InvalidTag",
    GUIDE,
    async (c) => {
      const Key = await put(c, "data");
      const [longest, value] = ["k".repeat(128), "v".repeat(256)];
      await putTags(c, { Key }, { [longest]: value });
      same(await tagsOf(c, { Key }), [`${longest}=${value}`], "the longest tag");
      await refused(putTags(c, { Key }, { [`${longest}k`]: "v" }), 400, "InvalidTag");
      await refused(putTags(c, { Key }, { k: `${value}v` }), 400, "InvalidTag");
    },
  ],
  "unicode-lengths": [
    "lengths of keys and values are counted in characters, not in bytes",
    GUIDE,
    async (c) => {
      const Key = await put(c, "data");
      const tag = ["ü".repeat(128), "ñ".repeat(256)] as const;
      await putTags(c, { Key }, { [tag[0]]: tag[1] });
      same(await tagsOf(c, { Key }), [`${tag[0]}=${tag[1]}`], "the tags");
    },
  ],
  "empty-key": [
    "an empty key is 400",
    GUIDE,
    async (c) => {
      const Key = await put(c, "data");
      await refused(putTags(c, { Key }, { "": "v" }), 400, "InvalidTag", "MalformedXML");
    },
  ],
  duplicate: [
    "two tags with the same key are 400 InvalidTag; keys differ by case",
    GUIDE,
    async (c) => {
      const Key = await put(c, "data");
      await putTags(c, { Key }, { a: "1", A: "2" });
      same(await tagsOf(c, { Key }), ["A=2", "a=1"], "the tags");
      const twice = { TagSet: ["1", "2"].map((Value) => ({ Key: "a", Value })) };
      const input = { Bucket: c.bucket, Key, Tagging: twice };
      await refused(c.client.send(new PutObjectTaggingCommand(input)), 400, "InvalidTag");
    },
  ],
  "aws-prefix": [
    "a key that begins with aws: is 400 InvalidTag",
    "https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html",
    async (c) => {
      const Key = await put(c, "data");
      await refused(putTags(c, { Key }, { "aws:a": "1" }), 400, "InvalidTag");
    },
  ],
  malformed: [
    "a body that is no XML is 400 MalformedXML, and the tags stay",
    PUT_TAGS,
    async (c) => {
      const Key = await put(c, "data", { Tagging: "a=1" });
      const request = { method: "PUT", path: c.path(Key), query: { tagging: "" } };
      for (const body of ["no XML", "<Tagging><TagSet>"]) {
        await refused(c.raw({ ...request, body }), 400, "MalformedXML");
      }
      same(await tagsOf(c, { Key }), ["a=1"], "the tags");
    },
  ],
  "other-xml": [
    "a body with another root element is 400 MalformedXML, and the tags stay",
    PUT_TAGS,
    async (c) => {
      const Key = await put(c, "data", { Tagging: "a=1" });
      const body = "<Other><TagSet><Tag><Key>b</Key><Value>2</Value></Tag></TagSet></Other>";
      const request = { method: "PUT", path: c.path(Key), query: { tagging: "" }, body };
      await refused(c.raw(request), 400, "MalformedXML");
      same(await tagsOf(c, { Key }), ["a=1"], "the tags");
    },
  ],
  "no-object": [
    "tags of an object that does not exist are 404 NoSuchKey",
    GET_TAGS,
    async (c) => {
      const where = { Bucket: c.bucket, Key: c.key() };
      await refused(c.client.send(new GetObjectTaggingCommand(where)), 404, "NoSuchKey");
      await refused(putTags(c, where, { a: "1" }), 404, "NoSuchKey");
      await put(c, "data", where);
      await putTags(c, where, { a: "1" });
    },
  ],
  version: [
    "each version has tags of its own; without versionId they are those of the latest",
    GET_TAGS,
    async (c) => {
      const Bucket = await c.ownBucket({ versioning: "Enabled" });
      const putOne = (Tagging: string) =>
        c.client.send(new PutObjectCommand({ Bucket, Key: "a", Body: "data", Tagging }));
      const first = await putOne("n=1");
      const second = await putOne("n=2");
      const of = (VersionId?: string) => tagsOf(c, { Bucket, Key: "a", VersionId });
      same(
        [await of(first.VersionId), await of(second.VersionId), await of()],
        [["n=1"], ["n=2"], ["n=2"]],
        "the tags",
      );
      await putTags(c, { Bucket, Key: "a", VersionId: first.VersionId }, { n: "3" });
      same([await of(first.VersionId), await of()], [["n=3"], ["n=2"]], "the tags after a change of the first");
      const gone = { Bucket, Key: "a", VersionId: second.VersionId };
      await c.client.send(new DeleteObjectTaggingCommand(gone));
      same([await of(first.VersionId), await of()], [["n=3"], []], "the tags after deleting those of the second");
    },
  ],
  "version-told": [
    "the replies tell the version in x-amz-version-id",
    GET_TAGS,
    async (c) => {
      const Bucket = await c.ownBucket({ versioning: "Enabled" });
      const { VersionId } = await c.client.send(new PutObjectCommand({ Bucket, Key: "a", Body: "data" }));
      holds(VersionId, "PutObject gives no version id");
      const stored = await putTags(c, { Bucket, Key: "a" }, { a: "1" });
      const found = await c.client.send(new GetObjectTaggingCommand({ Bucket, Key: "a" }));
      same([stored.VersionId, found.VersionId], [VersionId, VersionId], "x-amz-version-id of put and get");
    },
  ],
  bucket: [
    "PutBucketTagging gives a bucket its tags, replacing those before; GetBucketTagging tells them",
    BUCKET,
    async (c) => {
      const Bucket = await c.ownBucket();
      for (const tagging of [{ a: "1", b: "2" }, { c: "3" }] as Record<string, string>[]) {
        await c.client.send(new PutBucketTaggingCommand({ Bucket, Tagging: toSet(tagging) }));
        const { TagSet = [] } = await c.client.send(new GetBucketTaggingCommand({ Bucket }));
        same(Object.fromEntries(TagSet.map((one) => [one.Key, one.Value])), tagging, "the tags");
      }
    },
  ],
  "bucket-none": [
    "GetBucketTagging of a bucket without tags is 404 NoSuchTagSet, also after DeleteBucketTagging",
    "API/API_GetBucketTagging.html",
    async (c) => {
      const Bucket = await c.ownBucket();
      const get = () => c.client.send(new GetBucketTaggingCommand({ Bucket }));
      await refused(get(), 404, "NoSuchTagSet");
      await c.client.send(new PutBucketTaggingCommand({ Bucket, Tagging: toSet({ a: "1" }) }));
      same((await get()).TagSet?.length, 1, "the number of tags");
      const { $metadata } = await c.client.send(new DeleteBucketTaggingCommand({ Bucket }));
      same($metadata.httpStatusCode, 204, "the status of DeleteBucketTagging");
      await refused(get(), 404, "NoSuchTagSet");
    },
  ],
  "bucket-duplicate": [
    "two tags of a bucket with the same key are 400 InvalidTag",
    BUCKET,
    async (c) => {
      const Bucket = await c.ownBucket();
      const Tagging = { TagSet: ["1", "2"].map((Value) => ({ Key: "a", Value })) };
      await refused(c.client.send(new PutBucketTaggingCommand({ Bucket, Tagging })), 400, "InvalidTag");
    },
  ],
});
