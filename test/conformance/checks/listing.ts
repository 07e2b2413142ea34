/** ListObjectsV2 and ListObjects. */
import {
  DeleteObjectCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { inByteOrder, numbered } from "../../support/keys";
import { group } from "../check";
import { type Context, unique } from "../context";
import { answered, holds, refused, same } from "../expect";
import { putAll } from "../stored";
import { etag } from "../sums";

const V2 = "API/API_ListObjectsV2.html";
const V1 = "API/API_ListObjects.html";
const PREFIXES = "userguide/using-prefixes.html";
const ERRORS = "API/ErrorResponses.html";

// U+FF5E sorts before U+1F600 by bytes, after it by code units
const SURROGATES = ["a", "B", "\u{1F600}", "\uFF5E", "é", "\u{1F600}x", "\uE000", "~"];
const TREE = ["a", "b/1", "b/2", "c/1", "c/d/1", "d"];

const fill = async (c: Context, names: readonly string[]): Promise<string> => {
  const bucket = await c.ownBucket();
  await putAll(c, bucket, names);
  return bucket;
};

const list = async (c: Context, Bucket: string, more: Partial<ListObjectsV2CommandInput> = {}) => {
  const page = await c.client.send(new ListObjectsV2Command({ Bucket, ...more }));
  return {
    ...page,
    keys: (page.Contents ?? []).map(({ Key }) => Key as string),
    prefixes: (page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix as string),
  };
};

/** All pages, with at most `size` keys on each. */
const pages = async (
  c: Context,
  Bucket: string,
  size: number | undefined,
  more: Partial<ListObjectsV2CommandInput> = {},
) => {
  const found = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await list(c, Bucket, { ...more, MaxKeys: size, ContinuationToken });
    found.push(page);
    if (page.IsTruncated) holds(page.NextContinuationToken, "a page is truncated and has no NextContinuationToken");
    else holds(page.NextContinuationToken === undefined, "the last page has a NextContinuationToken");
    ContinuationToken = page.NextContinuationToken;
    holds(found.length <= 3000, "the pages come to no end");
  } while (ContinuationToken !== undefined);
  return found;
};

/** A request by hand; v2 unless told otherwise. */
const ask = (c: Context, bucket: string, query: Record<string, string>, version: 1 | 2 = 2) =>
  c.raw({ path: `/${bucket}`, query: { ...(version === 2 && { "list-type": "2" }), ...query } });

const formDecoded = (text: string): string => decodeURIComponent(text.replaceAll("+", " "));

