import { createHash } from "node:crypto";
import {
  type ChecksumAlgorithm,
  type ChecksumType,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import should from "should";
import { crc32, crc32c, crc64nvme } from "../../dev/s3-server/crc";
import { BUCKET, clientFor, failure, send, withServer } from "./support";

const A = { Bucket: BUCKET, Key: "a" };
const PIECES = [Buffer.from("first "), Buffer.alloc(70_000, 5), Buffer.from("last")];
const WHOLE = Buffer.concat(PIECES);
const ENABLED = { ChecksumMode: "ENABLED" as const };

type Named = Record<string, unknown>;

/** The checksum of `data`, base64; the hashes by node:crypto. */
function sumOf(algorithm: string, data: Buffer): string {
  const out = Buffer.alloc(algorithm === "CRC64NVME" ? 8 : 4);
  switch (algorithm) {
    case "CRC32":
      out.writeUInt32BE(crc32(data));
      return out.toString("base64");
    case "CRC32C":
      out.writeUInt32BE(crc32c(data));
      return out.toString("base64");
    case "CRC64NVME": {
      const [high, low] = crc64nvme(data);
      out.writeUInt32BE(high);
      out.writeUInt32BE(low, 4);
      return out.toString("base64");
    }
    default:
      return createHash(algorithm.toLowerCase()).update(data).digest("base64");
  }
}

function wholeSum(algorithm: string, type: ChecksumType): string {
  if (type === "FULL_OBJECT") return sumOf(algorithm, WHOLE);
  const sums = PIECES.map((piece) => Buffer.from(sumOf(algorithm, piece), "base64"));
  return `${sumOf(algorithm, Buffer.concat(sums))}-3`;
}

async function uploaded(client: S3Client, ChecksumAlgorithm: ChecksumAlgorithm, ChecksumType: ChecksumType) {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...A, ChecksumAlgorithm, ChecksumType }));
  const Parts: CompletedPart[] = [];
  for (const [index, Body] of PIECES.entries()) {
    const PartNumber = index + 1;
    const name = `Checksum${ChecksumAlgorithm}`;
    const sum = sumOf(ChecksumAlgorithm, Body);
    const part = await client.send(
      new UploadPartCommand({ ...A, UploadId, PartNumber, Body, ChecksumAlgorithm, [name]: sum }),
    );
    part.should.have.property(name, sum);
    Parts.push({ PartNumber, ETag: part.ETag, [name]: sum });
  }
  return { ...A, UploadId, MultipartUpload: { Parts } };
}

const KINDS = [
  ["CRC32", "COMPOSITE"],
  ["CRC32", "FULL_OBJECT"],
  ["CRC32C", "COMPOSITE"],
  ["CRC32C", "FULL_OBJECT"],
  ["CRC64NVME", "FULL_OBJECT"],
  ["SHA1", "COMPOSITE"],
  ["SHA256", "COMPOSITE"],
] as const;

