import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketOwnershipControlsCommand,
  DeletePublicAccessBlockCommand,
  GetBucketAclCommand,
  GetObjectAclCommand,
  type Grant,
  HeadObjectCommand,
  type ObjectCannedACL,
  PutBucketAclCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketVersioningCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import should from "should";
import type { S3Server } from "../../dev/s3-server/index";
import { BUCKET, failure, OPEN, type RawRequest, send, withServer } from "./support";

const B = { Bucket: BUCKET };
const A = { ...B, Key: "a" };
const OWNER = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const OTHER = "f".repeat(64);
const ALL = "http://acs.amazonaws.com/groups/global/AllUsers";
const SIGNED = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";
const full: Grant = { Grantee: { ID: OWNER, Type: "CanonicalUser" }, Permission: "FULL_CONTROL" };
const group = (URI: string, Permission: Grant["Permission"]): Grant => ({
  Grantee: { URI, Type: "Group" },
  Permission,
});
const reader = { accessKey: "reader", secretKey: "r", allow: ["s3:GetObjectVersionAcl"] };
const ANN = { accessKey: "ann", secretKey: "a", allow: [] };

/** The status of a request by nobody, or by somebody. */
async function status(server: S3Server, path: string, raw: Partial<RawRequest> = { anonymous: true }): Promise<number> {
  return (await send(server, { path: `/${BUCKET}${path}`, ...raw })).status;
}

