import { createHash } from "node:crypto";
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectLegalHoldCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  type ObjectLockConfiguration,
  type ObjectLockRetention,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import should from "should";
import { BUCKET, clientFor, failure, send, withServer } from "./support";

const A = { Bucket: BUCKET, Key: "a" };
const DAY = 86_400_000;
const LOCKED = { buckets: [{ name: BUCKET, objectLock: true }] };

const START = Math.floor(Date.now() / 1000) * 1000;

/** So many days from the start of this file, in whole seconds as S3 is told. */
function inDays(days: number): Date {
  return new Date(START + days * DAY);
}

async function put(client: S3Client, input: object = {}): Promise<{ Bucket: string; Key: string; VersionId: string }> {
  const { VersionId } = await client.send(new PutObjectCommand({ ...A, Body: "x", ...input }));
  return { ...A, VersionId: VersionId ?? "" };
}

function retain(client: S3Client, version: object, Retention: ObjectLockRetention, more = {}) {
  return client.send(new PutObjectRetentionCommand({ ...A, ...version, Retention, ...more }));
}

function governance(days: number) {
  return { Mode: "GOVERNANCE" as const, RetainUntilDate: inDays(days) };
}

describe("s3-server: Object Lock", () => {
  it("comes with a bucket, switches versioning on, and lets nobody suspend it", () =>
    withServer({}, async (_, client) => {
      const Bucket = "locked-bucket";
      await client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
      should((await client.send(new GetBucketVersioningCommand({ Bucket }))).Status).equal("Enabled");
      const versioning = (Status: "Suspended" | "Enabled", of = Bucket) =>
        client.send(new PutBucketVersioningCommand({ Bucket: of, VersioningConfiguration: { Status } }));
      (await failure(versioning("Suspended"))).should.match({ code: "InvalidBucketState", status: 409 });
      await versioning("Enabled");
      const get = (of: string) => client.send(new GetObjectLockConfigurationCommand({ Bucket: of }));
      should((await get(Bucket)).ObjectLockConfiguration).eql({ ObjectLockEnabled: "Enabled" });
      (await failure(get(BUCKET))).should.match({ code: "ObjectLockConfigurationNotFoundError", status: 404 });
      const enable = () =>
        client.send(
          new PutObjectLockConfigurationCommand({
            Bucket: BUCKET,
            ObjectLockConfiguration: { ObjectLockEnabled: "Enabled" },
          }),
        );
      (await failure(enable())).should.match({ code: "InvalidBucketState", status: 409 });
      await versioning("Enabled", BUCKET);
      await enable();
      should((await get(BUCKET)).ObjectLockConfiguration).eql({ ObjectLockEnabled: "Enabled" });
    }));

  it("takes a default retention of days or years, and refuses what is none", () =>
    withServer(LOCKED, async (_, client) => {
      const configure = (configuration: object) =>
        client.send(
          new PutObjectLockConfigurationCommand({
            Bucket: BUCKET,
            ObjectLockConfiguration: configuration as ObjectLockConfiguration,
          }),
        );
      const rule = (DefaultRetention: object) => ({ ObjectLockEnabled: "Enabled", Rule: { DefaultRetention } });
      const malformed = [
        {},
        { ObjectLockEnabled: "Disabled" },
        { ObjectLockEnabled: "Enabled", Rule: {} },
        rule({ Mode: "GOVERNANCE" }),
        rule({ Days: 1 }),
        rule({ Mode: "governance", Days: 1 }),
        rule({ Mode: "GOVERNANCE", Days: 1, Years: 1 }),
      ];
      for (const one of malformed) (await failure(configure(one))).should.match({ code: "MalformedXML", status: 400 });
      for (const period of [{ Days: 0 }, { Years: -1 }, { Days: 36_501 }, { Years: 101 }]) {
        (await failure(configure(rule({ Mode: "GOVERNANCE", ...period })))).should.match({
          code: "InvalidArgument",
          status: 400,
        });
      }
      for (const [period, days] of [
        [{ Days: 2 }, 2],
        [{ Years: 1 }, 365],
      ] as const) {
        await configure(rule({ Mode: "COMPLIANCE", ...period }));
        const got = await client.send(new GetObjectLockConfigurationCommand({ Bucket: BUCKET }));
        should(got.ObjectLockConfiguration).eql(rule({ Mode: "COMPLIANCE", ...period }));
        const version = await put(client);
        const head = await client.send(new HeadObjectCommand(version));
        head.should.match({ ObjectLockMode: "COMPLIANCE" });
        should(head.ObjectLockRetainUntilDate?.getTime()).equal((head.LastModified?.getTime() ?? 0) + days * DAY);
      }
      const own = await put(client, { ObjectLockMode: "GOVERNANCE", ObjectLockRetainUntilDate: inDays(9) });
      (await client.send(new HeadObjectCommand(own))).should.match({
        ObjectLockMode: "GOVERNANCE",
        ObjectLockRetainUntilDate: inDays(9),
      });
      await configure({ ObjectLockEnabled: "Enabled" });
      (await client.send(new HeadObjectCommand(await put(client)))).should.not.have.property("ObjectLockMode");
    }));

  it("protects a version from being deleted for good, and not from a delete marker", () =>
    withServer(LOCKED, async (server, client) => {
      const version = await put(client, { ObjectLockMode: "COMPLIANCE", ObjectLockRetainUntilDate: inDays(1) });
      const free = await put(client);
      const remove = (more: object) => client.send(new DeleteObjectCommand({ ...A, ...more }));
      for (const more of [{}, { BypassGovernanceRetention: true }]) {
        (await failure(remove({ ...version, ...more }))).should.match({ code: "AccessDenied", status: 403 });
      }
      const batch = await client.send(
        new DeleteObjectsCommand({
          Bucket: BUCKET,
          Delete: { Objects: [version, free].map(({ Key, VersionId }) => ({ Key, VersionId })) },
          BypassGovernanceRetention: true,
        }),
      );
      should(batch.Errors).match([{ Key: "a", VersionId: version.VersionId, Code: "AccessDenied" }]);
      should(batch.Deleted).match([{ Key: "a", VersionId: free.VersionId }]);
      const marker = await remove({});
      marker.should.match({ DeleteMarker: true });
      await remove({ VersionId: marker.VersionId });
      server.versions(BUCKET, "a").should.match([{ versionId: version.VersionId }]);
    }));

  it("lets governance be bypassed by who asks and may", async () => {
    const careful = { accessKey: "careful", secretKey: "c", deny: ["s3:BypassGovernanceRetention"] };
    await withServer({ ...LOCKED, users: [careful] }, async (server, client) => {
      const without = clientFor(server, { credentials: { accessKeyId: "careful", secretAccessKey: "c" } });
      const version = await put(client, { ObjectLockMode: "GOVERNANCE", ObjectLockRetainUntilDate: inDays(3) });
      const Bypass = { BypassGovernanceRetention: true };
      const remove = (by: S3Client, more = {}) => by.send(new DeleteObjectCommand({ ...version, ...more }));
      (await failure(remove(client))).should.match({ code: "AccessDenied", status: 403 });
      (await failure(remove(without, Bypass))).should.match({ code: "AccessDenied", status: 403 });
      (await failure(retain(client, version, governance(2)))).should.match({ code: "AccessDenied", status: 403 });
      (await failure(retain(without, version, governance(2), Bypass))).should.match({ code: "AccessDenied" });
      await retain(client, version, governance(2), Bypass);
      const changed = { Mode: "COMPLIANCE" as const, RetainUntilDate: inDays(3) };
      (await failure(retain(client, version, changed))).should.match({ code: "AccessDenied" });
      await retain(without, version, governance(4));
      const { Retention } = await client.send(new GetObjectRetentionCommand(version));
      should(Retention).eql(governance(4));
      await retain(client, version, {}, Bypass);
      (await failure(client.send(new GetObjectRetentionCommand(version)))).should.match({
        code: "NoSuchObjectLockConfiguration",
        status: 404,
      });
      await remove(without);
      server.versions(BUCKET, "a").should.eql([]);
      without.destroy();
    });
  });

  it("lets compliance be extended, and nothing else", () =>
    withServer(LOCKED, async (_, client) => {
      const version = await put(client);
      const compliance = (days: number) => ({ Mode: "COMPLIANCE" as const, RetainUntilDate: inDays(days) });
      await retain(client, version, compliance(2));
      for (const wish of [compliance(1), governance(5), {}]) {
        (await failure(retain(client, version, wish, { BypassGovernanceRetention: true }))).should.match({
          code: "AccessDenied",
          status: 403,
        });
      }
      await retain(client, version, compliance(3));
      (await client.send(new HeadObjectCommand(version))).should.match({
        ObjectLockMode: "COMPLIANCE",
        ObjectLockRetainUntilDate: inDays(3),
      });
    }));

  it("ends with the retain-until date", async () => {
    let ahead = 0;
    await withServer({ ...LOCKED, clock: () => Date.now() + ahead }, async (server, client) => {
      const version = await put(client, { ObjectLockMode: "COMPLIANCE", ObjectLockRetainUntilDate: inDays(1) });
      (await failure(client.send(new DeleteObjectCommand(version)))).code.should.equal("AccessDenied");
      ahead = 2 * DAY;
      const later = { method: "DELETE", path: `/${BUCKET}/a`, time: new Date(Date.now() + ahead) };
      const query = { versionId: version.VersionId };
      (await send(server, { ...later, query })).status.should.equal(204);
    });
  });

  it("holds a version legally until it is released", () =>
    withServer(LOCKED, async (_, client) => {
      const version = await put(client, { ObjectLockLegalHoldStatus: "ON" });
      const hold = (Status: string) =>
        client.send(new PutObjectLegalHoldCommand({ ...version, LegalHold: { Status: Status as "ON" } }));
      const remove = () => client.send(new DeleteObjectCommand({ ...version, BypassGovernanceRetention: true }));
      (await failure(remove())).should.match({ code: "AccessDenied", status: 403 });
      (await client.send(new HeadObjectCommand(version))).should.match({ ObjectLockLegalHoldStatus: "ON" });
      (await failure(hold("abc"))).should.match({ code: "MalformedXML", status: 400 });
      await hold("OFF");
      should((await client.send(new GetObjectLegalHoldCommand(version))).LegalHold).eql({ Status: "OFF" });
      (await client.send(new HeadObjectCommand(version))).should.match({ ObjectLockLegalHoldStatus: "OFF" });
      await remove();
      const other = await put(client);
      (await failure(client.send(new GetObjectLegalHoldCommand(other)))).should.match({
        code: "NoSuchObjectLockConfiguration",
        status: 404,
      });
    }));

  it("comes with multipart uploads and copies, and is not copied itself", () =>
    withServer(LOCKED, async (server, client) => {
      const lock = {
        ObjectLockMode: "GOVERNANCE" as const,
        ObjectLockRetainUntilDate: inDays(1),
        ObjectLockLegalHoldStatus: "ON" as const,
      };
      const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...A, ...lock }));
      const { ETag, ChecksumCRC32 } = await client.send(
        new UploadPartCommand({ ...A, UploadId, PartNumber: 1, Body: "x" }),
      );
      const Parts = [{ PartNumber: 1, ETag, ChecksumCRC32 }];
      await client.send(new CompleteMultipartUploadCommand({ ...A, UploadId, MultipartUpload: { Parts } }));
      (await client.send(new GetObjectCommand(A))).should.match(lock);
      const other = await client.send(new CreateMultipartUploadCommand({ ...A, ...lock }));
      const query = { uploadId: other.UploadId ?? "", partNumber: "1" };
      (await send(server, { method: "PUT", path: `/${BUCKET}/a`, query, body: "x" })).should.match({
        status: 400,
        code: "InvalidRequest",
      });
      const b = { Bucket: BUCKET, Key: "b", CopySource: `${BUCKET}/a` };
      await client.send(new CopyObjectCommand(b));
      const plain = await client.send(new HeadObjectCommand({ Bucket: BUCKET, Key: "b" }));
      plain.should.not.have.property("ObjectLockMode");
      plain.should.not.have.property("ObjectLockLegalHoldStatus");
      await client.send(new CopyObjectCommand({ ...b, ...lock }));
      (await client.send(new HeadObjectCommand({ Bucket: BUCKET, Key: "b" }))).should.match(lock);
    }));

  it("refuses headers and documents that are wrong", () =>
    withServer(LOCKED, async (server, client) => {
      const mode = "x-amz-object-lock-mode";
      const until = "x-amz-object-lock-retain-until-date";
      const tomorrow = inDays(1).toISOString();
      const put = (
        headers: Record<string, string>,
        more = { "content-md5": createHash("md5").update("x").digest("base64") },
      ) => send(server, { method: "PUT", path: `/${BUCKET}/a`, body: "x", headers: { ...headers, ...more } });
      for (const headers of [
        { [mode]: "GOVERNANCE" },
        { [until]: tomorrow },
        { [mode]: "governance", [until]: tomorrow },
        { [mode]: "GOVERNANCE", [until]: "tomorrow" },
        { [mode]: "GOVERNANCE", [until]: "2020-01-01T00:00:00Z" },
        { "x-amz-object-lock-legal-hold": "on" },
      ] as Record<string, string>[]) {
        (await put(headers)).should.match({ status: 400, code: "InvalidArgument" });
      }
      const right = { [mode]: "GOVERNANCE", [until]: tomorrow };
      const bare = await send(server, { method: "PUT", path: `/${BUCKET}/a`, body: "x", headers: right });
      bare.should.match({ status: 400, code: "InvalidRequest", body: /Content-MD5 OR x-amz-checksum-/ });
      server.keys(BUCKET).should.eql([]);
      (await put(right)).status.should.equal(200);
      const past = { Mode: "GOVERNANCE" as const, RetainUntilDate: new Date("2020-01-01") };
      (await failure(retain(client, {}, past))).should.match({ code: "InvalidArgument", status: 400 });
      const half = { Mode: "GOVERNANCE" as const };
      (await failure(retain(client, {}, half))).should.match({ code: "MalformedXML", status: 400 });
      const unknown = { Mode: "abc" as "GOVERNANCE", RetainUntilDate: inDays(1) };
      (await failure(retain(client, {}, unknown))).should.match({ code: "MalformedXML" });
      const body = "<LegalHold><Status>ON</Status></LegalHold>";
      const hold = { method: "PUT", path: `/${BUCKET}/a`, query: { "legal-hold": "" }, body };
      (await send(server, hold)).should.match({ status: 400, code: "InvalidRequest" });
      const { VersionId } = await client.send(new DeleteObjectCommand(A));
      (await failure(retain(client, { VersionId }, governance(1)))).should.match({
        code: "MethodNotAllowed",
        status: 405,
      });
    }));

  it("is missing from other buckets", () =>
    withServer({}, async (server, client) => {
      server.put(BUCKET, "a", "x");
      const missing = { code: "InvalidRequest", status: 400, error: { message: /^Bucket is missing Object Lock/ } };
      const hold = { LegalHold: { Status: "ON" as const } };
      for (const attempt of [
        () => retain(client, {}, governance(1)),
        () => client.send(new GetObjectRetentionCommand(A)),
        () => client.send(new GetObjectLegalHoldCommand(A)),
        () => client.send(new PutObjectLegalHoldCommand({ ...A, ...hold })),
        () => client.send(new PutObjectCommand({ ...A, Body: "y", ObjectLockLegalHoldStatus: "ON" })),
        () => client.send(new CreateMultipartUploadCommand({ ...A, ObjectLockLegalHoldStatus: "ON" })),
      ]) {
        (await failure(attempt())).should.match(missing);
      }
      (await failure(client.send(new DeleteObjectCommand({ ...A, BypassGovernanceRetention: true })))).should.match({
        code: "InvalidArgument",
        status: 400,
      });
      server.keys(BUCKET).should.eql(["a"]);
    }));

  it("is set by who may, and told to who may", async () => {
    const writer = { accessKey: "writer", secretKey: "w", allow: ["s3:PutObject", "s3:GetObject", "s3:CreateBucket"] };
    await withServer({ ...LOCKED, users: [writer] }, async (server, client) => {
      const limited = clientFor(server, { credentials: { accessKeyId: "writer", secretAccessKey: "w" } });
      const lock = { ObjectLockMode: "GOVERNANCE", ObjectLockRetainUntilDate: inDays(1) };
      for (const more of [lock, { ObjectLockLegalHoldStatus: "ON" }]) {
        (await failure(put(limited, more))).should.match({ code: "AccessDenied", status: 403 });
      }
      const create = { Bucket: "another-bucket", ObjectLockEnabledForBucket: true };
      (await failure(limited.send(new CreateBucketCommand(create)))).should.match({ code: "AccessDenied" });
      await put(client, { ...lock, ObjectLockLegalHoldStatus: "ON" });
      const head = await limited.send(new HeadObjectCommand(A));
      head.should.not.have.property("ObjectLockMode");
      head.should.not.have.property("ObjectLockLegalHoldStatus");
      limited.destroy();
    });
  });
});