describe("s3-server: checksums", () => {
  for (const [algorithm, type] of KINDS) {
    it(`are told of a multipart object, its parts and its copy: ${algorithm}, ${type}`, () =>
      withServer({ minPartSize: 1 }, async (server, client) => {
        const name = `Checksum${algorithm}`;
        const upload = await uploaded(client, algorithm, type);
        const listed = await client.send(new ListPartsCommand(upload));
        listed.should.match({ ChecksumAlgorithm: algorithm, ChecksumType: type });
        const sums = PIECES.map((piece) => sumOf(algorithm, piece));
        (listed.Parts ?? []).map((one) => (one as Named)[name]).should.eql(sums);
        const done = await client.send(new CompleteMultipartUploadCommand(upload));
        const expected = { [name]: wholeSum(algorithm, type), ChecksumType: type };
        done.should.match(expected);
        (await client.send(new HeadObjectCommand({ ...A, ...ENABLED }))).should.match(expected);
        (await client.send(new HeadObjectCommand(A))).should.not.have.property(name);
        // the SDK checks what it gets against the checksum of the part
        const second = await client.send(new GetObjectCommand({ ...A, PartNumber: 2, ...ENABLED }));
        second.should.match({ [name]: sums[1], PartsCount: 3, ContentLength: 70_000 });
        should((await second.Body?.transformToByteArray())?.length).equal(70_000);
        const head = (Range: string) => client.send(new HeadObjectCommand({ ...A, ...ENABLED, Range }));
        // "a byte range that aligns to a single part"
        (await head("bytes=0-5")).should.have.property(name, sums[0]);
        (await head("bytes=0-4")).should.not.have.property(name);
        (await head("bytes=1-5")).should.not.have.property(name);
        (await head("bytes=0-70005")).should.not.have.property(name);
        const ObjectAttributes = ["Checksum" as const, "ObjectParts" as const];
        const attributes = await client.send(new GetObjectAttributesCommand({ ...A, ObjectAttributes }));
        attributes.should.match({
          Checksum: { [name]: wholeSum(algorithm, type).replace("-3", ""), ChecksumType: type },
          ObjectParts: { TotalPartsCount: 3, IsTruncated: false },
        });
        (attributes.ObjectParts?.Parts ?? []).map((one) => (one as Named)[name]).should.eql(sums);
        const copied = await client.send(
          new CopyObjectCommand({ Bucket: BUCKET, Key: "b", CopySource: `${BUCKET}/a` }),
        );
        // a copy is one piece
        should(copied.CopyObjectResult).match({ [name]: sumOf(algorithm, WHOLE), ChecksumType: "FULL_OBJECT" });
        should(server.get(BUCKET, "b")?.body.equals(WHOLE)).be.true();
      }));
  }

  it("are refused when they are wrong, in a part and at the end", () =>
    withServer({ minPartSize: 1 }, async (server, client) => {
      for (const [algorithm, type] of KINDS) {
        const name = `Checksum${algorithm}`;
        const upload = await uploaded(client, algorithm, type);
        const other = sumOf(algorithm, Buffer.from("other"));
        const part = { ...A, UploadId: upload.UploadId, PartNumber: 1, Body: "x", ChecksumAlgorithm: algorithm };
        (await failure(client.send(new UploadPartCommand({ ...part, [name]: other })))).should.match({
          code: "BadDigest",
          status: 400,
        });
        const complete = (more: object) =>
          failure(client.send(new CompleteMultipartUploadCommand({ ...upload, ...more })));
        (await complete({ [name]: other })).should.match({ code: "BadDigest", status: 400 });
        const Parts = upload.MultipartUpload.Parts.map((one) => ({ ...one, [name]: other }));
        (await complete({ MultipartUpload: { Parts } })).should.match({ code: "InvalidPart", status: 400 });
        const ChecksumType = type === "COMPOSITE" ? "FULL_OBJECT" : "COMPOSITE";
        (await complete({ ChecksumType })).should.match({ code: "InvalidRequest", status: 400 });
        await client.send(new CompleteMultipartUploadCommand({ ...upload, ChecksumType: type }));
      }
      server.uploads(BUCKET).should.eql([]);
    }));

  it("of parts must be of the upload's kind, and are made for copied parts", () =>
    withServer({ minPartSize: 1 }, async (server, client) => {
      server.put(BUCKET, "source", "0123456789");
      const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...A, ChecksumAlgorithm: "SHA256" }));
      const where = { ...A, UploadId, PartNumber: 1 };
      const wrong = new UploadPartCommand({ ...where, Body: "x", ChecksumAlgorithm: "CRC32" });
      (await failure(client.send(wrong))).should.match({ code: "InvalidRequest", status: 400 });
      const range = { CopySource: `${BUCKET}/source`, CopySourceRange: "bytes=1-3" };
      const { CopyPartResult } = await client.send(new UploadPartCopyCommand({ ...where, ...range }));
      should(CopyPartResult?.ChecksumSHA256).equal(sumOf("SHA256", Buffer.from("123")));
    }));

  it("of one kind do not pass for those of another", () =>
    withServer({ minPartSize: 1 }, async (_, client) => {
      // the upload names no algorithm, its part comes with a CRC32: the object gets a CRC64NVME
      const quiet = new CreateMultipartUploadCommand(A);
      quiet.middlewareStack.add(
        (next) => (args) => {
          delete (args.request as { headers: Record<string, string> }).headers["x-amz-checksum-algorithm"];
          return next(args);
        },
        { step: "build", priority: "low" },
      );
      const { UploadId } = await client.send(quiet);
      const { ETag } = await client.send(new UploadPartCommand({ ...A, UploadId, PartNumber: 1, Body: "x" }));
      const Parts = [{ PartNumber: 1, ETag }];
      await client.send(new CompleteMultipartUploadCommand({ ...A, UploadId, MultipartUpload: { Parts } }));
      const ObjectAttributes = ["Checksum" as const, "ObjectParts" as const];
      const told = await client.send(new GetObjectAttributesCommand({ ...A, ObjectAttributes }));
      should(told.Checksum?.ChecksumCRC64NVME).equal(sumOf("CRC64NVME", Buffer.from("x")));
      should(told.ObjectParts?.TotalPartsCount).equal(1);
      should(told.ObjectParts?.Parts).be.undefined();
    }));

  it("of a copy are of the kind that the request or the source names", () =>
    withServer({}, async (_, client) => {
      await client.send(new PutObjectCommand({ ...A, Body: "x", ChecksumAlgorithm: "SHA1" }));
      const copy = async (more: object) => {
        const where = { Bucket: BUCKET, Key: "b", CopySource: `${BUCKET}/a` };
        return (await client.send(new CopyObjectCommand({ ...where, ...more }))).CopyObjectResult;
      };
      const x = Buffer.from("x");
      should(await copy({})).match({ ChecksumSHA1: sumOf("SHA1", x), ChecksumType: "FULL_OBJECT" });
      should(await copy({ ChecksumAlgorithm: "CRC32C" })).match({ ChecksumCRC32C: sumOf("CRC32C", x) });
    }));
});

