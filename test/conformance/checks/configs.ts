/** The configurations of a bucket: put, told again, gone, and what some of them do. */
import {
  DeleteBucketCorsCommand,
  DeleteBucketEncryptionCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketOwnershipControlsCommand,
  DeleteBucketPolicyCommand,
  DeletePublicAccessBlockCommand,
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetBucketRequestPaymentCommand,
  GetBucketWebsiteCommand,
  GetPublicAccessBlockCommand,
  type LifecycleRule,
  PutBucketCorsCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketRequestPaymentCommand,
  PutPublicAccessBlockCommand,
} from "@aws-sdk/client-s3";
import { type Entry, group } from "../check";
import { type Context, unique } from "../context";
import { answered, holds, refused, same } from "../expect";
import { allowPublic } from "../open-bucket";
import { md5 } from "../sums";

const ERRORS = "API/ErrorResponses.html";
const CORS = "userguide/cors.html";

const RULE = {
  ID: "one",
  AllowedOrigins: ["https://*.example.com", "http://exact.test"],
  AllowedMethods: ["GET", "PUT"],
  AllowedHeaders: ["x-amz-*", "content-type"],
  ExposeHeaders: ["ETag"],
  MaxAgeSeconds: 600,
};

/** Puts these lifecycle rules. */
const putRules = (c: Context, Bucket: string, Rules: LifecycleRule[]) =>
  c.client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));

const EXPIRE: LifecycleRule = { ID: "a", Status: "Enabled", Filter: { Prefix: "" }, Expiration: { Days: 1 } };

const corsBucket = async (c: Context): Promise<string> => {
  const Bucket = await c.ownBucket();
  await c.client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: [RULE] } }));
  return Bucket;
};

const preflight = (c: Context, bucket: string, origin: string, method: string, headers?: string) =>
  c.raw({
    method: "OPTIONS",
    path: `/${bucket}/a`,
    auth: "none",
    headers: {
      origin,
      "access-control-request-method": method,
      ...(headers !== undefined && { "access-control-request-headers": headers }),
    },
  });

/** What is not even XML, or XML of something else, is refused; `right` is taken. */
const malformed = (name: string, right: string): Entry => [
  `${name}: XML that is no such configuration is 400 MalformedXML`,
  ERRORS,
  async (c) => {
    const path = `/${await c.ownBucket()}`;
    const store = (body: string) =>
      c.raw({ method: "PUT", path, query: { [name]: "" }, body, headers: { "content-md5": md5(body) } });
    for (const body of ["no XML", "<Other><Nothing/></Other>"]) await refused(store(body), 400, "MalformedXML");
    await answered(store(right), 200);
  },
];

/** Each configuration that is missing, with its code. */
const missing = (name: string, code: string, page: string): Entry => [
  `${name}: a bucket without it answers 404 ${code}`,
  page,
  async (c) => {
    await refused(c.raw({ path: `/${await c.ownBucket()}`, query: { [name]: "" } }), 404, code);
  },
];

/** the configurations that a DELETE with a query parameter takes away */
const DELETED_BY_NAME = [
  "cors",
  "encryption",
  "lifecycle",
  "ownershipControls",
  "policy",
  "publicAccessBlock",
  "tagging",
  "website",
];

/** A policy in its shortest form: a list of one is what is in it, and {"AWS": "*"} is everybody ("IAM JSON policy elements"). */
const plainPolicy = (policy: { Statement: Record<string, unknown>[] } | null): unknown =>
  policy && {
    ...policy,
    Statement: policy.Statement.map(({ Principal, Action, Resource, ...rest }) => {
      const one = (value: unknown) => (Array.isArray(value) && value.length === 1 ? value[0] : value);
      const everybody = one((Principal as { AWS?: unknown }).AWS) === "*";
      return { ...rest, Principal: everybody ? "*" : Principal, Action: one(Action), Resource: one(Resource) };
    }),
  };

