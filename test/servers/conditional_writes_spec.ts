import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import "should";
import { differs } from "../support/differs";
import { useStore } from "../support/world";

const writers = 32;

/** What the store itself does with `If-None-Match: *` (UserGuide/conditional-writes), without any of this package. */
describe("a store's conditional write", () => {
  const world = useStore({ buckets: [{ name: "versioned", versioning: "Enabled" }] });
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
  const put = async (bucket: string, Key: string, Body: string): Promise<boolean> => {
    const input = { Bucket: world.s3.bucketName(bucket), Key, Body, IfNoneMatch: "*" };
    try {
      await client.send(new PutObjectCommand(input));
      return true;
    } catch (error) {
      const { httpStatusCode = 0 } = (error as { $metadata?: { httpStatusCode?: number } }).$metadata ?? {};
      if (httpStatusCode !== 412 && httpStatusCode !== 409) throw error;
      return false;
    }
  };

  for (const bucket of ["bucket", "versioned"]) {
    it(`replaces nothing in ${bucket}`, async () => {
      (await put(bucket, "twice", "first")).should.be.true();
      const ignored = bucket === "versioned" && differs("if-none-match-ignored-with-versions");
      (await put(bucket, "twice", "second")).should.equal(ignored);
      (await world.s3.get(bucket, "twice"))?.body.toString().should.equal(ignored ? "second" : "first");
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
