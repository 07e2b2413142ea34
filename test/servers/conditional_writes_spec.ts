import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import "should";
import { differs } from "../support/differs";
import { must } from "../support/must";
import { useStore } from "../support/world";

const writers = 32;

/** What the store itself does with `If-None-Match: *` (UserGuide/conditional-writes), without any of this package. */
describe("a store's conditional write", () => {
  const world = useStore({
    buckets: [
      { name: "versioned", versioning: "Enabled" },
      { name: "suspended", versioning: "Suspended" },
    ],
  });
  let client: S3Client;
  before(() => {
    const { endpoint, region, accessKey, secretKey } = world.s3;
    client = new S3Client({
      endpoint,
      region,
      credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
      forcePathStyle: true,
      requestChecksumCalculation: "WHEN_REQUIRED",
      maxAttempts: 1,
    });
  });
  after(() => client.destroy());
  /** Whether it was written. */
  const written = async (sent: Promise<unknown>): Promise<boolean> => {
    try {
      await sent;
      return true;
    } catch (error) {
      const { httpStatusCode = 0 } = (error as { $metadata?: { httpStatusCode?: number } }).$metadata ?? {};
      if (httpStatusCode !== 412 && httpStatusCode !== 409) throw error;
      return false;
    }
  };
  const put = (bucket: string, Key: string, Body: string): Promise<boolean> =>
    written(client.send(new PutObjectCommand({ Bucket: world.s3.bucketName(bucket), Key, Body, IfNoneMatch: "*" })));
  /** As an object of one part: the upload stays where it is refused, and goes with its bucket. */
  const complete = async (bucket: string, Key: string, Body: string): Promise<boolean> => {
    const input = { Bucket: world.s3.bucketName(bucket), Key };
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(input));
    const { ETag } = await client.send(new UploadPartCommand({ ...input, UploadId, PartNumber: 1, Body }));
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    return written(
      client.send(new CompleteMultipartUploadCommand({ ...input, UploadId, MultipartUpload, IfNoneMatch: "*" })),
    );
  };

  it("writes what was deleted, where versioning is suspended", async () => {
    (await put("suspended", "deleted", "first")).should.be.true();
    await client.send(new DeleteObjectCommand({ Bucket: world.s3.bucketName("suspended"), Key: "deleted" }));
    (await put("suspended", "deleted", "second")).should.equal(!differs("deleted-counts-as-there"));
  });

  for (const bucket of ["bucket", "versioned"]) {
    it(`replaces nothing in ${bucket}`, async () => {
      (await put(bucket, "twice", "first")).should.be.true();
      const ignored = bucket === "versioned" && differs("if-none-match-ignored-with-versions");
      (await put(bucket, "twice", "second")).should.equal(ignored);
      must((await world.s3.get(bucket, "twice"))?.body.toString()).should.equal(ignored ? "second" : "first");
    });

    it(`replaces nothing in ${bucket} with an object in parts`, async () => {
      (await put(bucket, "parts", "first")).should.be.true();
      const ignored =
        differs("if-none-match-ignored-with-parts") ||
        (bucket === "versioned" && differs("if-none-match-ignored-with-versions"));
      (await complete(bucket, "parts", "second")).should.equal(ignored);
      must((await world.s3.get(bucket, "parts"))?.body.toString()).should.equal(ignored ? "second" : "first");
    });

    it(`is won by one of ${writers} in ${bucket}`, async () => {
      const all = await Promise.all(Array.from({ length: writers }, (_, index) => put(bucket, "race", String(index))));
      const winners = all.filter((won) => won).length;
      if (bucket === "versioned" && differs("if-none-match-ignored-with-versions")) winners.should.equal(writers);
      else if (bucket === "versioned" && differs("if-none-match-races-with-versions")) winners.should.be.above(1);
      else winners.should.equal(1);
    });
  }
});