describe("s3-server: ACLs", () => {
  const objectAcl = async (client: S3Client, input: object = {}) =>
    client.send(new GetObjectAclCommand({ ...A, ...input }));
  const write = (client: S3Client, input: object = {}) =>
    client.send(new PutObjectCommand({ ...A, Body: "x", ...input }));

  it("are the owner's full control, and what a canned one adds", () =>
    withServer({ buckets: [OPEN] }, async (server, client) => {
      await write(client);
      should(await objectAcl(client)).match({ Owner: { ID: OWNER }, Grants: [full] });
      const canned: Record<string, Grant[]> = {
        private: [full],
        "public-read": [full, group(ALL, "READ")],
        "public-read-write": [full, group(ALL, "READ"), group(ALL, "WRITE")],
        "authenticated-read": [full, group(SIGNED, "READ")],
        "bucket-owner-read": [full],
        "bucket-owner-full-control": [full],
      };
      for (const ACL in canned) {
        await write(client, { ACL });
        should((await objectAcl(client)).Grants).eql(canned[ACL]);
        // a write without one begins anew
        await write(client);
        should((await objectAcl(client)).Grants).eql([full]);
        await client.send(new PutObjectAclCommand({ ...A, ACL: ACL as ObjectCannedACL }));
        should((await objectAcl(client)).Grants).eql(canned[ACL]);
      }
      const bucketAcl = async () => (await client.send(new GetBucketAclCommand(B))).Grants;
      should(await bucketAcl()).eql([full]);
      await client.send(new PutBucketAclCommand({ ...B, ACL: "authenticated-read" }));
      should(await bucketAcl()).eql([full, group(SIGNED, "READ")]);
      const logs = { "x-amz-acl": "log-delivery-write" };
      await send(server, { method: "PUT", path: `/${BUCKET}`, query: { acl: "" }, headers: logs });
      const delivery = "http://acs.amazonaws.com/groups/s3/LogDelivery";
      should(await bucketAcl()).eql([full, group(delivery, "WRITE"), group(delivery, "READ_ACP")]);
    }));

  it("are given to a new bucket that has them in force, and are never public there", () =>
    withServer({}, async (_, client) => {
      const create = (input: object) => client.send(new CreateBucketCommand({ Bucket: "made", ...input }));
      const enforced = { code: "InvalidBucketAclWithObjectOwnership", status: 400 };
      (await failure(create({ ACL: "public-read" }))).should.match(enforced);
      (await failure(create({ GrantRead: `id="${OTHER}"` }))).should.match(enforced);
      const ObjectOwnership = "ObjectWriter";
      (await failure(create({ ObjectOwnership, ACL: "public-read" }))).should.match({
        code: "InvalidBucketAclWithBlockPublicAccessError",
        status: 400,
      });
      await create({ ObjectOwnership, GrantRead: `id="${OTHER}"` });
      const read: Grant = { Grantee: { ID: OTHER, Type: "CanonicalUser" }, Permission: "READ" };
      should((await client.send(new GetBucketAclCommand({ Bucket: "made" }))).Grants).eql([read]);
      await create({ Bucket: "private", ACL: "private" });
    }));

  it("are out of force in a new bucket, which blocks public access besides", () =>
    withServer({}, async (server, client) => {
      const off = { code: "AccessControlListNotSupported", status: 400 };
      (await failure(write(client, { ACL: "public-read" }))).should.match(off);
      (await failure(write(client, { ACL: "private" }))).should.match(off);
      // the owner's full control may be asked for by any of its names
      await write(client, { ACL: "bucket-owner-full-control" });
      await write(client, { GrantFullControl: `id="${OWNER}"` });
      const AccessControlPolicy = { Owner: { ID: OWNER }, Grants: [full] };
      await client.send(new PutObjectAclCommand({ ...A, AccessControlPolicy }));
      const more = { Owner: { ID: OWNER }, Grants: [full, group(ALL, "READ")] };
      (await failure(client.send(new PutObjectAclCommand({ ...A, AccessControlPolicy: more })))).should.match(off);
      // with ACLs, the public access block is next
      await client.send(new DeleteBucketOwnershipControlsCommand(B));
      (await failure(write(client, { ACL: "public-read" }))).should.match({ code: "AccessDenied", status: 403 });
      await client.send(new DeletePublicAccessBlockCommand(B));
      await write(client, { ACL: "public-read" });
      should(await status(server, "/a")).equal(200);
    }));

  it("are kept of uploads in parts and of copies, but never copied", () =>
    withServer({ buckets: [OPEN] }, async (_, client) => {
      const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...A, ACL: "public-read" }));
      const part = { ...A, UploadId, PartNumber: 1 };
      const { ETag } = await client.send(new UploadPartCommand({ ...part, Body: "x" }));
      const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
      await client.send(new CompleteMultipartUploadCommand({ ...A, UploadId, MultipartUpload }));
      should((await objectAcl(client)).Grants).eql([full, group(ALL, "READ")]);
      const copy = (input: object) =>
        client.send(new CopyObjectCommand({ ...B, Key: "b", CopySource: `${BUCKET}/a`, ...input }));
      await copy({});
      should((await objectAcl(client, { Key: "b" })).Grants).eql([full]);
      await copy({ ACL: "authenticated-read" });
      should((await objectAcl(client, { Key: "b" })).Grants).eql([full, group(SIGNED, "READ")]);
    }));

  it("are of one version", () =>
    withServer({ buckets: [OPEN], users: [reader] }, async (server, client) => {
      const VersioningConfiguration = { Status: "Enabled" as const };
      await client.send(new PutBucketVersioningCommand({ ...B, VersioningConfiguration }));
      const { VersionId } = await write(client);
      await write(client);
      // one that is named takes its own permission, and no other
      const query = { acl: "", versionId: VersionId ?? "" };
      should(await status(server, "/a", { ...reader, query })).equal(200);
      should(await status(server, "/a", { ...reader, query: { acl: "" } })).equal(403);
      await client.send(new PutObjectAclCommand({ ...A, VersionId, ACL: "public-read" }));
      should((await objectAcl(client, { VersionId })).Grants).eql([full, group(ALL, "READ")]);
      should((await objectAcl(client)).Grants).eql([full]);
      (await failure(objectAcl(client, { VersionId: "x".repeat(32) }))).should.match({ code: "NoSuchVersion" });
      (await failure(objectAcl(client, { Key: "missing" }))).should.match({ code: "NoSuchKey", status: 404 });
    }));

  it("take grants in headers and in XML", () =>
    withServer({ buckets: [OPEN] }, async (_, client) => {
      const byId: Grant = { Grantee: { ID: OTHER, Type: "CanonicalUser" }, Permission: "READ" };
      await write(client, { GrantRead: `id="${OTHER}", uri="${ALL}"`, GrantWriteACP: `uri=${SIGNED}` });
      should((await objectAcl(client)).Grants).eql([byId, group(ALL, "READ"), group(SIGNED, "WRITE_ACP")]);
      const Grants = [full, byId, group(ALL, "READ_ACP")];
      const put = (list: Grant[], ID = OWNER) =>
        client.send(new PutObjectAclCommand({ ...A, AccessControlPolicy: { Owner: { ID }, Grants: list } }));
      await put(Grants);
      should((await objectAcl(client)).Grants).eql(Grants);
      const wrong = async (promise: Promise<unknown>) => {
        const { code, status } = await failure(promise);
        return `${status} ${code}`;
      };
      should(await wrong(put([{ ...full, Permission: "ALL" as "READ" }]))).equal("400 MalformedACLError");
      should(await wrong(put(Array.from({ length: 101 }, () => byId)))).equal("400 MalformedACLError");
      should(await wrong(put([full], OTHER))).equal("403 AccessDenied");
      const mail: Grant = { Grantee: { EmailAddress: "a@b.c", Type: "AmazonCustomerByEmail" }, Permission: "READ" };
      should(await wrong(put([mail]))).equal("400 UnresolvableGrantByEmailAddress");
      should(await wrong(put([group("http://acs.amazonaws.com/groups/global/Some", "READ")]))).equal(
        "400 InvalidArgument",
      );
      should(await wrong(put([{ Grantee: { ID: "me", Type: "CanonicalUser" }, Permission: "READ" }]))).equal(
        "400 InvalidArgument",
      );
      should((await objectAcl(client)).Grants).eql(Grants);
    }));

  it("are refused when they are wrong", () =>
    withServer({ buckets: [OPEN] }, async (server) => {
      const put = async (headers: Record<string, string>, query = {}, body = "", path = `/${BUCKET}/a`) => {
        const reply = await send(server, { method: "PUT", path, query, headers, body });
        return `${reply.status} ${reply.code}`;
      };
      const acl = { acl: "" };
      for (const query of [{}, acl]) {
        should(await put({ "x-amz-acl": "public" }, query)).equal("400 InvalidArgument");
        should(await put({ "x-amz-acl": "constructor" }, query)).equal("400 InvalidArgument");
        should(await put({ "x-amz-grant-read": "everybody" }, query)).equal("400 InvalidArgument");
        const both = { "x-amz-acl": "private", "x-amz-grant-read": `uri="${ALL}"` };
        should(await put(both, query)).equal("400 InvalidRequest");
      }
      should(await put({ "x-amz-acl": "public" }, {}, "", "/new")).equal("400 InvalidArgument");
      server.keys(BUCKET).should.eql([]);
      server.put(BUCKET, "a", "x");
      should(await put({}, acl)).equal("400 MissingSecurityHeader");
      should(await put({ "x-amz-acl": "private" }, acl, "<a/>")).equal("400 UnexpectedContent");
      should(await put({}, acl, "<AccessControlPolicy/>")).equal("400 MalformedACLError");
      should(await put({}, acl, "<AccessControlPolicy>")).equal("400 MalformedXML");
      (await send(server, { path: "/new" })).should.match({ status: 404 });
    }));

  it("let anybody, or anybody who signs, do what they grant", () =>
    withServer({ buckets: [OPEN], users: [ANN] }, async (server, client) => {
      await write(client);
      should([await status(server, "/a"), await status(server, "/a", ANN)]).eql([403, 403]);
      await write(client, { ACL: "authenticated-read" });
      should([await status(server, "/a"), await status(server, "/a", ANN)]).eql([403, 200]);
      await write(client, { ACL: "public-read" });
      should([await status(server, "/a"), await status(server, "/a", ANN)]).eql([200, 200]);
      should(await status(server, "/a", { anonymous: true, method: "HEAD" })).equal(200);
      should(await status(server, "/a", { anonymous: true, query: { acl: "" } })).equal(403);
      should(await status(server, "/a", { anonymous: true, method: "DELETE" })).equal(403);
      // the object's ACL says nothing of the bucket, nor of other objects
      should([await status(server, ""), await status(server, "/b")]).eql([403, 403]);
      await client.send(new PutObjectAclCommand({ ...A, GrantReadACP: `uri="${ALL}"` }));
      should(await status(server, "/a", { anonymous: true, query: { acl: "" } })).equal(200);
      should(await status(server, "/a")).equal(403);

      await client.send(new PutBucketAclCommand({ ...B, ACL: "public-read" }));
      should([await status(server, ""), await status(server, "/a")]).eql([200, 403]);
      const put = { anonymous: true, method: "PUT", body: "y" };
      should(await status(server, "/c", put)).equal(403);
      await client.send(new PutBucketAclCommand({ ...B, ACL: "public-read-write" }));
      should(await status(server, "/c", put)).equal(200);
      should(await status(server, "", { ...put, query: { acl: "" }, headers: { "x-amz-acl": "private" } })).equal(403);
      await client.send(new PutBucketAclCommand({ ...B, ACL: "private" }));
      should([await status(server, ""), await status(server, "/d", put)]).eql([403, 403]);
    }));

  it("take a permission of their own", () =>
    withServer(
      { buckets: [OPEN], users: [{ accessKey: "writer", secretKey: "w", allow: ["s3:PutObject"] }] },
      async (server) => {
        const writer = { accessKey: "writer", secretKey: "w", method: "PUT", body: "x" };
        should(await status(server, "/a", writer)).equal(200);
        should(await status(server, "/a", { ...writer, headers: { "x-amz-acl": "public-read" } })).equal(403);
        should(
          await status(server, "/a", { ...writer, body: "", query: { acl: "" }, headers: { "x-amz-acl": "private" } }),
        ).equal(403);
      },
    ));

  it("take a permission to be chosen for a new bucket", () =>
    withServer({ users: [{ accessKey: "maker", secretKey: "m", allow: ["s3:CreateBucket"] }] }, async (server) => {
      const make = (name: string, headers: Record<string, string>) =>
        send(server, { method: "PUT", path: `/${name}`, headers, accessKey: "maker", secretKey: "m" });
      const ownership = { "x-amz-object-ownership": "ObjectWriter" };
      (await make("made", ownership)).should.match({ status: 403, code: "AccessDenied" });
      // nothing of it stays
      (await send(server, { path: "/made" })).should.match({ status: 404, code: "NoSuchBucket" });
      (await make("made", {})).should.match({ status: 200 });
    }));

  it("are out of force where the bucket's owner owns everything", () =>
    withServer({ buckets: [OPEN] }, async (server, client) => {
      const own = (ObjectOwnership: "BucketOwnerEnforced" | "ObjectWriter") =>
        client.send(
          new PutBucketOwnershipControlsCommand({ ...B, OwnershipControls: { Rules: [{ ObjectOwnership }] } }),
        );
      await write(client, { ACL: "public-read" });
      await client.send(new PutBucketAclCommand({ ...B, ACL: "public-read" }));
      (await failure(own("BucketOwnerEnforced"))).should.match({
        code: "InvalidBucketAclWithObjectOwnership",
        status: 400,
      });
      await client.send(new PutBucketAclCommand({ ...B, ACL: "private" }));
      await own("BucketOwnerEnforced");
      should(await status(server, "/a")).equal(403);
      for (const refused of [
        write(client, { ACL: "public-read" }),
        write(client, { GrantRead: `uri="${ALL}"` }),
        client.send(new PutObjectAclCommand({ ...A, ACL: "public-read" })),
        client.send(new PutBucketAclCommand({ ...B, ACL: "public-read" })),
        client.send(new CreateMultipartUploadCommand({ ...A, ACL: "private" })),
      ]) {
        (await failure(refused)).should.match({ code: "AccessControlListNotSupported", status: 400 });
      }
      await write(client, { Key: "b", ACL: "bucket-owner-full-control" });
      should((await objectAcl(client, { Key: "b" })).Grants).eql([full]);
      await own("ObjectWriter");
      should(await status(server, "/a")).equal(200);
      const made = new CreateBucketCommand({
        Bucket: "made",
        ObjectOwnership: "BucketOwnerEnforced",
        ACL: "public-read",
      });
      (await failure(client.send(made))).should.match({ code: "InvalidBucketAclWithObjectOwnership" });
    }));

  it("are kept from making anything public by the public access block", () =>
    withServer({ buckets: [OPEN], users: [ANN] }, async (server, client) => {
      const block = (PublicAccessBlockConfiguration: object) =>
        client.send(new PutPublicAccessBlockCommand({ ...B, PublicAccessBlockConfiguration }));
      await write(client, { ACL: "public-read" });
      await block({ BlockPublicAcls: true });
      should(await status(server, "/a")).equal(200);
      (await failure(write(client, { ACL: "public-read" }))).should.match({ code: "AccessDenied", status: 403 });
      const bucketAcl = client.send(new PutBucketAclCommand({ ...B, ACL: "authenticated-read" }));
      (await failure(bucketAcl)).should.match({ code: "AccessDenied" });
      await write(client, { Key: "b", ACL: "private" });
      await block({ IgnorePublicAcls: true });
      should([await status(server, "/a"), await status(server, "/a", ANN)]).eql([403, 403]);
      should((await objectAcl(client)).Grants).eql([full, group(ALL, "READ")]);
      await client.send(new HeadObjectCommand(A));
    }));
});
