import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  type Event,
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type QueueConfiguration,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import should from "should";
import type { MessageQueue, QueueMessage } from "../../dev/s3-server/index";
import { must } from "../support/must";
import { BUCKET, failure, OPEN, send, withServer } from "./support";

const B = { Bucket: BUCKET };
const A = { ...B, Key: "a" };
const QUEUE = "arn:aws:sqs:us-east-1:111122223333:first";
const SECOND = "arn:aws:sqs:us-east-1:111122223333:second";
const ALL: Event[] = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"];

function configure(client: S3Client, ...QueueConfigurations: QueueConfiguration[]): Promise<unknown> {
  const NotificationConfiguration = { QueueConfigurations };
  return client.send(new PutBucketNotificationConfigurationCommand({ ...B, NotificationConfiguration }));
}

interface Told {
  eventVersion: string;
  eventName: string;
  s3: { object: { key: string; size?: number; eTag?: string; versionId?: string; sequencer: string } };
}

/** What is in a queue; it is empty afterwards. */
async function drain(queue: MessageQueue): Promise<Told[]> {
  const messages = await queue.receive({ max: 1000 });
  for (const one of messages) queue.delete(one.ReceiptHandle).should.be.true();
  return messages.flatMap((one) => JSON.parse(one.Body).Records ?? []);
}

const named = (records: Told[]) => records.map((one) => `${one.eventName} ${one.s3.object.key}`);
const filter = (rules: Record<string, string>): QueueConfiguration["Filter"] => ({
  Key: { FilterRules: Object.entries(rules).map(([Name, Value]) => ({ Name: Name as "prefix", Value })) },
});

