import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import should from "should";
import { BUCKET, clientFor, exchange, failure, send, withServer } from "./support";

const KEYS = [
  "plain",
  "with space",
  "a+b",
  "100%",
  "%41",
  "a//b",
  "/leading",
  "//two",
  "trailing/",
  "../up",
  "a/./b/../c",
  "..",
  ".",
  "line\nbreak",
  "carriage\rreturn",
  "tab\tstop",
  "é",
  "e\u0301",
  "🎉/🎈",
  "\uffee",
  "quote\"'<&>",
  "?query=#hash",
  "semi;colon:comma,",
  "back\\slash",
  "~!*'()",
  "__proto__",
  "x".repeat(1024),
  "é".repeat(512),
];

describe("s3-server: keys", () => {
  it("takes every key literally, in path style and in virtual-host style", () =>
    withServer({}, async (server, pathStyle) => {
      const hosted = clientFor(server, { endpoint: `http://localhost:${server.port}`, forcePathStyle: false });
      hosted.middlewareStack.add(
        (next) => (args) => {
          // not every machine resolves bucket.localhost
          const request = args.request as { hostname: string };
          request.hostname = "127.0.0.1";
          return next(args);
        },
        { step: "finalizeRequest", priority: "low" },
      );
      for (const client of [pathStyle, hosted]) {
        for (const Key of KEYS) {
          const where = { Bucket: BUCKET, Key };
          await client.send(new PutObjectCommand({ ...where, Body: `body of ${Key}` }));
          server.keys(BUCKET).should.eql([Key]);
          const got = await client.send(new GetObjectCommand(where));
          should(await got.Body?.transformToString()).equal(`body of ${Key}`);
          await client.send(new HeadObjectCommand(where));
          await client.send(new DeleteObjectCommand(where));
          server.keys(BUCKET).should.eql([]);
        }
      }
      server.requests.every((one) => one.bucket === BUCKET).should.be.true();
      hosted.destroy();
    }));

  it("copies and deletes every key in batches, and lists them encoded", () =>
    withServer({}, async (server, client) => {
      server.seed(BUCKET, KEYS);
      const { Contents } = await client.send(new ListObjectsV2Command({ Bucket: BUCKET, EncodingType: "url" }));
      const listed = (Contents ?? []).map(({ Key }) => decodeURIComponent((Key ?? "").replaceAll("+", " ")));
      listed.should.eql([...KEYS].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
      for (const key of KEYS.filter((one) => one.length < 500)) {
        const CopySource = `${BUCKET}/${encodeURIComponent(key)}`;
        await client.send(new CopyObjectCommand({ Bucket: BUCKET, Key: `${key}.copy`, CopySource }));
        should(server.get(BUCKET, `${key}.copy`)?.body.toString()).equal("x");
        await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: `${key}.copy` }));
      }
      const { Errors } = await client.send(
        new DeleteObjectsCommand({ Bucket: BUCKET, Delete: { Objects: KEYS.map((Key) => ({ Key })) } }),
      );
      should(Errors).be.undefined();
      server.keys(BUCKET).should.eql([]);
    }));

  it("lists a control character as S3 does: a reference that XML 1.0 does not know", () =>
    withServer({}, async (server) => {
      server.put(BUCKET, "a\u0001b", "x");
      const plain = await send(server, { path: `/${BUCKET}`, query: { "list-type": "2" } });
      plain.body.should.containEql("<Key>a&#x1;b</Key>");
      const encoded = await send(server, { path: `/${BUCKET}`, query: { "list-type": "2", "encoding-type": "url" } });
      encoded.body.should.containEql("<Key>a%01b</Key>");
    }));

  it("refuses a key of 1,025 bytes", () =>
    withServer({}, async (server, client) => {
      const put = (Key: string) => client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: "x" }));
      (await failure(put("x".repeat(1025)))).should.match({ code: "KeyTooLongError", status: 400 });
      (await failure(put(`${"é".repeat(512)}x`))).should.match({ code: "KeyTooLongError", status: 400 });
      server.keys(BUCKET).should.eql([]);
    }));

  it("refuses a path that is no UTF-8", () =>
    withServer({}, async (server) => {
      for (const path of ["%ff", "%", "%zz"]) {
        (await exchange(server, "GET", `/${BUCKET}/${path}`)).should.match({ status: 400, code: "InvalidURI" });
      }
    }));
});
