import { request as httpRequest } from "node:http";
import { setTimeout } from "node:timers/promises";
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import should from "should";
import { BUCKET, failure, send, signRequest, withServer } from "./support";

const A = { Bucket: BUCKET, Key: "a" };

async function uploaded(client: S3Client, Key: string, Body: string) {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key }));
  const { ETag } = await client.send(new UploadPartCommand({ Bucket: BUCKET, Key, UploadId, PartNumber: 1, Body }));
  return { Bucket: BUCKET, Key, UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } };
}

describe("s3-server: conditions", () => {
  it("lets exactly one of 64 writers win with If-None-Match, and keeps its bytes", () =>
    withServer({ latency: 20 }, async (server, client) => {
      for (let round = 0; round < 3; round++) {
        const Key = `round-${round}`;
        const writers = Array.from({ length: 64 }, (_, i) => i);
        const results = await Promise.allSettled(
          writers.map((i) =>
            client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: `writer ${i}`, IfNoneMatch: "*" })),
          ),
        );
        const winners = writers.filter((i) => results[i]?.status === "fulfilled");
        winners.length.should.equal(1);
        should(server.get(BUCKET, Key)?.body.toString()).equal(`writer ${winners[0]}`);
        const losers = results.flatMap((one) => (one.status === "rejected" ? [one.reason.name] : []));
        losers.should.eql(new Array(63).fill("PreconditionFailed"));
      }
      server.maxInFlight.should.be.above(1);
    }));

  it("decides among writers when their bodies are whole, not when they begin", () =>
    withServer({}, async (server) => {
      const writers = Array.from({ length: 20 }, (_, i) => {
        const body = `writer ${String(i).padStart(2, "0")}`;
        const headers = { "if-none-match": "*", "content-length": String(body.length) };
        const signed = signRequest(server, { method: "PUT", path: `/${BUCKET}/a`, body, headers });
        const request = httpRequest({
          port: server.port,
          host: "127.0.0.1",
          method: "PUT",
          path: signed.url,
          headers: signed.headers,
          agent: false,
        });
        const status = new Promise<number | undefined>((resolve, reject) => {
          request.once("error", reject).once("response", (response) => resolve(response.resume().statusCode));
        });
        request.write(body.slice(0, 5));
        return { request, status, body };
      });
      while (server.inFlight < writers.length) await setTimeout(5);
      for (const { request, body } of writers.reverse()) request.end(body.slice(5));
      const statuses = await Promise.all(writers.map((one) => one.status));
      statuses.filter((status) => status === 200).length.should.equal(1);
      statuses.filter((status) => status === 412).length.should.equal(writers.length - 1);
      const winner = writers[statuses.indexOf(200)];
      should(server.get(BUCKET, "a")?.body.toString()).equal(winner?.body);
    }));

  it("checks If-Match on a write: the wrong ETag is 412, a missing object 404", () =>
    withServer({}, async (server, client) => {
      (await failure(client.send(new PutObjectCommand({ ...A, Body: "1", IfMatch: '"x"' })))).should.match({
        code: "NoSuchKey",
        status: 404,
      });
      const { ETag } = await client.send(new PutObjectCommand({ ...A, Body: "1" }));
      await client.send(new PutObjectCommand({ ...A, Body: "2", IfMatch: ETag }));
      (await failure(client.send(new PutObjectCommand({ ...A, Body: "3", IfMatch: ETag })))).should.match({
        code: "PreconditionFailed",
        status: 412,
      });
      should(server.get(BUCKET, "a")?.body.toString()).equal("2");
    }));

  it("takes no other If-None-Match than * on a write", () =>
    withServer({}, async (server) => {
      const put = { method: "PUT", path: `/${BUCKET}/a`, body: "x", headers: { "if-none-match": '"abc"' } };
      (await send(server, put)).should.match({ status: 501, code: "NotImplemented" });
    }));

  it("checks both when a multipart upload is completed, and leaves the upload open when they fail", () =>
    withServer({}, async (server, client) => {
      const first = await uploaded(client, "a", "first");
      const second = await uploaded(client, "a", "second");
      const complete = (upload: typeof first, condition = {}) =>
        client.send(new CompleteMultipartUploadCommand({ ...upload, ...condition }));
      const results = await Promise.allSettled([
        complete(first, { IfNoneMatch: "*" }),
        complete(second, { IfNoneMatch: "*" }),
      ]);
      results.filter((one) => one.status === "fulfilled").length.should.equal(1);
      server.uploads(BUCKET).length.should.equal(1);
      const left = server.uploads(BUCKET)[0]?.id === first.UploadId ? first : second;
      (await failure(complete(left, { IfMatch: '"x"' }))).code.should.equal("PreconditionFailed");
      await complete(left, { IfMatch: server.get(BUCKET, "a")?.etag });
      should(server.get(BUCKET, "a")?.body.toString()).equal(left === first ? "first" : "second");
    }));

  it("checks conditions on a copy's source and target, and on a delete", () =>
    withServer({}, async (server, client) => {
      const { etag } = server.put(BUCKET, "a", "x");
      const copy = (more: object) =>
        client.send(new CopyObjectCommand({ Bucket: BUCKET, Key: "b", CopySource: `${BUCKET}/a`, ...more }));
      (await failure(copy({ CopySourceIfMatch: '"y"' }))).should.match({ code: "PreconditionFailed", status: 412 });
      (await failure(copy({ CopySourceIfNoneMatch: etag }))).should.match({ code: "PreconditionFailed" });
      await copy({ CopySourceIfMatch: etag, IfNoneMatch: "*" });
      (await failure(copy({ IfNoneMatch: "*" }))).should.match({ code: "PreconditionFailed" });
      (await failure(client.send(new DeleteObjectCommand({ ...A, IfMatch: '"y"' })))).should.match({
        code: "PreconditionFailed",
      });
      server.keys(BUCKET).should.eql(["a", "b"]);
      await client.send(new DeleteObjectCommand({ ...A, IfMatch: etag }));
      server.keys(BUCKET).should.eql(["b"]);
    }));

  it("deletes on a condition: any object, this object, in batches too", () =>
    withServer({ buckets: [{ name: BUCKET, versioning: "Enabled" }] }, async (server, client) => {
      const remove = (Key: string, IfMatch: string) =>
        client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key, IfMatch }));
      (await failure(remove("a", "*"))).should.match({ code: "NoSuchKey", status: 404 });
      const { etag, versionId } = server.put(BUCKET, "a", "x");
      (await failure(remove("a", '"y"'))).should.match({ code: "PreconditionFailed", status: 412 });
      const gone = await remove("a", "*");
      gone.should.match({ DeleteMarker: true });
      (await failure(remove("a", "*"))).should.match({ code: "PreconditionFailed", status: 412 });
      (await failure(remove("a", etag))).should.match({ code: "PreconditionFailed" });
      await client.send(new DeleteObjectCommand({ ...A, VersionId: gone.VersionId }));
      // the current version alone is looked at
      const newer = server.put(BUCKET, "a", "newer").etag;
      const old = { ...A, VersionId: versionId };
      (await failure(client.send(new DeleteObjectCommand({ ...old, IfMatch: etag })))).code.should.equal(
        "PreconditionFailed",
      );
      await client.send(new DeleteObjectCommand({ ...old, IfMatch: newer }));
      server.versions(BUCKET, "a").length.should.equal(1);
      server.put(BUCKET, "b", "b");
      const Objects = [
        { Key: "a", ETag: newer },
        { Key: "b", ETag: '"y"' },
        { Key: "c", ETag: newer },
      ];
      const batch = await client.send(new DeleteObjectsCommand({ Bucket: BUCKET, Delete: { Objects } }));
      should(batch.Deleted).match([{ Key: "a", DeleteMarker: true }]);
      should(batch.Errors).match([
        { Key: "b", Code: "PreconditionFailed" },
        { Key: "c", Code: "NoSuchKey" },
      ]);
      server.keys(BUCKET).should.eql(["b"]);
    }));

  it("wants the permission to read from who asks about an ETag", async () => {
    const user = { accessKey: "writer", secretKey: "w", allow: ["s3:PutObject", "s3:DeleteObject"] };
    await withServer({ users: [user] }, async (server) => {
      const { etag } = server.put(BUCKET, "a", "x");
      const as = (method: string, headers: Record<string, string>) =>
        send(server, { method, path: `/${BUCKET}/a`, headers, ...user, ...(method === "PUT" && { body: "y" }) });
      for (const method of ["PUT", "DELETE"]) {
        (await as(method, { "if-match": etag })).should.match({ status: 403, code: "AccessDenied" });
      }
      (await as("PUT", { "if-none-match": "*" })).should.match({ status: 412 });
      (await as("DELETE", { "if-match": "*" })).status.should.equal(204);
    });
  });

  it("answers 412, and never 304, when the source of a copy is not as it should be", () =>
    withServer({}, async (server, client) => {
      const modified = new Date("2024-05-01T10:00:00Z");
      const before = new Date("2024-05-01T09:59:59Z");
      const { etag } = server.put(BUCKET, "a", "x", { lastModified: modified });
      const copy = (more: object) =>
        client.send(new CopyObjectCommand({ Bucket: BUCKET, Key: "b", CopySource: `${BUCKET}/a`, ...more }));
      for (const [more, Condition] of [
        [{ CopySourceIfMatch: "other" }, "x-amz-copy-source-If-Match"],
        [{ CopySourceIfNoneMatch: etag, CopySourceIfModifiedSince: before }, "x-amz-copy-source-If-None-Match"],
        [{ CopySourceIfUnmodifiedSince: before }, "x-amz-copy-source-If-Unmodified-Since"],
        [{ CopySourceIfModifiedSince: modified }, "x-amz-copy-source-If-Modified-Since"],
      ] as const) {
        (await failure(copy(more))).should.match({ code: "PreconditionFailed", status: 412, error: { Condition } });
      }
      await copy({ CopySourceIfMatch: etag, CopySourceIfUnmodifiedSince: before });
      const current = server.get(BUCKET, "b")?.etag;
      await copy({ IfMatch: current });
      (await failure(copy({ IfMatch: "other" }))).should.match({ code: "PreconditionFailed", status: 412 });
      server.put(BUCKET, "c", "x");
      (await failure(copy({ Key: "d", IfMatch: etag }))).should.match({ code: "NoSuchKey", status: 404 });
      server.keys(BUCKET).should.eql(["a", "b", "c"]);
    }));

  it("answers conditional reads as RFC 9110 orders them", () =>
    withServer({}, async (server, client) => {
      const modified = new Date("2024-05-01T10:00:00Z");
      const { etag } = server.put(BUCKET, "a", "x", { lastModified: modified });
      const before = new Date("2024-05-01T09:59:59Z");
      const read = async (condition: object): Promise<number | undefined> => {
        const [get, head] = await Promise.all(
          [new GetObjectCommand({ ...A, ...condition }), new HeadObjectCommand({ ...A, ...condition })].map(
            async (command) => {
              try {
                return (await client.send(command as GetObjectCommand)).$metadata.httpStatusCode;
              } catch (error) {
                return (error as { $metadata: { httpStatusCode: number } }).$metadata.httpStatusCode;
              }
            },
          ),
        );
        should(get).equal(head);
        return get;
      };
      should(await read({ IfMatch: etag })).equal(200);
      should(await read({ IfMatch: "other" })).equal(412);
      should(await read({ IfNoneMatch: etag })).equal(304);
      should(await read({ IfNoneMatch: "other" })).equal(200);
      should(await read({ IfModifiedSince: modified })).equal(304);
      should(await read({ IfModifiedSince: before })).equal(200);
      should(await read({ IfUnmodifiedSince: modified })).equal(200);
      should(await read({ IfUnmodifiedSince: before })).equal(412);
      should(await read({ IfMatch: etag, IfUnmodifiedSince: before })).equal(200);
      should(await read({ IfNoneMatch: "other", IfModifiedSince: modified })).equal(200);
    }));
});