describe("s3-server: event notifications", () => {
  it("are configured, told, and tried with a test event", () =>
    withServer({}, async (server, client) => {
      const get = async () => {
        const { $metadata: _, ...told } = await client.send(new GetBucketNotificationConfigurationCommand(B));
        return told;
      };
      should(await get()).eql({});
      const first = { Id: "one", QueueArn: QUEUE, Events: ALL, Filter: filter({ prefix: "in/", suffix: ".txt" }) };
      const NotificationConfiguration = {
        QueueConfigurations: [first, { QueueArn: SECOND, Events: ["s3:ObjectAcl:Put" as const] }],
        EventBridgeConfiguration: {},
      };
      await client.send(new PutBucketNotificationConfigurationCommand({ ...B, NotificationConfiguration }));
      const { QueueConfigurations, EventBridgeConfiguration } = await get();
      should(EventBridgeConfiguration).eql({});
      should(QueueConfigurations?.[0]).eql(first);
      should(QueueConfigurations?.[1]).match({ Id: /^.{10,}$/, QueueArn: SECOND, Events: ["s3:ObjectAcl:Put"] });
      for (const arn of [QUEUE, SECOND]) {
        const [message] = await server.queue(arn).receive();
        JSON.parse(message?.Body ?? "").should.match({
          Service: "Amazon S3",
          Event: "s3:TestEvent",
          Bucket: BUCKET,
          Time: /^\d{4}-.*Z$/,
          RequestId: /^[0-9A-F]{16}$/,
        });
      }
      await configure(client);
      should(await get()).eql({});
      await client.send(new PutObjectCommand({ ...B, Key: "in/a.txt", Body: "x" }));
      server.queue(QUEUE).size.should.equal(1); // the test event, not deleted
    }));

  it("tell of a write in the structure that is documented", () =>
    withServer({ clock: () => Date.now() - 60_000 }, async (server, client) => {
      await configure(client, { Id: "mine", QueueArn: QUEUE, Events: ALL });
      const queue = server.queue(QUEUE);
      await drain(queue);
      const Key = "a folder/rö (1)+~*.txt";
      const { ETag, $metadata } = await client.send(new PutObjectCommand({ ...B, Key, Body: "hello" }));
      const [message] = (await queue.receive()) as [QueueMessage];
      const { Records } = JSON.parse(message.Body);
      should(Records.length).equal(1);
      const { eventTime, ...record } = Records[0];
      should(Math.abs(Date.parse(eventTime) - (Date.now() - 60_000)) < 20_000).be.true();
      const { sequencer } = record.s3.object;
      should(sequencer).match(/^[0-9A-F]{18}$/);
      should(record).eql({
        eventVersion: "2.1",
        eventSource: "aws:s3",
        awsRegion: "us-east-1",
        eventName: "ObjectCreated:Put",
        userIdentity: { principalId: `AWS:${server.accessKey}` },
        requestParameters: { sourceIPAddress: "127.0.0.1" },
        responseElements: { "x-amz-request-id": $metadata.requestId, "x-amz-id-2": $metadata.extendedRequestId },
        s3: {
          s3SchemaVersion: "1.0",
          configurationId: "mine",
          bucket: {
            name: BUCKET,
            ownerIdentity: { principalId: "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" },
            arn: `arn:aws:s3:::${BUCKET}`,
          },
          object: {
            key: "a+folder/r%C3%B6+%281%29%2B%7E*.txt",
            size: 5,
            eTag: ETag?.replaceAll('"', ""),
            sequencer,
          },
        },
      });
      // as a consumer reads it
      decodeURIComponent(record.s3.object.key.replaceAll("+", " ")).should.equal(Key);
    }));

  it("have a name for every way to write and delete", () =>
    withServer({ buckets: [OPEN] }, async (server, client) => {
      const Events: Event[] = [...ALL, "s3:ObjectTagging:*", "s3:ObjectAcl:Put"];
      await configure(client, { QueueArn: QUEUE, Events });
      const queue = server.queue(QUEUE);
      await drain(queue);
      await client.send(new PutObjectCommand({ ...A, Body: "x" }));
      await client.send(new CopyObjectCommand({ ...B, Key: "b", CopySource: `${BUCKET}/a` }));
      const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...B, Key: "c" }));
      const part = { ...B, Key: "c", UploadId };
      const { ETag } = await client.send(new UploadPartCommand({ ...part, PartNumber: 1, Body: "part" }));
      const complete = () =>
        client.send(
          new CompleteMultipartUploadCommand({ ...part, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } }),
        );
      const done = await complete();
      await complete(); // asked again, nothing happens
      await client.send(new PutObjectTaggingCommand({ ...A, Tagging: { TagSet: [{ Key: "k", Value: "v" }] } }));
      await client.send(new DeleteObjectTaggingCommand(A));
      await client.send(new PutObjectAclCommand({ ...A, ACL: "public-read" }));
      await client.send(new DeleteObjectCommand(A));
      await client.send(new DeleteObjectCommand(A)); // nothing was there
      const Objects = [{ Key: "b" }, { Key: "c" }, { Key: "missing" }];
      await client.send(new DeleteObjectsCommand({ ...B, Delete: { Objects } }));
      const records = await drain(queue);
      named(records).should.eql([
        "ObjectCreated:Put a",
        "ObjectCreated:Copy b",
        "ObjectCreated:CompleteMultipartUpload c",
        "ObjectTagging:Put a",
        "ObjectTagging:Delete a",
        "ObjectAcl:Put a",
        "ObjectRemoved:Delete a",
        "ObjectRemoved:Delete b",
        "ObjectRemoved:Delete c",
      ]);
      should(records[2]?.s3.object).match({ size: 4, eTag: done.ETag?.replaceAll('"', "") });
      should(records.map((one) => one.eventVersion)).eql([
        "2.1",
        "2.1",
        "2.1",
        "2.3",
        "2.3",
        "2.3",
        "2.1",
        "2.1",
        "2.1",
      ]);
      should(Object.keys(records[6]?.s3.object ?? {})).eql(["key", "sequencer"]);
      // many at once, most of them in the same millisecond
      const keys = Array.from({ length: 200 }, (_, i) => ({ Key: `many-${i}` }));
      server.seed(
        BUCKET,
        keys.map((one) => one.Key),
      );
      await client.send(new DeleteObjectsCommand({ ...B, Delete: { Objects: keys } }));
      const sequencers = [...records, ...(await drain(queue))].map((one) => one.s3.object.sequencer);
      should(sequencers.length).equal(209);
      should([...new Set(sequencers)].sort()).eql(sequencers);
    }));

  it("tell versions and delete markers apart", () =>
    withServer({ buckets: [{ name: BUCKET, versioning: "Enabled" }] }, async (server, client) => {
      await configure(client, { QueueArn: QUEUE, Events: ALL });
      const queue = server.queue(QUEUE);
      await drain(queue);
      const { VersionId } = await client.send(new PutObjectCommand({ ...A, Body: "x" }));
      const marker = await client.send(new DeleteObjectCommand(A));
      await client.send(new DeleteObjectCommand({ ...A, VersionId: marker.VersionId }));
      await client.send(new DeleteObjectCommand({ ...A, VersionId: "x".repeat(32) }));
      await client.send(
        new DeleteObjectsCommand({ ...B, Delete: { Objects: [{ Key: "a", VersionId }, { Key: "b" }] } }),
      );
      const records = await drain(queue);
      named(records).should.eql([
        "ObjectCreated:Put a",
        "ObjectRemoved:DeleteMarkerCreated a",
        "ObjectRemoved:Delete a",
        "ObjectRemoved:Delete a",
        "ObjectRemoved:DeleteMarkerCreated b",
      ]);
      const versions = records.map((one) => one.s3.object.versionId);
      should(versions.slice(0, 4)).eql([VersionId, marker.VersionId, marker.VersionId, VersionId]);
    }));

  it("go by event, prefix and suffix, once a queue", () =>
    withServer({}, async (server, client) => {
      await configure(
        client,
        { QueueArn: QUEUE, Events: ["s3:ObjectCreated:Put"], Filter: filter({ Prefix: "in/", Suffix: ".txt" }) },
        { QueueArn: SECOND, Events: ["s3:ObjectRemoved:*"] },
        { QueueArn: SECOND, Events: ["s3:ObjectCreated:*"], Filter: filter({ prefix: "out/" }) },
      );
      const queues = [server.queue(QUEUE), server.queue(SECOND)] as const;
      for (const queue of queues) {
        queue.size.should.equal(1); // one test event, though the second is named twice
        await drain(queue);
      }
      for (const Key of ["in/a.txt", "in/a.csv", "other/in/a.txt", "out/a", "in/.txt"]) {
        await client.send(new PutObjectCommand({ ...B, Key, Body: "x" }));
      }
      await client.send(new CopyObjectCommand({ ...B, Key: "in/b.txt", CopySource: `${BUCKET}/out/a` }));
      await client.send(new DeleteObjectCommand({ ...B, Key: "in/a.txt" }));
      named(await drain(queues[0])).should.eql(["ObjectCreated:Put in/a.txt", "ObjectCreated:Put in/.txt"]);
      named(await drain(queues[1])).should.eql(["ObjectCreated:Put out/a", "ObjectRemoved:Delete in/a.txt"]);
    }));

  it("are not sent for what failed, and are for what took effect without an answer", () =>
    withServer({}, async (server, client) => {
      await configure(client, { QueueArn: QUEUE, Events: ALL });
      const queue = server.queue(QUEUE);
      await drain(queue);
      await client.send(new PutObjectCommand({ ...A, Body: "x" }));
      (await failure(client.send(new PutObjectCommand({ ...A, Body: "y", IfNoneMatch: "*" })))).should.match({
        status: 412,
      });
      await send(server, { method: "PUT", path: `/${BUCKET}/b`, body: "x", secretKey: "wrong" });
      server.hook({ operation: "PutObject", error: "SlowDown", times: 1 });
      await failure(client.send(new PutObjectCommand({ ...B, Key: "c", Body: "x" })));
      server.hook({ operation: "PutObject", drop: true });
      await failure(client.send(new PutObjectCommand({ ...B, Key: "d", Body: "x" })));
      named(await drain(queue)).should.eql(["ObjectCreated:Put a", "ObjectCreated:Put d"]);
    }));

  it("are refused when they are wrong", () =>
    withServer({}, async (_, client) => {
      const good: QueueConfiguration = { QueueArn: QUEUE, Events: ["s3:ObjectCreated:*"] };
      const refused = async (...configurations: object[]) => {
        const { code, status } = await failure(configure(client, ...(configurations as QueueConfiguration[])));
        return `${status} ${code}`;
      };
      const invalid = "400 InvalidArgument";
      should(await refused({ ...good, Events: ["s3:ObjectCreated"] })).equal(invalid);
      should(await refused({ ...good, Events: ["s3:ObjectCreated:Made"] })).equal(invalid);
      should(await refused({ ...good, Events: ["s3:*"] })).equal(invalid);
      should(await refused({ ...good, Events: [] })).equal("400 MalformedXML");
      should(await refused({ ...good, QueueArn: "first" })).equal(invalid);
      should(await refused({ ...good, QueueArn: QUEUE.replace("us-east-1", "eu-west-1") })).equal(invalid);
      should(await refused({ ...good, QueueArn: `${QUEUE}.fifo` })).equal(invalid);
      should(await refused({ ...good, Filter: filter({ infix: "a" }) })).equal(invalid);
      should(await refused({ ...good, Filter: filter({ prefix: "a", Prefix: "b" }) })).equal(invalid);
      should(await refused({ ...good, Id: "a" }, { ...good, Id: "a", Events: ["s3:ObjectRemoved:*"] })).equal(invalid);
      // two that an event could go to
      should(await refused(good, { ...good, Events: ["s3:ObjectCreated:Put"] })).equal(invalid);
      const inside = filter({ prefix: "a/b", suffix: "t" });
      should(
        await refused({ ...good, Filter: filter({ prefix: "a/", suffix: ".txt" }) }, { ...good, Filter: inside }),
      ).equal(invalid);
      await configure(client, { ...good, Filter: filter({ suffix: ".csv" }) }, { ...good, Filter: inside });
      const TopicConfigurations = [{ TopicArn: "arn:aws:sns:us-east-1:111122223333:t", Events: good.Events }];
      const topics = { ...B, NotificationConfiguration: { TopicConfigurations } };
      (await failure(client.send(new PutBucketNotificationConfigurationCommand(topics)))).should.match({
        code: "InvalidArgument",
      });
    }));
});

