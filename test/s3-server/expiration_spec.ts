import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  type LifecycleRule,
  PutBucketLifecycleConfigurationCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import should from "should";
import { BUCKET, withServer } from "./support";

const B = { Bucket: BUCKET };
// the example of "Lifecycle configuration elements"
const clock = () => Date.UTC(2014, 0, 15, 10, 30);
const told = (day: string, id: string) => `expiry-date="${day} 00:00:00 GMT", rule-id="${id}"`;

/** The rules of the bucket; enabled, unless they say otherwise. */
function rules(client: S3Client, ...list: Partial<LifecycleRule>[]): Promise<unknown> {
  const Rules = list.map((one): LifecycleRule => ({ Status: "Enabled", Filter: { Prefix: "" }, ...one }));
  return client.send(new PutBucketLifecycleConfigurationCommand({ ...B, LifecycleConfiguration: { Rules } }));
}

const write = async (client: S3Client, Key: string, more: object = {}) =>
  (await client.send(new PutObjectCommand({ ...B, Key, Body: "data", ...more }))).Expiration;
const head = async (client: S3Client, Key: string, more: object = {}) =>
  (await client.send(new HeadObjectCommand({ ...B, Key, ...more }))).Expiration;

describe("s3-server: x-amz-expiration", () => {
  // signatures must be of the server's time
  const withRules = (test: (client: S3Client) => Promise<void>, options = {}) =>
    withServer({ clock, ...options }, async (_, client) => {
      client.config.systemClockOffset = clock() - Date.now();
      await test(client);
    });

  it("is told by every write, and by Get and Head: the midnight after the days are over", () =>
    withRules(async (client) => {
      await rules(client, { ID: "three days/é", Expiration: { Days: 3 } });
      const expected = told("Sun, 19 Jan 2014", "three%20days%2F%C3%A9");
      should(await write(client, "a")).equal(expected);
      should(await head(client, "a")).equal(expected);
      const { Body, Expiration } = await client.send(new GetObjectCommand({ ...B, Key: "a" }));
      should([await Body?.transformToString(), Expiration]).eql(["data", expected]);
      const copied = await client.send(new CopyObjectCommand({ ...B, Key: "b", CopySource: `${BUCKET}/a` }));
      should(copied.Expiration).equal(expected);
      const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...B, Key: "c" }));
      const part = { ...B, Key: "c", UploadId };
      const { ETag } = await client.send(new UploadPartCommand({ ...part, PartNumber: 1, Body: "part" }));
      const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
      const done = await client.send(new CompleteMultipartUploadCommand({ ...part, MultipartUpload }));
      should(done.Expiration).equal(expected);
    }));

  it("is told where prefix, tags and size fit, and the rule is enabled and expires current versions", () =>
    withRules(async (client) => {
      const Expiration = { Days: 1 };
      await rules(
        client,
        { ID: "prefix", Filter: { Prefix: "p/" }, Expiration },
        { ID: "tag", Filter: { Tag: { Key: "k", Value: "v" } }, Expiration },
        {
          ID: "and",
          Filter: { And: { Prefix: "and/", ObjectSizeGreaterThan: 3, ObjectSizeLessThan: 5 } },
          Expiration,
        },
        { ID: "off", Filter: { Prefix: "off/" }, Status: "Disabled", Expiration },
        { ID: "others", Filter: { Prefix: "o/" }, NoncurrentVersionExpiration: { NoncurrentDays: 1 } },
        { ID: "marker", Filter: { Prefix: "o/" }, Expiration: { ExpiredObjectDeleteMarker: true } },
      );
      const day = "Fri, 17 Jan 2014";
      should(await write(client, "p/a")).equal(told(day, "prefix"));
      should(await write(client, "a/p/")).be.undefined();
      should(await write(client, "a", { Tagging: "k=v" })).equal(told(day, "tag"));
      should(await write(client, "a", { Tagging: "k=other" })).be.undefined();
      should(await write(client, "and/a")).equal(told(day, "and"));
      should(await write(client, "and/a", { Body: "abc" })).be.undefined();
      should(await write(client, "and/a", { Body: "abcde" })).be.undefined();
      should(await write(client, "off/a")).be.undefined();
      should(await write(client, "o/a")).be.undefined();
    }));

  it("names the rule that is first to expire the object, and a date as it is", () =>
    withRules(async (client) => {
      const Filter = undefined;
      const date = { ID: "date", Filter, Prefix: "", Expiration: { Date: new Date(Date.UTC(2014, 1, 1)) } };
      await rules(client, { ID: "late", Expiration: { Days: 30 } }, date, { ID: "later", Expiration: { Days: 40 } });
      should(await write(client, "a")).equal(told("Sat, 01 Feb 2014", "date"));
    }));

  it("is of the current version", () =>
    withRules(
      async (client) => {
        await rules(client, { ID: "rule", Expiration: { Days: 3 } });
        const { VersionId } = await client.send(new PutObjectCommand({ ...B, Key: "a", Body: "old" }));
        const expected = told("Sun, 19 Jan 2014", "rule");
        should(await head(client, "a", { VersionId })).equal(expected);
        await write(client, "a");
        should(await head(client, "a")).equal(expected);
        should(await head(client, "a", { VersionId })).be.undefined();
      },
      { buckets: [{ name: BUCKET, versioning: "Enabled" as const }] },
    ));
});
