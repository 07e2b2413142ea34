/** CopyObject and UploadPartCopy. */
import {
  CopyObjectCommand,
  type CopyObjectCommandInput,
  DeleteObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCopyCommand,
  type UploadPartCopyCommandInput,
} from "@aws-sdk/client-s3";
import { group } from "../check";
import { type Context, unique } from "../context";
import { answered, holds, refused, refusedAs, same } from "../expect";
import { encodeKey } from "../sign";
import { bytesOf, hasBytes, notStored, put } from "../stored";
import { etag } from "../sums";
import { addPart, begin, bigPart, complete, LEAST_PART, uploaded } from "../upload";

const COPY = "API/API_CopyObject.html";
const PART = "API/API_UploadPartCopy.html";
const ERRORS = "API/ErrorResponses.html";

const HOUR = 3_600_000;
const ATTRIBUTES = {
  ContentType: "text/x-source",
  CacheControl: "no-store",
  ContentDisposition: 'attachment; filename="a"',
  ContentLanguage: "de",
  Metadata: { one: "1", two: "zwei" },
};

const source = (c: Context, key: string, bucket = c.bucket): string => `${bucket}/${encodeKey(key)}`;

/** Copies an object of the shared bucket to a key of its own; gives that key. */
const copy = async (c: Context, from: string, more: Partial<CopyObjectCommandInput> = {}): Promise<string> => {
  const Key = more.Key ?? c.key("copy");
  const input = { Bucket: c.bucket, CopySource: source(c, from), ...more, Key };
  await c.client.send(new CopyObjectCommand(input));
  return Key;
};

/** CopyObject, for `refused`. */
const copying = (c: Context, from: string, more: Partial<CopyObjectCommandInput> = {}) =>
  c.client.send(new CopyObjectCommand({ Bucket: c.bucket, Key: c.key("copy"), CopySource: source(c, from), ...more }));

const head = (c: Context, Key: string, Bucket = c.bucket) => c.client.send(new HeadObjectCommand({ Bucket, Key }));

const tagsOf = async (c: Context, Key: string): Promise<string[]> => {
  const { TagSet = [] } = await c.client.send(new GetObjectTaggingCommand({ Bucket: c.bucket, Key }));
  return TagSet.map((one) => `${one.Key}=${one.Value}`).sort();
};

/** With connections of its own: a 304 that comes with a body spoils the connection for whoever uses it next. */
const alone = (c: Context): Context => ({ ...c, client: c.clientWith({}) });

/** Checks a condition on the source both ways: it holds with `right`, and with `wrong` it is 412. */
const condition = async (
  c: Context,
  right: Partial<CopyObjectCommandInput>,
  wrong: Partial<CopyObjectCommandInput>,
): Promise<void> => {
  const from = await put(c, "data");
  await hasBytes(c, await copy(c, from, right), "data");
  const Key = c.key("refused");
  await refused(copying(alone(c), from, { ...wrong, Key }), 412, "PreconditionFailed");
  await notStored(c, Key);
};

const copyPart = (
  c: Context,
  upload: Awaited<ReturnType<typeof begin>>,
  PartNumber: number,
  from: string,
  more: Partial<UploadPartCopyCommandInput> = {},
) => c.client.send(new UploadPartCopyCommand({ ...upload, PartNumber, CopySource: source(c, from), ...more }));

