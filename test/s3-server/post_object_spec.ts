import { createHash } from "node:crypto";
import { GetObjectTaggingCommand, HeadObjectCommand } from "@aws-sdk/client-s3";
import should from "should";
import type { S3Server } from "../../dev/s3-server/index";
import { must } from "../support/must";
import { BUCKET, clientFor, exchange, hmac, type RawReply, withServer } from "./support";

const A = { Bucket: BUCKET, Key: "a" };
const HOUR = 3_600_000;

interface Form {
  fields?: Record<string, string>;
  /** beside those that cover the fields of the signature and the bucket */
  conditions?: unknown[];
  file?: string | Buffer;
  filename?: string;
  expiration?: unknown;
  secretKey?: string;
  accessKey?: string;
  /** changes the fields after they were signed; undefined takes one away */
  changed?: Record<string, string | undefined>;
  /** the policy in place of the one made from the rest */
  policy?: string;
}

/** The fields of a form with a policy, signed by hand: the base64 of the policy is what is signed. */
function signed(server: S3Server, form: Form): Record<string, string | undefined> {
  const { accessKey = server.accessKey, secretKey = server.secretKey } = form;
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  const day = date.slice(0, 8);
  const claim = {
    "x-amz-algorithm": "AWS4-HMAC-SHA256",
    "x-amz-credential": `${accessKey}/${day}/${server.region}/s3/aws4_request`,
    "x-amz-date": date,
  };
  const conditions = [
    { bucket: BUCKET },
    ...Object.entries(claim).map(([name, value]) => ({ [name]: value })),
    ...(form.conditions ?? [["starts-with", "$key", ""]]),
  ];
  const expiration = form.expiration ?? new Date(Date.now() + HOUR).toISOString();
  const policy = form.policy ?? Buffer.from(JSON.stringify({ expiration, conditions })).toString("base64");
  const key = hmac(hmac(hmac(hmac(`AWS4${secretKey}`, day), server.region), "s3"), "aws4_request");
  const signature = hmac(key, policy).toString("hex");
  return { key: "a", ...form.fields, ...claim, policy, "x-amz-signature": signature, ...form.changed };
}

/** A body of multipart/form-data; `after` comes behind the file. */
function encode(fields: Record<string, string | undefined>, file?: Buffer, filename = "photo.jpg", after = ""): Buffer {
  const lines = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [`--xyz\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`],
  );
  const head = `--xyz\r\nContent-Disposition: form-data; name="file"; filename="${filename}"\r\nContent-Type: image/jpeg\r\n\r\n`;
  const part = file ? [Buffer.from(head), file, Buffer.from("\r\n")] : [];
  return Buffer.concat([Buffer.from(lines.join("")), ...part, Buffer.from(`${after}--xyz--\r\n`)]);
}

function send(server: S3Server, body: Buffer, headers: Record<string, string> = {}): Promise<RawReply> {
  const type = { "content-type": "multipart/form-data; boundary=xyz" };
  const length = { "content-length": String(body.length) };
  return exchange(server, "POST", `/${BUCKET}`, { ...type, ...length, ...headers }, body);
}

function post(server: S3Server, form: Form = {}): Promise<RawReply> {
  return send(server, encode(signed(server, form), Buffer.from(form.file ?? "hello"), form.filename));
}

