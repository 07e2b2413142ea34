/** Multipart uploads: parts, completing and aborting, lists. */
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import {
  AbortMultipartUploadCommand,
  type ChecksumType,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandInput,
  type ListMultipartUploadsCommandOutput,
  ListObjectsV2Command,
  ListPartsCommand,
  type StorageClass,
} from "@aws-sdk/client-s3";
import { type Entry, group } from "../check";
import { type Context, unique } from "../context";
import { answered, holds, refused, same } from "../expect";
import { hasBytes, notStored, put } from "../stored";
import { type Algorithm, etag, sum } from "../sums";
import { addPart, begin, bigPart, complete, LEAST_PART, type Upload, uploaded } from "../upload";

const CREATE = "API/API_CreateMultipartUpload.html";
const PART = "API/API_UploadPart.html";
const COMPLETE = "API/API_CompleteMultipartUpload.html";
const ABORT = "API/API_AbortMultipartUpload.html";
const PARTS = "API/API_ListParts.html";
const UPLOADS = "API/API_ListMultipartUploads.html";
const OVERVIEW = "userguide/mpuoverview.html";
const LIMITS = "userguide/qfacts.html";
const GET = "API/API_GetObject.html";
const HEAD = "API/API_HeadObject.html";
const INTEGRITY = "userguide/checking-object-integrity-upload.html";

const md5 = (data: Buffer | string): Buffer => createHash("md5").update(data).digest();
/** The ETag of an object that was joined from these parts. */
const joinedETag = (...parts: (Buffer | string)[]): string =>
  `"${md5(Buffer.concat(parts.map(md5))).toString("hex")}-${parts.length}"`;

const uploadIds = async (c: Context, Bucket: string, more: Partial<ListMultipartUploadsCommandInput> = {}) => {
  const page = await c.client.send(new ListMultipartUploadsCommand({ Bucket, ...more }));
  return (page.Uploads ?? []).map(({ UploadId }) => UploadId);
};

/** An upload id of the form that this server gives, of no upload. */
const neverBegun = async (c: Context): Promise<Upload> => {
  const real = await begin(c);
  const tail = [...real.UploadId.slice(-6)].reverse().join("");
  return { ...real, UploadId: `${real.UploadId.slice(0, -6)}${tail === real.UploadId.slice(-6) ? "zzzzzz" : tail}` };
};

const create = (c: Context, more: Partial<CreateMultipartUploadCommandInput>) =>
  c.client.send(new CreateMultipartUploadCommand({ Bucket: c.bucket, Key: c.key(), ...more }));

const abort = (c: Context, upload: Upload) => c.client.send(new AbortMultipartUploadCommand(upload));

const partByHand = (c: Context, upload: Upload, partNumber: string, headers: Record<string, string> = {}) =>
  c.raw({
    method: "PUT",
    path: c.path(upload.Key, upload.Bucket),
    query: { partNumber, uploadId: upload.UploadId },
    body: "data",
    headers,
  });

const completeByHand = (c: Context, upload: Upload, body: string) =>
  c.raw({
    method: "POST",
    path: c.path(upload.Key, upload.Bucket),
    query: { uploadId: upload.UploadId },
    body,
  });

const composite = (algorithm: Algorithm): Entry => [
  `a composite ${algorithm} is the ${algorithm} of the parts' ${algorithm}s, with their number`,
  INTEGRITY,
  async (c) => {
    const upload = await begin(c, { ChecksumAlgorithm: algorithm, ChecksumType: "COMPOSITE" });
    const field = `Checksum${algorithm}` as const;
    const part = await addPart(c, upload, 1, "the only part", { ChecksumAlgorithm: algorithm });
    const mine = sum(algorithm, "the only part");
    const done = await complete(c, upload, [{ ...part, [field]: mine }]);
    const expected = `${sum(algorithm, Buffer.from(mine, "base64"))}-1`;
    same(done[field], expected, `${field} of Complete`);
    const { Bucket, Key } = upload;
    const found = await c.client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));
    same([found[field], found.ChecksumType], [expected, "COMPOSITE"], `${field} and ChecksumType of Head`);
  },
];

const fullObject = (algorithm: Algorithm): Entry => [
  `a full-object ${algorithm} of an upload is that of all its bytes`,
  INTEGRITY,
  async (c) => {
    const upload = await begin(c, { ChecksumAlgorithm: algorithm, ChecksumType: "FULL_OBJECT" });
    const field = `Checksum${algorithm}` as const;
    const part = await addPart(c, upload, 1, "the only part", { ChecksumAlgorithm: algorithm });
    const expected = sum(algorithm, "the only part");
    const listed = [{ ...part, [field]: expected }];
    const done = await complete(c, upload, listed, { [field]: expected, ChecksumType: "FULL_OBJECT" });
    same(done[field], expected, `${field} of Complete`);
    const { Bucket, Key } = upload;
    const found = await c.client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));
    same([found[field], found.ChecksumType], [expected, "FULL_OBJECT"], `${field} and ChecksumType of Head`);
  },
];

