/** GetObjectAttributes. */
import {
  GetObjectAttributesCommand,
  type GetObjectAttributesCommandInput,
  type ObjectAttributes,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { group } from "../check";
import type { Context } from "../context";
import { answered, holds, refused, same } from "../expect";
import { put } from "../stored";
import { etag, sum } from "../sums";
import { addPart, begin, bigPart, complete, uploaded } from "../upload";

const PAGE = "API/API_GetObjectAttributes.html";
const ALL: ObjectAttributes[] = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"];

const attributesOf = (
  c: Context,
  Key: string,
  ObjectAttributes: ObjectAttributes[],
  more: Partial<GetObjectAttributesCommandInput> = {},
) => c.client.send(new GetObjectAttributesCommand({ Bucket: c.bucket, Key, ObjectAttributes, ...more }));

export const attributes = group("attributes", {
  etag: [
    "ETag is given without quotes",
    PAGE,
    async (c) => {
      const Key = await put(c, "data");
      same((await attributesOf(c, Key, ["ETag"])).ETag, etag("data").replaceAll('"', ""), "ETag");
    },
  ],
  size: [
    "ObjectSize is the number of bytes, 0 for an empty object",
    PAGE,
    async (c) => {
      same((await attributesOf(c, await put(c, "data"), ["ObjectSize"])).ObjectSize, 4, "ObjectSize");
      same(
        (await attributesOf(c, await put(c, Buffer.alloc(0)), ["ObjectSize"])).ObjectSize,
        0,
        "ObjectSize of an empty one",
      );
    },
  ],
  "storage-class": [
    "StorageClass is STANDARD unless told otherwise",
    PAGE,
    async (c) => {
      same((await attributesOf(c, await put(c, "data"), ["StorageClass"])).StorageClass, "STANDARD", "StorageClass");
    },
  ],
  checksum: [
    "Checksum is what the object was stored with",
    PAGE,
    async (c) => {
      const Key = await put(c, "data", { ChecksumAlgorithm: "SHA256" });
      const { Checksum } = await attributesOf(c, Key, ["Checksum"]);
      same(Checksum?.ChecksumSHA256, sum("SHA256", "data"), "ChecksumSHA256");
      same(Checksum?.ChecksumType, "FULL_OBJECT", "ChecksumType");
    },
  ],
  "only-asked": [
    "only what was asked for is given",
    PAGE,
    async (c) => {
      const found = await attributesOf(c, await put(c, "data"), ["ObjectSize"]);
      same(
        [found.ObjectSize, found.ETag, found.StorageClass, found.Checksum, found.ObjectParts],
        [4, undefined, undefined, undefined, undefined],
        "size, and what was not asked for",
      );
    },
  ],
  "last-modified": [
    "the time of the object is a header of the reply",
    PAGE,
    async (c) => {
      const { LastModified } = await attributesOf(c, await put(c, "data"), ALL);
      holds(LastModified && Math.abs(Number(LastModified) - Date.now()) < 300_000, `LastModified is ${LastModified}`);
    },
  ],
  several: [
    "several attributes are asked for as a list, with spaces after its commas or without",
    PAGE,
    async (c) => {
      const path = c.path(await put(c, "data"));
      for (const list of ["ObjectSize,StorageClass", "ObjectSize, StorageClass"]) {
        const headers = { "x-amz-object-attributes": list };
        const reply = await answered(c.raw({ path, query: { attributes: "" }, headers }), 200);
        same([reply.xml("ObjectSize"), reply.xml("StorageClass")], ["4", "STANDARD"], `what is told of ${list}`);
      }
    },
  ],
  "no-parts": [
    "an object that was put in one piece has no ObjectParts",
    PAGE,
    async (c) => {
      const path = c.path(await put(c, "data"));
      const headers = { "x-amz-object-attributes": "ObjectSize,ObjectParts" };
      const reply = await answered(c.raw({ path, query: { attributes: "" }, headers }), 200);
      same([reply.xml("ObjectSize"), reply.all("ObjectParts")], ["4", []], "size and ObjectParts");
    },
  ],
  "parts-count": [
    "ObjectParts tells how many parts an upload had",
    PAGE,
    async (c) => {
      const Key = await uploaded(c, [bigPart(30), "the end"]);
      same((await attributesOf(c, Key, ["ObjectParts"])).ObjectParts?.TotalPartsCount, 2, "PartsCount");
    },
  ],
  "parts-pages": [
    "ObjectParts lists parts with size and checksum, max-parts at a time, after the part number marker",
    PAGE,
    async (c) => {
      const bodies = [bigPart(31), bigPart(32), Buffer.from("the end")];
      const upload = await begin(c, { ChecksumAlgorithm: "SHA256" });
      const parts: { ChecksumSHA256: string; PartNumber: number; ETag: string }[] = [];
      for (const [index, body] of bodies.entries()) {
        const part = await addPart(c, upload, index + 1, body, { ChecksumAlgorithm: "SHA256" });
        parts.push({ ...part, ChecksumSHA256: sum("SHA256", body) });
      }
      await complete(c, upload, parts);
      const page = async (PartNumberMarker?: string) => {
        const { ObjectParts } = await attributesOf(c, upload.Key, ["ObjectParts"], { MaxParts: 2, PartNumberMarker });
        const found = (ObjectParts?.Parts ?? []).map((one) => [one.PartNumber, one.Size, one.ChecksumSHA256]);
        return { found, more: ObjectParts?.IsTruncated, next: ObjectParts?.NextPartNumberMarker };
      };
      const told = (number: number) => [number, bodies[number - 1]?.length, parts[number - 1]?.ChecksumSHA256];
      same(await page(), { found: [told(1), told(2)], more: true, next: "2" }, "the first page");
      const rest = await page("2");
      same([rest.found, rest.more], [[told(3)], false], "the second page");
    },
  ],
  "composite-checksum": [
    "the Checksum of an upload is composite, with its type",
    PAGE,
    async (c) => {
      const upload = await begin(c, { ChecksumAlgorithm: "SHA256" });
      const part = await addPart(c, upload, 1, "data", { ChecksumAlgorithm: "SHA256" });
      const ChecksumSHA256 = sum("SHA256", "data");
      await complete(c, upload, [{ ...part, ChecksumSHA256 }]);
      const { Checksum } = await attributesOf(c, upload.Key, ["Checksum"]);
      // here the number of parts is left out, unlike in HeadObject
      const expected = sum("SHA256", Buffer.from(ChecksumSHA256, "base64"));
      holds(
        Checksum?.ChecksumSHA256 === expected || Checksum?.ChecksumSHA256 === `${expected}-1`,
        `ChecksumSHA256 is ${Checksum?.ChecksumSHA256}, not ${expected}`,
      );
      same(Checksum?.ChecksumType, "COMPOSITE", "ChecksumType");
    },
  ],
  version: [
    "versionId gives the attributes of that version, and the reply tells it",
    PAGE,
    async (c) => {
      const Bucket = await c.ownBucket({ versioning: "Enabled" });
      const first = await c.client.send(new PutObjectCommand({ Bucket, Key: "a", Body: "first" }));
      await c.client.send(new PutObjectCommand({ Bucket, Key: "a", Body: "the second" }));
      const { VersionId } = first;
      const found = await attributesOf(c, "a", ["ObjectSize"], { Bucket, VersionId });
      same([found.ObjectSize, found.VersionId], [5, VersionId], "size and version id");
      same((await attributesOf(c, "a", ["ObjectSize"], { Bucket })).ObjectSize, 10, "the size of the latest");
    },
  ],
  missing: [
    "an object that does not exist is 404 NoSuchKey",
    PAGE,
    async (c) => {
      const Key = c.key();
      await refused(attributesOf(c, Key, ["ETag"]), 404, "NoSuchKey");
      await put(c, "data", { Key });
      holds((await attributesOf(c, Key, ["ETag"])).ETag, "when it exists there is no ETag");
    },
  ],
  "no-header": [
    "without x-amz-object-attributes it is 400",
    PAGE,
    async (c) => {
      const path = c.path(await put(c, "data"));
      const query = { attributes: "" };
      await answered(c.raw({ path, query, headers: { "x-amz-object-attributes": "ETag" } }), 200);
      await refused(c.raw({ path, query }), 400, "InvalidArgument", "InvalidRequest");
    },
  ],
  "wrong-name": [
    "an attribute that does not exist is 400 InvalidArgument",
    PAGE,
    async (c) => {
      const path = c.path(await put(c, "data"));
      const headers = { "x-amz-object-attributes": "ETag,Colour" };
      await refused(c.raw({ path, query: { attributes: "" }, headers }), 400, "InvalidArgument");
    },
  ],
});
