import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListPartsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import should from "should";
import type { S3Server } from "../../dev/s3-server/index";
import { must } from "../support/must";
import { bodyFiles, everything, onFolder, withFolder } from "./folder";
import { BUCKET, failure } from "./support";

const MIB = 1024 * 1024;
const BIG = Buffer.alloc(300_000, "0123456789");

async function put(client: S3Client, Key: string, Body: string | Buffer, more = {}): Promise<string | undefined> {
  return (await client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body, ...more }))).VersionId;
}

async function status(client: S3Client, Status: "Enabled" | "Suspended"): Promise<void> {
  await client.send(new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration: { Status } }));
}

/** The same before and after a restart. */
async function survives(folder: string, fill: (client: S3Client, server: S3Server) => Promise<void>): Promise<void> {
  const before = await onFolder(folder, async (server, client) => {
    await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
    await fill(client, server);
    return everything(client);
  });
  // twice: the second start reads what the first one put in order
  for (let start = 0; start < 2; start++) should(await onFolder(folder, (_, c) => everything(c))).eql(before);
}

function journal(folder: string): string {
  return readFileSync(join(folder, "journal"), "utf8");
}

describe("s3-server: a folder", () => {
  it("keeps buckets and their settings, also that one is gone", () =>
    withFolder((folder) =>
      survives(folder, async (client) => {
        for (const Bucket of ["b-2", "b-1", "gone", "again"]) await client.send(new CreateBucketCommand({ Bucket }));
        await client.send(new PutObjectCommand({ Bucket: "again", Key: "old", Body: BIG }));
        await client.send(new DeleteObjectCommand({ Bucket: "again", Key: "old" }));
        for (const Bucket of ["gone", "again"]) await client.send(new DeleteBucketCommand({ Bucket }));
        const CreateBucketConfiguration = { LocationConstraint: "eu-west-1" } as const;
        await client.send(new CreateBucketCommand({ Bucket: "again", CreateBucketConfiguration }));
        await status(client, "Suspended");
      }),
    ));

  it("keeps keys of every kind, in their order", () =>
    withFolder((folder) =>
      survives(folder, async (client) => {
        const keys = [
          "a",
          "A",
          "é",
          "e\u0301",
          "\u{1f600}",
          "\uffee",
          "a/",
          "a//b",
          "../x",
          "a b+c%20",
          '"\\',
          "\r\n\t",
          "__proto__",
        ];
        for (const key of [...keys, "constructor", "x".repeat(1024), " ", "b"]) await put(client, key, key);
      }),
    ));

  it("keeps versions, null versions and delete markers", () =>
    withFolder((folder) =>
      survives(folder, async (client) => {
        await put(client, "a", "before");
        await put(client, "gone", "before");
        await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: "gone" }));
        await status(client, "Enabled");
        const ids = [await put(client, "a", "one"), await put(client, "a", BIG), await put(client, "a", "three")];
        await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: "a" }));
        await put(client, "a", "four");
        await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: "a", VersionId: ids[0] }));
        await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: "marker" }));
        const b = await put(client, "b", "b");
        const Objects = [{ Key: "a", VersionId: ids[2] }, { Key: "b", VersionId: b }, { Key: "c" }];
        await client.send(new DeleteObjectsCommand({ Bucket: BUCKET, Delete: { Objects } }));
        await status(client, "Suspended");
        await put(client, "a", "null again");
        await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: "suspended" }));
      }),
    ));

  it("keeps types, metadata, tags, storage classes, encryption and checksums", () =>
    withFolder((folder) =>
      survives(folder, async (client, server) => {
        await put(client, "plain", "x");
        // as Node.js reads bytes of UTF-8 in a header
        server.put(BUCKET, "foreign", "x", { metadata: { umlaut: Buffer.from("grün").toString("latin1") } });
        await put(client, "full", BIG, {
          ContentType: "text/csv",
          CacheControl: "no-cache",
          ContentEncoding: "gzip",
          Metadata: { colour: "blue" },
          Tagging: "a=1&b=%C3%A9",
          StorageClass: "GLACIER",
          ServerSideEncryption: "aws:kms",
          SSEKMSKeyId: "key",
          ChecksumAlgorithm: "SHA256",
        });
        await put(client, "tagged", "x");
        await client.send(
          new PutObjectTaggingCommand({
            Bucket: BUCKET,
            Key: "tagged",
            Tagging: { TagSet: [{ Key: "k", Value: "v" }] },
          }),
        );
        await put(client, "empty", "");
      }),
    ));

  it("goes on with a multipart upload after a restart, and repeats its end after another", () =>
    withFolder(async (folder) => {
      const one = { Bucket: BUCKET, Key: "big" };
      const body = (n: number) => Buffer.alloc(n === 3 ? 10 : 5 * MIB, String(n));
      const upload = async (client: S3Client, UploadId: string | undefined, n: number, text = body(n)) =>
        (await client.send(new UploadPartCommand({ ...one, UploadId, PartNumber: n, Body: text }))).ETag;
      const begun = await onFolder(
        folder,
        async (_, client) => {
          const begin = () =>
            client.send(new CreateMultipartUploadCommand({ ...one, ContentType: "a/b", ChecksumAlgorithm: "CRC32" }));
          const { UploadId } = await begin();
          const { UploadId: aborted } = await begin();
          await upload(client, aborted, 1);
          await client.send(new AbortMultipartUploadCommand({ ...one, UploadId: aborted }));
          await upload(client, UploadId, 2, body(9));
          await upload(client, UploadId, 2);
          await upload(client, UploadId, 7);
          return { UploadId, listed: await everything(client) };
        },
        { buckets: [BUCKET] },
      );
      const { UploadId } = begun;
      const end = new CompleteMultipartUploadCommand({ ...one, UploadId });
      const first = await onFolder(folder, async (server, client) => {
        should(await everything(client)).eql(begun.listed);
        await upload(client, UploadId, 1);
        await upload(client, UploadId, 3);
        server.uploads(BUCKET).should.match([{ id: UploadId, parts: [2, 7, 1, 3] }]);
        const { Parts = [] } = await client.send(new ListPartsCommand({ ...one, UploadId }));
        end.input.MultipartUpload = { Parts: Parts.slice(0, 3) };
        const { ETag, ChecksumCRC32 } = await client.send(end);
        return { ETag, ChecksumCRC32, all: await everything(client) };
      });
      bodyFiles(folder).should.have.length(2); // the third is small, the seventh was not chosen
      await onFolder(folder, async (server, client) => {
        should(await everything(client)).eql(first.all);
        (await client.send(end)).should.match({ ETag: first.ETag, ChecksumCRC32: first.ChecksumCRC32 });
        server.uploads(BUCKET).should.be.empty();
        server
          .get(BUCKET, "big")
          ?.body.equals(Buffer.concat([1, 2, 3].map(body)))
          .should.be.true();
        const part = await client.send(new GetObjectCommand({ ...one, PartNumber: 2 }));
        Buffer.from((await part.Body?.transformToByteArray()) ?? [])
          .equals(body(2))
          .should.be.true();
      });
    }));

  it("keeps what is put without a request", () =>
    withFolder(async (folder) => {
      const pattern = Buffer.alloc(5000, "pattern");
      await onFolder(folder, async (server) => {
        server.createBucket({ name: BUCKET, public: "read", requesterPays: true, region: "eu-west-1" });
        server.put(BUCKET, "a", "one", { tags: { k: "v" }, metadata: { m: "1" }, lastModified: 1_000_000_000_000 });
        server.setVersioning(BUCKET, "Enabled");
        server.put(BUCKET, "a", BIG, { checksum: "SHA1" });
        server.put(BUCKET, "zeros", { size: 1e9 });
        server.put(BUCKET, "pattern", { size: 12_000, pattern });
        server.seed(BUCKET, ["s/1", "s/2", "s/3"], BIG).should.equal(3);
        // as if the process were gone at this moment
        const kept = journal(folder);
        kept.should.containEql('"requesterPays":true').and.containEql("s/3").and.containEql('"zeros":1000000000');
      });
      bodyFiles(folder).should.have.length(3);
      await onFolder(
        folder,
        async (server) => {
          server.keys(BUCKET).should.eql(["a", "pattern", "s/1", "s/2", "s/3", "zeros"]);
          server
            .versions(BUCKET, "a")
            .map(({ size }) => size)
            .should.eql([BIG.length, 3]);
          server.versions(BUCKET, "zeros").should.match([{ size: 1e9 }]);
          must(server.get(BUCKET, "a", "null")).should.match({ tags: { k: "v" }, metadata: { m: "1" } });
          must(server.get(BUCKET, "pattern")?.body.toString())
            .should.startWith(pattern.toString())
            .and.have.length(12_000);
          must(server.get(BUCKET, "s/2")?.body.equals(BIG)).should.be.true();
        },
        // what is there already is not made again
        { buckets: [{ name: BUCKET, region: "us-west-2" }] },
      );
      journal(folder).should.containEql("eu-west-1").and.not.containEql("us-west-2");
    }));

  it("shares the body of copies, and keeps it until the last of them is gone", () =>
    withFolder(async (folder) => {
      const copy = (client: S3Client, Key: string, from: string) =>
        client.send(new CopyObjectCommand({ Bucket: BUCKET, Key, CopySource: `${BUCKET}/${from}` }));
      const remove = (client: S3Client, Key: string) => client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key }));
      await onFolder(
        folder,
        async (server, client) => {
          await put(client, "source", BIG);
          await copy(client, "copy", "source");
          const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key: "joined" }));
          const part = { Bucket: BUCKET, Key: "joined", UploadId, PartNumber: 1 };
          const CopySourceRange = "bytes=10-200009";
          const { CopyPartResult } = await client.send(
            new UploadPartCopyCommand({ ...part, CopySource: `${BUCKET}/source`, CopySourceRange }),
          );
          bodyFiles(folder).should.have.length(1);
          await remove(client, "source");
          const Parts = [{ PartNumber: 1, ETag: CopyPartResult?.ETag }];
          await client.send(new CompleteMultipartUploadCommand({ ...part, MultipartUpload: { Parts } }));
          must(server.get(BUCKET, "copy")?.body.equals(BIG)).should.be.true();
        },
        { buckets: [BUCKET], minPartSize: 1000 },
      );
      await onFolder(folder, async (server, client) => {
        bodyFiles(folder).should.have.length(1);
        must(server.get(BUCKET, "copy")?.body.equals(BIG)).should.be.true();
        await remove(client, "copy");
        must(server.get(BUCKET, "joined")?.body.equals(BIG.subarray(10, 200_010))).should.be.true();
        bodyFiles(folder).should.have.length(1);
        await put(client, "joined", "small now");
      });
      bodyFiles(folder).should.be.empty();
    }));

  it("hands out a body to its end though the object is deleted meanwhile", () =>
    withFolder((folder) =>
      onFolder(
        folder,
        async (server, client) => {
          const body = Buffer.alloc(8 * MIB, "abcdefgh");
          await put(client, "a", body);
          const { Body } = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key: "a" }));
          await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: "a" }));
          bodyFiles(folder).should.have.length(1);
          Buffer.from((await Body?.transformToByteArray()) ?? [])
            .equals(body)
            .should.be.true();
          while (server.inFlight > 0) await new Promise((resolve) => setImmediate(resolve));
          bodyFiles(folder).should.be.empty();
        },
        { buckets: [BUCKET] },
      ),
    ));

  it("holds no body in memory, and leaves none of a request that was refused", () =>
    withFolder((folder) =>
      onFolder(
        folder,
        async (server, client) => {
          const body = Buffer.alloc(24 * MIB, 7);
          const held = () => {
            global.gc?.();
            return process.memoryUsage().arrayBuffers;
          };
          await put(client, "warm", BIG);
          const before = held();
          for (let n = 0; n < 4; n++) await put(client, `big-${n}`, body);
          // sockets let go of what they have sent a while later
          for (let turn = 0; turn < 200 && held() - before >= body.length; turn++) {
            await new Promise((resolve) => setTimeout(resolve, 20));
          }
          (held() - before).should.be.below(body.length);
          const refused = await failure(put(client, "big-0", body, { IfNoneMatch: "*" }));
          refused.code.should.equal("PreconditionFailed");
          (await failure(put(client, "big-0", BIG, { ContentMD5: "1B2M2Y8AsgTpgAmY7PhCfg==" }))).code.should.equal(
            "BadDigest",
          );
          while (server.inFlight > 0) await new Promise((resolve) => setImmediate(resolve));
          bodyFiles(folder).should.have.length(5);
        },
        { buckets: [BUCKET] },
      ),
    ));

  it("is put in order at the start, and while it grows", () =>
    withFolder(async (folder) => {
      const size = () => statSync(join(folder, "journal")).size;
      const value = (n: number) => String(n).padStart(3000, " ");
      await onFolder(
        folder,
        async (server) => {
          for (let n = 0; n < 100; n++) server.put(BUCKET, "a", value(n));
          server.put(BUCKET, "gone", "x");
        },
        { buckets: [BUCKET] },
      );
      const long = size();
      await onFolder(folder, async (server, client) => {
        size().should.be.below(long / 20);
        await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: "gone" }));
        for (let n = 0; n < 1000; n++) server.put(BUCKET, "a", value(n));
        size().should.be.below(1.5 * MIB); // 4 MB were written
        server.put(BUCKET, "last", "last");
      });
      await onFolder(folder, async (server) => {
        size().should.be.below(long / 20);
        server.keys(BUCKET).should.eql(["a", "last"]);
        must(server.get(BUCKET, "a")?.body.toString()).should.equal(value(999));
      });
    }));

  it("holds no secret, and is the owner's alone", () =>
    withFolder(async (folder) => {
      await onFolder(
        folder,
        async (_, client) => {
          const customer = { SSECustomerAlgorithm: "AES256", SSECustomerKey: Buffer.alloc(32, "k").toString("base64") };
          await put(client, "a", BIG, { ...customer, SSECustomerKeyMD5: "not-checked-here-24-byte" });
        },
        { buckets: [BUCKET], secretKey: "canary-secret", users: [{ accessKey: "U", secretKey: "canary-two" }] },
      );
      journal(folder).should.not.match(/canary|a2tra2tr/);
      readdirSync(folder).sort().should.eql(["bodies", "journal"]);
      if (process.platform === "win32") return;
      for (const [name, mode] of [
        ["", 0o700],
        ["bodies", 0o700],
        ["journal", 0o600],
      ] as const) {
        (statSync(join(folder, name)).mode & 0o777).should.equal(mode, name);
      }
      for (const name of bodyFiles(folder)) (statSync(join(folder, "bodies", name)).mode & 0o777).should.equal(0o600);
    }));
});
