/** Object Lock: retention, legal holds, and what they keep from being deleted. */
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectLegalHoldCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  PutObjectLegalHoldCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
} from "@aws-sdk/client-s3";
import { group } from "../check";
import type { Context } from "../context";
import { holds, refused, refusedAs, same } from "../expect";
import { put } from "../stored";

const LOCK = "userguide/object-lock.html";
const MANAGING = "userguide/object-lock-managing.html";
const CONFIGURATION = "API/API_PutObjectLockConfiguration.html";
const RETENTION = "API/API_PutObjectRetention.html";
const HOLD = "API/API_PutObjectLegalHold.html";

const DAY = 86_400_000;
const inDays = (days: number): Date => new Date(Math.floor(Date.now() / 1000) * 1000 + days * DAY);
/** Long enough for a check; the bucket can be emptied a minute later. */
const soon = (): Date => new Date(Math.floor(Date.now() / 1000) * 1000 + 20_000);

const lockedBucket = (c: Context): Promise<string> => c.ownBucket({ create: { ObjectLockEnabledForBucket: true } });

/** An object in a bucket with Object Lock. */
const stored = async (c: Context, more: Partial<PutObjectCommandInput> = {}) => {
  const where = { Bucket: more.Bucket ?? (await lockedBucket(c)), Key: "a" };
  const { VersionId } = await c.client.send(new PutObjectCommand({ Body: "data", ...more, ...where }));
  holds(VersionId, "a put into a bucket with Object Lock gives no version id");
  return { where, version: { ...where, VersionId } };
};

const remove = (c: Context, where: { Bucket: string; Key: string; VersionId?: string }, bypass = false) =>
  c.client.send(new DeleteObjectCommand({ ...where, ...(bypass && { BypassGovernanceRetention: true }) }));

const stillThere = async (c: Context, version: { Bucket: string; Key: string; VersionId: string }): Promise<void> => {
  const { Body } = await c.client.send(new GetObjectCommand(version));
  same(await Body?.transformToString(), "data", "the version");
};

