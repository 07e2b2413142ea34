import { createHash } from "node:crypto";
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCorsCommand,
  DeleteBucketEncryptionCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketOwnershipControlsCommand,
  DeleteBucketTaggingCommand,
  DeletePublicAccessBlockCommand,
  GetBucketAccelerateConfigurationCommand,
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLoggingCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketRequestPaymentCommand,
  GetBucketTaggingCommand,
  GetBucketWebsiteCommand,
  GetPublicAccessBlockCommand,
  HeadObjectCommand,
  type LifecycleRule,
  PutBucketAccelerateConfigurationCommand,
  PutBucketCorsCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketLoggingCommand,
  PutBucketRequestPaymentCommand,
  PutBucketTaggingCommand,
  PutBucketWebsiteCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  type ServerSideEncryptionRule,
  type Tag,
} from "@aws-sdk/client-s3";
import should from "should";
import type { S3Server } from "../../dev/s3-server/index";
import { BUCKET, failure, type RawReply, send, withServer } from "./support";

const B = { Bucket: BUCKET };

/** Puts a sub-resource as raw XML, with the digest that S3 wants. */
function put(server: S3Server, name: string, body: string, headers: Record<string, string> = {}): Promise<RawReply> {
  const md5 = createHash("md5").update(body).digest("base64");
  const query = { [name]: "" };
  return send(server, { method: "PUT", path: `/${BUCKET}`, query, body, headers: { "content-md5": md5, ...headers } });
}

describe("s3-server: bucket tags", () => {
  it("are put, told and deleted", () =>
    withServer({}, async (server, client) => {
      const get = () => client.send(new GetBucketTaggingCommand(B));
      const tag = (TagSet: Tag[]) => client.send(new PutBucketTaggingCommand({ ...B, Tagging: { TagSet } }));
      (await failure(get())).should.match({ code: "NoSuchTagSet", status: 404 });
      const written = Array.from({ length: 50 }, (_, i) => ({ Key: `key ${i}`, Value: i === 7 ? "" : `${i}é` }));
      const { $metadata } = await tag(written);
      should($metadata.httpStatusCode).equal(204);
      should((await get()).TagSet).eql(written);
      await client.send(new DeleteBucketTaggingCommand(B));
      (await failure(get())).should.match({ code: "NoSuchTagSet", status: 404 });
      server.requests.map((one) => one.operation).should.containDeep(["PutBucketTagging", "DeleteBucketTagging"]);
    }));

  it("keep their limits", () =>
    withServer({}, async (server, client) => {
      const tag = (TagSet: Tag[]) => failure(client.send(new PutBucketTaggingCommand({ ...B, Tagging: { TagSet } })));
      const many = Array.from({ length: 51 }, (_, i) => ({ Key: `k${i}`, Value: "" }));
      (await tag(many)).should.match({ code: "BadRequest", status: 400 });
      (await tag([{ Key: "a", Value: "<" }])).should.match({ code: "InvalidTag", status: 400 });
      (await tag([{ Key: "aws:a", Value: "" }])).should.match({ code: "InvalidTag" });
      const twice = { Key: "a", Value: "1" };
      (await tag([twice, twice])).should.match({ code: "InvalidTag" });
      const xml = "<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>";
      (await put(server, "tagging", xml)).should.match({ status: 400, code: "MalformedXML" });
      (await send(server, { method: "PUT", path: `/${BUCKET}`, query: { tagging: "" }, body: xml })).should.match({
        status: 400,
        code: "InvalidRequest",
      });
    }));
});

