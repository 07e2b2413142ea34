import { createHash } from "node:crypto";
import should from "should";
import { BUCKET, exchange, presign, type RawReply, send, signRequest, withServer } from "./support";

const PATH = `/${BUCKET}/a`;

describe("s3-server: presigned URLs and tampering", () => {
  it("get, head, put and delete", () =>
    withServer({}, async (server) => {
      server.put(BUCKET, "a", "hello");
      const by = (method: string, body?: string) => exchange(server, method, presign(server, method, PATH), {}, body);
      (await by("GET")).should.match({ status: 200, body: "hello" });
      (await by("HEAD")).should.match({ status: 200, headers: { "content-length": "5" } });
      (await by("PUT", "other")).status.should.equal(200);
      should(server.get(BUCKET, "a")?.body.toString()).equal("other");
      (await by("DELETE")).status.should.equal(204);
      server.keys(BUCKET).should.eql([]);
    }));

  it("are refused when method, path, query, a signed header or the expiry was changed", () =>
    withServer({}, async (server) => {
      server.put(BUCKET, "a", "hello");
      server.put(BUCKET, "b", "other");
      const headers = { "x-amz-meta-a": "1" };
      const get = presign(server, "GET", PATH, { query: { "response-content-type": "text/plain" } });
      (await exchange(server, "GET", get)).headers.should.have.property("content-type", "text/plain");
      const put = presign(server, "PUT", PATH, { headers });
      const changed: RawReply[] = [
        await exchange(server, "DELETE", get),
        await exchange(server, "GET", get.replace(PATH, `/${BUCKET}/b`)),
        await exchange(server, "GET", get.replace("text%2Fplain", "text%2Fhtml")),
        await exchange(server, "GET", `${get}&versionId=null`),
        await exchange(server, "GET", get.replace("Expires=60", "Expires=600")),
        await exchange(server, "PUT", put, { "x-amz-meta-a": "2" }, "x"),
        await exchange(server, "PUT", put, {}, "x"),
      ];
      for (const reply of changed) reply.should.match({ status: 403, code: "SignatureDoesNotMatch" });
      (await exchange(server, "PUT", put, { ...headers, "x-amz-meta-b": "2" }, "x")).should.match({
        status: 403,
        code: "AccessDenied",
        body: /<HeadersNotSigned>x-amz-meta-b</,
      });
      should(server.get(BUCKET, "a")?.body.toString()).equal("hello");
      (await exchange(server, "PUT", put, headers, "x")).status.should.equal(200);
      should(server.get(BUCKET, "a")?.metadata).eql({ a: "1" });
    }));

  it("take x-amz-* parameters for headers", () =>
    withServer({}, async (server) => {
      const url = presign(server, "PUT", PATH, { query: { "x-amz-storage-class": "STANDARD_IA" } });
      (await exchange(server, "PUT", url, {}, "x")).status.should.equal(200);
      should(server.get(BUCKET, "a")?.storageClass).equal("STANDARD_IA");
    }));

  it("are not valid before their time, after it, in another service, or beside an Authorization header", () =>
    withServer({}, async (server) => {
      server.put(BUCKET, "a", "hello");
      const at = (minutes: number) => ({ time: new Date(Date.now() + minutes * 60_000) });
      const get = (options = {}) => exchange(server, "GET", presign(server, "GET", PATH, options));
      (await get(at(20))).should.match({ status: 403, code: "AccessDenied", body: /not yet valid/ });
      (await get(at(-2))).should.match({ status: 403, code: "AccessDenied", body: /has expired/ });
      (await get({ ...at(-2), expires: 180 })).status.should.equal(200);
      (await get({ service: "sts" })).should.match({ status: 400, code: "AuthorizationQueryParametersError" });
      const { headers } = signRequest(server, { path: PATH });
      (await exchange(server, "GET", presign(server, "GET", PATH), headers)).should.match({
        status: 400,
        code: "InvalidArgument",
        body: /Only one auth mechanism allowed/,
      });
      (await send(server, { path: PATH, service: "ec2" })).should.match({
        status: 400,
        code: "AuthorizationHeaderMalformed",
      });
    }));

  it("give overridden headers to nobody without a signature", () =>
    withServer({ buckets: [{ name: BUCKET, public: "read" }] }, async (server) => {
      server.put(BUCKET, "a", "hello");
      (await exchange(server, "GET", PATH)).status.should.equal(200);
      (await exchange(server, "GET", `${PATH}?response-content-type=text/html`)).should.match({
        status: 400,
        code: "InvalidRequest",
      });
    }));

  it("do not tell a customer's key in an error about the signature", () =>
    withServer({}, async (server) => {
      const key = Buffer.alloc(32, 7);
      const secret = key.toString("base64");
      const headers = {
        "x-amz-server-side-encryption-customer-algorithm": "AES256",
        "x-amz-server-side-encryption-customer-key": secret,
        "x-amz-server-side-encryption-customer-key-md5": createHash("md5").update(key).digest("base64"),
      };
      const put = { method: "PUT", path: PATH, body: "x", headers };
      const refused = await send(server, { ...put, secretKey: "wrong" });
      refused.should.match({ status: 403, code: "SignatureDoesNotMatch", body: /<StringToSign>/ });
      refused.body.should.not.containEql(secret);
      (await send(server, put)).status.should.equal(200);
      JSON.stringify(server.requests).should.not.containEql(secret);
      JSON.stringify(server.get(BUCKET, "a")).should.not.containEql(secret);
      should(server.requests[0]?.headers).have.property("x-amz-server-side-encryption-customer-key-md5");
    }));
});