export const lock = group("lock", {
  enabled: [
    "a bucket that is created with Object Lock has it, and versioning",
    LOCK,
    async (c) => {
      const Bucket = await lockedBucket(c);
      const { ObjectLockConfiguration } = await c.client.send(new GetObjectLockConfigurationCommand({ Bucket }));
      same(ObjectLockConfiguration?.ObjectLockEnabled, "Enabled", "ObjectLockEnabled");
      same(ObjectLockConfiguration?.Rule, undefined, "Rule");
      same((await c.client.send(new GetBucketVersioningCommand({ Bucket }))).Status, "Enabled", "versioning");
    },
  ],
  "not-enabled": [
    "GetObjectLockConfiguration of another bucket is 404 ObjectLockConfigurationNotFoundError",
    "API/ErrorResponses.html",
    async (c) => {
      const Bucket = await c.ownBucket();
      const get = c.client.send(new GetObjectLockConfigurationCommand({ Bucket }));
      await refused(get, 404, "ObjectLockConfigurationNotFoundError");
    },
  ],
  "put-without": [
    "retention and legal hold in a bucket without Object Lock are 400 InvalidRequest",
    RETENTION,
    async (c) => {
      const where = { Bucket: c.bucket, Key: await put(c, "data") };
      const Retention = { Mode: "GOVERNANCE" as const, RetainUntilDate: inDays(1) };
      await refused(c.client.send(new PutObjectRetentionCommand({ ...where, Retention })), 400, "InvalidRequest");
      const LegalHold = { Status: "ON" as const };
      await refused(c.client.send(new PutObjectLegalHoldCommand({ ...where, LegalHold })), 400, "InvalidRequest");
    },
  ],
  "put-headers-without": [
    "a put with lock headers into a bucket without Object Lock is 400 InvalidRequest",
    "API/API_PutObject.html",
    async (c) => {
      const locked = { ObjectLockMode: "GOVERNANCE" as const, ObjectLockRetainUntilDate: inDays(1) };
      const stored = new PutObjectCommand({ Bucket: c.bucket, Key: c.key(), Body: "data", ...locked });
      await refused(c.client.send(stored), 400, "InvalidRequest");
      await put(c, "data");
    },
  ],
  "suspend-refused": [
    "versioning of a bucket with Object Lock cannot be suspended: 409 InvalidBucketState",
    LOCK,
    async (c) => {
      const Bucket = await lockedBucket(c);
      const input = { Bucket, VersioningConfiguration: { Status: "Suspended" as const } };
      await refused(c.client.send(new PutBucketVersioningCommand(input)), 409, "InvalidBucketState");
      same((await c.client.send(new GetBucketVersioningCommand({ Bucket }))).Status, "Enabled", "versioning");
    },
  ],
  retention: [
    "PutObjectRetention is told by GetObjectRetention and by Head",
    RETENTION,
    async (c) => {
      const { where } = await stored(c);
      const Retention = { Mode: "GOVERNANCE" as const, RetainUntilDate: inDays(1) };
      await c.client.send(new PutObjectRetentionCommand({ ...where, Retention }));
      const found = await c.client.send(new GetObjectRetentionCommand(where));
      same(found.Retention, Retention, "Retention");
      const head = await c.client.send(new HeadObjectCommand(where));
      same(head.ObjectLockMode, "GOVERNANCE", "x-amz-object-lock-mode");
      same(head.ObjectLockRetainUntilDate, Retention.RetainUntilDate, "x-amz-object-lock-retain-until-date");
    },
  ],
  "retention-by-put": [
    "the lock headers of a put give the version its retention and legal hold",
    "API/API_PutObject.html",
    async (c) => {
      const until = inDays(1);
      const { where, version } = await stored(c, {
        ObjectLockMode: "GOVERNANCE",
        ObjectLockRetainUntilDate: until,
        ObjectLockLegalHoldStatus: "ON",
      });
      const head = await c.client.send(new HeadObjectCommand(where));
      same(
        [head.ObjectLockMode, head.ObjectLockRetainUntilDate, head.ObjectLockLegalHoldStatus],
        ["GOVERNANCE", until, "ON"],
        "mode, date and legal hold",
      );
      await c.client.send(new PutObjectLegalHoldCommand({ ...version, LegalHold: { Status: "OFF" } }));
    },
  ],
  "retention-none": [
    "GetObjectRetention of an object without any is 404 NoSuchObjectLockConfiguration",
    "API/ErrorResponses.html",
    async (c) => {
      const { where } = await stored(c);
      const get = c.client.send(new GetObjectRetentionCommand(where));
      await refused(get, 404, "NoSuchObjectLockConfiguration");
    },
  ],
  "retention-past": [
    "a date that has passed is 400 InvalidArgument",
    RETENTION,
    async (c) => {
      const { where } = await stored(c);
      const Retention = { Mode: "GOVERNANCE" as const, RetainUntilDate: inDays(-1) };
      await refused(c.client.send(new PutObjectRetentionCommand({ ...where, Retention })), 400, "InvalidArgument");
    },
  ],
  "retention-mode-wrong": [
    "another mode than GOVERNANCE and COMPLIANCE is 400 MalformedXML",
    RETENTION,
    async (c) => {
      const { where } = await stored(c);
      const Retention = { Mode: "STRICT" as "GOVERNANCE", RetainUntilDate: inDays(1) };
      await refused(c.client.send(new PutObjectRetentionCommand({ ...where, Retention })), 400, "MalformedXML");
    },
  ],
  governance: [
    "a version under GOVERNANCE is not deleted: 403 AccessDenied; with the bypass header it is",
    MANAGING,
    async (c) => {
      const { version } = await stored(c, { ObjectLockMode: "GOVERNANCE", ObjectLockRetainUntilDate: inDays(1) });
      await refused(remove(c, version), 403, "AccessDenied");
      await stillThere(c, version);
      await remove(c, version, true);
      await refusedAs(c.client.send(new GetObjectCommand(version)), "404 NoSuchVersion", "404 NoSuchKey");
    },
  ],
  "governance-shortened": [
    "a GOVERNANCE date can be moved on, and back only with the bypass header",
    RETENTION,
    async (c) => {
      const { where } = await stored(c, { ObjectLockMode: "GOVERNANCE", ObjectLockRetainUntilDate: inDays(2) });
      const retain = (days: number, bypass = false) =>
        c.client.send(
          new PutObjectRetentionCommand({
            ...where,
            Retention: { Mode: "GOVERNANCE", RetainUntilDate: inDays(days) },
            ...(bypass && { BypassGovernanceRetention: true }),
          }),
        );
      await retain(3);
      await refused(retain(1), 403, "AccessDenied");
      await retain(1, true);
      const { Retention } = await c.client.send(new GetObjectRetentionCommand(where));
      holds(Number(Retention?.RetainUntilDate) < Number(inDays(2)), "the date was not moved back");
    },
  ],
  compliance: [
    "a version under COMPLIANCE is not deleted, with the bypass header neither",
    MANAGING,
    async (c) => {
      const { version } = await stored(c, { ObjectLockMode: "COMPLIANCE", ObjectLockRetainUntilDate: soon() });
      await refused(remove(c, version), 403, "AccessDenied");
      await refused(remove(c, version, true), 403, "AccessDenied");
      await stillThere(c, version);
    },
  ],
  "compliance-shortened": [
    "a COMPLIANCE date cannot be moved back, nor the mode be changed",
    RETENTION,
    async (c) => {
      const until = new Date(Number(soon()) + 20_000);
      const { where } = await stored(c, { ObjectLockMode: "COMPLIANCE", ObjectLockRetainUntilDate: until });
      const retain = (Mode: "GOVERNANCE" | "COMPLIANCE", RetainUntilDate: Date) =>
        c.client.send(
          new PutObjectRetentionCommand({
            ...where,
            Retention: { Mode, RetainUntilDate },
            BypassGovernanceRetention: true,
          }),
        );
      await refused(retain("COMPLIANCE", soon()), 403, "AccessDenied");
      await refused(retain("GOVERNANCE", until), 403, "AccessDenied");
      const { Retention } = await c.client.send(new GetObjectRetentionCommand(where));
      same(Retention, { Mode: "COMPLIANCE", RetainUntilDate: until }, "Retention");
    },
  ],
  "legal-hold": [
    "a version under legal hold is not deleted until the hold is off, with the bypass header neither",
    HOLD,
    async (c) => {
      const { version } = await stored(c);
      const hold = (Status: "ON" | "OFF") =>
        c.client.send(new PutObjectLegalHoldCommand({ ...version, LegalHold: { Status } }));
      await hold("ON");
      same((await c.client.send(new GetObjectLegalHoldCommand(version))).LegalHold?.Status, "ON", "Status");
      await refused(remove(c, version), 403, "AccessDenied");
      await refused(remove(c, version, true), 403, "AccessDenied");
      await stillThere(c, version);
      await hold("OFF");
      same((await c.client.send(new GetObjectLegalHoldCommand(version))).LegalHold?.Status, "OFF", "Status");
      await remove(c, version);
      await refusedAs(c.client.send(new GetObjectCommand(version)), "404 NoSuchVersion", "404 NoSuchKey");
    },
  ],
  "legal-hold-wrong": [
    "another status than ON and OFF is 400 MalformedXML",
    HOLD,
    async (c) => {
      const { version } = await stored(c);
      const LegalHold = { Status: "MAYBE" as "ON" };
      await refused(c.client.send(new PutObjectLegalHoldCommand({ ...version, LegalHold })), 400, "MalformedXML");
    },
  ],
  "plain-delete": [
    "a delete without versionId adds a delete marker over a locked version, which stays",
    MANAGING,
    async (c) => {
      const { where, version } = await stored(c, {
        ObjectLockMode: "GOVERNANCE",
        ObjectLockRetainUntilDate: inDays(1),
      });
      same((await remove(c, where)).DeleteMarker, true, "DeleteMarker");
      await refused(c.client.send(new GetObjectCommand(where)), 404, "NoSuchKey");
      await stillThere(c, version);
    },
  ],
  overwrite: [
    "a locked object can be overwritten by a new version; the lock is the old one's alone",
    MANAGING,
    async (c) => {
      const { where, version } = await stored(c, {
        ObjectLockMode: "GOVERNANCE",
        ObjectLockRetainUntilDate: inDays(1),
      });
      await c.client.send(new PutObjectCommand({ ...where, Body: "new" }));
      same((await c.client.send(new HeadObjectCommand(where))).ObjectLockMode, undefined, "the new version's mode");
      await stillThere(c, version);
    },
  ],
  "delete-objects": [
    "DeleteObjects tells AccessDenied for a locked version and deletes the others",
    "API/API_DeleteObjects.html",
    async (c) => {
      const { where, version } = await stored(c, {
        ObjectLockMode: "GOVERNANCE",
        ObjectLockRetainUntilDate: inDays(1),
      });
      const { VersionId: free } = await c.client.send(new PutObjectCommand({ ...where, Key: "b", Body: "free" }));
      const Objects = [
        { Key: "a", VersionId: version.VersionId },
        { Key: "b", VersionId: free },
      ];
      const done = await c.client.send(new DeleteObjectsCommand({ Bucket: where.Bucket, Delete: { Objects } }));
      same(
        [done.Deleted?.map((one) => one.Key), done.Errors?.map((one) => [one.Key, one.Code])],
        [["b"], [["a", "AccessDenied"]]],
        "Deleted and Errors",
      );
      await stillThere(c, version);
    },
  ],
  "default-retention": [
    "the bucket's default retention is that of new versions whose put says nothing",
    CONFIGURATION,
    async (c) => {
      const Bucket = await lockedBucket(c);
      const ObjectLockConfiguration = {
        ObjectLockEnabled: "Enabled" as const,
        Rule: { DefaultRetention: { Mode: "GOVERNANCE" as const, Days: 2 } },
      };
      await c.client.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration }));
      const found = await c.client.send(new GetObjectLockConfigurationCommand({ Bucket }));
      same(found.ObjectLockConfiguration, ObjectLockConfiguration, "the configuration");
      const { where, version } = await stored(c, { Bucket });
      const head = await c.client.send(new HeadObjectCommand(where));
      same(head.ObjectLockMode, "GOVERNANCE", "x-amz-object-lock-mode");
      const off = Number(head.ObjectLockRetainUntilDate) - Date.now() - 2 * DAY;
      holds(Math.abs(off) < 300_000, `the date is ${head.ObjectLockRetainUntilDate}, not in two days`);
      await refused(remove(c, version), 403, "AccessDenied");
    },
  ],
  "default-retention-wrong": [
    "a default retention with days and years, or none of them, is 400 MalformedXML",
    CONFIGURATION,
    async (c) => {
      const Bucket = await lockedBucket(c);
      const setDefault = (period: { Days?: number; Years?: number }) => {
        const Rule = { DefaultRetention: { Mode: "GOVERNANCE" as const, ...period } };
        const input = { Bucket, ObjectLockConfiguration: { ObjectLockEnabled: "Enabled" as const, Rule } };
        return c.client.send(new PutObjectLockConfigurationCommand(input));
      };
      for (const period of [{ Days: 1, Years: 1 }, {}]) await refused(setDefault(period), 400, "MalformedXML");
      await setDefault({ Years: 1 });
    },
  ],
});