export const listing = group("listing", {
  "byte-order": [
    "keys come in the order of their UTF-8 bytes, not of UTF-16 code units",
    V2,
    async (c) => {
      const bucket = await fill(c, SURROGATES);
      same((await list(c, bucket)).keys, inByteOrder(SURROGATES), "the order");
    },
  ],
  "byte-order-pages": [
    "the order of bytes holds from page to page, and for start-after",
    V2,
    async (c) => {
      const bucket = await fill(c, SURROGATES);
      const expected = inByteOrder(SURROGATES);
      const found = await pages(c, bucket, 1);
      same(
        found.flatMap(({ keys }) => keys),
        expected,
        "the order",
      );
      const rest = await list(c, bucket, { StartAfter: "\uFF5E" });
      same(rest.keys, expected.slice(expected.indexOf("\uFF5E") + 1), "the keys after U+FF5E");
    },
  ],
  "byte-order-prefixes": [
    "common prefixes come in the order of their bytes as well",
    V2,
    async (c) => {
      const bucket = await fill(
        c,
        SURROGATES.map((name) => `${name}/x`),
      );
      const expected = inByteOrder(SURROGATES.map((name) => `${name}/`));
      same((await list(c, bucket, { Delimiter: "/" })).prefixes, expected, "the order");
    },
  ],
  empty: [
    "an empty bucket has no keys, KeyCount 0, and is not truncated",
    V2,
    async (c) => {
      const page = await list(c, await c.ownBucket());
      same([page.keys, page.KeyCount, page.IsTruncated], [[], 0, false], "keys, KeyCount and IsTruncated");
    },
  ],
  echo: [
    "the reply repeats bucket, prefix, delimiter, start and limit",
    V2,
    async (c) => {
      const bucket = await fill(c, TREE);
      const query = { prefix: "b", delimiter: "/", "start-after": "a", "max-keys": "7" };
      const reply = await answered(ask(c, bucket, query), 200);
      const found = ["Name", "Prefix", "Delimiter", "StartAfter", "MaxKeys"].map((name) => reply.xml(name));
      same(found, [bucket, "b", "/", "a", "7"], "what is repeated");
    },
  ],
  entry: [
    "an entry has size, ETag, storage class and time",
    "API/API_Object.html",
    async (c) => {
      const bucket = await fill(c, ["key"]);
      const reply = await answered(ask(c, bucket, {}), 200);
      const found = ["Key", "Size", "ETag", "StorageClass"].map((name) => reply.xml(name));
      same(found, ["key", "1", etag("x"), "STANDARD"], "the entry");
      const time = reply.xml("LastModified") ?? "";
      // a date-time of RFC 3339, whose fraction of a second is optional
      holds(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(time), `LastModified is ${time}`);
      holds(Math.abs(Date.parse(time) - Date.now()) < 300_000, `LastModified is ${time}, far from now`);
    },
  ],
  "key-count": [
    "KeyCount is the number of keys and common prefixes together",
    V2,
    async (c) => {
      const bucket = await fill(c, TREE);
      same((await list(c, bucket, { Delimiter: "/" })).KeyCount, 4, "KeyCount");
      same((await list(c, bucket)).KeyCount, TREE.length, "KeyCount without a delimiter");
    },
  ],
  prefix: [
    "a prefix is a beginning of keys, wherever it ends",
    PREFIXES,
    async (c) => {
      const bucket = await fill(c, ["log", "logs/1", "lot", "other/log"]);
      // Not beside "log": a store over a file system may lose either of two that come at once.
      await putAll(c, bucket, ["log/1"]);
      same((await list(c, bucket, { Prefix: "log" })).keys, ["log", "log/1", "logs/1"], "the keys below log");
      same((await list(c, bucket, { Prefix: "log/" })).keys, ["log/1"], "the keys below log/");
    },
  ],
  "prefix-of-nothing": [
    "a prefix that no key has gives nothing",
    V2,
    async (c) => {
      const bucket = await fill(c, ["a", "b"]);
      same((await list(c, bucket)).keys, ["a", "b"], "the keys");
      const page = await list(c, bucket, { Prefix: "aa" });
      same([page.keys, page.KeyCount, page.IsTruncated], [[], 0, false], "keys, KeyCount and IsTruncated");
    },
  ],
  delimiter: [
    "a delimiter rolls keys up into common prefixes",
    PREFIXES,
    async (c) => {
      const bucket = await fill(c, TREE);
      const page = await list(c, bucket, { Delimiter: "/" });
      same(
        [page.keys, page.prefixes],
        [
          ["a", "d"],
          ["b/", "c/"],
        ],
        "keys and common prefixes",
      );
    },
  ],
  "delimiter-prefix": [
    "below a prefix the delimiter counts from the prefix's end",
    PREFIXES,
    async (c) => {
      const bucket = await fill(c, [...TREE, "c/"]);
      const page = await list(c, bucket, { Delimiter: "/", Prefix: "c/" });
      same([page.keys, page.prefixes], [["c/", "c/1"], ["c/d/"]], "keys and common prefixes below c/");
      const half = await list(c, bucket, { Delimiter: "/", Prefix: "c" });
      same([half.keys, half.prefixes], [[], ["c/"]], "keys and common prefixes below c");
    },
  ],
  "delimiter-long": [
    "a delimiter may have several characters",
    V2,
    async (c) => {
      const bucket = await fill(c, ["a--b--1", "a-b", "c--1", "d"]);
      const page = await list(c, bucket, { Delimiter: "--" });
      same(
        [page.keys, page.prefixes],
        [
          ["a-b", "d"],
          ["a--", "c--"],
        ],
        "keys and common prefixes",
      );
    },
  ],
  "delimiter-letter": [
    "a delimiter may be any character",
    V2,
    async (c) => {
      const bucket = await fill(c, ["bar", "baz", "cab", "foo"]);
      const page = await list(c, bucket, { Delimiter: "a" });
      same([page.keys, page.prefixes], [["foo"], ["ba", "ca"]], "keys and common prefixes");
    },
  ],
  "start-after": [
    "start-after is not listed itself, and need not be there",
    V2,
    async (c) => {
      const bucket = await fill(c, ["a", "b", "c"]);
      same((await list(c, bucket, { StartAfter: "a" })).keys, ["b", "c"], "the keys after a");
      same((await list(c, bucket, { StartAfter: "aa" })).keys, ["b", "c"], "the keys after aa");
      same((await list(c, bucket, { StartAfter: "c" })).keys, [], "the keys after c");
    },
  ],
  "start-after-prefix": [
    "common prefixes that are not greater than start-after are left out",
    V2,
    async (c) => {
      const bucket = await fill(c, ["a/1", "b/1", "b/2", "c/1"]);
      const page = await list(c, bucket, { Delimiter: "/", StartAfter: "b/1" });
      same(page.prefixes, ["c/"], "the common prefixes after b/1");
    },
  ],
  pages: [
    "pages hold at most max-keys keys, and each key once",
    V2,
    async (c) => {
      const keys = numbered(7, "k");
      const found = await pages(c, await fill(c, keys), 3);
      same(
        found.flatMap((page) => page.keys),
        keys,
        "the keys of all pages",
      );
      for (const page of found) {
        holds(page.keys.length <= 3, `a page has ${page.keys.length} keys, not 3`);
        same(page.KeyCount, page.keys.length, "KeyCount");
      }
    },
  ],
  "pages-delimiter": [
    "keys and common prefixes count alike for max-keys, and come once over all pages",
    V2,
    async (c) => {
      const bucket = await fill(c, ["a/1", "a/2", "b", "c/1", "c/2", "d/1", "e"]);
      const found = await pages(c, bucket, 2, { Delimiter: "/" });
      const all = found.flatMap((page) => [...page.keys, ...page.prefixes].sort());
      same(all, ["a/", "b", "c/", "d/", "e"], "keys and common prefixes of all pages");
      for (const { KeyCount = 0 } of found) holds(KeyCount <= 2, `a page has ${KeyCount} entries, not 2`);
    },
  ],
  "pages-start-after": [
    "a continued listing goes on from its token, also when it began with start-after",
    V2,
    async (c) => {
      const bucket = await fill(c, numbered(6, "k"));
      const found = await pages(c, bucket, 2, { StartAfter: "k0001" });
      same(
        found.flatMap((page) => page.keys),
        numbered(6, "k").slice(2),
        "the keys of all pages",
      );
    },
  ],
  "is-truncated": [
    "IsTruncated is false when the page ends with the last key",
    V2,
    async (c) => {
      const bucket = await fill(c, ["a", "b/1", "b/2"]);
      same((await list(c, bucket, { MaxKeys: 3 })).IsTruncated, false, "IsTruncated of 3 keys by 3");
      same((await list(c, bucket, { MaxKeys: 2 })).IsTruncated, true, "IsTruncated of 3 keys by 2");
      same(
        (await list(c, bucket, { MaxKeys: 2, Delimiter: "/" })).IsTruncated,
        false,
        "IsTruncated of a key and a common prefix by 2",
      );
      same((await list(c, bucket, { MaxKeys: 1, Prefix: "a" })).IsTruncated, false, "IsTruncated of 1 key by 1");
    },
  ],
  token: [
    "the reply repeats the token that it went on from",
    V2,
    async (c) => {
      const bucket = await fill(c, ["a", "b"]);
      const { NextContinuationToken } = await list(c, bucket, { MaxKeys: 1 });
      holds(NextContinuationToken, "there is no NextContinuationToken");
      const page = await list(c, bucket, { ContinuationToken: NextContinuationToken });
      same([page.keys, page.ContinuationToken], [["b"], NextContinuationToken], "keys and ContinuationToken");
    },
  ],
  "token-bogus": [
    "a token that S3 did not give is 400 InvalidArgument",
    ERRORS,
    async (c) => {
      await refused(ask(c, c.bucket, { "continuation-token": "no-such-token" }), 400, "InvalidArgument");
    },
  ],
  "max-keys-zero": [
    "max-keys=0 gives no keys",
    V2,
    async (c) => {
      const bucket = await fill(c, ["a"]);
      const page = await list(c, bucket, { MaxKeys: 0 });
      same([page.keys, page.KeyCount, page.MaxKeys], [[], 0, 0], "keys, KeyCount and MaxKeys");
    },
  ],
  "max-keys-negative": [
    "a max-keys below zero is 400 InvalidArgument",
    ERRORS,
    async (c) => {
      await refused(ask(c, c.bucket, { "max-keys": "-1" }), 400, "InvalidArgument");
    },
  ],
  "max-keys-garbage": [
    "a max-keys that is no number is 400 InvalidArgument",
    ERRORS,
    async (c) => {
      await refused(ask(c, c.bucket, { "max-keys": "many" }), 400, "InvalidArgument");
    },
  ],
  thousand: [
    "a page never has more than 1,000 keys, however many are asked for",
    V2,
    async (c) => {
      const bucket = await fill(c, numbered(1005));
      const page = await list(c, bucket, { MaxKeys: 5000 });
      holds(page.keys.length <= 1000, `a page has ${page.keys.length} keys`);
      same(page.IsTruncated, true, "IsTruncated");
    },
  ],
  "all-keys": [
    "the pages of 2,500 keys give each exactly once, at the default page size",
    V2,
    async (c) => {
      const keys = numbered(2500);
      const found = await pages(c, await fill(c, keys), undefined);
      const all = found.flatMap((page) => page.keys);
      same(all.length, keys.length, "the number of keys");
      holds(
        all.every((key, index) => key === keys[index]),
        "they are not the keys that were put, in their order",
      );
    },
  ],
  "encoding-type": [
    "encoding-type=url encodes keys, prefix, delimiter and start, and is told in EncodingType",
    V2,
    async (c) => {
      const keys = ["a b+c&d/1|x", "a b+c&d/é(3).png"];
      const bucket = await fill(c, keys);
      const query = { "encoding-type": "url", prefix: "a b+c&d/", delimiter: "|", "start-after": "a b" };
      const reply = await answered(ask(c, bucket, query), 200);
      same(reply.xml("EncodingType"), "url", "EncodingType");
      const raw = [
        ...reply.all("Key"),
        ...reply.all("Prefix"),
        reply.xml("Delimiter") ?? "",
        reply.xml("StartAfter") ?? "",
      ];
      const plain = raw.filter((one) => /[ &|é()]/.test(one));
      same(plain, [], "what is not encoded");
      same(
        raw.map(formDecoded).sort(),
        [keys[1], "a b+c&d/", "a b+c&d/1|", "|", "a b"].sort(),
        "what is there when decoded",
      );
    },
  ],
  "encoding-type-none": [
    "without encoding-type nothing is encoded, and there is no EncodingType",
    V2,
    async (c) => {
      const bucket = await fill(c, ["a b+c%20é"]);
      const reply = await answered(ask(c, bucket, {}), 200);
      same([reply.all("Key"), reply.xml("EncodingType")], [["a b+c%20é"], undefined], "key and EncodingType");
    },
  ],
  "encoding-type-wrong": [
    "another encoding-type than url is 400 InvalidArgument",
    ERRORS,
    async (c) => {
      await refused(ask(c, c.bucket, { "encoding-type": "base64" }), 400, "InvalidArgument");
    },
  ],
  "xml-specials": [
    "keys with characters that are special in XML are listed as they are",
    "userguide/object-keys.html",
    async (c) => {
      const keys = inByteOrder(["<a>&amp;", "\"'&", "]]>", "<![CDATA[", "a\tb"]);
      const bucket = await fill(c, keys);
      same((await list(c, bucket)).keys, keys, "the keys");
      const page = await list(c, bucket, { Prefix: "<", Delimiter: "&" });
      same([page.Prefix, page.Delimiter, page.prefixes], ["<", "&", ["<a>&"]], "prefix, delimiter, common prefixes");
    },
  ],
  "fetch-owner": [
    "the owner is told when fetch-owner asks for it, and not otherwise",
    V2,
    async (c) => {
      const bucket = await fill(c, ["a"]);
      holds((await list(c, bucket, { FetchOwner: true })).Contents?.[0]?.Owner?.ID, "there is no owner");
      same((await list(c, bucket)).Contents?.[0]?.Owner, undefined, "the owner that nobody asked for");
    },
  ],
  "no-such-bucket": [
    "a bucket that does not exist is 404 NoSuchBucket",
    V2,
    async (c) => {
      await refused(list(c, `missing-${unique()}`), 404, "NoSuchBucket");
      await refused(ask(c, `missing-${unique()}`, {}, 1), 404, "NoSuchBucket");
    },
  ],
  deleted: [
    "a deleted key is gone from the listing at once",
    "userguide/Welcome.html#ConsistencyModel",
    async (c) => {
      const bucket = await fill(c, ["a", "b"]);
      await c.client.send(new DeleteObjectCommand({ Bucket: bucket, Key: "a" }));
      same((await list(c, bucket)).keys, ["b"], "the keys");
    },
  ],
  "delete-marker": [
    "a key below a delete marker is not listed, nor are old versions",
    "userguide/DeleteMarker.html",
    async (c) => {
      const Bucket = await c.ownBucket({ versioning: "Enabled" });
      for (const Key of ["dir/gone", "kept", "kept"]) {
        await c.client.send(new PutObjectCommand({ Bucket, Key, Body: "x" }));
      }
      await c.client.send(new DeleteObjectCommand({ Bucket, Key: "dir/gone" }));
      same((await list(c, Bucket)).keys, ["kept"], "the keys");
      const page = await list(c, Bucket, { Delimiter: "/" });
      same([page.keys, page.prefixes], [["kept"], []], "keys and common prefixes");
    },
  ],
  "v1-marker": [
    "v1: the marker is not listed itself, and need not be there",
    V1,
    async (c) => {
      const bucket = await fill(c, ["a", "b", "c"]);
      for (const marker of ["a", "aa"]) {
        const reply = await answered(ask(c, bucket, { marker }, 1), 200);
        same([reply.all("Key"), reply.xml("Marker")], [["b", "c"], marker], "keys and Marker");
      }
    },
  ],
  "v1-pages": [
    "v1: each page goes on after the last key, and each key comes once",
    V1,
    async (c) => {
      const keys = numbered(7, "k");
      const Bucket = await fill(c, keys);
      const all: string[] = [];
      let Marker: string | undefined;
      for (let more = true; more; ) {
        const page = await c.client.send(new ListObjectsCommand({ Bucket, MaxKeys: 3, Marker }));
        const found = (page.Contents ?? []).map(({ Key }) => Key as string);
        holds(found.length <= 3, `a page has ${found.length} keys, not 3`);
        all.push(...found);
        Marker = found.at(-1);
        more = page.IsTruncated === true && found.length > 0 && all.length < 100;
      }
      same(all, keys, "the keys of all pages");
    },
  ],
  "v1-next-marker": [
    "v1: NextMarker comes with a delimiter, and the listing goes on from it",
    V1,
    async (c) => {
      const Bucket = await fill(c, ["a/1", "a/2", "b/1", "c"]);
      const first = await c.client.send(new ListObjectsCommand({ Bucket, Delimiter: "/", MaxKeys: 1 }));
      same([first.IsTruncated, first.CommonPrefixes?.[0]?.Prefix], [true, "a/"], "IsTruncated and common prefix");
      holds(first.NextMarker, "there is no NextMarker");
      const rest = await c.client.send(new ListObjectsCommand({ Bucket, Delimiter: "/", Marker: first.NextMarker }));
      const found = [
        ...(rest.CommonPrefixes ?? []).map((one) => one.Prefix),
        ...(rest.Contents ?? []).map((one) => one.Key),
      ];
      same(found, ["b/", "c"], "the rest");
    },
  ],
  "v1-no-next-marker": [
    "v1: without a delimiter there is no NextMarker",
    V1,
    async (c) => {
      const Bucket = await fill(c, ["a", "b"]);
      const page = await c.client.send(new ListObjectsCommand({ Bucket, MaxKeys: 1 }));
      same([page.IsTruncated, page.NextMarker], [true, undefined], "IsTruncated and NextMarker");
    },
  ],
  "v1-encoding-type": [
    "v1: encoding-type=url encodes keys, prefix and marker, and is told",
    V1,
    async (c) => {
      const bucket = await fill(c, ["a b+c&d"]);
      const reply = await answered(ask(c, bucket, { "encoding-type": "url", prefix: "a b", marker: "a &" }, 1), 200);
      same(reply.xml("EncodingType"), "url", "EncodingType");
      const raw = ["Key", "Prefix", "Marker"].map((name) => reply.xml(name) ?? "");
      same(
        raw.filter((one) => /[ &]/.test(one)),
        [],
        "what is not encoded",
      );
      same(raw.map(formDecoded), ["a b+c&d", "a b", "a &"], "what is there when decoded");
    },
  ],
  "v1-owner": [
    "v1: each entry has its owner; there is no KeyCount",
    V1,
    async (c) => {
      const bucket = await fill(c, ["a"]);
      const reply = await answered(ask(c, bucket, {}, 1), 200);
      holds(reply.xml("ID"), "there is no owner");
      same(reply.xml("KeyCount"), undefined, "KeyCount");
    },
  ],
});
