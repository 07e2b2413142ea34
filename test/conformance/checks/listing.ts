/** ListObjectsV2 and ListObjects. */
import { DeleteObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { group } from "../check";
import type { Context } from "../context";
import { answered, refused, same } from "../expect";

const V2 = "API/API_ListObjectsV2.html";
const KEYS = "userguide/object-keys.html";

const fill = async (c: Context, names: readonly string[]): Promise<string> => {
  const bucket = await c.ownBucket();
  await Promise.all(names.map((Key) => c.client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: "x" }))));
  return bucket;
};

export const listing = group("listing", {
  "byte-order": [
    "keys come in the order of their UTF-8 bytes, not of UTF-16 code units",
    V2,
    async (c) => {
      // U+FF5E sorts before U+1F600 by bytes, after it by code units
      const keys = ["a", "B", "\u{1F600}", "\uFF5E", "é"];
      const bucket = await fill(c, keys);
      const { Contents = [] } = await c.client.send(new ListObjectsV2Command({ Bucket: bucket }));
      const expected = [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      same(
        Contents.map(({ Key }) => Key),
        expected,
        "the order",
      );
    },
  ],
  "key-count": [
    "KeyCount is the number of keys and common prefixes together",
    V2,
    async (c) => {
      const bucket = await fill(c, ["a", "b/1", "b/2", "c/1", "d"]);
      const page = await c.client.send(new ListObjectsV2Command({ Bucket: bucket, Delimiter: "/" }));
      same(page.KeyCount, 4, "KeyCount");
    },
  ],
  "encoding-type": [
    "encoding-type=url encodes the keys and is told in EncodingType",
    V2,
    async (c) => {
      const bucket = await fill(c, ["a b+c&d"]);
      const query = { "list-type": "2", "encoding-type": "url" };
      const reply = await answered(c.raw({ path: `/${bucket}`, query }), 200);
      same(reply.xml("EncodingType"), "url", "EncodingType");
      same(decodeURIComponent((reply.xml("Key") ?? "").replaceAll("+", " ")), "a b+c&d", "the decoded key");
    },
  ],
  "no-such-bucket": [
    "a bucket that does not exist is 404 NoSuchBucket",
    V2,
    async (c) => {
      await refused(c.client.send(new ListObjectsV2Command({ Bucket: `missing-${Date.now()}` })), 404, "NoSuchBucket");
    },
  ],
  deleted: [
    "a deleted key is gone from the listing at once",
    KEYS,
    async (c) => {
      const bucket = await fill(c, ["a", "b"]);
      await c.client.send(new DeleteObjectCommand({ Bucket: bucket, Key: "a" }));
      const { Contents = [] } = await c.client.send(new ListObjectsV2Command({ Bucket: bucket }));
      same(
        Contents.map(({ Key }) => Key),
        ["b"],
        "the keys",
      );
    },
  ],
});
