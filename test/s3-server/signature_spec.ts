import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import should from "should";
import { startS3Server } from "../../dev/s3-server/index";
import { canonicalRequest, sign, signingKey, stringToSign } from "../../dev/s3-server/signature";
import { BUCKET, clientFor, exchange, failure, presign, send, signRequest, withServer } from "./support";

const MINUTE = 60_000;

describe("s3-server: signatures", () => {
  it("computes the signature of the documentation's GET example", () => {
    // "Examples: Signature Calculations in AWS Signature Version 4": GET Object
    const scope = { accessKey: "AKIAIOSFODNN7EXAMPLE", date: "20130524", region: "us-east-1", service: "s3" };
    const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    const canonical = canonicalRequest({
      method: "GET",
      path: "/test.txt",
      query: {},
      headers: {
        host: "examplebucket.s3.amazonaws.com",
        range: "bytes=0-9",
        "x-amz-content-sha256": empty,
        "x-amz-date": "20130524T000000Z",
      },
      signedHeaders: ["host", "range", "x-amz-content-sha256", "x-amz-date"],
      payloadHash: empty,
    });
    const key = signingKey("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", scope);
    sign(key, stringToSign("20130524T000000Z", scope, canonical)).should.equal(
      "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    );
  });

  it("takes what the SDK signs, and refuses a wrong secret", () =>
    withServer({}, async (server, client) => {
      await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: "a", Body: "x" }));
      const wrong = clientFor(server, { credentials: { accessKeyId: server.accessKey, secretAccessKey: "wrong" } });
      const refused = await failure(wrong.send(new GetObjectCommand({ Bucket: BUCKET, Key: "a" })));
      refused.should.match({ code: "SignatureDoesNotMatch", status: 403 });
      await failure(wrong.send(new PutObjectCommand({ Bucket: BUCKET, Key: "b", Body: "x" })));
      server.keys(BUCKET).should.eql(["a"]);
      wrong.destroy();
    }));

  it("refuses an unknown key and a request changed after it was signed", () =>
    withServer({}, async (server) => {
      server.put(BUCKET, "a", "x");
      (await send(server, { path: `/${BUCKET}/a` })).status.should.equal(200);
      (await send(server, { path: `/${BUCKET}/a`, accessKey: "unknown" })).should.match({
        status: 403,
        code: "InvalidAccessKeyId",
      });
      const { headers } = signRequest(server, { path: `/${BUCKET}/a` });
      (await exchange(server, "GET", `/${BUCKET}/b`, headers)).should.match({
        status: 403,
        code: "SignatureDoesNotMatch",
      });
      (await exchange(server, "GET", `/${BUCKET}/a?x=1`, headers)).should.match({ code: "SignatureDoesNotMatch" });
      (await exchange(server, "HEAD", `/${BUCKET}/a`, headers)).status.should.equal(403);
    }));

  it("wants every x-amz-* header signed", () =>
    withServer({}, async (server) => {
      const headers = { "x-amz-meta-a": "1" };
      const put = { method: "PUT", path: `/${BUCKET}/a`, body: "x", headers };
      (await send(server, { ...put, unsigned: ["x-amz-meta-a"] })).should.match({ status: 403, code: "AccessDenied" });
      (await send(server, put)).status.should.equal(200);
    }));

  it("refuses a clock that is more than 15 minutes off", () =>
    withServer({}, async (server) => {
      server.put(BUCKET, "a", "x");
      const at = (offset: number) => send(server, { path: `/${BUCKET}/a`, time: new Date(Date.now() + offset) });
      (await at(-16 * MINUTE)).should.match({ status: 403, code: "RequestTimeTooSkewed" });
      (await at(16 * MINUTE)).should.match({ status: 403, code: "RequestTimeTooSkewed" });
      (await at(-14 * MINUTE)).status.should.equal(200);
    }));

  it("tells its own time, by which the SDK corrects its clock", async () => {
    const ahead = 3 * 60 * MINUTE;
    await withServer({ clock: () => Date.now() + ahead }, async (server) => {
      server.put(BUCKET, "a", "x");
      const client = clientFor(server, { maxAttempts: 3 });
      const { ETag } = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key: "a" }));
      (ETag ?? "").should.equal('"9dd4e461268c8034f5c8564e155c67a6"');
      server.requests.map((one) => one.error).should.eql(["RequestTimeTooSkewed", undefined]);
      client.destroy();
    });
  });

  it("checks the payload hash", () =>
    withServer({}, async (server) => {
      const put = { method: "PUT", path: `/${BUCKET}/a`, body: "x" };
      (await send(server, { ...put, payload: "0".repeat(64) })).should.match({
        status: 400,
        code: "XAmzContentSHA256Mismatch",
      });
      (await send(server, { ...put, payload: "nonsense" })).should.match({ status: 400, code: "InvalidArgument" });
      server.keys(BUCKET).should.eql([]);
      (await send(server, { ...put, payload: "UNSIGNED-PAYLOAD" })).status.should.equal(200);
    }));

  it("takes presigned URLs until they expire", () =>
    withServer({}, async (server) => {
      server.put(BUCKET, "a", "hello");
      const get = (options = {}) => exchange(server, "GET", presign(server, "GET", `/${BUCKET}/a`, options));
      (await get()).body.should.equal("hello");
      (await get({ secretKey: "wrong" })).should.match({ status: 403, code: "SignatureDoesNotMatch" });
      (await get({ expires: 60, time: new Date(Date.now() - 2 * MINUTE) })).should.match({
        status: 403,
        code: "AccessDenied",
        body: /Request has expired/,
      });
      (await get({ expires: 700_000 })).should.match({ status: 400, code: "AuthorizationQueryParametersError" });
      const put = await exchange(server, "PUT", presign(server, "PUT", `/${BUCKET}/b`), {}, "new");
      put.status.should.equal(200);
      should(server.get(BUCKET, "b")?.body.toString()).equal("new");
      const other = await exchange(server, "DELETE", presign(server, "GET", `/${BUCKET}/a`));
      other.should.match({ status: 403, code: "SignatureDoesNotMatch" });
    }));

  it("checks session tokens", async () => {
    const user = { accessKey: "temporary", secretKey: "s", sessionToken: "token", expires: Date.now() + MINUTE };
    const expired = { ...user, accessKey: "expired", expires: Date.now() - 1 };
    await withServer({ users: [user, expired] }, async (server) => {
      server.put(BUCKET, "a", "x");
      const get = (accessKey: string, secretKey: string, token?: string) =>
        send(server, {
          path: `/${BUCKET}/a`,
          accessKey,
          secretKey,
          headers: token === undefined ? {} : { "x-amz-security-token": token },
        });
      (await get("temporary", "s", "token")).status.should.equal(200);
      (await get("temporary", "s", "other")).should.match({ status: 400, code: "InvalidToken" });
      (await get("temporary", "s")).should.match({ status: 403, code: "InvalidAccessKeyId" });
      (await get("expired", "s", "token")).should.match({ status: 400, code: "ExpiredToken" });
      (await get(server.accessKey, server.secretKey, "token")).should.match({ status: 400, code: "InvalidToken" });
    });
  });

  it("lets nobody in without a signature, but into public buckets", async () => {
    const buckets = [BUCKET, { name: "readable", public: "read" as const }, { name: "open", public: true }];
    await withServer({ buckets }, async (server) => {
      for (const bucket of [BUCKET, "readable", "open"]) server.put(bucket, "a", "x");
      (await exchange(server, "GET", `/${BUCKET}/a`)).should.match({ status: 403, code: "AccessDenied" });
      (await exchange(server, "GET", "/readable/a")).body.should.equal("x");
      (await exchange(server, "GET", "/readable?list-type=2")).body.should.match(/<Key>a<\/Key>/);
      (await exchange(server, "PUT", "/readable/b", {}, "x")).should.match({ status: 403, code: "AccessDenied" });
      (await exchange(server, "PUT", "/open/b", {}, "x")).status.should.equal(200);
      (await exchange(server, "GET", "/")).should.match({ status: 403 });
    });
  });

  it("checks the region when it is told to", async () => {
    const get = (server: Parameters<typeof send>[0], region: string) => send(server, { path: `/${BUCKET}/a`, region });
    await withServer({ region: "eu-central-1", strictRegion: true }, async (server) => {
      server.put(BUCKET, "a", "x");
      const wrong = await get(server, "us-east-1");
      wrong.should.match({ status: 400, code: "AuthorizationHeaderMalformed", body: /<Region>eu-central-1<\/Region>/ });
      wrong.headers.should.have.property("x-amz-bucket-region", "eu-central-1");
      (await get(server, "eu-central-1")).status.should.equal(200);
    });
    await withServer({ region: "eu-central-1", strictRegion: "redirect" }, async (server) => {
      const wrong = await get(server, "us-east-1");
      wrong.should.match({ status: 301, code: "PermanentRedirect" });
      wrong.headers.should.have.property("x-amz-bucket-region", "eu-central-1");
    });
    await withServer({}, async (server) => {
      server.put(BUCKET, "a", "x");
      (await get(server, "anywhere")).status.should.equal(200);
    });
  });

  it("keeps users apart by what they may do", async () => {
    const reader = { accessKey: "reader", secretKey: "r", allow: ["s3:GetObject", "s3:ListBucket"] };
    const blind = { accessKey: "blind", secretKey: "b", allow: ["s3:GetObject"] };
    const careful = { accessKey: "careful", secretKey: "c", deny: [{ action: "s3:Delete*", prefix: "keep/" }] };
    await withServer({ users: [reader, blind, careful] }, async (server) => {
      server.put(BUCKET, "keep/a", "x");
      server.put(BUCKET, "b", "x");
      const as = (user: { accessKey: string; secretKey: string }, method: string, path: string, body?: string) =>
        send(server, { ...user, method, path, ...(body !== undefined && { body }) });
      (await as(reader, "GET", `/${BUCKET}/b`)).status.should.equal(200);
      (await as(reader, "PUT", `/${BUCKET}/b`, "y")).should.match({ status: 403, code: "AccessDenied" });
      (await as(reader, "GET", `/${BUCKET}/missing`)).should.match({ status: 404, code: "NoSuchKey" });
      (await as(blind, "GET", `/${BUCKET}/missing`)).should.match({ status: 403, code: "AccessDenied" });
      (await as(blind, "HEAD", `/${BUCKET}/missing`)).status.should.equal(403);
      (await as(careful, "DELETE", `/${BUCKET}/keep/a`)).should.match({ status: 403 });
      (await as(careful, "DELETE", `/${BUCKET}/b`)).status.should.equal(204);
      server.keys(BUCKET).should.eql(["keep/a"]);
    });
  });

  it("refuses a port that is taken", async () => {
    const server = await startS3Server();
    try {
      const { error } = await failure(startS3Server({ port: server.port }));
      error.should.have.property("code", "EADDRINUSE");
    } finally {
      await server.close();
    }
  });
});
