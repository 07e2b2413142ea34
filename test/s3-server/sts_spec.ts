import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import should from "should";
import type { S3Server } from "../../dev/s3-server/index";
import { BUCKET, clientFor, failure, type RawRequest, send, withServer } from "./support";

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
      for (const policy of [
        { Policy: "{}" },
        { "PolicyArns.member.1.arn": "arn:aws:iam::aws:policy/ReadOnlyAccess" },
      ]) {
        (await assume(server, policy)).should.match({ status: 501, code: "NotImplemented" });
      }
      (await assume(server, { Action: "Dance" })).should.match({ status: 400, code: "InvalidAction" });
    }));

  it("lets sessions expire", async () => {
    let now = Date.now();
    await withServer({ roles: [{ arn: ARN, lifetime: 60 }], clock: () => now }, async (server) => {
      server.put(BUCKET, "a", "x");
      const reply = await assume(server, {});
      const [accessKey, secretKey, token] = ["AccessKeyId", "SecretAccessKey", "SessionToken"].map(
        (name) => new RegExp(`<${name}>([^<]*)`).exec(reply.body)?.[1] ?? "",
      );
      const get = () =>
        send(server, {
          path: `/${BUCKET}/a`,
          accessKey: accessKey ?? "",
          secretKey: secretKey ?? "",
          headers: { "x-amz-security-token": token ?? "" },
        });
      (await get()).status.should.equal(200);
      now += 61_000;
      (await get()).should.match({ status: 400, code: "ExpiredToken" });
    });
  });
});
