import { createHash } from "node:crypto";
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import should from "should";
import { crc32 } from "../../dev/s3-server/crc";
import { BUCKET, failure, withServer } from "./support";

const MIB = 1024 * 1024;
const where = (Key: string) => ({ Bucket: BUCKET, Key });

async function begin(
  client: S3Client,
  Key: string,
  input = {},
): Promise<{ Bucket: string; Key: string; UploadId: string }> {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...where(Key), ...input }));
  return { ...where(Key), UploadId: UploadId ?? "" };
}

async function part(
  client: S3Client,
  upload: Awaited<ReturnType<typeof begin>>,
  PartNumber: number,
  Body: string | Buffer,
): Promise<CompletedPart> {
  const { ETag, ChecksumCRC32 } = await client.send(new UploadPartCommand({ ...upload, PartNumber, Body }));
  return { PartNumber, ETag, ChecksumCRC32 };
}

function complete(client: S3Client, upload: Awaited<ReturnType<typeof begin>>, Parts: CompletedPart[], input = {}) {
  return client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts }, ...input }));
}

function md5(data: string | Buffer): Buffer {
  return createHash("md5").update(data).digest();
}

function crcBase64(data: Buffer): string {
  const out = Buffer.alloc(4);
  out.writeUInt32BE(crc32(data));
  return out.toString("base64");
}