describe("s3-server: queues", () => {
  it("hide what was received until it is deleted or its time is over", () =>
    withServer({}, async (server) => {
      const queue = server.queue(QUEUE);
      should(server.queue(QUEUE)).equal(queue);
      should(queue.arn).equal(QUEUE);
      for (const body of ["one", "two", "three"]) queue.send(body);
      const [first] = (await queue.receive({ visibilityTimeout: 20 })) as [QueueMessage];
      should(first).match({ Body: "one", MD5OfBody: "f97c5d29941bfb1b2fdab0874906ab82", MessageId: /^[0-9a-f-]{36}$/ });
      const others = await queue.receive({ max: 10 });
      others.map((one) => one.Body).should.eql(["two", "three"]);
      should(await queue.receive()).eql([]);
      // waits until the hidden one is seen again
      const [again] = (await queue.receive({ wait: 600_000 })) as [QueueMessage];
      should(again).match({ Body: "one", MessageId: first.MessageId });
      queue.delete(first.ReceiptHandle).should.be.false();
      queue.delete(again.ReceiptHandle).should.be.true();
      queue.delete(again.ReceiptHandle).should.be.false();
      queue.delete("").should.be.false();
      queue.size.should.equal(2);
    }));

  it("wake who waits: at a message, at the signal, at the end", () =>
    withServer({}, async (server, client) => {
      const queue = server.queue(QUEUE);
      const both = [queue.receive({ wait: 60_000 }), queue.receive({ wait: 60_000 })];
      await configure(client, { QueueArn: QUEUE, Events: ALL });
      await client.send(new PutObjectCommand({ ...A, Body: "x" }));
      const bodies = (await Promise.all(both)).map((one) => one[0]?.Body ?? "");
      must(bodies[0]).should.match(/s3:TestEvent/);
      must(bodies[1]).should.match(/ObjectCreated:Put/);
      should(await queue.receive({ wait: 1 })).eql([]);
      const stop = new AbortController();
      const stopped = queue.receive({ wait: 60_000, signal: stop.signal });
      stop.abort();
      should(await stopped).eql([]);
      const left = queue.receive({ wait: 60_000 });
      await server.close();
      should(await left).eql([]);
      should(await queue.receive({ wait: 60_000 })).eql([]);
    }));
});
