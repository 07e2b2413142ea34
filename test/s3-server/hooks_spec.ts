import { setTimeout } from "node:timers/promises";
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import should from "should";
import { startS3Server } from "../../dev/s3-server/index";
import { must } from "../support/must";
import { BUCKET, clientFor, exchange, failure, send, withServer } from "./support";

const A = { Bucket: BUCKET, Key: "a" };
const put = (Body: string) => new PutObjectCommand({ ...A, Body });

describe("s3-server: hooks", () => {
  it("answer errors for as many requests as they are told, without effect", () =>
    withServer({}, async (server) => {
      server.hook({ operation: "PutObject", error: "SlowDown", skip: 1, times: 2 });
      const client = clientFor(server, { maxAttempts: 5 });
      await client.send(put("1"));
      await client.send(put("2"));
      server.requests.map((one) => one.status).should.eql([200, 503, 503, 200]);
      server.requests.map((one) => one.attempt).should.eql([1, 2, 3, 4]);
      should(server.get(BUCKET, "a")?.body.toString()).equal("2");
      client.destroy();
    }));

  it("see what a request is about, and can be taken away", () =>
    withServer({}, async (server, client) => {
      const seen: unknown[] = [];
      const remove = server.hook(({ operation, bucket, key, method, query }) => {
        seen.push([operation, method, bucket, key, query["list-type"]]);
        return key === "a" ? { error: { code: "ConditionalRequestConflict", message: "both at once" } } : undefined;
      });
      (await failure(client.send(put("1")))).should.match({
        code: "ConditionalRequestConflict",
        status: 409,
        error: { message: "both at once" },
      });
      await client.send(new ListObjectsV2Command({ Bucket: BUCKET }));
      remove();
      await client.send(put("1"));
      seen.should.eql([
        ["PutObject", "PUT", BUCKET, "a", undefined],
        ["ListObjectsV2", "GET", BUCKET, undefined, "2"],
      ]);
    }));

  it("replace status, headers and body", () =>
    withServer({}, async (server) => {
      server.put(BUCKET, "a", "right");
      const get = (action: object) => {
        server.hooks.length = 0;
        server.hook(action);
        return send(server, { path: `/${BUCKET}/a` });
      };
      const page = await get({ body: "<html></html>", headers: { "content-type": "text/html", etag: undefined } });
      page.headers.should.not.have.property("etag");
      page.should.match({
        status: 200,
        body: "<html></html>",
        headers: { "content-type": "text/html" },
      });
      (await get({ body: "" })).should.match({ status: 200, body: "", headers: { "content-length": "0" } });
      (await get({ body: (body: Buffer) => body.toString().toUpperCase() })).body.should.equal("RIGHT");
      (await get({ error: "InternalError", status: 200 })).should.match({ status: 200, code: "InternalError" });
      (await get({ status: 299 })).should.match({ status: 299, body: "right" });
    }));

  it("let a write overwrite in spite of its condition", () =>
    withServer({}, async (server, client) => {
      const input = { Bucket: BUCKET, Key: "a", IfNoneMatch: "*" };
      server.put(BUCKET, "a", "old");
      const unhook = server.hook({ ignore: ["if-none-match"] });
      await client.send(new PutObjectCommand({ ...input, Body: "new" }));
      should(server.get(BUCKET, "a")?.body.toString()).equal("new");
      must(server.requests[0]?.headers).should.have.property("if-none-match", "*");
      unhook();
      const refused = await failure(client.send(new PutObjectCommand({ ...input, Body: "newer" })));
      refused.code.should.equal("PreconditionFailed");
      should(server.get(BUCKET, "a")?.body.toString()).equal("new");
    }));

  it("cut a reply short", () =>
    withServer({}, async (server, client) => {
      server.put(BUCKET, "a", "0123456789");
      server.hook({ operation: "GetObject", cut: 4 });
      const { Body, ContentLength } = await client.send(new GetObjectCommand(A));
      should(ContentLength).equal(10);
      (
        await failure((Body as { transformToString(): Promise<string> }).transformToString())
      ).error.should.be.an.Error();
      server.requests.should.match([{ status: 200, sent: 4 }]);
    }));

  it("reset before, or drop the reply after, the request took effect", () =>
    withServer({}, async (server, client) => {
      server.hook({ operation: "PutObject", reset: true, times: 1 });
      (await failure(client.send(put("1")))).error.should.have.property("code", "ECONNRESET");
      server.keys(BUCKET).should.eql([]);
      server.hook({ operation: "PutObject", drop: true, times: 1 });
      (await failure(client.send(put("2")))).error.should.have.property("code", "ECONNRESET");
      should(server.get(BUCKET, "a")?.body.toString()).equal("2");
      server.hook({ operation: "PutObject", resetAfter: 1, times: 1 });
      const large = put("x".repeat(1_000_000));
      (await failure(client.send(large))).error.should.have.property("code");
      should(server.get(BUCKET, "a")?.size).equal(1);
      server.inFlight.should.equal(0);
    }));

  it("stall, before anything or in the middle of a body, until the client or the server gives up", async () => {
    const server = await startS3Server({ buckets: [BUCKET] });
    server.put(BUCKET, "a", "0123456789");
    const client = clientFor(server);
    server.hook({ operation: "HeadObject", stall: true });
    server.hook({ operation: "GetObject", stallAfter: 3 });
    const abort = new AbortController();
    const first = failure(client.send(new HeadObjectCommand(A), { abortSignal: abort.signal }));
    const { Body } = await client.send(new GetObjectCommand(A));
    const second = failure((Body as { transformToString(): Promise<string> }).transformToString());
    while (server.inFlight < 2) await setTimeout(5);
    abort.abort();
    (await first).code.should.equal("AbortError");
    while (server.inFlight > 1) await setTimeout(5);
    await server.close();
    (await second).error.should.be.an.Error();
    should(server.requests.map((one) => `${one.operation} ${one.sent}`).sort()).eql(["GetObject 3", "HeadObject 0"]);
    client.destroy();
  });

  it("handle a request although they answer an error", () =>
    withServer({}, async (server, client) => {
      server.hook({ operation: "PutObject", error: "InternalError", handle: true });
      (await failure(client.send(put("1")))).should.match({ code: "InternalError", status: 500 });
      server.keys(BUCKET).should.eql(["a"]);
    }));

  it("fail single keys of a batch", () =>
    withServer({}, async (server, client) => {
      server.seed(BUCKET, ["a", "b", "c"]);
      server.hook({ keyError: (key) => (key === "b" ? "InternalError" : undefined) });
      const Objects = ["a", "b", "c"].map((Key) => ({ Key }));
      const { Deleted, Errors } = await client.send(new DeleteObjectsCommand({ Bucket: BUCKET, Delete: { Objects } }));
      should(Deleted).match([{ Key: "a" }, { Key: "c" }]);
      should(Errors).match([{ Key: "b", Code: "InternalError" }]);
      server.keys(BUCKET).should.eql(["b"]);
    }));

  it("refuse what goes beyond a cap", () =>
    withServer({ caps: { requestsPerSecond: 3 }, clock: () => 1_700_000_000_000 }, async (server) => {
      const statuses = [];
      for (let i = 0; i < 5; i++) statuses.push((await exchange(server, "GET", "/")).status);
      statuses.slice(0, 3).should.eql([403, 403, 403]);
      statuses.should.containEql(503);
      server.setCaps({ deletedKeysPerSecond: 2 });
      (await exchange(server, "GET", "/")).status.should.equal(403);
    }));

  it("leave a log that is bounded and can be cleared", () =>
    withServer({ logLimit: 3 }, async (server, client) => {
      await client.send(put("12345"));
      server.requests.should.match([
        {
          operation: "PutObject",
          method: "PUT",
          bucket: BUCKET,
          key: "a",
          status: 200,
          received: 5,
          sent: 0,
          number: 1,
          attempt: 1,
          finished: true,
        },
      ]);
      for (let i = 0; i < 5; i++)
        await client.send(new GetObjectCommand(A)).then(({ Body }) => Body?.transformToString());
      server.requests.map((one) => one.number).should.eql([4, 5, 6]);
      should(server.requests[0]).match({ operation: "GetObject", received: 0, sent: 5 });
      server.clear();
      server.requests.should.eql([]);
      server.maxInFlight.should.equal(server.inFlight);
    }));
});
