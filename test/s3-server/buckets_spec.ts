import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketLocationCommand,
  HeadBucketCommand,
  ListBucketsCommand,
} from "@aws-sdk/client-s3";
import should from "should";
import { cert, key } from "./certificate";
import { BUCKET, clientFor, exchange, failure, send, withServer } from "./support";

describe("s3-server: buckets", () => {
  it("creates, tells, lists and deletes them", () =>
    withServer({ buckets: [] }, async (_, client) => {
      await client.send(
        new CreateBucketCommand({ Bucket: "b-two", CreateBucketConfiguration: { LocationConstraint: "eu-west-3" } }),
      );
      await client.send(new CreateBucketCommand({ Bucket: "b-one" }));
      (await client.send(new HeadBucketCommand({ Bucket: "b-two" }))).should.match({ BucketRegion: "eu-west-3" });
      should((await client.send(new GetBucketLocationCommand({ Bucket: "b-two" }))).LocationConstraint).equal(
        "eu-west-3",
      );
      should((await client.send(new GetBucketLocationCommand({ Bucket: "b-one" }))).LocationConstraint).be.undefined();
      (
        await failure(
          client.send(
            new CreateBucketCommand({
              Bucket: "b-three",
              CreateBucketConfiguration: { LocationConstraint: "nowhere" as "EU" },
            }),
          ),
        )
      ).should.match({ code: "InvalidLocationConstraint", status: 400 });
      const names = async () => (await client.send(new ListBucketsCommand({}))).Buckets?.map((one) => one.Name);
      should(await names()).eql(["b-one", "b-two"]);
      (await failure(client.send(new CreateBucketCommand({ Bucket: "b-one" })))).should.match({
        code: "BucketAlreadyOwnedByYou",
        status: 409,
      });
      await client.send(new DeleteBucketCommand({ Bucket: "b-one" }));
      should(await names()).eql(["b-two"]);
      (await failure(client.send(new DeleteBucketCommand({ Bucket: "b-one" })))).should.match({
        code: "NoSuchBucket",
        status: 404,
      });
      (await failure(client.send(new HeadBucketCommand({ Bucket: "b-one" })))).should.match({ status: 404 });
    }));

  it("refuses names against the rules, and deleting one that is not empty", () =>
    withServer({}, async (server, client) => {
      for (const name of ["ab", "Upper", "under_score", "a..b", "192.168.0.1", "-a-", "x".repeat(64)]) {
        (await send(server, { method: "PUT", path: `/${name}` })).should.match({
          status: 400,
          code: "InvalidBucketName",
        });
      }
      server.put(BUCKET, "a", "x");
      (await failure(client.send(new DeleteBucketCommand({ Bucket: BUCKET })))).should.match({
        code: "BucketNotEmpty",
        status: 409,
      });
    }));

  it("asks the requester to pay", () =>
    withServer({ buckets: [{ name: BUCKET, requesterPays: true }] }, async (server) => {
      server.put(BUCKET, "a", "x");
      (await send(server, { path: `/${BUCKET}/a` })).should.match({ status: 403, code: "AccessDenied" });
      (
        await send(server, { path: `/${BUCKET}/a`, headers: { "x-amz-request-payer": "requester" } })
      ).status.should.equal(200);
    }));

  it("answers errors as S3 words them, on every reply a request id", () =>
    withServer({}, async (server) => {
      const missing = await send(server, { path: `/${BUCKET}/a&b` });
      missing.headers.should.match({
        "content-type": "application/xml",
        "x-amz-request-id": /^[0-9A-F]{16}$/,
        "x-amz-id-2": /.+/,
      });
      missing.body.should
        .containEql("<Key>a&amp;b</Key>")
        .and.containEql(`<RequestId>${missing.headers["x-amz-request-id"]}</RequestId>`);
      const head = await send(server, { method: "HEAD", path: `/${BUCKET}/a` });
      head.should.match({ status: 404, body: "" });
      (await send(server, { method: "PATCH", path: `/${BUCKET}/a` })).should.match({
        status: 405,
        code: "MethodNotAllowed",
      });
      (await send(server, { path: `/${BUCKET}`, query: { metrics: "" } })).should.match({
        status: 501,
        code: "NotImplemented",
      });
      (await send(server, { path: `/${BUCKET}`, query: { "list-type": "2" } })).headers.should.match({
        "x-amz-request-id": /^[0-9A-F]{16}$/,
      });
    }));

  it("does not say 100 Continue to a body that it will refuse", () =>
    withServer({}, async (server) => {
      const put = {
        method: "PUT",
        path: `/${BUCKET}/a`,
        body: "x",
        headers: { expect: "100-continue", "content-length": "1" },
      };
      (await send(server, put)).status.should.equal(200);
      (await send(server, { ...put, secretKey: "wrong" })).should.match({
        status: 403,
        headers: { connection: "close" },
      });
    }));

  it("serves https", async () => {
    await withServer({ tls: { cert, key } }, async (server) => {
      server.endpoint.should.startWith("https://");
      const client = clientFor(server);
      (await failure(client.send(new ListBucketsCommand({})))).error.should.have.property(
        "code",
        "DEPTH_ZERO_SELF_SIGNED_CERT",
      );
      client.destroy();
      await exchange(server, "GET", "/").should.be.rejected();
    });
  });
});