const wrongFullObject = (algorithm: Algorithm): Entry => [
  `a wrong full-object ${algorithm} is 400 BadDigest, and there is no object`,
  COMPLETE,
  async (c) => {
    const upload = await begin(c, { ChecksumAlgorithm: algorithm, ChecksumType: "FULL_OBJECT" });
    const part = await addPart(c, upload, 1, "the only part", { ChecksumAlgorithm: algorithm });
    const wrong = {
      [`Checksum${algorithm}`]: sum(algorithm, "other bytes"),
      ChecksumType: "FULL_OBJECT" as ChecksumType,
    };
    const listed = [{ ...part, [`Checksum${algorithm}`]: sum(algorithm, "the only part") }];
    await refused(complete(c, upload, listed, wrong), 400, "BadDigest");
    await notStored(c, upload.Key);
  },
];

const each = (
  algorithms: readonly Algorithm[],
  name: string,
  entry: (algorithm: Algorithm) => Entry,
): Record<string, Entry> => Object.fromEntries(algorithms.map((one) => [`${one.toLowerCase()}-${name}`, entry(one)]));

export const multipart = group("multipart", {
  "round-trip": [
    "the parts are joined in the order of their numbers, byte for byte",
    COMPLETE,
    async (c) => {
      const bodies = [bigPart(1), bigPart(2), Buffer.from("the end")];
      await hasBytes(c, await uploaded(c, bodies), Buffer.concat(bodies));
    },
  ],
  etag: [
    "the ETag is the MD5 of the parts' MD5s, a dash and their number, in Head and lists",
    "userguide/checking-object-integrity.html",
    async (c) => {
      const bodies = [bigPart(3), Buffer.from("the end")] as const;
      const expected = joinedETag(...bodies);
      const upload = await begin(c);
      const parts = [await addPart(c, upload, 1, bodies[0]), await addPart(c, upload, 2, bodies[1])];
      same(
        parts.map((one) => one.ETag),
        bodies.map(etag),
        "the parts' ETags",
      );
      await complete(c, upload, parts);
      const { Bucket, Key } = upload;
      same((await c.client.send(new HeadObjectCommand({ Bucket, Key }))).ETag, expected, "the ETag of Head");
      const { Contents = [] } = await c.client.send(new ListObjectsV2Command({ Bucket, Prefix: Key }));
      same([Contents[0]?.ETag, Contents[0]?.Size], [expected, LEAST_PART + 7], "ETag and size in the list");
    },
  ],
  "complete-etag": [
    "the reply of Complete has that ETag in quotes",
    COMPLETE,
    async (c) => {
      const upload = await begin(c);
      const done = await complete(c, upload, [await addPart(c, upload, 1, "data")]);
      same(done.ETag, joinedETag("data"), "the ETag of Complete");
    },
  ],
  "out-of-order": [
    "parts may be uploaded in any order, and need not be numbered without gaps",
    OVERVIEW,
    async (c) => {
      const upload = await begin(c);
      const last = await addPart(c, upload, 9_000, "the end");
      const first = await addPart(c, upload, 7, bigPart(4));
      await complete(c, upload, [first, last]);
      await hasBytes(c, upload.Key, Buffer.concat([bigPart(4), Buffer.from("the end")]));
    },
  ],
  "only-listed": [
    "only the parts that Complete lists are joined",
    COMPLETE,
    async (c) => {
      const upload = await begin(c);
      await addPart(c, upload, 1, bigPart(5));
      const second = await addPart(c, upload, 2, "second");
      await addPart(c, upload, 3, "third");
      await complete(c, upload, [second]);
      await hasBytes(c, upload.Key, "second");
    },
  ],
  "overwritten-part": [
    "a part that is uploaded again replaces the one before, whose ETag counts no more",
    PART,
    async (c) => {
      const upload = await begin(c);
      const before = await addPart(c, upload, 1, "before");
      const after = await addPart(c, upload, 1, "after");
      await refused(complete(c, upload, [before]), 400, "InvalidPart");
      await complete(c, upload, [after]);
      await hasBytes(c, upload.Key, "after");
    },
  ],
  "not-visible": [
    "there is no object before Complete, neither by its key nor in the list",
    OVERVIEW,
    async (c) => {
      const upload = await begin(c);
      const part = await addPart(c, upload, 1, "data");
      await notStored(c, upload.Key);
      const list = async () =>
        (await c.client.send(new ListObjectsV2Command({ Bucket: c.bucket, Prefix: upload.Key }))).KeyCount;
      same(await list(), 0, "KeyCount before Complete");
      await complete(c, upload, [part]);
      same(await list(), 1, "KeyCount after Complete");
    },
  ],
  "old-object-stays": [
    "an object of that key stays as it is until Complete, and is replaced by it",
    OVERVIEW,
    async (c) => {
      const Key = await put(c, "old");
      const upload = await begin(c, { Key });
      const part = await addPart(c, upload, 1, "new");
      await hasBytes(c, Key, "old");
      await complete(c, upload, [part]);
      await hasBytes(c, Key, "new");
    },
  ],
  "two-uploads": [
    "two uploads of one key do not touch one another",
    OVERVIEW,
    async (c) => {
      const one = await begin(c);
      const other = await begin(c, { Key: one.Key });
      const ofOne = await addPart(c, one, 1, "one");
      const ofOther = await addPart(c, other, 1, "other");
      await complete(c, other, [ofOther]);
      await hasBytes(c, one.Key, "other");
      await complete(c, one, [ofOne]);
      await hasBytes(c, one.Key, "one");
    },
  ],
  "wrong-etag": [
    "a part with another ETag is 400 InvalidPart, and the upload can still be completed",
    COMPLETE,
    async (c) => {
      const upload = await begin(c);
      const part = await addPart(c, upload, 1, "data");
      await refused(complete(c, upload, [{ ...part, ETag: etag("other") }]), 400, "InvalidPart");
      await notStored(c, upload.Key);
      await complete(c, upload, [part]);
      await hasBytes(c, upload.Key, "data");
    },
  ],
  "missing-part": [
    "a part that was never uploaded is 400 InvalidPart",
    COMPLETE,
    async (c) => {
      const upload = await begin(c);
      const part = await addPart(c, upload, 1, bigPart(6));
      await refused(complete(c, upload, [part, { PartNumber: 2, ETag: part.ETag }]), 400, "InvalidPart");
      await notStored(c, upload.Key);
    },
  ],
  "part-order": [
    "a list of parts that does not ascend is 400 InvalidPartOrder",
    COMPLETE,
    async (c) => {
      const upload = await begin(c);
      const [first, second] = [await addPart(c, upload, 1, bigPart(7)), await addPart(c, upload, 2, bigPart(8))];
      await refused(complete(c, upload, [second, first]), 400, "InvalidPartOrder");
      await notStored(c, upload.Key);
    },
  ],
  "part-twice": [
    "a part that is listed twice is 400 InvalidPartOrder",
    COMPLETE,
    async (c) => {
      const upload = await begin(c);
      const part = await addPart(c, upload, 1, bigPart(9));
      await refused(complete(c, upload, [part, part]), 400, "InvalidPartOrder");
      await notStored(c, upload.Key);
    },
  ],
  "too-small": [
    "a part below 5 MiB that is not the last one is 400 EntityTooSmall",
    COMPLETE,
    async (c) => {
      const upload = await begin(c);
      const parts = [await addPart(c, upload, 1, "small"), await addPart(c, upload, 2, "last")];
      await refused(complete(c, upload, parts), 400, "EntityTooSmall");
      await notStored(c, upload.Key);
    },
  ],
  "part-number-low": [
    "a part number below 1 is 400 InvalidArgument",
    LIMITS,
    async (c) => {
      const upload = await begin(c);
      await answered(partByHand(c, upload, "1"), 200);
      for (const number of ["0", "-1"]) await refused(partByHand(c, upload, number), 400, "InvalidArgument");
    },
  ],
  "part-number-high": [
    "a part number above 10,000 is 400 InvalidArgument",
    LIMITS,
    async (c) => {
      const upload = await begin(c);
      await answered(partByHand(c, upload, "10000"), 200);
      await refused(partByHand(c, upload, "10001"), 400, "InvalidArgument");
    },
  ],
  "no-such-upload": [
    "UploadPart with an upload id that never was is 404 NoSuchUpload",
    PART,
    async (c) => {
      await refused(addPart(c, await neverBegun(c), 1, "data"), 404, "NoSuchUpload");
    },
  ],
  "no-such-upload-complete": [
    "Complete with an upload id that never was is 404 NoSuchUpload",
    COMPLETE,
    async (c) => {
      const never = await neverBegun(c);
      await refused(complete(c, never, [{ PartNumber: 1, ETag: etag("data") }]), 404, "NoSuchUpload");
    },
  ],
  "no-such-upload-list": [
    "ListParts with an upload id that never was is 404 NoSuchUpload",
    PARTS,
    async (c) => {
      await refused(c.client.send(new ListPartsCommand(await neverBegun(c))), 404, "NoSuchUpload");
    },
  ],
  "no-such-upload-abort": [
    "Abort with an upload id that never was is 404 NoSuchUpload",
    ABORT,
    async (c) => {
      await refused(abort(c, await neverBegun(c)), 404, "NoSuchUpload");
    },
  ],
  "upload-of-other-key": [
    "an upload id is good for its own key only",
    PART,
    async (c) => {
      const upload = await begin(c);
      await refused(addPart(c, { ...upload, Key: c.key() }, 1, "data"), 404, "NoSuchUpload");
      await addPart(c, upload, 1, "data");
    },
  ],
  abort: [
    "Abort answers 204; the upload is not listed any more, and takes no part",
    ABORT,
    async (c) => {
      const upload = await begin(c);
      await addPart(c, upload, 1, "data");
      const query = { uploadId: upload.UploadId };
      await answered(c.raw({ method: "DELETE", path: c.path(upload.Key), query }), 204);
      await refused(addPart(c, upload, 2, "more"), 404, "NoSuchUpload");
      same(await uploadIds(c, c.bucket, { Prefix: upload.Key }), [], "the uploads in the list");
      await notStored(c, upload.Key);
    },
  ],
  "complete-aborted": [
    "Complete of an aborted upload is 404 NoSuchUpload, and there is no object",
    COMPLETE,
    async (c) => {
      const upload = await begin(c);
      const part = await addPart(c, upload, 1, "data");
      await abort(c, upload);
      await refused(complete(c, upload, [part]), 404, "NoSuchUpload");
      await notStored(c, upload.Key);
    },
  ],
  "abort-leaves-object": [
    "Abort leaves an object of that key, and another upload of it, alone",
    ABORT,
    async (c) => {
      const Key = await put(c, "old");
      const [one, other] = [await begin(c, { Key }), await begin(c, { Key })];
      await addPart(c, one, 1, "new");
      await abort(c, one);
      await hasBytes(c, Key, "old");
      same(await uploadIds(c, c.bucket, { Prefix: Key }), [other.UploadId], "the uploads in the list");
    },
  ],
  "complete-then-gone": [
    "a completed upload is not listed any more; aborting it leaves the object",
    COMPLETE,
    async (c) => {
      const upload = await begin(c);
      const part = await addPart(c, upload, 1, "data");
      same(await uploadIds(c, c.bucket, { Prefix: upload.Key }), [upload.UploadId], "the uploads before");
      await complete(c, upload, [part]);
      same(await uploadIds(c, c.bucket, { Prefix: upload.Key }), [], "the uploads after");
      await abort(c, upload).catch(() => {});
      await hasBytes(c, upload.Key, "data");
    },
  ],
  "complete-again": [
    "Complete that is repeated, as after a lost answer, succeeds or is 404 NoSuchUpload, and makes no other version",
    COMPLETE,
    async (c) => {
      const Bucket = await c.ownBucket({ versioning: "Enabled" });
      const upload = await begin(c, { Bucket });
      const part = await addPart(c, upload, 1, "data");
      await complete(c, upload, [part]);
      const version = async () => {
        const found = await c.client.send(new HeadObjectCommand({ Bucket, Key: upload.Key }));
        return [found.ETag, found.VersionId];
      };
      const before = await version();
      const again = complete(c, upload, [part]);
      const succeeded = await again.then(
        () => true,
        () => false,
      );
      if (!succeeded) await refused(again, 404, "NoSuchUpload");
      same(await version(), before, "ETag and version of the object");
    },
  ],
  "empty-list": [
    "Complete without any part is 400 MalformedXML, and the upload goes on",
    COMPLETE,
    async (c) => {
      const upload = await begin(c);
      const part = await addPart(c, upload, 1, "data");
      const nothing = '<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>';
      await refused(completeByHand(c, upload, nothing), 400, "MalformedXML");
      await complete(c, upload, [part]);
      await hasBytes(c, upload.Key, "data");
    },
  ],
  "malformed-xml": [
    "Complete with a body that is no such XML is 400 MalformedXML",
    "API/ErrorResponses.html",
    async (c) => {
      const upload = await begin(c);
      const { ETag } = await addPart(c, upload, 1, "data");
      const part = `<Part><PartNumber>1</PartNumber><ETag>${ETag}</ETag></Part>`;
      for (const body of [`<CompleteMultipartUpload>${part}`, "no XML", `<Other>${part}</Other>`]) {
        await refused(completeByHand(c, upload, body), 400, "MalformedXML");
      }
      await answered(completeByHand(c, upload, `<CompleteMultipartUpload>${part}</CompleteMultipartUpload>`), 200);
    },
  ],
  "bare-etag": [
    "Complete takes an ETag without its quotes as well",
    "https://docs.aws.amazon.com/cli/latest/reference/s3api/complete-multipart-upload.html",
    async (c) => {
      const upload = await begin(c);
      const { ETag } = await addPart(c, upload, 1, "data");
      await complete(c, upload, [{ PartNumber: 1, ETag: ETag.replaceAll('"', "") }]);
      await hasBytes(c, upload.Key, "data");
    },
  ],
  reply: [
    "the reply of Complete names bucket, key and location",
    COMPLETE,
    async (c) => {
      const upload = await begin(c, { Key: c.key("a b&c") });
      const done = await complete(c, upload, [await addPart(c, upload, 1, "data")]);
      same([done.Bucket, done.Key], [c.bucket, upload.Key], "bucket and key");
      holds(done.Location, "there is no Location");
    },
  ],
  "if-match": [
    "Complete with If-Match is 412 PreconditionFailed for another ETag, and replaces the object for its own",
    "userguide/conditional-writes.html",
    async (c) => {
      const upload = await begin(c);
      const part = await addPart(c, upload, 1, "new");
      await put(c, "old", { Key: upload.Key });
      await refused(complete(c, upload, [part], { IfMatch: etag("other") }), 412, "PreconditionFailed");
      await hasBytes(c, upload.Key, "old");
      await complete(c, upload, [part], { IfMatch: etag("old") });
      await hasBytes(c, upload.Key, "new");
    },
  ],
  "object-size": [
    "Complete with a wrong x-amz-mp-object-size is 400 InvalidRequest, with the right one it succeeds",
    COMPLETE,
    async (c) => {
      const upload = await begin(c);
      const part = await addPart(c, upload, 1, "data");
      await refused(complete(c, upload, [part], { MpuObjectSize: 5 }), 400, "InvalidRequest");
      await notStored(c, upload.Key);
      await complete(c, upload, [part], { MpuObjectSize: 4 });
      await hasBytes(c, upload.Key, "data");
    },
  ],
  "create-no-bucket": [
    "Create in a bucket that does not exist is 404 NoSuchBucket",
    CREATE,
    async (c) => {
      await refused(create(c, { Bucket: `missing-${unique()}` }), 404, "NoSuchBucket");
      await begin(c);
    },
  ],
  metadata: [
    "content type, metadata and the other headers of Create become those of the object",
    CREATE,
    async (c) => {
      const asked = {
        ContentType: "text/x-part",
        CacheControl: "no-store",
        ContentDisposition: 'attachment; filename="a"',
        ContentEncoding: "x-none",
        ContentLanguage: "de",
        Metadata: { one: "1", two: "zwei" },
      };
      const Key = await uploaded(c, ["data"], asked);
      const found = await c.client.send(new HeadObjectCommand({ Bucket: c.bucket, Key }));
      for (const [name, value] of Object.entries(asked)) same(found[name as keyof typeof asked], value, name);
    },
  ],
  tags: [
    "the tags of Create become those of the object",
    CREATE,
    async (c) => {
      const Key = await uploaded(c, ["data"], { Tagging: "a=1&b%20c=%2B" });
      const { TagSet = [] } = await c.client.send(new GetObjectTaggingCommand({ Bucket: c.bucket, Key }));
      const found = TagSet.map((one) => `${one.Key}=${one.Value}`).sort();
      same(found, ["a=1", "b c=+"], "the tags");
    },
  ],
  "storage-class": [
    "the storage class of Create becomes that of the object and of its parts",
    CREATE,
    async (c) => {
      const upload = await begin(c, { StorageClass: "STANDARD_IA" });
      const part = await addPart(c, upload, 1, "data");
      same(
        (await c.client.send(new ListPartsCommand(upload))).StorageClass,
        "STANDARD_IA",
        "StorageClass of ListParts",
      );
      await complete(c, upload, [part]);
      const found = await c.client.send(new HeadObjectCommand({ Bucket: upload.Bucket, Key: upload.Key }));
      same(found.StorageClass, "STANDARD_IA", "StorageClass of Head");
    },
  ],
  "storage-class-wrong": [
    "a storage class that does not exist is 400 InvalidStorageClass",
    "API/ErrorResponses.html",
    async (c) => {
      await refused(create(c, { StorageClass: "NO_SUCH_CLASS" as StorageClass }), 400, "InvalidStorageClass");
    },
  ],
  "content-md5": [
    "a part with a wrong Content-MD5 is 400 BadDigest and is not there",
    PART,
    async (c) => {
      const upload = await begin(c);
      const wrong = { "content-md5": md5("other").toString("base64") };
      await refused(partByHand(c, upload, "1", wrong), 400, "BadDigest");
      same((await c.client.send(new ListPartsCommand(upload))).Parts ?? [], [], "the parts");
      await answered(partByHand(c, upload, "1", { "content-md5": md5("data").toString("base64") }), 200);
    },
  ],
  "part-checksum-wrong": [
    "a part with a wrong checksum is 400 BadDigest and is not there",
    PART,
    async (c) => {
      const upload = await begin(c, { ChecksumAlgorithm: "CRC32" });
      const wrong = { "x-amz-checksum-crc32": sum("CRC32", "other") };
      await refused(partByHand(c, upload, "1", wrong), 400, "BadDigest");
      same((await c.client.send(new ListPartsCommand(upload))).Parts ?? [], [], "the parts");
    },
  ],
  "complete-part-checksum-wrong": [
    "Complete with another checksum for a part is 400 InvalidPart or BadDigest",
    COMPLETE,
    async (c) => {
      const upload = await begin(c, { ChecksumAlgorithm: "SHA256" });
      const part = await addPart(c, upload, 1, "data", { ChecksumAlgorithm: "SHA256" });
      const wrong = { ...part, ChecksumSHA256: sum("SHA256", "other") };
      await refused(complete(c, upload, [wrong]), 400, "InvalidPart", "BadDigest");
      await notStored(c, upload.Key);
      await complete(c, upload, [{ ...part, ChecksumSHA256: sum("SHA256", "data") }]);
    },
  ],
  "part-checksum-told": [
    "UploadPart tells the part's checksum",
    PART,
    async (c) => {
      const upload = await begin(c, { ChecksumAlgorithm: "SHA256" });
      const expected = sum("SHA256", "data");
      const reply = await answered(partByHand(c, upload, "1", { "x-amz-checksum-sha256": expected }), 200);
      same(reply.headers["x-amz-checksum-sha256"], expected, "x-amz-checksum-sha256 of UploadPart");
    },
  ],
  "part-checksum-listed": [
    "ListParts tells the checksum's algorithm and type, and each part's checksum",
    PARTS,
    async (c) => {
      const upload = await begin(c, { ChecksumAlgorithm: "SHA256" });
      const expected = sum("SHA256", "data");
      await answered(partByHand(c, upload, "1", { "x-amz-checksum-sha256": expected }), 200);
      const page = await c.client.send(new ListPartsCommand(upload));
      same(page.Parts?.[0]?.ChecksumSHA256, expected, "ChecksumSHA256 of the part");
      same([page.ChecksumAlgorithm, page.ChecksumType], ["SHA256", "COMPOSITE"], "algorithm and type");
    },
  ],
  ...each(["CRC32", "CRC32C", "SHA1", "SHA256"], "composite", composite),
  ...each(["CRC32", "CRC32C", "CRC64NVME"], "full-object", fullObject),
  ...each(["CRC32", "CRC32C", "CRC64NVME"], "full-object-wrong", wrongFullObject),
  "full-object-joined": [
    "the full-object checksum of several parts is worked out from theirs",
    INTEGRITY,
    async (c) => {
      const bodies = [bigPart(10), Buffer.from("the end")] as const;
      const upload = await begin(c, { ChecksumAlgorithm: "CRC32", ChecksumType: "FULL_OBJECT" });
      const parts = [];
      for (const [index, body] of bodies.entries()) {
        parts.push({ ...(await addPart(c, upload, index + 1, body)), ChecksumCRC32: sum("CRC32", body) });
      }
      const done = await complete(c, upload, parts);
      const expected = Buffer.alloc(4);
      expected.writeUInt32BE(crc32(Buffer.concat(bodies)));
      same([done.ChecksumCRC32, done.ChecksumType], [expected.toString("base64"), "FULL_OBJECT"], "checksum and type");
    },
  ],
  "composite-joined": [
    "the composite checksum of several parts is that of theirs in their order",
    INTEGRITY,
    async (c) => {
      const bodies = [bigPart(11), Buffer.from("the end")] as const;
      const upload = await begin(c, { ChecksumAlgorithm: "SHA256" });
      const parts = [];
      for (const [index, body] of bodies.entries()) {
        const part = await addPart(c, upload, index + 1, body, { ChecksumAlgorithm: "SHA256" });
        parts.push({ ...part, ChecksumSHA256: sum("SHA256", body) });
      }
      const expected = sum("SHA256", Buffer.concat(parts.map((one) => Buffer.from(one.ChecksumSHA256, "base64"))));
      same((await complete(c, upload, parts)).ChecksumSHA256, `${expected}-2`, "ChecksumSHA256");
    },
  ],
  "sha-full-object": [
    "SHA checksums of an upload cannot be of the full object: 400 InvalidRequest",
    CREATE,
    async (c) => {
      await refused(create(c, { ChecksumAlgorithm: "SHA256", ChecksumType: "FULL_OBJECT" }), 400, "InvalidRequest");
      await begin(c, { ChecksumAlgorithm: "SHA256", ChecksumType: "COMPOSITE" });
    },
  ],
  "crc64nvme-composite": [
    "a CRC64NVME of an upload cannot be composite: 400 InvalidRequest",
    CREATE,
    async (c) => {
      await refused(create(c, { ChecksumAlgorithm: "CRC64NVME", ChecksumType: "COMPOSITE" }), 400, "InvalidRequest");
      await begin(c, { ChecksumAlgorithm: "CRC64NVME", ChecksumType: "FULL_OBJECT" });
    },
  ],
  "get-part": [
    "Get with a part number gives that part, and the number of parts",
    GET,
    async (c) => {
      const Key = await uploaded(c, [bigPart(12), "the end"]);
      const found = await c.client.send(new GetObjectCommand({ Bucket: c.bucket, Key, PartNumber: 2 }));
      same(found.ContentLength, 7, "ContentLength");
      same(await found.Body?.transformToString(), "the end", "the part");
      same(found.PartsCount, 2, "x-amz-mp-parts-count");
    },
  ],
  "get-part-range": [
    "Get with a part number answers as for a range: 206 with Content-Range",
    GET,
    async (c) => {
      const Key = await uploaded(c, ["data"]);
      const reply = await c.raw({ path: c.path(Key), query: { partNumber: "1" } });
      same([reply.status, reply.headers["content-range"]], [206, "bytes 0-3/4"], "status and Content-Range");
    },
  ],
  "head-part": [
    "Head with a part number gives the part's length and the number of parts",
    HEAD,
    async (c) => {
      const Key = await uploaded(c, [bigPart(13), "the end"]);
      const found = await c.client.send(new HeadObjectCommand({ Bucket: c.bucket, Key, PartNumber: 1 }));
      same([found.ContentLength, found.PartsCount], [LEAST_PART, 2], "length and number of parts");
    },
  ],
  "get-part-missing": [
    "Get with a part number that the object has not is 416 InvalidPartNumber",
    "API/ErrorResponses.html",
    async (c) => {
      const Key = await uploaded(c, ["data"]);
      const get = (PartNumber: number) => c.client.send(new GetObjectCommand({ Bucket: c.bucket, Key, PartNumber }));
      same(await (await get(1)).Body?.transformToString(), "data", "part 1");
      await refused(get(2), 416, "InvalidPartNumber");
    },
  ],
  "list-parts": [
    "ListParts tells number, size, ETag and time of each part, by number",
    PARTS,
    async (c) => {
      const upload = await begin(c);
      for (const number of [3, 1, 2]) await addPart(c, upload, number, "x".repeat(number));
      const page = await c.client.send(new ListPartsCommand(upload));
      same(
        (page.Parts ?? []).map(({ PartNumber, Size, ETag }) => [PartNumber, Size, ETag]),
        [1, 2, 3].map((number) => [number, number, etag("x".repeat(number))]),
        "the parts",
      );
      holds(
        page.Parts?.every((one) => Math.abs(Number(one.LastModified) - Date.now()) < 300_000),
        "a part has no time, or one far from now",
      );
      const told = [page.Bucket, page.Key, page.UploadId, page.IsTruncated];
      same(told, [upload.Bucket, upload.Key, upload.UploadId, false], "bucket, key, upload id and IsTruncated");
    },
  ],
  "list-parts-pages": [
    "ListParts goes on after the part number marker, max-parts at a time",
    PARTS,
    async (c) => {
      const upload = await begin(c);
      const numbers = [1, 2, 10, 11, 100];
      for (const number of numbers) await addPart(c, upload, number, "x");
      const found: (number | undefined)[][] = [];
      let PartNumberMarker: string | undefined;
      do {
        const page = await c.client.send(new ListPartsCommand({ ...upload, MaxParts: 2, PartNumberMarker }));
        found.push((page.Parts ?? []).map(({ PartNumber }) => PartNumber));
        if (page.IsTruncated) holds(page.NextPartNumberMarker, "a page is truncated and has no NextPartNumberMarker");
        PartNumberMarker = page.IsTruncated ? page.NextPartNumberMarker : undefined;
      } while (PartNumberMarker !== undefined && found.length < 10);
      same(found, [[1, 2], [10, 11], [100]], "the pages");
    },
  ],
  "list-uploads": [
    "ListMultipartUploads tells key, id and time, by key",
    UPLOADS,
    async (c) => {
      const Bucket = await c.ownBucket();
      const made = [];
      for (const Key of ["c", "a", "b"]) made.push(await begin(c, { Bucket, Key }));
      const page = await c.client.send(new ListMultipartUploadsCommand({ Bucket }));
      same(
        (page.Uploads ?? []).map(({ Key, UploadId }) => [Key, UploadId]),
        [made[1], made[2], made[0]].map((one) => [one?.Key, one?.UploadId]),
        "the uploads",
      );
      holds(
        page.Uploads?.every((one) => Math.abs(Number(one.Initiated) - Date.now()) < 300_000),
        "an upload has no time, or one far from now",
      );
    },
  ],
  "list-uploads-time": [
    "uploads of the same key come in the order in which they were begun",
    UPLOADS,
    async (c) => {
      const Bucket = await c.ownBucket();
      const six = async () =>
        new Set(await Promise.all([..."123456"].map(async () => (await begin(c, { Bucket, Key: "a" })).UploadId)));
      const early = await six();
      // times may have whole seconds
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      await six();
      const order = (await uploadIds(c, Bucket)).map((id) => early.has(id as string));
      same(order.length, 12, "the number of uploads");
      holds(!order.includes(true, 6), "an upload that was begun later comes first");
    },
  ],
  "list-uploads-prefix": [
    "ListMultipartUploads takes prefix and delimiter as lists of objects do",
    UPLOADS,
    async (c) => {
      const Bucket = await c.ownBucket();
      for (const Key of ["a", "b/1", "b/2", "b/c/3", "c/1"]) await begin(c, { Bucket, Key });
      const list = async (more: Partial<ListMultipartUploadsCommandInput>) => {
        const page = await c.client.send(new ListMultipartUploadsCommand({ Bucket, ...more }));
        return [(page.Uploads ?? []).map(({ Key }) => Key), (page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix)];
      };
      same(await list({ Prefix: "b/" }), [["b/1", "b/2", "b/c/3"], []], "below b/");
      same(await list({ Delimiter: "/" }), [["a"], ["b/", "c/"]], "with a delimiter");
      same(await list({ Delimiter: "/", Prefix: "b/" }), [["b/1", "b/2"], ["b/c/"]], "below b/ with a delimiter");
    },
  ],
  "list-uploads-pages": [
    "ListMultipartUploads goes on after key and upload id marker; each upload comes once",
    UPLOADS,
    async (c) => {
      const Bucket = await c.ownBucket();
      const made: string[] = [];
      for (const Key of ["a", "b", "b", "b", "c"]) made.push((await begin(c, { Bucket, Key })).UploadId);
      const found: (string | undefined)[] = [];
      let markers: Partial<ListMultipartUploadsCommandInput> | undefined = {};
      for (let pages = 0; markers && pages < 10; pages++) {
        const page: ListMultipartUploadsCommandOutput = await c.client.send(
          new ListMultipartUploadsCommand({ Bucket, MaxUploads: 2, ...markers }),
        );
        const { Uploads = [], IsTruncated, NextKeyMarker: KeyMarker, NextUploadIdMarker: UploadIdMarker } = page;
        holds(Uploads.length <= 2, `a page has ${Uploads.length} uploads, not 2`);
        found.push(...Uploads.map(({ UploadId }) => UploadId));
        if (IsTruncated) holds(KeyMarker && UploadIdMarker, "a truncated page has not both markers");
        markers = IsTruncated ? { KeyMarker, UploadIdMarker } : undefined;
      }
      same([...found].sort(), [...made].sort(), "the uploads of all pages");
    },
  ],
  "list-uploads-key-marker": [
    "a key marker without an upload id marker leaves out all uploads of that key",
    UPLOADS,
    async (c) => {
      const Bucket = await c.ownBucket();
      for (const Key of ["a", "b", "b", "c"]) await begin(c, { Bucket, Key });
      const page = await c.client.send(new ListMultipartUploadsCommand({ Bucket, KeyMarker: "b" }));
      same(
        (page.Uploads ?? []).map(({ Key }) => Key),
        ["c"],
        "the keys after b",
      );
    },
  ],
  "list-uploads-encoding": [
    "ListMultipartUploads with encoding-type=url encodes keys and tells so",
    UPLOADS,
    async (c) => {
      const Bucket = await c.ownBucket();
      await begin(c, { Bucket, Key: "a b+c&d" });
      const query = { uploads: "", "encoding-type": "url" };
      const reply = await answered(c.raw({ path: `/${Bucket}`, query }), 200);
      const key = reply.xml("Key") ?? "";
      same(reply.xml("EncodingType"), "url", "EncodingType");
      holds(!/[ &]/.test(key), `the key is ${key}, not encoded`);
      same(decodeURIComponent(key.replaceAll("+", " ")), "a b+c&d", "the decoded key");
    },
  ],
});