describe("s3-server: attributes of an object", () => {
  it("are those that were asked for, the parts page by page", () =>
    withServer({ minPartSize: 1 }, async (_, client) => {
      const upload = await uploaded(client, "SHA256", "COMPOSITE");
      const { ETag } = await client.send(new CompleteMultipartUploadCommand(upload));
      const get = async (ObjectAttributes: string[], more: object = {}) =>
        client.send(new GetObjectAttributesCommand({ ...A, ObjectAttributes: ObjectAttributes as "ETag"[], ...more }));
      const { $metadata, LastModified, ...all } = await get(["ETag", "ObjectSize", "StorageClass"]);
      all.should.eql({ ETag: ETag?.replace(/"/g, ""), ObjectSize: WHOLE.length, StorageClass: "STANDARD" });
      should(LastModified).be.a.Date();
      const sizes: (number | undefined)[] = [];
      let marker: string | undefined = "0";
      do {
        const { ObjectParts }: Awaited<ReturnType<typeof get>> = await get(["ObjectParts"], {
          MaxParts: 2,
          PartNumberMarker: marker,
        });
        should(ObjectParts).match({ TotalPartsCount: 3, MaxParts: 2, PartNumberMarker: marker });
        sizes.push(...(ObjectParts?.Parts ?? []).map((one) => one.Size));
        marker = ObjectParts?.IsTruncated ? ObjectParts.NextPartNumberMarker : undefined;
      } while (marker);
      sizes.should.eql(PIECES.map((piece) => piece.length));
      const last = await get(["ObjectParts"], { PartNumberMarker: "2" });
      should(last.ObjectParts?.Parts).match([{ PartNumber: 3, Size: 4 }]);
    }));

  it("are refused under wrong names and numbers, and to who may not have them", async () => {
    const user = { accessKey: "reader", secretKey: "r", allow: ["s3:GetObject"] };
    await withServer({ users: [user] }, async (server, client) => {
      server.put(BUCKET, "a", "x");
      const name = "x-amz-object-attributes";
      const get = (headers: Record<string, string>) =>
        send(server, { path: `/${BUCKET}/a`, query: { attributes: "" }, headers });
      (await get({})).should.match({ status: 400, code: "InvalidArgument" });
      (await get({ [name]: "ETag,Weight" })).should.match({ status: 400, code: "InvalidArgument" });
      (await get({ [name]: "ETag,ObjectParts" })).body.should.not.containEql("ObjectParts>");
      const limited = clientFor(server, { credentials: { accessKeyId: "reader", secretAccessKey: "r" } });
      const ask = new GetObjectAttributesCommand({ ...A, ObjectAttributes: ["ETag"] });
      (await failure(limited.send(ask))).should.match({ code: "AccessDenied", status: 403 });
      (await client.send(ask)).should.have.property("ETag");
      limited.destroy();
    });
  });

  it("leave out the number of parts where there are none", () =>
    withServer({}, async (server, client) => {
      server.put(BUCKET, "a", "hello");
      const first = await client.send(new GetObjectCommand({ ...A, PartNumber: 1 }));
      first.should.match({ ContentRange: "bytes 0-4/5", $metadata: { httpStatusCode: 206 } });
      first.should.not.have.property("PartsCount");
      should(await first.Body?.transformToString()).equal("hello");
      const part = (PartNumber: number) => failure(client.send(new GetObjectCommand({ ...A, PartNumber })));
      (await part(2)).should.match({ code: "InvalidPartNumber", status: 416 });
      (await part(0)).should.match({ code: "InvalidArgument", status: 400 });
      (await part(10_001)).should.match({ code: "InvalidArgument", status: 400 });
    }));
});
