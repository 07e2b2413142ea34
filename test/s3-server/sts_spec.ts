import { GetObjectCommand, PutBucketPolicyCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import should from "should";
import type { S3Server } from "../../dev/s3-server/index";
import { BUCKET, clientFor, failure, type RawReply, type RawRequest, send, withServer } from "./support";

const ARN = "arn:aws:iam::123456789012:role/reader";
const roles = [{ arn: ARN, externalId: "outside", allow: ["s3:GetObject", "s3:ListBucket"] }];

function assume(server: S3Server, form: Record<string, string>, more: Partial<RawRequest> = {}) {
  const body = new URLSearchParams({
    Action: "AssumeRole",
    Version: "2011-06-15",
    RoleArn: ARN,
    RoleSessionName: "me",
    ExternalId: "outside",
    ...form,
  });
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  return send(server, { method: "POST", path: "/", service: "sts", headers, body: body.toString(), ...more });
}

/** The keys that were given, for `send`. */
function keysOf({ body }: RawReply): Pick<RawRequest, "accessKey" | "secretKey" | "headers"> {
  const text = (name: string) => new RegExp(`<${name}>([^<]*)`).exec(body)?.[1] ?? "";
  return {
    accessKey: text("AccessKeyId"),
    secretKey: text("SecretAccessKey"),
    headers: { "x-amz-security-token": text("SessionToken") },
  };
}

describe("s3-server: AssumeRole", () => {
  it("gives the SDK temporary keys that do what the role may", () =>
    withServer({ roles }, async (server, plain) => {
      server.put(BUCKET, "a", "hello");
      const credentials = fromTemporaryCredentials({
        masterCredentials: { accessKeyId: server.accessKey, secretAccessKey: server.secretKey },
        params: { RoleArn: ARN, RoleSessionName: "me", ExternalId: "outside", DurationSeconds: 900 },
        clientConfig: { endpoint: server.endpoint, region: server.region },
      });
      const client = clientFor(server, { credentials });
      const { Body } = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key: "a" }));
      should(await Body?.transformToString()).equal("hello");
      const put = new PutObjectCommand({ Bucket: BUCKET, Key: "b", Body: "x" });
      (await failure(client.send(put))).should.match({ code: "AccessDenied", status: 403 });
      await plain.send(put);
      server.requests.map((one) => one.operation).should.eql(["AssumeRole", "GetObject", "PutObject", "PutObject"]);
      should(server.requests[1]?.headers["x-amz-security-token"]).be.a.String();
      client.destroy();
    }));

  it("checks the signature, the role, the external id and the duration", () =>
    withServer({ roles: [...roles, { arn: `${ARN}-other`, trusts: ["somebody"] }] }, async (server) => {
      (await assume(server, {})).should.match({ status: 200, body: /<SessionToken>/ });
      (await assume(server, {}, { secretKey: "wrong" })).should.match({ status: 403, code: "SignatureDoesNotMatch" });
      (await assume(server, {}, { accessKey: "unknown" })).should.match({ status: 403, code: "InvalidClientTokenId" });
      (await assume(server, {}, { anonymous: true })).should.match({ status: 403, code: "AccessDenied" });
      (await assume(server, {}, { service: "s3" })).should.match({ status: 403, code: "AccessDenied" });
      (await assume(server, { ExternalId: "other" })).should.match({ status: 403, code: "AccessDenied" });
      (await assume(server, { RoleArn: `${ARN}-unknown` })).should.match({ status: 403, code: "AccessDenied" });
      (await assume(server, { RoleArn: `${ARN}-other` })).should.match({ status: 403, code: "AccessDenied" });
      (await assume(server, { DurationSeconds: "60" })).should.match({ status: 400, code: "ValidationError" });
      (await assume(server, { RoleSessionName: "" })).should.match({ status: 400, code: "ValidationError" });
      const managed = { "PolicyArns.member.1.arn": "arn:aws:iam::aws:policy/ReadOnlyAccess" };
      (await assume(server, managed)).should.match({ status: 501, code: "NotImplemented" });
      (await assume(server, { Action: "Dance" })).should.match({ status: 400, code: "InvalidAction" });
    }));

  it("refuses session policies that are wrong", () =>
    withServer({ roles }, async (server) => {
      const one = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" };
      const policy = (Statement: unknown) => JSON.stringify({ Version: "2012-10-17", Statement });
      const code = async (Policy: string) => {
        const reply = await assume(server, { Policy });
        return `${reply.status} ${reply.code}`;
      };
      const malformed = "400 MalformedPolicyDocument";
      should(await code("{}")).equal(malformed);
      should(await code("nothing")).equal(malformed);
      should(await code(policy({ ...one, Principal: "*" }))).equal(malformed);
      should(await code(policy({ ...one, Resource: "bucket/*" }))).equal(malformed);
      should(await code(policy({ ...one, Action: "GetObject" }))).equal(malformed);
      should(await code(policy({ ...one, Condition: { StringEquals: { "aws:PrincipalTag/a": "b" } } }))).equal(
        malformed,
      );
      should(await code("")).equal("400 ValidationError");
      should(await code(`${policy(one)}${" ".repeat(2048)}`)).equal("400 ValidationError");
      should(await code(policy([one, { ...one, Action: "kms:Decrypt", Resource: "arn:aws:kms:*:*:key/*" }]))).equal(
        "200 undefined",
      );
    }));

  it("lets a session do what its policy and its role both allow", () =>
    withServer({ roles: [...roles, { arn: `${ARN}-all` }] }, async (server, client) => {
      for (const key of ["a/1", "a/2", "b"]) server.put(BUCKET, key, "x");
      const session = async (form: Record<string, string>, ...Statement: object[]) => {
        const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
        const who = keysOf(await assume(server, { Policy, ...form }));
        return async (method: string, key: string, query: Record<string, string> = {}) =>
          (await send(server, { method, path: `/${BUCKET}${key}`, query, body: method === "PUT" ? "y" : "", ...who }))
            .status;
      };
      const on = (Action: unknown, Resource: string, Effect = "Allow") => ({ Effect, Action, Resource });
      const all = `arn:aws:s3:::${BUCKET}/*`;
      const limited = await session({}, on(["s3:GetObject", "s3:PutObject"], `arn:aws:s3:::${BUCKET}/a/*`));
      should([await limited("GET", "/a/1"), await limited("GET", "/b")]).eql([200, 403]);
      // the role may list and not put, the policy the other way round
      should([await limited("GET", ""), await limited("PUT", "/a/1")]).eql([403, 403]);
      const wide = await session({ RoleArn: `${ARN}-all` }, on("s3:*", "*"), on("s3:DeleteObject", all, "Deny"));
      should([await wide("PUT", "/a/1"), await wide("GET", ""), await wide("DELETE", "/a/1")]).eql([200, 200, 403]);
      const condition = { Condition: { StringLike: { "s3:prefix": "a/*" } } };
      const lister = await session({}, { ...on("s3:ListBucket", `arn:aws:s3:::${BUCKET}`), ...condition });
      should([await lister("GET", "", { prefix: "a/1" }), await lister("GET", "", { prefix: "b" })]).eql([200, 403]);
      // what a bucket's policy grants is limited as well
      const Principal = { AWS: ARN };
      const Statement = [{ ...on(["s3:PutObject", "s3:DeleteObject"], all), Principal }];
      const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
      await client.send(new PutBucketPolicyCommand({ Bucket: BUCKET, Policy }));
      should([await limited("PUT", "/a/1"), await limited("DELETE", "/a/1")]).eql([200, 403]);
      // a policy that allows nothing leaves nothing
      const none = await session({ RoleArn: `${ARN}-all` }, on("*", "*", "Deny"));
      should(await none("GET", "/a/1")).equal(403);
    }));

  it("lets sessions expire", async () => {
    let now = Date.now();
    await withServer({ roles: [{ arn: ARN, lifetime: 60 }], clock: () => now }, async (server) => {
      server.put(BUCKET, "a", "x");
      const reply = await assume(server, {});
      const get = () => send(server, { path: `/${BUCKET}/a`, ...keysOf(reply) });
      (await get()).status.should.equal(200);
      now += 61_000;
      (await get()).should.match({ status: 400, code: "ExpiredToken" });
    });
  });
});