describe("s3-server: lifecycle", () => {
  it("is told as it was put", () =>
    withServer({}, async (_, client) => {
      const get = () => client.send(new GetBucketLifecycleConfigurationCommand(B));
      (await failure(get())).should.match({ code: "NoSuchLifecycleConfiguration", status: 404 });
      const Rules: LifecycleRule[] = [
        {
          ID: "old logs & more",
          Status: "Enabled",
          Filter: { And: { Prefix: "logs/<", Tags: [{ Key: "a", Value: "b" }], ObjectSizeGreaterThan: 500 } },
          Transitions: [
            { Days: 30, StorageClass: "STANDARD_IA" },
            { Days: 90, StorageClass: "GLACIER" },
          ],
          Expiration: { Days: 365 },
          NoncurrentVersionTransitions: [{ NoncurrentDays: 30, StorageClass: "GLACIER", NewerNoncurrentVersions: 2 }],
          NoncurrentVersionExpiration: { NoncurrentDays: 1, NewerNoncurrentVersions: 100 },
        },
        {
          ID: "uploads",
          Status: "Disabled",
          Filter: { Prefix: "" },
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
          Expiration: { ExpiredObjectDeleteMarker: true },
        },
        { Status: "Enabled", Prefix: "dated/", Expiration: { Date: new Date("2030-01-01T00:00:00Z") } },
      ];
      const LifecycleConfiguration = { Rules };
      const done = await client.send(new PutBucketLifecycleConfigurationCommand({ ...B, LifecycleConfiguration }));
      done.should.have.property("TransitionDefaultMinimumObjectSize", "all_storage_classes_128K");
      const got = await get();
      got.should.have.property("TransitionDefaultMinimumObjectSize", "all_storage_classes_128K");
      const { ID, ...unnamed } = got.Rules?.[2] ?? {};
      should(ID).match(/^.{10,}$/);
      should([got.Rules?.[0], got.Rules?.[1], unnamed]).eql(Rules);
      await client.send(
        new PutBucketLifecycleConfigurationCommand({
          ...B,
          LifecycleConfiguration,
          TransitionDefaultMinimumObjectSize: "varies_by_storage_class",
        }),
      );
      (await get()).should.have.property("TransitionDefaultMinimumObjectSize", "varies_by_storage_class");
      await client.send(new DeleteBucketLifecycleCommand(B));
      (await failure(get())).should.match({ code: "NoSuchLifecycleConfiguration" });
    }));

  it("is refused as S3 refuses it", () =>
    withServer({}, async (server) => {
      const rules = (xml: string) =>
        put(server, "lifecycle", `<LifecycleConfiguration>${xml}</LifecycleConfiguration>`);
      const rule = (inside: string, filter = "<Filter/>", id = "") =>
        `<Rule>${id}${filter}<Status>Enabled</Status>${inside}</Rule>`;
      const days = "<Expiration><Days>1</Days></Expiration>";
      const id = (text: string) => `<ID>${text}</ID>`;
      const tag = "<Filter><Tag><Key>a</Key><Value>b</Value></Tag></Filter>";
      (await rules(rule(days))).status.should.equal(200);
      (await rules(rule(days, undefined, id("i".repeat(255))))).status.should.equal(200);
      (await rules(rule(days).repeat(1000))).status.should.equal(200);
      const wrong: [string, string][] = [
        ["", "MalformedXML"],
        [rule(days).repeat(1001), "MalformedXML"],
        [rule(days).replace("Enabled", "enabled"), "MalformedXML"],
        [rule(days).replace("<Status>Enabled</Status>", ""), "MalformedXML"],
        [rule(days, ""), "MalformedXML"],
        [rule(days, "<Filter/><Prefix>a</Prefix>"), "MalformedXML"],
        [rule(days, "<Filter><Prefix>a</Prefix><ObjectSizeLessThan>1</ObjectSizeLessThan></Filter>"), "MalformedXML"],
        [rule("<Delete/>"), "MalformedXML"],
        [rule(""), "InvalidRequest"],
        [rule(days, undefined, id("i".repeat(256))), "InvalidArgument"],
        [rule(days, undefined, id("i")).repeat(2), "InvalidArgument"],
        [rule(days.replace("1", "0")), "InvalidArgument"],
        [rule(days.replace("1", "one")), "MalformedXML"],
        [rule("<Expiration/>"), "MalformedXML"],
        [rule("<Expiration><Days>1</Days><Date>2030-01-01T00:00:00Z</Date></Expiration>"), "MalformedXML"],
        [rule("<Expiration><Date>2030-01-01T01:00:00Z</Date></Expiration>"), "InvalidArgument"],
        [rule("<Expiration><Date>soon</Date></Expiration>"), "MalformedXML"],
        [rule("<Transition><Days>29</Days><StorageClass>STANDARD_IA</StorageClass></Transition>"), "InvalidArgument"],
        [rule("<Transition><Days>1</Days><StorageClass>STANDARD</StorageClass></Transition>"), "MalformedXML"],
        [rule(`<Transition><Days>1</Days><StorageClass>GLACIER</StorageClass></Transition>${days}`), "InvalidArgument"],
        [
          rule("<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>", tag),
          "InvalidRequest",
        ],
        [
          rule(
            "<AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation></AbortIncompleteMultipartUpload>",
            tag,
          ),
          "InvalidRequest",
        ],
        [
          rule("<NoncurrentVersionExpiration><NoncurrentDays>0</NoncurrentDays></NoncurrentVersionExpiration>"),
          "InvalidArgument",
        ],
      ];
      for (const [xml, code] of wrong) {
        const reply = await rules(xml);
        should({ xml: xml.slice(0, 300), status: reply.status, code: reply.code }).match({ status: 400, code });
      }
      const body = `<LifecycleConfiguration>${rule(days)}</LifecycleConfiguration>`;
      const bare = await send(server, { method: "PUT", path: `/${BUCKET}`, query: { lifecycle: "" }, body });
      bare.should.match({ status: 400, code: "InvalidRequest" });
      (await put(server, "lifecycle", body, { "content-md5": "AAAAAAAAAAAAAAAAAAAAAA==" })).should.match({
        code: "BadDigest",
      });
      const size = { "x-amz-transition-default-minimum-object-size": "64K" };
      (await put(server, "lifecycle", body, size)).should.match({ status: 400, code: "InvalidArgument" });
      (await put(server, "lifecycle", "<Other/>")).should.match({ status: 400, code: "MalformedXML" });
      (await put(server, "lifecycle", "<LifecycleConfiguration>")).should.match({ status: 400, code: "MalformedXML" });
      // nothing of it took effect
      const kept = await send(server, { path: `/${BUCKET}`, query: { lifecycle: "" } });
      kept.body.split("<Rule>").length.should.equal(1001);
    }));
});

