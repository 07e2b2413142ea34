/** What bucket policies allow and deny. */
import { ListObjectsV2Command, PutBucketPolicyCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { group } from "../check";
import type { Context } from "../context";
import { answered, refused, same } from "../expect";
import { allowPublic } from "../open-bucket";

const GUIDE = "userguide/bucket-policies.html";
const EXAMPLES = "userguide/example-bucket-policies.html";
const PUT = "API/API_PutBucketPolicy.html";

interface Statement {
  Effect: "Allow" | "Deny";
  Action: string | string[];
  /** below the bucket: "/a/*"; "" is the bucket itself */
  on: string | string[];
  Condition?: object;
}

const setPolicy = async (c: Context, Bucket: string, ...statements: Statement[]): Promise<void> => {
  const Statement = statements.map(({ on, ...rest }) => ({
    Principal: "*",
    ...rest,
    Resource: [on].flat().map((one) => `arn:aws:s3:::${Bucket}${one}`),
  }));
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
  await c.client.send(new PutBucketPolicyCommand({ Bucket, Policy }));
};

/** A bucket with the objects open/a and closed/a, that lets public policies be put. */
const bucketWithBoth = async (c: Context): Promise<string> => {
  const Bucket = await c.ownBucket();
  // new buckets refuse public policies
  await allowPublic(c, Bucket);
  for (const Key of ["open/a", "closed/a"]) await c.client.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
  return Bucket;
};

const anonymous = (c: Context, path: string, method = "GET", headers: Record<string, string> = {}) =>
  c.raw({ method, path, headers, auth: "none", ...(method === "PUT" && { body: "data" }) });

export const policy = group("policy", {
  deny: [
    "Deny on a prefix refuses the owner as well: 403 AccessDenied; other keys are as before",
    GUIDE,
    async (c) => {
      const Bucket = await bucketWithBoth(c);
      await setPolicy(c, Bucket, { Effect: "Deny", Action: "s3:GetObject", on: "/closed/*" });
      await refused(c.raw({ path: `/${Bucket}/closed/a` }), 403, "AccessDenied");
      await answered(c.raw({ method: "HEAD", path: `/${Bucket}/closed/a` }), 403);
      await answered(c.raw({ path: `/${Bucket}/open/a` }), 200);
      // only what the statement names is denied
      await answered(c.raw({ method: "PUT", path: `/${Bucket}/closed/b`, body: "data" }), 200);
    },
  ],
  "deny-write": [
    "Deny of PutObject and DeleteObject keeps what is there",
    GUIDE,
    async (c) => {
      const Bucket = await bucketWithBoth(c);
      const Action = ["s3:PutObject", "s3:DeleteObject"];
      await setPolicy(c, Bucket, { Effect: "Deny", Action, on: "/closed/*" });
      await refused(c.raw({ method: "PUT", path: `/${Bucket}/closed/a`, body: "data" }), 403, "AccessDenied");
      await refused(c.raw({ method: "DELETE", path: `/${Bucket}/closed/a` }), 403, "AccessDenied");
      same((await answered(c.raw({ path: `/${Bucket}/closed/a` }), 200)).text, "closed/a", "the object");
      await answered(c.raw({ method: "DELETE", path: `/${Bucket}/open/a` }), 204);
    },
  ],
  "deny-list": [
    "Deny of ListBucket on the bucket refuses its listing",
    GUIDE,
    async (c) => {
      const Bucket = await bucketWithBoth(c);
      await setPolicy(c, Bucket, { Effect: "Deny", Action: "s3:ListBucket", on: "" });
      await refused(c.client.send(new ListObjectsV2Command({ Bucket })), 403, "AccessDenied");
      await answered(c.raw({ path: `/${Bucket}/open/a` }), 200);
    },
  ],
  "missing-without-list": [
    "Get of a missing key is 403 AccessDenied for a caller without s3:ListBucket, 404 for one with it",
    "API/API_GetObject.html",
    async (c) => {
      const Bucket = await bucketWithBoth(c);
      const read: Statement = { Effect: "Allow", Action: "s3:GetObject", on: "/*" };
      await setPolicy(c, Bucket, read);
      await answered(anonymous(c, `/${Bucket}/open/a`), 200);
      await refused(anonymous(c, `/${Bucket}/missing`), 403, "AccessDenied");
      await answered(anonymous(c, `/${Bucket}/missing`, "HEAD"), 403);
      await setPolicy(c, Bucket, read, { Effect: "Allow", Action: "s3:ListBucket", on: "" });
      await refused(anonymous(c, `/${Bucket}/missing`), 404, "NoSuchKey");
    },
  ],
  "allow-anonymous": [
    "Allow for everybody on a prefix opens these objects for reading alone",
    EXAMPLES,
    async (c) => {
      const Bucket = await bucketWithBoth(c);
      await setPolicy(c, Bucket, { Effect: "Allow", Action: "s3:GetObject", on: "/open/*" });
      same((await answered(anonymous(c, `/${Bucket}/open/a`), 200)).text, "open/a", "the object");
      await refused(anonymous(c, `/${Bucket}/closed/a`), 403, "AccessDenied");
      await refused(anonymous(c, `/${Bucket}`), 403, "AccessDenied");
      await refused(anonymous(c, `/${Bucket}/open/b`, "PUT"), 403, "AccessDenied");
      await refused(anonymous(c, `/${Bucket}/open/a`, "DELETE"), 403, "AccessDenied");
    },
  ],
  "deny-over-allow": [
    "a Deny counts more than an Allow",
    GUIDE,
    async (c) => {
      const Bucket = await bucketWithBoth(c);
      await setPolicy(
        c,
        Bucket,
        { Effect: "Allow", Action: "s3:*", on: ["", "/*"] },
        { Effect: "Deny", Action: "s3:Get*", on: "/closed/*" },
      );
      await answered(anonymous(c, `/${Bucket}/open/a`), 200);
      await refused(anonymous(c, `/${Bucket}/closed/a`), 403, "AccessDenied");
    },
  ],
  "prefix-condition": [
    "Allow of ListBucket with a condition on s3:prefix lets that prefix be listed and no other",
    "userguide/amazon-s3-policy-keys.html",
    async (c) => {
      const Bucket = await bucketWithBoth(c);
      const Condition = { StringEquals: { "s3:prefix": "open/" } };
      await setPolicy(c, Bucket, { Effect: "Allow", Action: "s3:ListBucket", on: "", Condition });
      const list = (prefix: string) => c.raw({ path: `/${Bucket}`, query: { "list-type": "2", prefix }, auth: "none" });
      same((await answered(list("open/"), 200)).all("Key"), ["open/a"], "the keys");
      await refused(list("closed/"), 403, "AccessDenied");
      await refused(list(""), 403, "AccessDenied");
    },
  ],
  "referer-condition": [
    "a condition on aws:Referer is held against the header",
    EXAMPLES,
    async (c) => {
      const Bucket = await bucketWithBoth(c);
      const Condition = { StringLike: { "aws:Referer": "https://www.example.com/*" } };
      await setPolicy(c, Bucket, { Effect: "Allow", Action: "s3:GetObject", on: "/*", Condition });
      const get = (referer: string) => anonymous(c, `/${Bucket}/open/a`, "GET", { referer });
      await answered(get("https://www.example.com/page"), 200);
      await refused(get("https://other.example.com/"), 403, "AccessDenied");
      await refused(anonymous(c, `/${Bucket}/open/a`), 403, "AccessDenied");
    },
  ],
  "tls-condition": [
    "Deny without aws:SecureTransport refuses plain HTTP",
    EXAMPLES,
    async (c) => {
      const Bucket = await bucketWithBoth(c);
      const Condition = { Bool: { "aws:SecureTransport": "false" } };
      await setPolicy(c, Bucket, { Effect: "Deny", Action: "s3:GetObject", on: "/closed/*", Condition });
      const status = c.endpoint.startsWith("https:") ? 200 : 403;
      await answered(c.raw({ path: `/${Bucket}/closed/a` }), status);
      await answered(c.raw({ path: `/${Bucket}/open/a` }), 200);
    },
  ],
  "ip-condition": [
    "a condition on aws:SourceIp is held against the caller's address",
    EXAMPLES,
    async (c) => {
      const Bucket = await bucketWithBoth(c);
      const allow = (address: string, on: string): Statement => ({
        Effect: "Allow",
        Action: "s3:GetObject",
        on,
        Condition: { IpAddress: { "aws:SourceIp": address } },
      });
      await setPolicy(c, Bucket, allow("0.0.0.0/0", "/open/*"), allow("192.0.2.0/24", "/closed/*"));
      await answered(anonymous(c, `/${Bucket}/open/a`), 200);
      await refused(anonymous(c, `/${Bucket}/closed/a`), 403, "AccessDenied");
    },
  ],
  malformed: [
    "a policy that is no JSON, or that has another effect, is 400 MalformedPolicy",
    PUT,
    async (c) => {
      const Bucket = await c.ownBucket();
      const statement = {
        Effect: "Maybe",
        Principal: "*",
        Action: "s3:GetObject",
        Resource: `arn:aws:s3:::${Bucket}/*`,
      };
      const wrong = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
      for (const Policy of ["no JSON", "{}", wrong]) {
        await refused(c.client.send(new PutBucketPolicyCommand({ Bucket, Policy })), 400, "MalformedPolicy");
      }
    },
  ],
  "other-bucket": [
    "a policy for another bucket's objects is 400 MalformedPolicy",
    PUT,
    async (c) => {
      const Bucket = await c.ownBucket();
      const statement = {
        Effect: "Deny",
        Principal: "*",
        Action: "s3:GetObject",
        Resource: `arn:aws:s3:::${c.bucket}/*`,
      };
      const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
      await refused(c.client.send(new PutBucketPolicyCommand({ Bucket, Policy })), 400, "MalformedPolicy");
    },
  ],
});
