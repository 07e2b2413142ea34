import { createHash } from "node:crypto";
import {
  type ChecksumAlgorithm,
  CopyObjectCommand,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import should from "should";
import { combineCrc, crc32, crc32c, crc64nvme } from "../../dev/s3-server/crc";
import { BUCKET, failure, send, withServer } from "./support";

const A = { Bucket: BUCKET, Key: "a" };
// the check values of the catalogue of CRCs, for "123456789"
const NINE = Buffer.from("123456789");
const SUMS = {
  CRC32: "y/Q5Jg==",
  CRC32C: "4waSgw==",
  CRC64NVME: "rosUhgp5mIg=",
  SHA1: createHash("sha1").update(NINE).digest("base64"),
  SHA256: createHash("sha256").update(NINE).digest("base64"),
};

async function text(client: S3Client, input: object): Promise<string | undefined> {
  const { Body } = await client.send(new GetObjectCommand({ ...A, ...input }));
  return Body?.transformToString();
}

describe("s3-server: objects", () => {
  it("gives back bytes, headers and metadata as they were put", () =>
    withServer({}, async (_, client) => {
      const Metadata = { first: "1", "second-name": "two words", empty: "" };
      const headers = {
        ContentType: "text/html; charset=utf-8",
        CacheControl: "max-age=60",
        ContentDisposition: 'attachment; filename="x.txt"',
        ContentEncoding: "gzip",
        ContentLanguage: "de",
        StorageClass: "STANDARD_IA" as const,
        ServerSideEncryption: "aws:kms" as const,
        SSEKMSKeyId: "key-1",
      };
      const Body = Buffer.from(Array.from({ length: 256 }, (_unused, i) => i));
      await client.send(new PutObjectCommand({ ...A, Body, Metadata, ...headers }));
      const got = await client.send(new GetObjectCommand(A));
      should(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(Body)).be.true();
      got.should.match({ ...headers, Metadata, ContentLength: 256, AcceptRanges: "bytes" });
      // of an object under SSE-KMS it is no MD5 (API reference: Object, ETag)
      should(got.ETag).match(/^"[0-9a-f]{32}"$/);
      should(got.ETag).not.equal(`"${createHash("md5").update(Body).digest("hex")}"`);
      const head = await client.send(new HeadObjectCommand(A));
      head.should.match({ ...headers, Metadata, ContentLength: 256, ETag: got.ETag });
      const other = await client.send(
        new GetObjectCommand({ ...A, ResponseContentType: "text/plain", ResponseCacheControl: "no-store" }),
      );
      other.should.match({ ContentType: "text/plain", CacheControl: "no-store" });
    }));

  it("has binary/octet-stream for what has no type, and no more than 2 KB of metadata", () =>
    withServer({}, async (server) => {
      await send(server, { method: "PUT", path: `/${BUCKET}/a`, body: "x" });
      (await send(server, { path: `/${BUCKET}/a` })).headers.should.have.property(
        "content-type",
        "binary/octet-stream",
      );
      const put = (size: number) =>
        send(server, {
          method: "PUT",
          path: `/${BUCKET}/b`,
          body: "x",
          headers: { "x-amz-meta-k": "v".repeat(size - 1) },
        });
      (await put(2049)).should.match({ status: 400, code: "MetadataTooLarge" });
      (await put(2048)).status.should.equal(200);
    }));

  it("reads ranges", () =>
    withServer({}, async (server, client) => {
      server.put(BUCKET, "a", "0123456789");
      for (const [Range, expected, ContentRange] of [
        ["bytes=0-0", "0", "bytes 0-0/10"],
        ["bytes=2-4", "234", "bytes 2-4/10"],
        ["bytes=7-", "789", "bytes 7-9/10"],
        ["bytes=7-99", "789", "bytes 7-9/10"],
        ["bytes=-3", "789", "bytes 7-9/10"],
        ["bytes=-99", "0123456789", "bytes 0-9/10"],
      ] as const) {
        const got = await client.send(new GetObjectCommand({ ...A, Range }));
        got.should.match({ ContentRange, ContentLength: expected.length, $metadata: { httpStatusCode: 206 } });
        should(await got.Body?.transformToString()).equal(expected);
      }
      for (const Range of ["bytes=10-", "bytes=10-20", "bytes=-0"]) {
        const refused = await failure(text(client, { Range }));
        refused.should.match({ code: "InvalidRange", status: 416 });
        refused.error.should.have.property("ActualObjectSize", "10");
      }
      for (const Range of ["bytes=5-2", "lines=1-2", "bytes=1-2,4-5", "bytes=-"]) {
        should(await text(client, { Range })).equal("0123456789");
      }
    }));

  it("verifies, keeps and tells each checksum", () =>
    withServer({}, async (server, client) => {
      for (const [name, sum] of Object.entries(SUMS)) {
        const right = { ...A, Body: NINE, ChecksumAlgorithm: name as ChecksumAlgorithm, [`Checksum${name}`]: sum };
        (await client.send(new PutObjectCommand(right))).should.have.property(`Checksum${name}`, sum);
        const got = await client.send(new HeadObjectCommand({ ...A, ChecksumMode: "ENABLED" }));
        got.should.match({ [`Checksum${name}`]: sum, ChecksumType: "FULL_OBJECT" });
        const plain = await client.send(new HeadObjectCommand(A));
        plain.should.not.have.property(`Checksum${name}`);
        const wrong = {
          ...right,
          [`Checksum${name}`]: Buffer.alloc(Buffer.from(sum, "base64").length).toString("base64"),
        };
        (await failure(client.send(new PutObjectCommand({ ...wrong, Key: "b" })))).should.match({
          code: "BadDigest",
          status: 400,
        });
      }
      server.keys(BUCKET).should.eql(["a"]);
    }));

  it("computes CRCs in pieces and combines them", () => {
    crc32(NINE).should.equal(0xcbf43926);
    crc32c(NINE).should.equal(0xe3069283);
    crc64nvme(NINE).should.eql([0xae8b1486, 0x0a799888]);
    const [a, b] = [NINE.subarray(0, 4), NINE.subarray(4)];
    crc32(b, crc32(a)).should.equal(crc32(NINE));
    crc32c(b, crc32c(a)).should.equal(crc32c(NINE));
    crc64nvme(b, crc64nvme(a)).should.eql(crc64nvme(NINE));
    const wide = ([high, low]: [number, number]) => (BigInt(high) << 32n) | BigInt(low);
    combineCrc("CRC32", BigInt(crc32(a)), BigInt(crc32(b)), b.length).should.equal(BigInt(crc32(NINE)));
    combineCrc("CRC32C", BigInt(crc32c(a)), BigInt(crc32c(b)), b.length).should.equal(BigInt(crc32c(NINE)));
    combineCrc("CRC64NVME", wide(crc64nvme(a)), wide(crc64nvme(b)), b.length).should.equal(wide(crc64nvme(NINE)));
  });

  it("gives objects stored without a checksum a CRC64NVME one, unless told not to", async () => {
    const head = (client: S3Client) => client.send(new HeadObjectCommand({ ...A, ChecksumMode: "ENABLED" }));
    await withServer({}, async (server, client) => {
      server.put(BUCKET, "a", NINE);
      (await head(client)).should.match({ ChecksumCRC64NVME: SUMS.CRC64NVME });
      should(await text(client, {})).equal("123456789");
    });
    await withServer({ defaultChecksum: false }, async (server, client) => {
      server.put(BUCKET, "a", NINE);
      (await head(client)).should.not.have.property("ChecksumCRC64NVME");
    });
  });

  it("checks Content-MD5, and that a length is given", () =>
    withServer({}, async (server) => {
      const put = (md5: string) =>
        send(server, { method: "PUT", path: `/${BUCKET}/a`, body: "x", headers: { "content-md5": md5 } });
      (await put("nonsense")).should.match({ status: 400, code: "InvalidDigest" });
      (await put(createHash("md5").update("y").digest("base64"))).should.match({ status: 400, code: "BadDigest" });
      (await put(createHash("md5").update("x").digest("base64"))).status.should.equal(200);
      const chunked = { method: "PUT", path: `/${BUCKET}/b`, body: "x", headers: { "transfer-encoding": "chunked" } };
      (await send(server, chunked)).should.match({ status: 411, code: "MissingContentLength" });
      server.keys(BUCKET).should.eql(["a"]);
    }));

  it("copies with metadata and tags, or replaces them", () =>
    withServer({}, async (server, client) => {
      server.put(BUCKET, "a", "x", { contentType: "text/a", metadata: { m: "1" }, tags: { t: "1" } });
      const copy = (more: object) =>
        client.send(new CopyObjectCommand({ Bucket: BUCKET, Key: "b", CopySource: `${BUCKET}/a`, ...more }));
      await copy({});
      should(server.get(BUCKET, "b")).match({ contentType: "text/a", metadata: { m: "1" }, tags: { t: "1" } });
      await copy({
        MetadataDirective: "REPLACE",
        ContentType: "text/b",
        Metadata: { n: "2" },
        TaggingDirective: "REPLACE",
        Tagging: "u=2",
      });
      should(server.get(BUCKET, "b")).match({ contentType: "text/b" });
      should(server.get(BUCKET, "b")?.metadata).eql({ n: "2" });
      should(server.get(BUCKET, "b")?.tags).eql({ u: "2" });
      (await failure(copy({ CopySource: `${BUCKET}/missing` }))).should.match({ code: "NoSuchKey", status: 404 });
      (await failure(copy({ Key: "a" }))).should.match({ code: "InvalidRequest", status: 400 });
    }));

  it("puts, gets and deletes tags", () =>
    withServer({}, async (server, client) => {
      await client.send(new PutObjectCommand({ ...A, Body: "x", Tagging: "one=1&two=a%20b" }));
      const tags = async () => (await client.send(new GetObjectTaggingCommand(A))).TagSet;
      should(await tags()).eql([
        { Key: "one", Value: "1" },
        { Key: "two", Value: "a b" },
      ]);
      (await client.send(new GetObjectCommand(A))).should.have.property("TagCount", 2);
      const put = (TagSet: { Key: string; Value: string }[]) =>
        client.send(new PutObjectTaggingCommand({ ...A, Tagging: { TagSet } }));
      await put([{ Key: "three", Value: "é" }]);
      should(server.get(BUCKET, "a")?.tags).eql({ three: "é" });
      const eleven = Array.from({ length: 11 }, (_, i) => ({ Key: `k${i}`, Value: "" }));
      (await failure(put(eleven))).should.match({ code: "BadRequest", status: 400 });
      (
        await failure(
          put([
            { Key: "k", Value: "1" },
            { Key: "k", Value: "2" },
          ]),
        )
      ).should.match({ code: "InvalidTag" });
      (await failure(put([{ Key: "k", Value: "v".repeat(257) }]))).should.match({ code: "InvalidTag" });
      (await failure(put([{ Key: "aws:k", Value: "" }]))).should.match({ code: "InvalidTag" });
      await client.send(new DeleteObjectTaggingCommand(A));
      should(await tags()).eql([]);
    }));

  it("gives an object under a customer's key only to who has it", () =>
    withServer({}, async (_, client) => {
      const key = (fill: number) => ({
        SSECustomerAlgorithm: "AES256",
        SSECustomerKey: Buffer.alloc(32, fill).toString("base64"),
        SSECustomerKeyMD5: createHash("md5").update(Buffer.alloc(32, fill)).digest("base64"),
      });
      await client.send(new PutObjectCommand({ ...A, Body: "secret", ...key(1) }));
      (await failure(text(client, {}))).should.match({ code: "InvalidRequest", status: 400 });
      (await failure(text(client, key(2)))).should.match({ code: "AccessDenied", status: 403 });
      should(await text(client, key(1))).equal("secret");
    }));

  it("deletes up to 1,000 keys at once, and wants their list checksummed and well-formed", () =>
    withServer(
      { users: [{ accessKey: "some", secretKey: "s", deny: [{ action: "s3:DeleteObject", prefix: "key-7" }] }] },
      async (server, client) => {
        const keys = Array.from({ length: 1001 }, (_, i) => `key-${i}`);
        const remove = (from: string[]) =>
          client.send(new DeleteObjectsCommand({ Bucket: BUCKET, Delete: { Objects: from.map((Key) => ({ Key })) } }));
        server.seed(BUCKET, keys);
        (await failure(remove(keys))).should.match({ code: "MalformedXML", status: 400 });
        server.keys(BUCKET).length.should.equal(1001);
        should((await remove(keys.slice(1))).Deleted?.length).equal(1000);
        server.keys(BUCKET).should.eql(["key-0"]);
        const post = (body: string, headers: Record<string, string>, user = {}) =>
          send(server, { method: "POST", path: `/${BUCKET}`, query: { delete: "" }, body, headers, ...user });
        const md5 = (body: string) => ({ "content-md5": createHash("md5").update(body).digest("base64") });
        const body = "<Delete><Object><Key>key-0</Key></Object><Object><Key>key-7</Key></Object></Delete>";
        (await post(body, {})).should.match({ status: 400, code: "InvalidRequest" });
        (await post(body, md5("other"))).should.match({ status: 400, code: "BadDigest" });
        const bad = [
          body.slice(0, -1),
          body.replace("Delete>", "Del>"),
          "<Delete/>",
          `<!DOCTYPE x [<!ENTITY e "key-0">]>${body.replace("key-0", "&e;")}`,
          body.replace("key-0", "&nbsp;"),
          body.replace("key-0", "&#x1;"),
          `${"<Delete>".repeat(100)}${"</Delete>".repeat(100)}`,
        ];
        for (const one of bad) (await post(one, md5(one))).should.match({ status: 400, code: "MalformedXML" });
        server.keys(BUCKET).should.eql(["key-0"]);
        server.seed(BUCKET, ["key-7", "a&b <c>"]);
        const partly = await post(body, md5(body), { accessKey: "some", secretKey: "s" });
        partly.should.match({
          status: 200,
          body: /<Deleted><Key>key-0<\/Key><\/Deleted><Error><Key>key-7<\/Key><Code>AccessDenied</,
        });
        server.keys(BUCKET).should.eql(["a&b <c>", "key-7"]);
        const escaped = "<Delete><Object><Key>a&#x26;b &lt;c&gt;</Key></Object></Delete>";
        (await post(escaped, md5(escaped))).status.should.equal(200);
        server.keys(BUCKET).should.eql(["key-7"]);
      },
    ));

  it("holds objects that need no memory, and throws away bodies when it is told to", () =>
    withServer({ discardBodiesOver: 1000 }, async (server, client) => {
      server.put(BUCKET, "large", { size: 20_000_000, pattern: Buffer.from("0123456789") });
      const got = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key: "large", Range: "bytes=19999995-" }));
      should(await got.Body?.transformToString()).equal("56789");
      const Body = Buffer.alloc(100_000, 7);
      const { ETag } = await client.send(new PutObjectCommand({ ...A, Body }));
      should(ETag).equal(`"${createHash("md5").update(Body).digest("hex")}"`);
      should(server.get(BUCKET, "a")?.body.equals(Buffer.alloc(100_000))).be.true();
    }));
});