export const copies = group("copy", {
  "same-bytes": [
    "the copy has the bytes of its source, which stays",
    COPY,
    async (c) => {
      const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * 7) % 256));
      const from = await put(c, bytes);
      await hasBytes(c, await copy(c, from), bytes);
      await hasBytes(c, from, bytes);
    },
  ],
  reply: [
    "the reply has the copy's ETag and time as XML",
    COPY,
    async (c) => {
      const from = await put(c, "data");
      const headers = { "x-amz-copy-source": `/${source(c, from)}` };
      const reply = await answered(c.raw({ method: "PUT", path: c.path(c.key()), headers }), 200);
      same(reply.xml("ETag"), etag("data"), "ETag");
      const time = reply.xml("LastModified") ?? "";
      holds(Math.abs(Date.parse(time) - Date.now()) < 300_000, `LastModified is ${time}`);
    },
  ],
  metadata: [
    "by default the copy has the content type, headers and metadata of its source",
    COPY,
    async (c) => {
      const found = await head(c, await copy(c, await put(c, "data", ATTRIBUTES)));
      for (const [name, value] of Object.entries(ATTRIBUTES)) same(found[name as keyof typeof ATTRIBUTES], value, name);
    },
  ],
  "metadata-ignored": [
    "with the directive COPY, metadata and content type of the request are ignored",
    COPY,
    async (c) => {
      const from = await put(c, "data", ATTRIBUTES);
      const other = { ContentType: "text/x-other", Metadata: { three: "3" } };
      const found = await head(c, await copy(c, from, { ...other, MetadataDirective: "COPY" }));
      same([found.ContentType, found.Metadata], [ATTRIBUTES.ContentType, ATTRIBUTES.Metadata], "type and metadata");
    },
  ],
  "metadata-replaced": [
    "with the directive REPLACE the copy has only what the request says",
    COPY,
    async (c) => {
      const from = await put(c, "data", ATTRIBUTES);
      const other = { ContentType: "text/x-other", Metadata: { three: "3" } };
      const found = await head(c, await copy(c, from, { ...other, MetadataDirective: "REPLACE" }));
      same([found.ContentType, found.Metadata], [other.ContentType, other.Metadata], "type and metadata");
      same([found.CacheControl, found.ContentLanguage], [undefined, undefined], "what the request did not say");
    },
  ],
  "directive-wrong": [
    "another metadata directive than COPY and REPLACE is 400 InvalidArgument",
    ERRORS,
    async (c) => {
      const headers = { "x-amz-copy-source": source(c, await put(c, "data")), "x-amz-metadata-directive": "MERGE" };
      await refused(c.raw({ method: "PUT", path: c.path(c.key()), headers }), 400, "InvalidArgument");
    },
  ],
  "to-itself": [
    "a copy to itself that changes nothing is 400 InvalidRequest",
    "userguide/copy-object.html",
    async (c) => {
      const Key = await put(c, "data");
      await refused(copying(c, Key, { Key }), 400, "InvalidRequest");
      await hasBytes(c, Key, "data");
    },
  ],
  "to-itself-replaced": [
    "a copy to itself with REPLACE changes the metadata and keeps the bytes",
    "userguide/copy-object.html",
    async (c) => {
      const Key = await put(c, "data", ATTRIBUTES);
      await copy(c, Key, { Key, MetadataDirective: "REPLACE", Metadata: { three: "3" } });
      same((await head(c, Key)).Metadata, { three: "3" }, "the metadata");
      await hasBytes(c, Key, "data");
    },
  ],
  "if-match": [
    "x-amz-copy-source-if-match: another ETag than the source's is 412",
    COPY,
    (c) => condition(c, { CopySourceIfMatch: etag("data") }, { CopySourceIfMatch: etag("other") }),
  ],
  "if-none-match": [
    "x-amz-copy-source-if-none-match: the source's own ETag is 412",
    COPY,
    (c) => condition(c, { CopySourceIfNoneMatch: etag("other") }, { CopySourceIfNoneMatch: etag("data") }),
  ],
  "if-unmodified-since": [
    "x-amz-copy-source-if-unmodified-since: a time before the source's is 412",
    COPY,
    (c) =>
      condition(
        c,
        { CopySourceIfUnmodifiedSince: new Date(Date.now() + HOUR) },
        { CopySourceIfUnmodifiedSince: new Date(Date.now() - HOUR) },
      ),
  ],
  "if-modified-since": [
    "x-amz-copy-source-if-modified-since: when the source has not changed since, it is 412",
    COPY,
    async (c) => {
      const from = await put(c, "data");
      await hasBytes(c, await copy(c, from, { CopySourceIfModifiedSince: new Date(Date.now() - HOUR) }), "data");
      // a time to come is not valid: that of the source itself
      const CopySourceIfModifiedSince = (await head(c, from)).LastModified;
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      await refused(copying(alone(c), from, { CopySourceIfModifiedSince }), 412, "PreconditionFailed");
    },
  ],
  "match-over-date": [
    "an if-match that holds counts more than an if-unmodified-since that does not",
    COPY,
    async (c) => {
      const conditions = {
        CopySourceIfMatch: etag("data"),
        CopySourceIfUnmodifiedSince: new Date(Date.now() - HOUR),
      };
      await hasBytes(c, await copy(c, await put(c, "data"), conditions), "data");
    },
  ],
  tags: [
    "by default the copy has the tags of its source",
    COPY,
    async (c) => {
      const from = await put(c, "data", { Tagging: "a=1&b=2" });
      same(await tagsOf(c, await copy(c, from)), ["a=1", "b=2"], "the tags");
    },
  ],
  "tags-replaced": [
    "with the tagging directive REPLACE the copy has the tags of the request",
    COPY,
    async (c) => {
      const from = await put(c, "data", { Tagging: "a=1&b=2" });
      const Key = await copy(c, from, { TaggingDirective: "REPLACE", Tagging: "c=3" });
      same(await tagsOf(c, Key), ["c=3"], "the tags");
    },
  ],
  "source-version": [
    "versionId in the source copies that version",
    COPY,
    async (c) => {
      const bucket = await c.ownBucket({ versioning: "Enabled" });
      const first = await c.client.send(new PutObjectCommand({ Bucket: bucket, Key: "a", Body: "first" }));
      await c.client.send(new PutObjectCommand({ Bucket: bucket, Key: "a", Body: "second" }));
      const CopySource = `${bucket}/a?versionId=${first.VersionId}`;
      await c.client.send(new CopyObjectCommand({ Bucket: bucket, Key: "copy", CopySource }));
      await hasBytes(c, "copy", "first", bucket);
    },
  ],
  "source-version-told": [
    "the reply tells the source's version in x-amz-copy-source-version-id",
    COPY,
    async (c) => {
      const bucket = await c.ownBucket({ versioning: "Enabled" });
      const { VersionId } = await c.client.send(new PutObjectCommand({ Bucket: bucket, Key: "a", Body: "data" }));
      const CopySource = `${bucket}/a?versionId=${VersionId}`;
      const done = await c.client.send(new CopyObjectCommand({ Bucket: bucket, Key: "copy", CopySource }));
      same(done.CopySourceVersionId, VersionId, "x-amz-copy-source-version-id");
    },
  ],
  "version-told": [
    "in a bucket with versioning the reply tells the copy's version id",
    COPY,
    async (c) => {
      const bucket = await c.ownBucket({ versioning: "Enabled" });
      const from = await put(c, "data");
      const input = { Bucket: bucket, Key: "copy", CopySource: source(c, from) };
      const { VersionId } = await c.client.send(new CopyObjectCommand(input));
      same(VersionId, (await head(c, "copy", bucket)).VersionId, "x-amz-version-id");
      holds(VersionId, "neither Copy nor Head tells a version id");
    },
  ],
  "restored-version": [
    "copying an old version over its own key brings it back",
    "userguide/RestoringPreviousVersions.html",
    async (c) => {
      const bucket = await c.ownBucket({ versioning: "Enabled" });
      const first = await c.client.send(new PutObjectCommand({ Bucket: bucket, Key: "a", Body: "first" }));
      await c.client.send(new PutObjectCommand({ Bucket: bucket, Key: "a", Body: "second" }));
      const CopySource = `${bucket}/a?versionId=${first.VersionId}`;
      await c.client.send(new CopyObjectCommand({ Bucket: bucket, Key: "a", CopySource }));
      await hasBytes(c, "a", "first", bucket);
    },
  ],
  "source-marker": [
    "a source whose latest version is a delete marker is 404",
    COPY,
    async (c) => {
      const bucket = await c.ownBucket({ versioning: "Enabled" });
      await put(c, "data", { Bucket: bucket, Key: "a" });
      await c.client.send(new DeleteObjectCommand({ Bucket: bucket, Key: "a" }));
      await refused(copying(c, "a", { Bucket: bucket, CopySource: `${bucket}/a` }), 404, "NoSuchKey");
    },
  ],
  "other-bucket": [
    "the source may be in another bucket",
    COPY,
    async (c) => {
      const from = await put(c, "data");
      const bucket = await c.ownBucket();
      await hasBytes(c, await copy(c, from, { Bucket: bucket }), "data", bucket);
    },
  ],
  "source-missing": [
    "a source that does not exist is 404 NoSuchKey, and no copy is made",
    ERRORS,
    async (c) => {
      const Key = c.key("copy");
      await refused(copying(c, c.key("missing"), { Key }), 404, "NoSuchKey");
      await notStored(c, Key);
      await hasBytes(c, await copy(c, await put(c, "data"), { Key }), "data");
    },
  ],
  "source-bucket-missing": [
    "a source in a bucket that does not exist is 404 NoSuchBucket",
    ERRORS,
    async (c) => {
      const from = await put(c, "data");
      await refused(copying(c, from, { CopySource: `missing-${unique()}/${from}` }), 404, "NoSuchBucket");
      await hasBytes(c, await copy(c, from), "data");
    },
  ],
  "source-malformed": [
    "a source without a key is 400 InvalidArgument",
    ERRORS,
    async (c) => {
      const from = await put(c, "data");
      const copyOf = (name: string) =>
        c.raw({ method: "PUT", path: c.path(c.key()), headers: { "x-amz-copy-source": name } });
      await refused(copyOf(c.bucket), 400, "InvalidArgument");
      await answered(copyOf(source(c, from)), 200);
    },
  ],
  "odd-key": [
    "the source is URL-encoded: spaces, +, %, ?, & and Unicode in its key",
    COPY,
    async (c) => {
      for (const name of ["a b", "a+b", "100%", "a?versionId=1", "a&b=c", "ü/ñ \u{1F600}", "a#b", "a%20b"]) {
        const from = await put(c, name, { Key: c.key(name) });
        const found = await bytesOf(c, await copy(c, from));
        same(found.toString(), name, `what is copied from ${JSON.stringify(name)}`);
      }
    },
  ],
  "leading-slash": [
    "the source may begin with a slash or not",
    COPY,
    async (c) => {
      const from = await put(c, "data");
      await hasBytes(c, await copy(c, from, { CopySource: source(c, from) }), "data");
      await hasBytes(c, await copy(c, from, { CopySource: `/${source(c, from)}` }), "data");
    },
  ],
  "of-upload": [
    "a copy of a joined object has its bytes; it was made in one piece, so its ETag tells of no parts",
    COPY,
    async (c) => {
      const bodies = [bigPart(20), Buffer.from("the end")];
      const Key = await copy(c, await uploaded(c, bodies));
      await hasBytes(c, Key, Buffer.concat(bodies));
      same((await head(c, Key)).ETag, etag(Buffer.concat(bodies)), "the ETag of the copy");
    },
  ],
  "storage-class": [
    "the copy has the storage class that the request names",
    COPY,
    async (c) => {
      const Key = await copy(c, await put(c, "data"), { StorageClass: "STANDARD_IA" });
      same((await head(c, Key)).StorageClass, "STANDARD_IA", "the class of the copy");
    },
  ],
  "storage-class-default": [
    "the copy is STANDARD unless the request says otherwise, whatever its source is",
    COPY,
    async (c) => {
      const from = await put(c, "data", { StorageClass: "STANDARD_IA" });
      same((await head(c, from)).StorageClass, "STANDARD_IA", "the class of the source");
      same((await head(c, await copy(c, from))).StorageClass, undefined, "the class of the copy");
    },
  ],
  part: [
    "UploadPartCopy makes a part of an object",
    PART,
    async (c) => {
      const from = await put(c, "the end");
      const upload = await begin(c);
      const first = await addPart(c, upload, 1, bigPart(21));
      const second = await copyPart(c, upload, 2, from);
      await complete(c, upload, [first, { PartNumber: 2, ETag: second.CopyPartResult?.ETag }]);
      await hasBytes(c, upload.Key, Buffer.concat([bigPart(21), Buffer.from("the end")]));
    },
  ],
  "part-range": [
    "UploadPartCopy with a range copies those bytes of a source above 5 MiB",
    PART,
    async (c) => {
      const bytes = Buffer.concat([bigPart(22), Buffer.from("the end")]);
      const from = await put(c, bytes);
      const upload = await begin(c);
      const from5 = { CopySourceRange: `bytes=${LEAST_PART - 3}-${LEAST_PART + 2}` };
      const part = await copyPart(c, upload, 1, from, from5);
      await complete(c, upload, [{ PartNumber: 1, ETag: part.CopyPartResult?.ETag }]);
      await hasBytes(c, upload.Key, bytes.subarray(LEAST_PART - 3, LEAST_PART + 3));
    },
  ],
  "part-range-outside": [
    "UploadPartCopy with a range beyond the source's end is refused, and there is no part",
    PART,
    async (c) => {
      const from = await put(c, bigPart(23));
      const upload = await begin(c);
      const beyond = { CopySourceRange: `bytes=${LEAST_PART - 1}-${LEAST_PART}` };
      await refusedAs(copyPart(c, upload, 1, from, beyond), "400 InvalidArgument", "416 InvalidRange");
    },
  ],
  "part-range-malformed": [
    "UploadPartCopy takes ranges of the form bytes=first-last only; others are 400 InvalidArgument",
    PART,
    async (c) => {
      const from = await put(c, "data");
      const upload = await begin(c);
      for (const CopySourceRange of ["bytes=-2", "bytes=2-", "0-1", "bytes=a-b"]) {
        const found = copyPart(c, upload, 1, from, { CopySourceRange });
        await refused(found, 400, "InvalidArgument");
      }
    },
  ],
  "part-if-match": [
    "UploadPartCopy with the source's conditions: 412 when they do not hold",
    PART,
    async (c) => {
      const from = await put(c, "data");
      const upload = await begin(c);
      await copyPart(c, upload, 1, from, { CopySourceIfMatch: etag("data") });
      await refused(copyPart(c, upload, 1, from, { CopySourceIfMatch: etag("other") }), 412, "PreconditionFailed");
      await refused(copyPart(c, upload, 1, from, { CopySourceIfNoneMatch: etag("data") }), 412, "PreconditionFailed");
    },
  ],
  "part-source-missing": [
    "UploadPartCopy of a source that does not exist is 404 NoSuchKey",
    PART,
    async (c) => {
      await refused(copyPart(c, await begin(c), 1, c.key("missing")), 404, "NoSuchKey");
    },
  ],
  "part-no-upload": [
    "UploadPartCopy to an upload that was aborted is 404 NoSuchUpload",
    PART,
    async (c) => {
      const from = await put(c, "data");
      const upload = await begin(c);
      const query = { uploadId: upload.UploadId };
      await answered(c.raw({ method: "DELETE", path: c.path(upload.Key), query }), 204);
      await refused(copyPart(c, upload, 1, from), 404, "NoSuchUpload");
    },
  ],
  "part-etag": [
    "the reply of UploadPartCopy has the part's ETag in quotes",
    PART,
    async (c) => {
      const part = await copyPart(c, await begin(c), 1, await put(c, "data"));
      same(part.CopyPartResult?.ETag, etag("data"), "the part's ETag");
    },
  ],
  "part-version": [
    "UploadPartCopy copies the version that the source names",
    PART,
    async (c) => {
      const Bucket = await c.ownBucket({ versioning: "Enabled" });
      const first = await c.client.send(new PutObjectCommand({ Bucket, Key: "a", Body: "first" }));
      await c.client.send(new PutObjectCommand({ Bucket, Key: "a", Body: "second" }));
      const upload = await begin(c, { Bucket });
      const CopySource = `${Bucket}/a?versionId=${first.VersionId}`;
      const part = await copyPart(c, upload, 1, "a", { CopySource });
      await complete(c, upload, [{ PartNumber: 1, ETag: part.CopyPartResult?.ETag }]);
      await hasBytes(c, upload.Key, "first", Bucket);
    },
  ],
  "part-version-told": [
    "UploadPartCopy tells the source's version in x-amz-copy-source-version-id",
    PART,
    async (c) => {
      const Bucket = await c.ownBucket({ versioning: "Enabled" });
      const { VersionId } = await c.client.send(new PutObjectCommand({ Bucket, Key: "a", Body: "data" }));
      const CopySource = `${Bucket}/a?versionId=${VersionId}`;
      const part = await copyPart(c, await begin(c, { Bucket }), 1, "a", { CopySource });
      same(part.CopySourceVersionId, VersionId, "x-amz-copy-source-version-id");
    },
  ],
});
