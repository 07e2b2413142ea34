import { createHash } from "node:crypto";
import {
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import should from "should";
import { checkCopySize } from "../../dev/s3-server/copy-object";
import { BUCKET, failure, withServer } from "./support";

const GIB = 1024 ** 3;
const A = { Bucket: BUCKET, Key: "a" };
const B = { Bucket: BUCKET, Key: "b" };

function copy(client: S3Client, input: object = {}) {
  return client.send(new CopyObjectCommand({ ...B, CopySource: `${BUCKET}/a`, ...input }));
}

async function tags(client: S3Client) {
  return (await client.send(new GetObjectTaggingCommand(B))).TagSet;
}

describe("s3-server: copies", () => {
  it("take metadata and tags along, or replace either", () =>
    withServer({}, async (_, client) => {
      const source = {
        Metadata: { from: "source" },
        ContentType: "text/x",
        CacheControl: "no-cache",
        StorageClass: "STANDARD_IA" as const,
        WebsiteRedirectLocation: "/elsewhere",
      };
      await client.send(new PutObjectCommand({ ...A, Body: "x", Tagging: "k=source", ...source }));
      const told = { Metadata: { from: "request" }, ContentType: "text/y", Tagging: "k=request" };
      await copy(client, told);
      const head = () => client.send(new HeadObjectCommand(B));
      const kept = await head();
      kept.should.match({ Metadata: { from: "source" }, ContentType: "text/x", CacheControl: "no-cache" });
      // "not copied": storage class and redirect are what the request says
      kept.should.not.have.property("StorageClass");
      kept.should.not.have.property("WebsiteRedirectLocation");
      should(await tags(client)).eql([{ Key: "k", Value: "source" }]);
      await copy(client, { ...told, MetadataDirective: "REPLACE", StorageClass: "GLACIER_IR" });
      const replaced = await head();
      replaced.should.match({ Metadata: { from: "request" }, ContentType: "text/y", StorageClass: "GLACIER_IR" });
      replaced.should.not.have.property("CacheControl");
      should(await tags(client)).eql([{ Key: "k", Value: "source" }]);
      await copy(client, { ...told, TaggingDirective: "REPLACE" });
      should(await tags(client)).eql([{ Key: "k", Value: "request" }]);
      (await head()).should.match({ Metadata: { from: "source" } });
      await copy(client, { TaggingDirective: "REPLACE" });
      should(await tags(client)).eql([]);
      for (const name of ["MetadataDirective", "TaggingDirective"]) {
        (await failure(copy(client, { [name]: "MOVE" }))).should.match({ code: "InvalidArgument", status: 400 });
      }
    }));

  it("to itself change something, or restore an old version", () =>
    withServer({ buckets: [{ name: BUCKET, versioning: "Enabled" }] }, async (server, client) => {
      const { versionId } = server.put(BUCKET, "a", "old");
      server.put(BUCKET, "a", "new");
      const onto = (more = {}) => copy(client, { ...A, ...more });
      (await failure(onto())).should.match({ code: "InvalidRequest", status: 400 });
      (await failure(onto({ Metadata: { a: "1" }, TaggingDirective: "REPLACE" }))).code.should.equal("InvalidRequest");
      for (const change of [
        { MetadataDirective: "REPLACE" },
        { StorageClass: "STANDARD_IA" },
        { ServerSideEncryption: "AES256" },
        { WebsiteRedirectLocation: "/elsewhere" },
      ]) {
        await onto(change);
      }
      const restored = await onto({ CopySource: `${BUCKET}/a?versionId=${versionId}` });
      restored.should.match({ CopySourceVersionId: versionId });
      should(restored.VersionId).not.equal(versionId);
      should(server.get(BUCKET, "a")?.body.toString()).equal("old");
    }));

  it("name a version that is there and no delete marker", () =>
    withServer({ buckets: [{ name: BUCKET, versioning: "Enabled" }] }, async (server, client) => {
      server.put(BUCKET, "a", "x");
      const from = (id: string | undefined) => copy(client, { CopySource: `${BUCKET}/a?versionId=${id}` });
      const { VersionId } = await client.send(new DeleteObjectCommand(A));
      (await failure(copy(client))).should.match({ code: "NoSuchKey", status: 404 });
      (await failure(from(VersionId))).should.match({ code: "InvalidRequest", status: 400 });
      (await failure(from("x".repeat(32)))).should.match({ code: "NoSuchVersion", status: 404 });
      (await failure(copy(client, { CopySource: BUCKET }))).should.match({ code: "InvalidArgument", status: 400 });
      (await failure(copy(client, { CopySource: "missing-bucket/a" }))).code.should.equal("NoSuchBucket");
    }));

  it("of a range stay within their source, which is larger than 5 MiB", () =>
    withServer({ defaultChecksum: false }, async (server, client) => {
      server.put(BUCKET, "small", "x");
      server.put(BUCKET, "exact", { size: 6 * 1024 * 1024 });
      const { UploadId } = await client.send(new CreateMultipartUploadCommand(B));
      const part = (CopySource: string, CopySourceRange?: string) =>
        client.send(new UploadPartCopyCommand({ ...B, UploadId, PartNumber: 1, CopySource, CopySourceRange }));
      const exact = (range: string) => part(`${BUCKET}/exact`, range);
      for (const range of ["0-5", "bytes=0-", "bytes=-5", "bytes=5-4", "bytes=0-1,3-4", `bytes=0-${6 * 1024 * 1024}`]) {
        (await failure(exact(range))).should.match({ code: "InvalidArgument", status: 400 });
      }
      // "You can copy a range only if the source object is greater than 5 MB"
      (await failure(part(`${BUCKET}/small`, "bytes=0-0"))).should.match({ code: "InvalidRequest", status: 400 });
      const { CopyPartResult, CopySourceVersionId } = await exact("bytes=0-9");
      const nothing = createHash("md5").update(Buffer.alloc(10)).digest("hex");
      should(CopyPartResult?.ETag).equal(`"${nothing}"`);
      should(CopySourceVersionId).be.undefined();
    }));

  it("refuse more than 5 GiB", () => {
    // by itself: a source of this size takes half a minute to put
    checkCopySize(5 * GIB);
    should.throws(() => checkCopySize(5 * GIB + 1), /larger than the maximum allowable size for a copy source/);
  });

  it("tell of the version they were made from, part by part", () =>
    withServer({ buckets: [{ name: BUCKET, versioning: "Enabled" }], minPartSize: 1 }, async (server, client) => {
      const { versionId } = server.put(BUCKET, "a", "0123456789");
      server.put(BUCKET, "a", "newer");
      const { UploadId } = await client.send(new CreateMultipartUploadCommand(B));
      const copied = await client.send(
        new UploadPartCopyCommand({
          ...B,
          UploadId,
          PartNumber: 1,
          CopySource: `${BUCKET}/a?versionId=${versionId}`,
          CopySourceRange: "bytes=2-5",
        }),
      );
      should(copied.CopySourceVersionId).equal(versionId);
      should(copied.CopyPartResult?.ETag).equal(`"${createHash("md5").update("2345").digest("hex")}"`);
    }));
});