describe("s3-server: default encryption", () => {
  const encryption = (rule: ServerSideEncryptionRule) =>
    new PutBucketEncryptionCommand({ ...B, ServerSideEncryptionConfiguration: { Rules: [rule] } });
  const KEY = "arn:aws:kms:us-east-1:111122223333:key/k";

  it("is AES256 until another is put, and what is written then carries it", () =>
    withServer({}, async (_, client) => {
      const get = async () => (await client.send(new GetBucketEncryptionCommand(B))).ServerSideEncryptionConfiguration;
      const byDefault = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" }, BucketKeyEnabled: false }];
      should(await get()).eql({ Rules: byDefault });
      const rule: ServerSideEncryptionRule = {
        ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: KEY },
        BucketKeyEnabled: true,
      };
      await client.send(encryption(rule));
      should(await get()).eql({ Rules: [rule] });
      const carried = { ServerSideEncryption: "aws:kms", SSEKMSKeyId: KEY, BucketKeyEnabled: true };
      (await client.send(new PutObjectCommand({ ...B, Key: "a", Body: "x" }))).should.match(carried);
      (await client.send(new HeadObjectCommand({ ...B, Key: "a" }))).should.match(carried);
      (await client.send(new CreateMultipartUploadCommand({ ...B, Key: "b" }))).should.match(carried);
      // what asks for another gets it
      await client.send(new PutObjectCommand({ ...B, Key: "a", Body: "x", ServerSideEncryption: "AES256" }));
      const plain = await client.send(new HeadObjectCommand({ ...B, Key: "a" }));
      plain.should.match({ ServerSideEncryption: "AES256" }).and.not.have.property("SSEKMSKeyId");
      await client.send(encryption({ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" } }));
      (await client.send(new PutObjectCommand({ ...B, Key: "a", Body: "x" }))).should.match({
        ServerSideEncryption: "aws:kms",
        SSEKMSKeyId: /^arn:aws:kms:us-east-1:\d{12}:key\/./,
      });
      await client.send(new DeleteBucketEncryptionCommand(B));
      should(await get()).eql({ Rules: byDefault });
      (await client.send(new PutObjectCommand({ ...B, Key: "a", Body: "x" }))).should.match({
        ServerSideEncryption: "AES256",
      });
    }));

  it("is refused when it makes no sense, and may block customers' keys", () =>
    withServer({}, async (server, client) => {
      const wrong = (rule: object) => failure(client.send(encryption(rule as ServerSideEncryptionRule)));
      (await wrong({ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES128" } })).should.match({
        code: "MalformedXML",
        status: 400,
      });
      (
        await wrong({ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256", KMSMasterKeyID: KEY } })
      ).should.match({ code: "InvalidArgument", status: 400 });
      (
        await put(server, "encryption", "<ServerSideEncryptionConfiguration></ServerSideEncryptionConfiguration>")
      ).should.match({ code: "MalformedXML", status: 400 });
      const key = Buffer.alloc(32, 1);
      const write = () =>
        client.send(
          new PutObjectCommand({
            ...B,
            Key: "a",
            Body: "x",
            SSECustomerAlgorithm: "AES256",
            SSECustomerKey: key.toString("base64"),
            SSECustomerKeyMD5: createHash("md5").update(key).digest("base64"),
          }),
        );
      await write();
      await client.send(encryption({ BlockedEncryptionTypes: { EncryptionType: ["SSE-C"] } }));
      (await failure(write())).should.match({ code: "AccessDenied", status: 403 });
    }));
});

describe("s3-server: further configurations", () => {
  it("public access block", () =>
    withServer({}, async (_, client) => {
      const get = () => client.send(new GetPublicAccessBlockCommand(B));
      should(Object.values((await get()).PublicAccessBlockConfiguration ?? {})).eql([true, true, true, true]);
      const PublicAccessBlockConfiguration = { BlockPublicAcls: true, RestrictPublicBuckets: false };
      await client.send(new PutPublicAccessBlockCommand({ ...B, PublicAccessBlockConfiguration }));
      should((await get()).PublicAccessBlockConfiguration).eql({
        BlockPublicAcls: true,
        BlockPublicPolicy: false,
        IgnorePublicAcls: false,
        RestrictPublicBuckets: false,
      });
      await client.send(new DeletePublicAccessBlockCommand(B));
      (await failure(get())).should.match({ code: "NoSuchPublicAccessBlockConfiguration", status: 404 });
    }));

  it("ownership controls, also when a bucket is made", () =>
    withServer({}, async (server, client) => {
      const get = (Bucket: string) => client.send(new GetBucketOwnershipControlsCommand({ Bucket }));
      should((await get(BUCKET)).OwnershipControls).eql({ Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] });
      await client.send(new DeleteBucketOwnershipControlsCommand(B));
      (await failure(get(BUCKET))).should.match({ code: "OwnershipControlsNotFoundError", status: 404 });
      await client.send(new CreateBucketCommand({ Bucket: "made", ObjectOwnership: "BucketOwnerPreferred" }));
      should((await get("made")).OwnershipControls).eql({ Rules: [{ ObjectOwnership: "BucketOwnerPreferred" }] });
      const wrong = await send(server, {
        method: "PUT",
        path: "/other",
        headers: { "x-amz-object-ownership": "Nobody" },
      });
      wrong.should.match({ status: 400 });
      (await failure(get("other"))).should.match({ code: "NoSuchBucket" });
      const xml = "<OwnershipControls><Rule><ObjectOwnership>BucketOwner</ObjectOwnership></Rule></OwnershipControls>";
      (await put(server, "ownershipControls", xml)).should.match({ status: 400, code: "MalformedXML" });
    }));

  it("request payment, which can be taken back though the requester has to pay", () =>
    withServer({}, async (server, client) => {
      const get = async () => (await client.send(new GetBucketRequestPaymentCommand(B))).Payer;
      const pay = (Payer: "Requester" | "BucketOwner") =>
        client.send(new PutBucketRequestPaymentCommand({ ...B, RequestPaymentConfiguration: { Payer } }));
      server.put(BUCKET, "a", "x");
      const head = (more = {}) => client.send(new HeadObjectCommand({ ...B, Key: "a", ...more }));
      should(await get()).equal("BucketOwner");
      await pay("Requester");
      should(await get()).equal("Requester");
      (await failure(head())).should.match({ status: 403 });
      await head({ RequestPayer: "requester" });
      await pay("BucketOwner");
      await head();
      (await failure(pay("Nobody" as "Requester"))).should.match({ code: "MalformedXML", status: 400 });
    }));

  it("website, logging, acceleration", () =>
    withServer({ buckets: [BUCKET, "logs"] }, async (server, client) => {
      const website = () => client.send(new GetBucketWebsiteCommand(B));
      (await failure(website())).should.match({ code: "NoSuchWebsiteConfiguration", status: 404 });
      const WebsiteConfiguration = {
        IndexDocument: { Suffix: "index.html" },
        ErrorDocument: { Key: "error.html" },
        RoutingRules: [{ Condition: { KeyPrefixEquals: "a/" }, Redirect: { ReplaceKeyPrefixWith: "b/" } }],
      };
      await client.send(new PutBucketWebsiteCommand({ ...B, WebsiteConfiguration }));
      (await website()).should.match(WebsiteConfiguration);
      const bad = "<WebsiteConfiguration><ErrorDocument><Key>e</Key></ErrorDocument></WebsiteConfiguration>";
      (await put(server, "website", bad)).should.match({ status: 400, code: "InvalidArgument" });

      const logging = async () => (await client.send(new GetBucketLoggingCommand(B))).LoggingEnabled;
      should(await logging()).be.undefined();
      const LoggingEnabled = {
        TargetBucket: "logs",
        TargetPrefix: "p/",
        TargetGrants: [
          {
            Permission: "READ" as const,
            Grantee: { Type: "Group" as const, URI: "http://acs.amazonaws.com/groups/global/AllUsers" },
          },
        ],
      };
      await client.send(new PutBucketLoggingCommand({ ...B, BucketLoggingStatus: { LoggingEnabled } }));
      should(await logging()).eql(LoggingEnabled);
      const elsewhere = { LoggingEnabled: { TargetBucket: "nowhere", TargetPrefix: "" } };
      (await failure(client.send(new PutBucketLoggingCommand({ ...B, BucketLoggingStatus: elsewhere })))).should.match({
        code: "InvalidTargetBucketForLogging",
        status: 400,
      });
      await client.send(new PutBucketLoggingCommand({ ...B, BucketLoggingStatus: {} }));
      should(await logging()).be.undefined();

      const accelerate = async () => (await client.send(new GetBucketAccelerateConfigurationCommand(B))).Status;
      should(await accelerate()).be.undefined();
      const AccelerateConfiguration = { Status: "Enabled" as const };
      await client.send(new PutBucketAccelerateConfigurationCommand({ ...B, AccelerateConfiguration }));
      should(await accelerate()).equal("Enabled");
    }));

  it("take their own permissions, and a bucket that is there", () =>
    withServer({ users: [{ accessKey: "some", secretKey: "s", allow: ["s3:GetBucketTagging"] }] }, async (server) => {
      const some = { accessKey: "some", secretKey: "s", path: `/${BUCKET}` };
      (await send(server, { ...some, query: { tagging: "" } })).should.match({ code: "NoSuchTagSet" });
      for (const name of ["cors", "lifecycle", "policy", "acl", "notification", "encryption", "requestPayment"]) {
        (await send(server, { ...some, query: { [name]: "" } })).should.match({ status: 403, code: "AccessDenied" });
        (await send(server, { path: "/nowhere", query: { [name]: "" } })).should.match({ code: "NoSuchBucket" });
      }
      (await send(server, { ...some, method: "DELETE", query: { tagging: "" } })).should.match({ status: 403 });
      (await send(server, { method: "POST", path: `/${BUCKET}`, query: { cors: "" } })).should.match({ status: 405 });
      (await send(server, { method: "DELETE", path: `/${BUCKET}`, query: { notification: "" } })).should.match({
        status: 405,
      });
      (await send(server, { path: `/${BUCKET}/key`, query: { cors: "" } })).should.match({ status: 501 });
    }));
});

describe("s3-server: CORS", () => {
  const rules = [
    {
      ID: "site",
      AllowedOrigins: ["https://*.example.com"],
      AllowedMethods: ["GET", "PUT"],
      AllowedHeaders: ["x-amz-*", "Content-Type"],
      ExposeHeaders: ["ETag", "x-amz-request-id"],
      MaxAgeSeconds: 600,
    },
    { AllowedOrigins: ["*"], AllowedMethods: ["HEAD"] },
  ];
  const cors = (CORSRules: typeof rules) => new PutBucketCorsCommand({ ...B, CORSConfiguration: { CORSRules } });
  const preflight = (server: S3Server, headers: Record<string, string>, path = `/${BUCKET}/a`) =>
    send(server, { method: "OPTIONS", path, headers, anonymous: true });

  it("is put, told and deleted", () =>
    withServer({}, async (server, client) => {
      const get = async () => (await client.send(new GetBucketCorsCommand(B))).CORSRules;
      (await failure(get())).should.match({ code: "NoSuchCORSConfiguration", status: 404 });
      await client.send(cors(rules));
      should(await get()).eql(rules);
      await client.send(new DeleteBucketCorsCommand(B));
      (await failure(get())).should.match({ code: "NoSuchCORSConfiguration" });
      const rule = (xml: string) =>
        put(server, "cors", `<CORSConfiguration><CORSRule>${xml}</CORSRule></CORSConfiguration>`);
      const origin = "<AllowedOrigin>*</AllowedOrigin>";
      const method = "<AllowedMethod>GET</AllowedMethod>";
      (await rule(origin + method)).status.should.equal(200);
      (await rule(origin)).should.match({ status: 400, code: "MalformedXML" });
      (await rule(method)).should.match({ status: 400, code: "MalformedXML" });
      (await rule(origin + method.replace("GET", "OPTIONS"))).should.match({ status: 400, code: "InvalidRequest" });
      (await rule(origin.replace("*", "*.a.*") + method)).should.match({ status: 400, code: "InvalidRequest" });
      (await rule(`${origin}${method}<ExposeHeader>*</ExposeHeader>`)).should.match({ code: "InvalidRequest" });
      (await put(server, "cors", "<CORSConfiguration/>")).should.match({ status: 400, code: "MalformedXML" });
    }));

  it("answers preflights", () =>
    withServer({}, async (server, client) => {
      const asks = { origin: "https://www.example.com", "access-control-request-method": "PUT" };
      (await preflight(server, asks)).should.match({ status: 403, code: "AccessForbidden" });
      await client.send(cors(rules));
      const allowed = await preflight(server, {
        ...asks,
        "access-control-request-headers": "content-type, X-Amz-Date",
      });
      allowed.should.match({ status: 200, body: "" });
      allowed.headers.should.match({
        "access-control-allow-origin": "https://www.example.com",
        "access-control-allow-methods": "GET, PUT",
        "access-control-allow-headers": "content-type, X-Amz-Date",
        "access-control-expose-headers": "ETag, x-amz-request-id",
        "access-control-max-age": "600",
        "access-control-allow-credentials": "true",
        vary: /Origin/,
      });
      const anyone = await preflight(server, { origin: "null", "access-control-request-method": "HEAD" }, `/${BUCKET}`);
      anyone.headers.should
        .match({ "access-control-allow-origin": "*" })
        .and.not.have.property("access-control-allow-credentials");
      for (const wrong of [
        { origin: "https://example.com" },
        { "access-control-request-method": "DELETE" },
        { "access-control-request-headers": "authorization" },
      ]) {
        const refused = await preflight(server, { ...asks, ...wrong });
        refused.should.match({ status: 403, code: "AccessForbidden" });
        refused.headers.should.not.have.property("access-control-allow-origin");
      }
      (await preflight(server, { origin: "a" })).should.match({ status: 400, code: "BadRequest" });
      (await preflight(server, {})).should.match({ status: 400, code: "BadRequest" });
      (await preflight(server, asks, "/nowhere/a")).should.match({ status: 404, code: "NoSuchBucket" });
    }));

  it("lets pages see replies, errors too", () =>
    withServer({}, async (server, client) => {
      await client.send(cors(rules));
      server.put(BUCKET, "a", "x");
      const get = (headers: Record<string, string>, path = `/${BUCKET}/a`) => send(server, { path, headers });
      const seen = {
        "access-control-allow-origin": "https://www.example.com",
        "access-control-expose-headers": /ETag/,
      };
      (await get({ origin: "https://www.example.com" })).headers.should.match(seen);
      const missing = await get({ origin: "https://www.example.com" }, `/${BUCKET}/b`);
      missing.should.match({ status: 404, headers: seen });
      for (const headers of [{}, { origin: "https://other.com" }] as Record<string, string>[]) {
        const reply = await get(headers);
        reply.status.should.equal(200);
        reply.headers.should.not.have.property("access-control-allow-origin");
      }
    }));
});