export const configs = group("configs", {
  lifecycle: [
    "the lifecycle configuration is told as it was put, replaced as a whole, and gone when deleted",
    "API/API_PutBucketLifecycleConfiguration.html",
    async (c) => {
      const Bucket = await c.ownBucket();
      const rule = (ID: string, Days: number) => ({
        ID,
        Status: "Enabled" as const,
        Filter: { Prefix: `${ID}/` },
        Expiration: { Days },
      });
      const get = () => c.client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
      for (const Rules of [[rule("a", 1), rule("b", 2)], [rule("c", 3)]]) {
        const LifecycleConfiguration = { Rules };
        await c.client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }));
        const found = (await get()).Rules ?? [];
        const told = found.map((one) => [one.ID, one.Status, one.Filter?.Prefix, one.Expiration?.Days]);
        const expected = Rules.map((one) => [one.ID, one.Status, one.Filter.Prefix, one.Expiration.Days]);
        same(told.sort(), expected, "the rules");
      }
      await c.client.send(new DeleteBucketLifecycleCommand({ Bucket }));
      await refused(get(), 404, "NoSuchLifecycleConfiguration");
    },
  ],
  "lifecycle-abort": [
    "a rule may abort incomplete uploads and expire old versions",
    "API/API_PutBucketLifecycleConfiguration.html",
    async (c) => {
      const Bucket = await c.ownBucket();
      const rule = {
        ID: "a",
        Status: "Disabled" as const,
        Filter: { Prefix: "" },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 3 },
        NoncurrentVersionExpiration: { NoncurrentDays: 4 },
      };
      const LifecycleConfiguration = { Rules: [rule] };
      await c.client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }));
      const { Rules: [found] = [] } = await c.client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
      same(
        [
          found?.Status,
          found?.AbortIncompleteMultipartUpload?.DaysAfterInitiation,
          found?.NoncurrentVersionExpiration?.NoncurrentDays,
        ],
        ["Disabled", 3, 4],
        "status and days",
      );
    },
  ],
  "lifecycle-same-id": [
    "two lifecycle rules with one ID are 400 InvalidArgument",
    "userguide/intro-lifecycle-rules.html",
    async (c) => {
      const Bucket = await c.ownBucket();
      const other = { ...EXPIRE, Filter: { Prefix: "b" } };
      await refused(putRules(c, Bucket, [EXPIRE, other]), 400, "InvalidArgument");
      await putRules(c, Bucket, [EXPIRE, { ...other, ID: "b" }]);
    },
  ],
  "lifecycle-status-wrong": [
    "another status than Enabled and Disabled is 400 MalformedXML",
    "API/API_LifecycleRule.html",
    async (c) => {
      const Bucket = await c.ownBucket();
      await refused(putRules(c, Bucket, [{ ...EXPIRE, Status: "On" as "Enabled" }]), 400, "MalformedXML");
      await putRules(c, Bucket, [{ ...EXPIRE, Status: "Disabled" }]);
    },
  ],
  "lifecycle-days-zero": [
    "an expiration after 0 days is 400 InvalidArgument",
    "userguide/intro-lifecycle-rules.html",
    async (c) => {
      const Bucket = await c.ownBucket();
      await refused(putRules(c, Bucket, [{ ...EXPIRE, Expiration: { Days: 0 } }]), 400, "InvalidArgument");
      await putRules(c, Bucket, [EXPIRE]);
    },
  ],
  "lifecycle-expiry-told": [
    "an object under an expiration rule has x-amz-expiration with date and rule",
    "API/API_HeadObject.html",
    async (c) => {
      const Bucket = await c.ownBucket();
      const Rules = [{ ID: "rule", Status: "Enabled" as const, Filter: { Prefix: "a" }, Expiration: { Days: 2 } }];
      await c.client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
      const header = async (key: string) => {
        await answered(c.raw({ method: "PUT", path: `/${Bucket}/${key}`, body: "data" }), 200);
        return (await answered(c.raw({ method: "HEAD", path: `/${Bucket}/${key}` }), 200)).headers["x-amz-expiration"];
      };
      const found = await header("a");
      holds(/expiry-date="[^"]+ GMT", rule-id="rule"/.test(String(found)), `x-amz-expiration is ${found}`);
      same(await header("b"), undefined, "x-amz-expiration of an object that no rule is about");
    },
  ],
  cors: [
    "the CORS configuration is told as it was put, and gone when deleted",
    "API/API_PutBucketCors.html",
    async (c) => {
      const Bucket = await corsBucket(c);
      const get = () => c.client.send(new GetBucketCorsCommand({ Bucket }));
      const [found] = (await get()).CORSRules ?? [];
      const sorted = (rule: typeof RULE) =>
        Object.fromEntries(
          Object.entries(rule).map(([name, value]) => [name, Array.isArray(value) ? [...value].sort() : value]),
        );
      same(sorted(found as typeof RULE), sorted({ ...RULE }), "the rule");
      await c.client.send(new DeleteBucketCorsCommand({ Bucket }));
      await refused(get(), 404, "NoSuchCORSConfiguration");
    },
  ],
  "cors-preflight": [
    "a preflight that a rule allows is 200 with origin, methods, headers and age",
    CORS,
    async (c) => {
      const Bucket = await corsBucket(c);
      const reply = await answered(
        preflight(c, Bucket, "https://a.example.com", "PUT", "x-amz-date, content-type"),
        200,
      );
      same(reply.headers["access-control-allow-origin"], "https://a.example.com", "access-control-allow-origin");
      const list = (name: string) => String(reply.headers[name]).toLowerCase().split(/, */).sort();
      holds(list("access-control-allow-methods").includes("put"), "access-control-allow-methods has no PUT");
      same(list("access-control-allow-headers"), ["content-type", "x-amz-date"], "access-control-allow-headers");
      same(reply.headers["access-control-max-age"], "600", "access-control-max-age");
    },
  ],
  "cors-preflight-refused": [
    "a preflight that no rule allows is 403: another origin, method or header",
    CORS,
    async (c) => {
      const Bucket = await corsBucket(c);
      await answered(preflight(c, Bucket, "http://exact.test", "GET"), 200);
      await answered(preflight(c, Bucket, "http://other.test", "GET"), 403);
      await answered(preflight(c, Bucket, "http://exact.test", "DELETE"), 403);
      await answered(preflight(c, Bucket, "http://exact.test", "GET", "x-other"), 403);
    },
  ],
  "cors-preflight-none": [
    "a preflight for a bucket without CORS configuration is 403",
    CORS,
    async (c) => {
      await answered(preflight(c, await c.ownBucket(), "http://exact.test", "GET"), 403);
      await answered(preflight(c, await corsBucket(c), "http://exact.test", "GET"), 200);
    },
  ],
  "cors-request": [
    "a request with an allowed origin has it, and the exposed headers, in its reply; errors too",
    CORS,
    async (c) => {
      const Bucket = await corsBucket(c);
      const get = (origin: string) => c.raw({ path: `/${Bucket}/missing`, headers: { origin } });
      const reply = await answered(get("http://exact.test"), 404);
      same(reply.headers["access-control-allow-origin"], "http://exact.test", "access-control-allow-origin");
      same(reply.headers["access-control-expose-headers"], "ETag", "access-control-expose-headers");
      const other = await answered(get("http://other.test"), 404);
      same(other.headers["access-control-allow-origin"], undefined, "access-control-allow-origin of another origin");
    },
  ],
  "cors-method-wrong": [
    "a CORS rule with a method that S3 has not is 400",
    "API/API_CORSRule.html",
    async (c) => {
      const Bucket = await c.ownBucket();
      const allow = (...AllowedMethods: string[]) => {
        const CORSRules = [{ ...RULE, AllowedMethods }];
        return c.client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
      };
      await refused(allow("PATCH"), 400, "InvalidRequest", "MalformedXML");
      await allow("GET", "PUT", "POST", "DELETE", "HEAD");
    },
  ],
  "encryption-default": [
    "a bucket without any encryption configuration has SSE-S3",
    "userguide/default-encryption-faq.html",
    async (c) => {
      const Bucket = await c.ownBucket();
      const found = await c.client.send(new GetBucketEncryptionCommand({ Bucket }));
      const [rule] = found.ServerSideEncryptionConfiguration?.Rules ?? [];
      same(rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm, "AES256", "SSEAlgorithm");
    },
  ],
  encryption: [
    "the encryption configuration is told as it was put; deleting it is 204",
    "API/API_PutBucketEncryption.html",
    async (c) => {
      const Bucket = await c.ownBucket();
      const Rules = [
        { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" as const, KMSMasterKeyID: "a-key" } },
      ];
      const input = { Bucket, ServerSideEncryptionConfiguration: { Rules } };
      await c.client.send(new PutBucketEncryptionCommand(input));
      const found = await c.client.send(new GetBucketEncryptionCommand({ Bucket }));
      const [rule] = found.ServerSideEncryptionConfiguration?.Rules ?? [];
      same(
        rule?.ApplyServerSideEncryptionByDefault,
        Rules[0]?.ApplyServerSideEncryptionByDefault,
        "ApplyServerSideEncryptionByDefault",
      );
      const { $metadata } = await c.client.send(new DeleteBucketEncryptionCommand({ Bucket }));
      same($metadata.httpStatusCode, 204, "the status of DeleteBucketEncryption");
    },
  ],
  notification: [
    "a bucket without notifications has an empty configuration",
    "API/API_GetBucketNotificationConfiguration.html",
    async (c) => {
      const Bucket = await c.ownBucket();
      const reply = await answered(c.raw({ path: `/${Bucket}`, query: { notification: "" } }), 200);
      same(reply.all("NotificationConfiguration").length, 1, "the number of root elements");
      const found = await c.client.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
      const lists = [found.QueueConfigurations, found.TopicConfigurations, found.LambdaFunctionConfigurations];
      same(lists.flat().filter(Boolean), [], "the notifications");
    },
  ],
  "notification-wrong": [
    "a notification to a topic that does not exist is 400 InvalidArgument",
    "API/API_PutBucketNotificationConfiguration.html",
    async (c) => {
      const topic = `<TopicConfiguration><Id>a</Id><Topic>arn:aws:sns:us-east-1:123456789012:${unique()}</Topic><Event>s3:ObjectCreated:*</Event></TopicConfiguration>`;
      const path = `/${await c.ownBucket()}`;
      const notify = (list: string) => {
        const body = `<NotificationConfiguration>${list}</NotificationConfiguration>`;
        return c.raw({ method: "PUT", path, query: { notification: "" }, body });
      };
      await refused(notify(topic), 400, "InvalidArgument");
      await answered(notify(""), 200);
    },
  ],
  policy: [
    "the bucket policy is told as it was put, and gone when deleted",
    "API/API_PutBucketPolicy.html",
    async (c) => {
      const Bucket = await c.ownBucket();
      const policy = {
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "one",
            Effect: "Deny",
            Principal: "*",
            Action: "s3:GetObject",
            Resource: `arn:aws:s3:::${Bucket}/a/*`,
          },
        ],
      };
      const get = () => c.client.send(new GetBucketPolicyCommand({ Bucket }));
      await c.client.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(policy) }));
      same(plainPolicy(JSON.parse((await get()).Policy ?? "null")), policy, "the policy");
      const { $metadata } = await c.client.send(new DeleteBucketPolicyCommand({ Bucket }));
      same($metadata.httpStatusCode, 204, "the status of DeleteBucketPolicy");
      await refused(get(), 404, "NoSuchBucketPolicy");
    },
  ],
  "policy-status": [
    "GetBucketPolicyStatus tells whether a policy is public",
    "API/API_GetBucketPolicyStatus.html",
    async (c) => {
      const Bucket = await c.ownBucket();
      await allowPublic(c, Bucket);
      const status = async (Principal: unknown) => {
        const Statement = [
          { Effect: "Allow", Principal, Action: "s3:GetObject", Resource: `arn:aws:s3:::${Bucket}/*` },
        ];
        const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
        await c.client.send(new PutBucketPolicyCommand({ Bucket, Policy }));
        return (await c.client.send(new GetBucketPolicyStatusCommand({ Bucket }))).PolicyStatus?.IsPublic;
      };
      same(await status("*"), true, "IsPublic of a policy for everybody");
    },
  ],
  "delete-none": [
    "deleting a configuration that is not there leaves the bucket as it is",
    "API/API_DeletePublicAccessBlock.html",
    async (c) => {
      const gone: string[] = [];
      for (const name of DELETED_BY_NAME) {
        const path = `/${await c.ownBucket()}`;
        await c.raw({ method: "DELETE", path, query: { [name]: "" } });
        if ((await c.raw({ method: "HEAD", path })).status !== 200) gone.push(name);
      }
      holds(gone.length === 0, `the bucket is gone with its ${gone.join(", ")}`);
    },
  ],
  "public-access-block": [
    "the public access block is told as it was put, and gone when deleted",
    "API/API_PutPublicAccessBlock.html",
    async (c) => {
      const Bucket = await c.ownBucket();
      const get = () => c.client.send(new GetPublicAccessBlockCommand({ Bucket }));
      const PublicAccessBlockConfiguration = {
        BlockPublicAcls: true,
        IgnorePublicAcls: false,
        BlockPublicPolicy: true,
        RestrictPublicBuckets: false,
      };
      await c.client.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
      same((await get()).PublicAccessBlockConfiguration, PublicAccessBlockConfiguration, "the configuration");
      await c.client.send(new DeletePublicAccessBlockCommand({ Bucket }));
      await refused(get(), 404, "NoSuchPublicAccessBlockConfiguration");
    },
  ],
  "public-access-block-default": [
    "a new bucket blocks public access in all four ways",
    "userguide/access-control-block-public-access.html",
    async (c) => {
      const Bucket = await c.ownBucket();
      const found = await c.client.send(new GetPublicAccessBlockCommand({ Bucket }));
      same(Object.values(found.PublicAccessBlockConfiguration ?? {}), [true, true, true, true], "the four blocks");
    },
  ],
  "block-public-policy": [
    "BlockPublicPolicy refuses a public policy: 403 AccessDenied",
    "userguide/access-control-block-public-access.html",
    async (c) => {
      const Bucket = await c.ownBucket();
      const PublicAccessBlockConfiguration = { BlockPublicPolicy: true };
      await c.client.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
      const put = (Effect: string) => {
        const Statement = [{ Effect, Principal: "*", Action: "s3:GetObject", Resource: `arn:aws:s3:::${Bucket}/*` }];
        const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
        return c.client.send(new PutBucketPolicyCommand({ Bucket, Policy }));
      };
      await refused(put("Allow"), 403, "AccessDenied");
      await put("Deny");
    },
  ],
  ownership: [
    "the ownership controls are told as they were put, and gone when deleted",
    "API/API_PutBucketOwnershipControls.html",
    async (c) => {
      const Bucket = await c.ownBucket();
      const get = () => c.client.send(new GetBucketOwnershipControlsCommand({ Bucket }));
      for (const ObjectOwnership of ["BucketOwnerPreferred", "ObjectWriter", "BucketOwnerEnforced"] as const) {
        const OwnershipControls = { Rules: [{ ObjectOwnership }] };
        await c.client.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls }));
        same((await get()).OwnershipControls?.Rules, OwnershipControls.Rules, "the rules");
      }
      await c.client.send(new DeleteBucketOwnershipControlsCommand({ Bucket }));
      await refused(get(), 404, "OwnershipControlsNotFoundError");
    },
  ],
  "ownership-by-create": [
    "CreateBucket takes the object ownership as a header",
    "API/API_CreateBucket.html",
    async (c) => {
      const Bucket = await c.ownBucket({ create: { ObjectOwnership: "BucketOwnerPreferred" } });
      const { OwnershipControls } = await c.client.send(new GetBucketOwnershipControlsCommand({ Bucket }));
      same(OwnershipControls?.Rules?.[0]?.ObjectOwnership, "BucketOwnerPreferred", "ObjectOwnership");
    },
  ],
  "request-payment": [
    "the bucket owner pays unless told otherwise; Requester is told as it was put",
    "API/API_PutBucketRequestPayment.html",
    async (c) => {
      const Bucket = await c.ownBucket();
      const get = async () => (await c.client.send(new GetBucketRequestPaymentCommand({ Bucket }))).Payer;
      same(await get(), "BucketOwner", "Payer of a new bucket");
      const RequestPaymentConfiguration = { Payer: "Requester" as const };
      await c.client.send(new PutBucketRequestPaymentCommand({ Bucket, RequestPaymentConfiguration }));
      same(await get(), "Requester", "Payer");
    },
  ],
  "website-none": [
    "website: a bucket without it answers 404 NoSuchWebsiteConfiguration",
    "API/API_GetBucketWebsite.html",
    async (c) => {
      const Bucket = await c.ownBucket();
      await refused(c.client.send(new GetBucketWebsiteCommand({ Bucket })), 404, "NoSuchWebsiteConfiguration");
    },
  ],
  "lifecycle-none": missing(
    "lifecycle",
    "NoSuchLifecycleConfiguration",
    "API/API_GetBucketLifecycleConfiguration.html",
  ),
  "cors-none": missing("cors", "NoSuchCORSConfiguration", "API/API_GetBucketCors.html"),
  "policy-none": missing("policy", "NoSuchBucketPolicy", ERRORS),
  "lifecycle-malformed": malformed(
    "lifecycle",
    "<LifecycleConfiguration><Rule><ID>a</ID><Filter><Prefix/></Filter><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>",
  ),
  "cors-malformed": malformed(
    "cors",
    "<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>",
  ),
  "encryption-malformed": malformed(
    "encryption",
    "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>",
  ),
  "public-access-block-malformed": malformed(
    "publicAccessBlock",
    "<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls></PublicAccessBlockConfiguration>",
  ),
  "ownership-malformed": malformed(
    "ownershipControls",
    "<OwnershipControls><Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule></OwnershipControls>",
  ),
  "versioning-malformed": malformed(
    "versioning",
    "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>",
  ),
  "no-bucket": [
    "configurations of a bucket that does not exist are 404 NoSuchBucket",
    ERRORS,
    async (c) => {
      const path = `/missing-${unique()}`;
      for (const name of ["lifecycle", "cors", "policy", "tagging", "encryption", "acl", "notification"]) {
        await refused(c.raw({ path, query: { [name]: "" } }), 404, "NoSuchBucket");
      }
      await answered(c.raw({ path: `/${c.bucket}`, query: { acl: "" } }), 200);
    },
  ],
});