describe("s3-server: multipart uploads", () => {
  it("joins parts in the order of their numbers, with an ETag of -N", () =>
    withServer({ minPartSize: 1 }, async (server, client) => {
      const upload = await begin(client, "a", { Metadata: { m: "1" }, ContentType: "text/x" });
      const last = await part(client, upload, 7, "world");
      await part(client, upload, 2, "replaced");
      const first = await part(client, upload, 2, "hello ");
      const { ETag } = await complete(client, upload, [first, last]);
      const expected = createHash("md5")
        .update(Buffer.concat([md5("hello "), md5("world")]))
        .digest("hex");
      should(ETag).equal(`"${expected}-2"`);
      should(server.get(BUCKET, "a")).match({ size: 11, contentType: "text/x", metadata: { m: "1" } });
      should(server.get(BUCKET, "a")?.body.toString()).equal("hello world");
      server.uploads(BUCKET).should.eql([]);
      const second = await client.send(new GetObjectCommand({ ...where("a"), PartNumber: 2 }));
      second.should.match({ PartsCount: 2, ContentRange: "bytes 6-10/11", $metadata: { httpStatusCode: 206 } });
      should(await second.Body?.transformToString()).equal("world");
    }));

  it("answers a repeated completion with the same result", () =>
    withServer({}, async (server, client) => {
      const upload = await begin(client, "a");
      const only = await part(client, upload, 1, "x");
      const first = await complete(client, upload, [only], { IfNoneMatch: "*" });
      const again = await complete(client, upload, [only], { IfNoneMatch: "*" });
      should(again.ETag).equal(first.ETag);
      server.requests
        .filter((one) => one.operation === "CompleteMultipartUpload")
        .map((one) => one.status)
        .should.eql([200, 200]);
    }));

  it("refuses parts out of order, unknown, changed or too small", () =>
    withServer({}, async (server, client) => {
      const upload = await begin(client, "a");
      const small = await part(client, upload, 1, "small");
      const large = await part(client, upload, 2, Buffer.alloc(5 * MIB));
      const tail = await part(client, upload, 3, "tail");
      (await failure(complete(client, upload, [large, small]))).should.match({ code: "InvalidPartOrder", status: 400 });
      (await failure(complete(client, upload, [large, large]))).should.match({ code: "InvalidPartOrder" });
      (await failure(complete(client, upload, [large, { ...tail, PartNumber: 9 }]))).should.match({
        code: "InvalidPart",
        status: 400,
      });
      (await failure(complete(client, upload, [{ ...large, ETag: tail.ETag }]))).should.match({ code: "InvalidPart" });
      (await failure(complete(client, upload, [small, large]))).should.match({ code: "EntityTooSmall", status: 400 });
      (await failure(complete(client, upload, []))).should.match({ code: "MalformedXML" });
      server.keys(BUCKET).should.eql([]);
      await complete(client, upload, [large, tail]);
      should(server.get(BUCKET, "a")?.size).equal(5 * MIB + 4);
    }));

  it("combines checksums of parts, composite and of the full object", () =>
    withServer({ minPartSize: 1 }, async (_, client) => {
      const pieces = [Buffer.from("hello "), Buffer.alloc(70_000, 5), Buffer.from("world")];
      const whole = Buffer.concat(pieces);
      for (const ChecksumType of ["COMPOSITE", "FULL_OBJECT"] as const) {
        const upload = await begin(client, "a", { ChecksumAlgorithm: "CRC32", ChecksumType });
        const parts: CompletedPart[] = [];
        for (const [index, piece] of pieces.entries()) parts.push(await part(client, upload, index + 1, piece));
        parts.map((one) => one.ChecksumCRC32).should.eql(pieces.map(crcBase64));
        const sums = Buffer.concat(parts.map((one) => Buffer.from(one.ChecksumCRC32 ?? "", "base64")));
        const expected = ChecksumType === "COMPOSITE" ? `${crcBase64(sums)}-3` : crcBase64(whole);
        if (ChecksumType === "FULL_OBJECT") {
          (await failure(complete(client, upload, parts, { ChecksumCRC32: "AAAAAA==" }))).should.match({
            code: "BadDigest",
          });
        } else {
          const without = parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag }));
          (await failure(complete(client, upload, without))).should.match({ code: "InvalidRequest" });
        }
        // the header is about the object, not about the list of parts that it comes with
        const said = ChecksumType === "FULL_OBJECT" ? { ChecksumCRC32: expected } : {};
        (await complete(client, upload, parts, said)).should.match({ ChecksumCRC32: expected, ChecksumType });
        const head = await client.send(new HeadObjectCommand({ ...where("a"), ChecksumMode: "ENABLED" }));
        head.should.match({ ChecksumCRC32: expected, ChecksumType });
        const got = await client.send(new GetObjectCommand(where("a")));
        should(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(whole)).be.true();
        const told = await client.send(
          new GetObjectAttributesCommand({ ...where("a"), ObjectAttributes: ["ObjectParts", "ObjectSize", "ETag"] }),
        );
        told.should.match({ ObjectSize: whole.length, ObjectParts: { TotalPartsCount: 3 } });
      }
      (await failure(begin(client, "b", { ChecksumAlgorithm: "SHA256", ChecksumType: "FULL_OBJECT" }))).should.match({
        code: "InvalidRequest",
      });
      (await failure(begin(client, "b", { ChecksumAlgorithm: "CRC64NVME", ChecksumType: "COMPOSITE" }))).should.match({
        code: "InvalidRequest",
      });
    }));

  it("copies parts from ranges of other objects", () =>
    withServer({ minPartSize: 1 }, async (server, client) => {
      server.put(BUCKET, "source", "0123456789");
      const upload = await begin(client, "a");
      const copy = async (PartNumber: number, CopySourceRange?: string): Promise<CompletedPart> => {
        const { CopyPartResult } = await client.send(
          new UploadPartCopyCommand({ ...upload, PartNumber, CopySource: `${BUCKET}/source`, CopySourceRange }),
        );
        return { PartNumber, ETag: CopyPartResult?.ETag };
      };
      const parts = [await copy(1, "bytes=5-9"), await copy(2)];
      (await failure(copy(3, "bytes=5-10"))).should.match({ code: "InvalidArgument" });
      await complete(client, upload, parts);
      should(server.get(BUCKET, "a")?.body.toString()).equal("567890123456789");
    }));

  it("forgets an aborted upload", () =>
    withServer({}, async (server, client) => {
      const upload = await begin(client, "a");
      const one = await part(client, upload, 1, "x");
      server.uploads(BUCKET).should.eql([{ id: upload.UploadId, key: "a", parts: [1] }]);
      await client.send(new AbortMultipartUploadCommand(upload));
      server.uploads(BUCKET).should.eql([]);
      (await failure(part(client, upload, 2, "y"))).should.match({ code: "NoSuchUpload", status: 404 });
      (await failure(complete(client, upload, [one]))).should.match({ code: "NoSuchUpload" });
      (await failure(client.send(new AbortMultipartUploadCommand(upload)))).should.match({ code: "NoSuchUpload" });
      (await failure(part(client, await begin(client, "b"), 10_001, "y"))).should.match({ code: "InvalidArgument" });
    }));

  it("lists parts and uploads, page by page", () =>
    withServer({}, async (_, client) => {
      const upload = await begin(client, "many");
      for (const number of [3, 1, 10_000, 2, 50]) await part(client, upload, number, `part ${number}`);
      const numbers: (number | undefined)[] = [];
      let PartNumberMarker: string | undefined;
      do {
        const page = await client.send(new ListPartsCommand({ ...upload, MaxParts: 2, PartNumberMarker }));
        numbers.push(...(page.Parts ?? []).map((one) => one.PartNumber));
        PartNumberMarker = page.IsTruncated ? page.NextPartNumberMarker : undefined;
      } while (PartNumberMarker);
      numbers.should.eql([1, 2, 3, 50, 10_000]);

      const begun = [upload.UploadId];
      for (const key of ["b/1", "a", "a", "b/2", "🎉"]) begun.push((await begin(client, key)).UploadId);
      const listed: (string | undefined)[] = [];
      let KeyMarker: string | undefined;
      let UploadIdMarker: string | undefined;
      let more = true;
      while (more) {
        const page = await client.send(
          new ListMultipartUploadsCommand({ Bucket: BUCKET, MaxUploads: 1, KeyMarker, UploadIdMarker }),
        );
        should(page.Uploads?.length).equal(1);
        listed.push(...(page.Uploads ?? []).map((one) => one.UploadId));
        more = page.IsTruncated ?? false;
        KeyMarker = page.NextKeyMarker;
        UploadIdMarker = page.NextUploadIdMarker;
      }
      listed.should.eql([2, 3, 1, 4, 0, 5].map((index) => begun[index]));
      const rolled = await client.send(new ListMultipartUploadsCommand({ Bucket: BUCKET, Delimiter: "/", Prefix: "" }));
      should(rolled.CommonPrefixes).match([{ Prefix: "b/" }]);
      should(rolled.Uploads?.map((one) => one.Key)).eql(["a", "a", "many", "🎉"]);
    }));

  it("goes on after an upload that was aborted between two pages", () =>
    withServer({}, async (server, client) => {
      const begun: string[] = [];
      for (const key of ["a", "a", "a", "b"]) begun.push((await begin(client, key)).UploadId);
      const seen: (string | undefined)[] = [];
      let KeyMarker: string | undefined;
      let UploadIdMarker: string | undefined;
      do {
        const page = await client.send(
          new ListMultipartUploadsCommand({ Bucket: BUCKET, MaxUploads: 1, KeyMarker, UploadIdMarker }),
        );
        for (const { Key, UploadId } of page.Uploads ?? []) {
          seen.push(UploadId);
          await client.send(new AbortMultipartUploadCommand({ Bucket: BUCKET, Key, UploadId }));
        }
        KeyMarker = page.IsTruncated ? page.NextKeyMarker : undefined;
        UploadIdMarker = page.NextUploadIdMarker;
      } while (KeyMarker);
      seen.should.eql(begun);
      server.uploads(BUCKET).should.eql([]);
    }));

  it("pages uploads under a delimiter, below a prefix, their keys encoded", () =>
    withServer({}, async (_, client) => {
      for (const key of ["x/a b/1", "x/a b/2", "x/c", "x/d/1", "y"]) await begin(client, key);
      const seen: string[] = [];
      let KeyMarker: string | undefined;
      do {
        const page = await client.send(
          new ListMultipartUploadsCommand({
            Bucket: BUCKET,
            Prefix: "x/",
            Delimiter: "/",
            EncodingType: "url",
            MaxUploads: 1,
            KeyMarker: KeyMarker && decodeURIComponent(KeyMarker.replaceAll("+", " ")),
          }),
        );
        page.should.match({ Prefix: "x/", Delimiter: "/", EncodingType: "url", MaxUploads: 1 });
        seen.push(...(page.CommonPrefixes ?? []).map((one) => one.Prefix ?? ""));
        seen.push(...(page.Uploads ?? []).map((one) => one.Key ?? ""));
        KeyMarker = page.IsTruncated ? page.NextKeyMarker : undefined;
      } while (KeyMarker);
      seen.should.eql(["x/a+b/", "x/c", "x/d/"]);
    }));
});
