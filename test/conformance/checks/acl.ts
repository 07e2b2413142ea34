/** Access control lists, in buckets where they are enabled. */
import {
  GetBucketAclCommand,
  GetObjectAclCommand,
  type Grant,
  ListObjectsV2Command,
  type ObjectCannedACL,
  PutBucketAclCommand,
  PutObjectAclCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { group } from "../check";
import type { Context } from "../context";
import { answered, refused, same } from "../expect";
import { allowPublic } from "../open-bucket";

const OVERVIEW = "userguide/acl-overview.html";
const PUT_OBJECT_ACL = "API/API_PutObjectAcl.html";
const PUT_BUCKET_ACL = "API/API_PutBucketAcl.html";

const ALL = "http://acs.amazonaws.com/groups/global/AllUsers";
const AUTHENTICATED = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";

/** A bucket whose objects may have ACLs, public ones too: new buckets allow neither. */
const openBucket = async (c: Context): Promise<string> => {
  const Bucket = await c.ownBucket({ create: { ObjectOwnership: "ObjectWriter" } });
  await allowPublic(c, Bucket);
  return Bucket;
};

/** Who may do what: `owner FULL_CONTROL`, `all READ`. */
const told = (grants: Grant[] = []): string[] =>
  grants
    .map(({ Grantee, Permission }) => {
      if (Grantee?.Type !== "Group") return `owner ${Permission}`;
      return `${Grantee.URI === ALL ? "all" : Grantee.URI === AUTHENTICATED ? "authenticated" : Grantee.URI} ${Permission}`;
    })
    .sort();

const objectAcl = async (c: Context, Bucket: string, Key: string): Promise<string[]> =>
  told((await c.client.send(new GetObjectAclCommand({ Bucket, Key }))).Grants);

const putObject = (c: Context, Bucket: string, ACL?: ObjectCannedACL) =>
  c.client.send(new PutObjectCommand({ Bucket, Key: "a", Body: "data", ACL }));

const anonymous = (c: Context, path: string, method = "GET", query: Record<string, string> = {}) =>
  c.raw({ method, path, query, auth: "none", ...(method === "PUT" && { body: "data" }) });

export const acl = group("acl", {
  default: [
    "objects and buckets are private by default: full control for the owner, who is told",
    OVERVIEW,
    async (c) => {
      const Bucket = await c.ownBucket();
      await putObject(c, Bucket);
      for (const found of [
        await c.client.send(new GetBucketAclCommand({ Bucket })),
        await c.client.send(new GetObjectAclCommand({ Bucket, Key: "a" })),
      ]) {
        same(told(found.Grants), ["owner FULL_CONTROL"], "the grants");
        same([typeof found.Owner?.ID, found.Grants?.[0]?.Grantee?.ID], ["string", found.Owner?.ID], "the owner's ids");
      }
    },
  ],
  "private-anonymous": [
    "nobody else may read, list or write what is private: 403 AccessDenied",
    OVERVIEW,
    async (c) => {
      const Bucket = await c.ownBucket();
      await putObject(c, Bucket);
      await refused(anonymous(c, `/${Bucket}/a`), 403, "AccessDenied");
      await refused(anonymous(c, `/${Bucket}`), 403, "AccessDenied");
      await refused(anonymous(c, `/${Bucket}/b`, "PUT"), 403, "AccessDenied");
      await refused(anonymous(c, `/${Bucket}/a`, "DELETE"), 403, "AccessDenied");
    },
  ],
  "canned-on-put": [
    "x-amz-acl on a put gives the object that canned ACL",
    OVERVIEW,
    async (c) => {
      const Bucket = await openBucket(c);
      const expected = {
        private: ["owner FULL_CONTROL"],
        "public-read": ["all READ", "owner FULL_CONTROL"],
        "public-read-write": ["all READ", "all WRITE", "owner FULL_CONTROL"],
        "authenticated-read": ["authenticated READ", "owner FULL_CONTROL"],
      };
      for (const [name, grants] of Object.entries(expected)) {
        await putObject(c, Bucket, name as ObjectCannedACL);
        same(await objectAcl(c, Bucket, "a"), grants, `the grants of ${name}`);
      }
    },
  ],
  "public-read": [
    "an object with public-read can be read without keys, and neither written nor deleted; others cannot be read",
    OVERVIEW,
    async (c) => {
      const Bucket = await openBucket(c);
      await putObject(c, Bucket, "public-read");
      same((await answered(anonymous(c, `/${Bucket}/a`), 200)).text, "data", "the object");
      await refused(anonymous(c, `/${Bucket}/a`, "PUT"), 403, "AccessDenied");
      await refused(anonymous(c, `/${Bucket}/a`, "DELETE"), 403, "AccessDenied");
      await c.client.send(new PutObjectCommand({ Bucket, Key: "b", Body: "data" }));
      await refused(anonymous(c, `/${Bucket}/b`), 403, "AccessDenied");
    },
  ],
  "put-object-acl": [
    "PutObjectAcl with a canned ACL opens an object, and closes it again",
    PUT_OBJECT_ACL,
    async (c) => {
      const Bucket = await openBucket(c);
      await putObject(c, Bucket);
      const setAcl = (ACL: ObjectCannedACL) => c.client.send(new PutObjectAclCommand({ Bucket, Key: "a", ACL }));
      await setAcl("public-read");
      await answered(anonymous(c, `/${Bucket}/a`), 200);
      await setAcl("private");
      await refused(anonymous(c, `/${Bucket}/a`), 403, "AccessDenied");
    },
  ],
  "grants-xml": [
    "PutObjectAcl with a list of grants is told by GetObjectAcl",
    PUT_OBJECT_ACL,
    async (c) => {
      const Bucket = await openBucket(c);
      await putObject(c, Bucket);
      const { Owner } = await c.client.send(new GetObjectAclCommand({ Bucket, Key: "a" }));
      const Grants: Grant[] = [
        { Grantee: { Type: "CanonicalUser", ID: Owner?.ID }, Permission: "FULL_CONTROL" },
        { Grantee: { Type: "Group", URI: AUTHENTICATED }, Permission: "READ_ACP" },
      ];
      const AccessControlPolicy = { Owner, Grants };
      await c.client.send(new PutObjectAclCommand({ Bucket, Key: "a", AccessControlPolicy }));
      same(await objectAcl(c, Bucket, "a"), ["authenticated READ_ACP", "owner FULL_CONTROL"], "the grants");
    },
  ],
  "grant-header": [
    "x-amz-grant-read on a put grants what it says",
    OVERVIEW,
    async (c) => {
      const Bucket = await openBucket(c);
      const input = { Bucket, Key: "a", Body: "data", GrantRead: `uri="${ALL}"` };
      await c.client.send(new PutObjectCommand(input));
      same((await objectAcl(c, Bucket, "a")).includes("all READ"), true, "whether everybody may read");
      await answered(anonymous(c, `/${Bucket}/a`), 200);
    },
  ],
  overwritten: [
    "a put without ACL makes a public object private again",
    OVERVIEW,
    async (c) => {
      const Bucket = await openBucket(c);
      await putObject(c, Bucket, "public-read");
      await answered(anonymous(c, `/${Bucket}/a`), 200);
      await putObject(c, Bucket);
      await refused(anonymous(c, `/${Bucket}/a`), 403, "AccessDenied");
    },
  ],
  "bucket-public-read": [
    "a bucket with public-read can be listed without keys; its objects cannot be read for that",
    PUT_BUCKET_ACL,
    async (c) => {
      const Bucket = await openBucket(c);
      await putObject(c, Bucket);
      await c.client.send(new PutBucketAclCommand({ Bucket, ACL: "public-read" }));
      const found = await c.client.send(new GetBucketAclCommand({ Bucket }));
      same(told(found.Grants), ["all READ", "owner FULL_CONTROL"], "the grants");
      same((await answered(anonymous(c, `/${Bucket}`), 200)).all("Key"), ["a"], "the keys that anybody sees");
      await refused(anonymous(c, `/${Bucket}/a`), 403, "AccessDenied");
      await c.client.send(new PutBucketAclCommand({ Bucket, ACL: "private" }));
      await refused(anonymous(c, `/${Bucket}`), 403, "AccessDenied");
    },
  ],
  "bucket-public-write": [
    "a bucket with public-read-write can be written to without keys",
    PUT_BUCKET_ACL,
    async (c) => {
      const Bucket = await openBucket(c);
      await refused(anonymous(c, `/${Bucket}/b`, "PUT"), 403, "AccessDenied");
      await c.client.send(new PutBucketAclCommand({ Bucket, ACL: "public-read-write" }));
      await answered(anonymous(c, `/${Bucket}/b`, "PUT"), 200);
      const { Contents = [] } = await c.client.send(new ListObjectsV2Command({ Bucket }));
      same(
        Contents.map(({ Key }) => Key),
        ["b"],
        "the keys",
      );
    },
  ],
  invalid: [
    "a canned ACL that does not exist is 400 InvalidArgument",
    "API/ErrorResponses.html",
    async (c) => {
      const Bucket = await openBucket(c);
      await putObject(c, Bucket);
      const headers = { "x-amz-acl": "public-everything" };
      const query = { acl: "" };
      await refused(c.raw({ method: "PUT", path: `/${Bucket}/a`, query, headers }), 400, "InvalidArgument");
      await refused(c.raw({ method: "PUT", path: `/${Bucket}`, query, headers }), 400, "InvalidArgument");
    },
  ],
  malformed: [
    "a body that is no AccessControlPolicy is 400 MalformedACLError",
    "API/ErrorResponses.html",
    async (c) => {
      const Bucket = await openBucket(c);
      await putObject(c, Bucket);
      const body = "<AccessControlPolicy><Nothing/></AccessControlPolicy>";
      const reply = c.raw({ method: "PUT", path: `/${Bucket}/a`, query: { acl: "" }, body });
      await refused(reply, 400, "MalformedACLError", "MalformedXML");
    },
  ],
  disabled: [
    "in a new bucket ACLs are disabled: a public one is 400 AccessControlListNotSupported",
    "userguide/about-object-ownership.html",
    async (c) => {
      const Bucket = await c.ownBucket();
      await refused(putObject(c, Bucket, "public-read"), 400, "AccessControlListNotSupported");
      await putObject(c, Bucket, "bucket-owner-full-control");
    },
  ],
  blocked: [
    "BlockPublicAcls refuses public ACLs: 403 AccessDenied",
    "userguide/access-control-block-public-access.html",
    async (c) => {
      const Bucket = await c.ownBucket({ create: { ObjectOwnership: "ObjectWriter" } });
      const body =
        "<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls></PublicAccessBlockConfiguration>";
      await answered(c.raw({ method: "PUT", path: `/${Bucket}`, query: { publicAccessBlock: "" }, body }), 200);
      await refused(putObject(c, Bucket, "public-read"), 403, "AccessDenied");
      await putObject(c, Bucket, "private");
    },
  ],
  missing: [
    "the ACL of an object that does not exist is 404 NoSuchKey",
    "API/API_GetObjectAcl.html",
    async (c) => {
      const where = { Bucket: c.bucket, Key: c.key() };
      await refused(c.client.send(new GetObjectAclCommand(where)), 404, "NoSuchKey");
      await c.client.send(new PutObjectCommand({ ...where, Body: "data" }));
      same((await objectAcl(c, where.Bucket, where.Key)).length, 1, "the number of grants when it exists");
    },
  ],
});