describe("s3-server: form uploads", () => {
  it("accepts the signature of the documentation's example, for which it is too late", () =>
    // "Example: Browser-Based Upload using HTTP POST (Using AWS Signature Version 4)"
    withServer(
      {
        buckets: ["sigv4examplebucket"],
        accessKey: "AKIAIOSFODNN7EXAMPLE",
        secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
      },
      async (server) => {
        const policy =
          "eyAiZXhwaXJhdGlvbiI6ICIyMDE1LTEyLTMwVDEyOjAwOjAwLjAwMFoiLA0KICAiY29uZGl0aW9ucyI6IFsNCiAgICB7ImJ1Y2tldCI6ICJzaWd2NGV4YW1wbGVidWNrZXQifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRrZXkiLCAidXNlci91c2VyMS8iXSwNCiAgICB7ImFjbCI6ICJwdWJsaWMtcmVhZCJ9LA0KICAgIHsic3VjY2Vzc19hY3Rpb25fcmVkaXJlY3QiOiAiaHR0cDovL3NpZ3Y0ZXhhbXBsZWJ1Y2tldC5zMy5hbWF6b25hd3MuY29tL3N1Y2Nlc3NmdWxfdXBsb2FkLmh0bWwifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRDb250ZW50LVR5cGUiLCAiaW1hZ2UvIl0sDQogICAgeyJ4LWFtei1tZXRhLXV1aWQiOiAiMTQzNjUxMjM2NTEyNzQifSwNCiAgICB7IngtYW16LXNlcnZlci1zaWRlLWVuY3J5cHRpb24iOiAiQUVTMjU2In0sDQogICAgWyJzdGFydHMtd2l0aCIsICIkeC1hbXotbWV0YS10YWciLCAiIl0sDQoNCiAgICB7IngtYW16LWNyZWRlbnRpYWwiOiAiQUtJQUlPU0ZPRE5ON0VYQU1QTEUvMjAxNTEyMjkvdXMtZWFzdC0xL3MzL2F3czRfcmVxdWVzdCJ9LA0KICAgIHsieC1hbXotYWxnb3JpdGhtIjogIkFXUzQtSE1BQy1TSEEyNTYifSwNCiAgICB7IngtYW16LWRhdGUiOiAiMjAxNTEyMjlUMDAwMDAwWiIgfQ0KICBdDQp9";
        const fields = {
          key: "user/user1/a",
          "x-amz-credential": "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request",
          "x-amz-algorithm": "AWS4-HMAC-SHA256",
          "x-amz-date": "20151229T000000Z",
          policy,
        };
        const signature = "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e";
        const body = encode({ ...fields, "x-amz-signature": signature }, Buffer.from("x"));
        const headers = { "content-type": "multipart/form-data; boundary=xyz" };
        const late = await exchange(server, "POST", "/sigv4examplebucket", headers, body);
        late.should.match({ status: 403, code: "AccessDenied", body: /Policy expired/ });
      },
    ));

  it("stores the file with what the fields say", () =>
    withServer({}, async (server, client) => {
      const file = Buffer.from(Array.from({ length: 1000 }, (_, i) => i % 256));
      const fields = {
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is S3 that fills it in
        key: "user/${filename}",
        "Content-Type": "image/jpeg",
        "x-amz-meta-name": "Zoë",
        "x-amz-storage-class": "STANDARD_IA",
        tagging: "<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>",
        "x-ignore-this": "whatever",
      };
      const conditions = [
        ["starts-with", "$key", "user/"],
        ["starts-with", "$Content-Type", "image/"],
        ["eq", "$x-amz-meta-name", "Zoë"],
        { "X-Amz-Storage-Class": "STANDARD_IA" },
        ["starts-with", "$tagging", ""],
        ["content-length-range", 1, 1000],
      ];
      const done = await post(server, { fields, conditions, file, filename: "C:\\photos\\my cat.jpg" });
      done.should.match({ status: 204, body: "" });
      done.headers.should.match({
        etag: `"${createHash("md5").update(file).digest("hex")}"`,
        location: `${server.endpoint}/${BUCKET}/user/my%20cat.jpg`,
      });
      const stored = server.get(BUCKET, "user/my cat.jpg");
      should(stored?.body.equals(file)).be.true();
      should(stored).match({ contentType: "image/jpeg", storageClass: "STANDARD_IA", tags: { k: "v" } });
      const where = { Bucket: BUCKET, Key: "user/my cat.jpg" };
      should((await client.send(new HeadObjectCommand(where))).Metadata?.name).equal("=?UTF-8?B?Wm/Dqw==?=");
      should((await client.send(new GetObjectTaggingCommand(where))).TagSet).eql([{ Key: "k", Value: "v" }]);
    }));

  it("answers as the form asks", () =>
    withServer({}, async (server) => {
      const answer = (name: string, value: string) =>
        post(server, {
          fields: { key: "a b", [name]: value },
          conditions: [["starts-with", "$key", ""], { [name]: value }],
        });
      (await answer("success_action_status", "200")).should.match({ status: 200, body: "" });
      (await answer("success_action_status", "204")).status.should.equal(204);
      (await answer("success_action_status", "404")).status.should.equal(204);
      const created = await answer("success_action_status", "201");
      created.should.match({ status: 201, headers: { "content-type": "application/xml" } });
      created.body.should.containEql(
        `<PostResponse><Location>${server.endpoint}/${BUCKET}/a%20b</Location><Bucket>${BUCKET}</Bucket><Key>a b</Key><ETag>&quot;5d41402abc4b2a76b9719d911017c592&quot;</ETag></PostResponse>`,
      );
      const sent = await answer("success_action_redirect", "http://example.com/done?x=1");
      sent.should.match({ status: 303 });
      should(sent.headers.location).equal(
        `http://example.com/done?x=1&bucket=${BUCKET}&key=a+b&etag=%225d41402abc4b2a76b9719d911017c592%22`,
      );
      (await answer("success_action_redirect", "nowhere")).status.should.equal(204);
    }));

  it("refuses what the policy does not cover, and a policy that has run out", () =>
    withServer({}, async (server) => {
      const denied = (body: RegExp) => ({ status: 403, code: "AccessDenied", body });
      const any = ["starts-with", "$key", ""];
      for (const [form, body] of [
        [{ conditions: [["eq", "$key", "b"]] }, /Invalid according to Policy: Policy Condition failed: .*eq.*key.*b/],
        [{ conditions: [["starts-with", "$key", "user/"]] }, /Policy Condition failed/],
        [{ conditions: [any, { acl: "private" }] }, /Policy Condition failed/],
        [{ conditions: [] }, /Extra input fields: key/],
        [{ fields: { "x-amz-meta-a": "1" } }, /Extra input fields: x-amz-meta-a/],
        [{ conditions: [any, { bucket: "other-bucket" }] }, /Policy Condition failed/],
        [{ expiration: new Date(Date.now() - 1000).toISOString() }, /Policy expired/],
      ] as const) {
        (await post(server, form as unknown as Form)).should.match(denied(body));
      }
      const range = ["content-length-range", 6, 10];
      (await post(server, { conditions: [any, range], file: "12345" })).should.match({
        status: 400,
        code: "EntityTooSmall",
        body: /<ProposedSize>5<.*<MinSizeAllowed>6</,
      });
      (await post(server, { conditions: [any, range], file: "12345678901" })).should.match({
        status: 400,
        code: "EntityTooLarge",
        body: /<ProposedSize>11<.*<MaxSizeAllowed>10</,
      });
      server.keys(BUCKET).should.eql([]);
      (await post(server, { conditions: [any, range], file: "123456" })).status.should.equal(204);
    }));

  it("refuses a policy that is none", () =>
    withServer({}, async (server) => {
      const base64 = (document: unknown) => Buffer.from(JSON.stringify(document)).toString("base64");
      const expiration = new Date(Date.now() + HOUR).toISOString();
      for (const policy of [
        Buffer.from("{").toString("base64"),
        base64([]),
        base64({ expiration }),
        base64({ conditions: [] }),
        base64({ EXPIRATION: expiration, conditions: [] }),
        base64({ expiration: "tomorrow", conditions: [] }),
        base64({ expiration, conditions: [{}] }),
        base64({ expiration, conditions: [["ends-with", "$key", "a"]] }),
        base64({ expiration, conditions: [["eq", "key", "a"]] }),
        base64({ expiration, conditions: [["content-length-range", 1]] }),
        base64({ expiration, conditions: [["content-length-range", -1, 5]] }),
      ]) {
        (await post(server, { policy })).should.match({ status: 400, code: "InvalidPolicyDocument" });
      }
      server.keys(BUCKET).should.eql([]);
    }));

  it("wants to know who posts", async () => {
    const reader = { accessKey: "reader", secretKey: "r", allow: ["s3:GetObject"] };
    const temporary = { accessKey: "temporary", secretKey: "t", sessionToken: "token" };
    await withServer({ users: [reader, temporary] }, async (server) => {
      (await post(server, { secretKey: "wrong" })).should.match({ status: 403, code: "SignatureDoesNotMatch" });
      (await post(server, { accessKey: "nobody" })).should.match({ status: 403, code: "InvalidAccessKeyId" });
      const stretched = { expiration: "2099-01-01T00:00:00Z", conditions: [] };
      const policy = Buffer.from(JSON.stringify(stretched)).toString("base64");
      (await post(server, { changed: { policy } })).should.match({ status: 403, code: "SignatureDoesNotMatch" });
      (await post(server, reader)).should.match({ status: 403, code: "AccessDenied" });
      for (const name of ["x-amz-signature", "x-amz-credential", "x-amz-date", "x-amz-algorithm"]) {
        (await post(server, { changed: { [name]: undefined } })).should.match({ status: 400, code: "InvalidArgument" });
      }
      must((await post(server, { accessKey: "temporary", secretKey: "t" })).code).should.equal("InvalidAccessKeyId");
      const token = { "x-amz-security-token": "token" };
      const conditions = [["starts-with", "$key", ""], token];
      server.keys(BUCKET).should.eql([]);
      const session = await post(server, { accessKey: "temporary", secretKey: "t", fields: token, conditions });
      session.status.should.equal(204);
      (await send(server, encode({ key: "b" }, Buffer.from("x")))).should.match({ status: 403, code: "AccessDenied" });
    });
    await withServer({ buckets: [{ name: BUCKET, public: true }] }, async (server) => {
      (await send(server, encode({ key: "b" }, Buffer.from("x")))).status.should.equal(204);
      server.keys(BUCKET).should.eql(["b"]);
    });
  });

  it("never tells a customer's key", () =>
    withServer({}, async (server) => {
      const key = Buffer.alloc(32, 9);
      const secret = key.toString("base64");
      const prefix = "x-amz-server-side-encryption-customer-";
      const fields = {
        [`${prefix}algorithm`]: "AES256",
        [`${prefix}key`]: secret,
        [`${prefix}key-md5`]: createHash("md5").update(key).digest("base64"),
      };
      const conditions = [
        ["starts-with", "$key", ""],
        ...Object.entries(fields).map(([name, value]) => ({ [name]: value })),
      ];
      const form = { fields, conditions };
      const refused = [
        await post(server, { ...form, secretKey: "wrong" }),
        await post(server, { ...form, changed: { [`${prefix}key`]: "other" } }),
      ];
      for (const { status, body } of refused) {
        status.should.equal(403);
        body.should.not.containEql(secret);
        for (const [text] of body.matchAll(/[\w+/=]{40,}/g)) {
          Buffer.from(text, "base64").toString().should.not.containEql(secret);
        }
      }
      const stored = await post(server, form);
      stored.should.match({ status: 204, headers: { [`${prefix}key-md5`]: fields[`${prefix}key-md5`] } });
      JSON.stringify([stored, server.get(BUCKET, "a"), server.requests]).should.not.containEql(secret);
    }));

  it("refuses forms that are badly made", () =>
    withServer({}, async (server) => {
      const fields = signed(server, {});
      const file = Buffer.from("x");
      const whole = encode(fields, file);
      const second = '--xyz\r\nContent-Disposition: form-data; name="file"; filename="b"\r\n\r\ny\r\n';
      const late = '--xyz\r\nContent-Disposition: form-data; name="x-amz-meta-late"\r\n\r\ny\r\n';
      for (const [body, expected] of [
        [encode(fields), { status: 400, code: "IncorrectNumberOfFilesInPostRequest" }],
        [encode(fields, file, "a", second), { status: 400, code: "IncorrectNumberOfFilesInPostRequest" }],
        [encode({ ...fields, key: undefined }, file), { status: 400, code: "InvalidArgument" }],
        [encode({ ...fields, key: "" }, file), { status: 400, code: "InvalidArgument" }],
        [whole.subarray(0, -12), { status: 400, code: "MalformedPOSTRequest" }],
        [Buffer.from("key=a&file=x"), { status: 400, code: "MalformedPOSTRequest" }],
        [Buffer.alloc(0), { status: 400, code: "MalformedPOSTRequest" }],
        [
          encode({ ...fields, "x-ignore-a": "x".repeat(30_000) }, file),
          { status: 400, code: "MaxPostPreDataLengthExceededError" },
        ],
      ] as const) {
        (await send(server, body)).should.match(expected);
      }
      const noBoundary = await send(server, whole, { "content-type": "multipart/form-data" });
      noBoundary.should.match({ status: 400, code: "MalformedPOSTRequest" });
      const noForm = await send(server, whole, { "content-type": "text/plain" });
      noForm.should.match({ status: 412, code: "PreconditionFailed" });
      (await post(server, { fields: { key: "x".repeat(1025) } })).should.match({ code: "KeyTooLongError" });
      server.keys(BUCKET).should.eql([]);
      (await send(server, encode(fields, file, "a", late))).status.should.equal(204);
      should(server.get(BUCKET, "a")?.metadata).eql({});
    }));

  it("bounds the file, and checks its digests", () =>
    withServer({ maxObjectSize: 1000, discardBodiesOver: 10 }, async (server) => {
      (await post(server, { file: Buffer.alloc(1001) })).should.match({ status: 400, code: "EntityTooLarge" });
      (await post(server, { file: Buffer.alloc(100_000) })).should.match({ status: 400, code: "EntityTooLarge" });
      const sum = (name: string, value: string) =>
        post(server, { fields: { [name]: value }, conditions: [["starts-with", "$key", ""], { [name]: value }] });
      const wrong = createHash("md5").update("other").digest("base64");
      (await sum("content-md5", wrong)).should.match({ status: 400, code: "BadDigest" });
      (await sum("x-amz-checksum-crc32", "AAAAAA==")).should.match({ status: 400, code: "BadDigest" });
      server.keys(BUCKET).should.eql([]);
      const sha = createHash("sha256").update("hello").digest("base64");
      (await sum("x-amz-checksum-sha256", sha)).headers.should.have.property("x-amz-checksum-sha256", sha);
      const client = clientFor(server);
      must((await client.send(new HeadObjectCommand({ ...A, ChecksumMode: "ENABLED" }))).ChecksumSHA256).should.equal(
        sha,
      );
      client.destroy();
    }));

  it("goes to a bucket in its host name, and to none that is missing", () =>
    withServer({}, async (server) => {
      const body = encode(signed(server, {}), Buffer.from("x"));
      const hosted = {
        host: `${BUCKET}.localhost:${server.port}`,
        "content-type": "multipart/form-data; boundary=xyz",
      };
      (await exchange(server, "POST", "/", hosted, body)).status.should.equal(204);
      server.keys(BUCKET).should.eql(["a"]);
      should(server.requests[0]).match({ operation: "PostObject", bucket: BUCKET });
      const elsewhere = { ...hosted, host: `127.0.0.1:${server.port}` };
      (await exchange(server, "POST", "/missing-bucket", elsewhere, body)).should.match({
        status: 404,
        code: "NoSuchBucket",
      });
    }));
});
