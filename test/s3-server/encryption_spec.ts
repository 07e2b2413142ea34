import { createHash } from "node:crypto";
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import should from "should";
import { BUCKET, failure, send, withServer } from "./support";

const A = { Bucket: BUCKET, Key: "a" };
const PREFIX = "x-amz-server-side-encryption-customer-";

function md5(data: string | Buffer): Buffer {
  return createHash("md5").update(data).digest();
}

/** The parameters of a customer's key, made of one byte repeated. */
function customerKey(fill: number) {
  const key = Buffer.alloc(32, fill);
  return {
    SSECustomerAlgorithm: "AES256",
    SSECustomerKey: key.toString("base64"),
    SSECustomerKeyMD5: md5(key).toString("base64"),
  };
}

function ofSource(fill: number) {
  const { SSECustomerAlgorithm, SSECustomerKey, SSECustomerKeyMD5 } = customerKey(fill);
  return {
    CopySource: `${BUCKET}/a`,
    CopySourceSSECustomerAlgorithm: SSECustomerAlgorithm,
    CopySourceSSECustomerKey: SSECustomerKey,
    CopySourceSSECustomerKeyMD5: SSECustomerKeyMD5,
  };
}

describe("s3-server: encryption", () => {
  it("keeps the method and the KMS key, and tells them on every reply", () =>
    withServer({}, async (_, client) => {
      const kms = { ServerSideEncryption: "aws:kms:dsse", SSEKMSKeyId: "key-1", BucketKeyEnabled: true } as const;
      (await client.send(new PutObjectCommand({ ...A, Body: "x", ...kms }))).should.match(kms);
      (await client.send(new HeadObjectCommand(A))).should.match(kms);
      await client.send(new PutObjectCommand({ ...A, Body: "x" }));
      (await client.send(new HeadObjectCommand(A))).should.match({ ServerSideEncryption: "AES256" });
      (await client.send(new CopyObjectCommand({ ...A, CopySource: `${BUCKET}/a`, ...kms }))).should.match(kms);
      (await client.send(new CreateMultipartUploadCommand({ ...A, ...kms }))).should.match(kms);
      const put = (more: object) => failure(client.send(new PutObjectCommand({ ...A, Body: "x", ...more })));
      (await put({ ServerSideEncryption: "DES" })).should.match({ code: "InvalidArgument", status: 400 });
      (await put({ SSEKMSKeyId: "key-1" })).should.match({ code: "InvalidArgument" });
      (await put({ SSEKMSKeyId: "key-1", ServerSideEncryption: "AES256" })).should.match({ code: "InvalidArgument" });
      (await put({ ServerSideEncryption: "AES256", ...customerKey(1) })).should.match({ code: "InvalidArgument" });
    }));

  it("takes no encryption headers on a read", () =>
    withServer({}, async (server) => {
      server.put(BUCKET, "a", "x");
      const headers = { "x-amz-server-side-encryption": "AES256" };
      (await send(server, { path: `/${BUCKET}/a`, headers })).should.match({ status: 400, code: "InvalidArgument" });
      (await send(server, { method: "HEAD", path: `/${BUCKET}/a`, headers })).status.should.equal(400);
    }));

  it("wants algorithm, key and MD5 of a customer's key, and that they fit", () =>
    withServer({}, async (server) => {
      const key = Buffer.alloc(32, 1);
      const whole: Record<string, string> = {
        [`${PREFIX}algorithm`]: "AES256",
        [`${PREFIX}key`]: key.toString("base64"),
        [`${PREFIX}key-md5`]: md5(key).toString("base64"),
      };
      const put = (headers: Record<string, string>) =>
        send(server, { method: "PUT", path: `/${BUCKET}/a`, body: "x", headers });
      for (const name of Object.keys(whole)) {
        const { [name]: _, ...without } = whole;
        (await put(without)).should.match({ status: 400, code: "InvalidArgument", body: new RegExp(name) });
      }
      const short = Buffer.alloc(16, 1);
      const wrong = [
        { [`${PREFIX}key`]: Buffer.alloc(32, 2).toString("base64") },
        { [`${PREFIX}key`]: short.toString("base64"), [`${PREFIX}key-md5`]: md5(short).toString("base64") },
        { [`${PREFIX}key`]: "no base64!" },
      ];
      for (const one of wrong) {
        const refused = await put({ ...whole, ...one });
        refused.should.match({ status: 400, code: "InvalidArgument" });
        refused.body.should.not.containEql(one[`${PREFIX}key`]);
      }
      (await put({ ...whole, [`${PREFIX}algorithm`]: "AES128" })).should.match({
        status: 400,
        code: "InvalidEncryptionAlgorithmError",
      });
      server.keys(BUCKET).should.eql([]);
      (await put(whole)).should.match({ status: 200, headers: { [`${PREFIX}algorithm`]: "AES256" } });
    }));

  it("gives, describes and copies an object under a customer's key only to who has it", () =>
    withServer({}, async (server, client) => {
      const body = "secret";
      const put = await client.send(new PutObjectCommand({ ...A, Body: body, ...customerKey(1) }));
      put.should.match({ SSECustomerAlgorithm: "AES256", SSECustomerKeyMD5: customerKey(1).SSECustomerKeyMD5 });
      put.should.not.have.property("ServerSideEncryption");
      should(put.ETag).not.equal(`"${md5(body).toString("hex")}"`);
      const got = await client.send(new GetObjectCommand({ ...A, ...customerKey(1) }));
      got.should.match({ ETag: put.ETag, SSECustomerKeyMD5: customerKey(1).SSECustomerKeyMD5 });
      should(await got.Body?.transformToString()).equal(body);
      (await failure(client.send(new HeadObjectCommand(A)))).should.match({ status: 400 });
      (await failure(client.send(new HeadObjectCommand({ ...A, ...customerKey(2) })))).should.match({ status: 403 });
      const attributes = { ...A, ObjectAttributes: ["ObjectSize" as const] };
      (await failure(client.send(new GetObjectAttributesCommand(attributes)))).should.match({ code: "InvalidRequest" });
      (await client.send(new GetObjectAttributesCommand({ ...attributes, ...customerKey(1) }))).should.match({
        ObjectSize: 6,
      });
      const b = { Bucket: BUCKET, Key: "b" };
      const copy = (more: object) => client.send(new CopyObjectCommand({ ...b, CopySource: `${BUCKET}/a`, ...more }));
      (await failure(copy({}))).should.match({ code: "InvalidRequest", status: 400 });
      (await failure(copy(ofSource(2)))).should.match({ code: "AccessDenied", status: 403 });
      (await copy({ ...ofSource(1), ...customerKey(3) })).should.match({
        SSECustomerKeyMD5: customerKey(3).SSECustomerKeyMD5,
      });
      (await failure(client.send(new GetObjectCommand({ ...b, ...customerKey(1) })))).code.should.equal("AccessDenied");
      const plain = await copy(ofSource(1));
      plain.should.match({ ServerSideEncryption: "AES256" });
      should(plain.CopyObjectResult?.ETag).equal(`"${md5(body).toString("hex")}"`);
      should(server.get(BUCKET, "b")?.body.toString()).equal(body);
      (await failure(client.send(new GetObjectCommand({ ...b, ...customerKey(1) })))).code.should.equal(
        "InvalidRequest",
      );
    }));

  it("takes parts only under the key of their upload", () =>
    withServer({ minPartSize: 1 }, async (server, client) => {
      server.put(BUCKET, "source", "0123456789");
      const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...A, ...customerKey(1) }));
      const part = (PartNumber: number, more: object) =>
        client.send(new UploadPartCommand({ ...A, UploadId, PartNumber, Body: "part", ...more }));
      (await failure(part(1, {}))).should.match({ code: "InvalidRequest", status: 400 });
      (await failure(part(1, customerKey(2)))).should.match({ code: "InvalidRequest", status: 400 });
      const first = await part(1, customerKey(1));
      first.should.match({ SSECustomerKeyMD5: customerKey(1).SSECustomerKeyMD5 });
      const copied = { ...A, UploadId, PartNumber: 2, CopySource: `${BUCKET}/source` };
      (await failure(client.send(new UploadPartCopyCommand(copied)))).should.match({ code: "InvalidRequest" });
      const second = await client.send(new UploadPartCopyCommand({ ...copied, ...customerKey(1) }));
      second.should.match({ SSECustomerKeyMD5: customerKey(1).SSECustomerKeyMD5 });
      await client.send(
        new CompleteMultipartUploadCommand({
          ...A,
          UploadId,
          MultipartUpload: {
            Parts: [
              { PartNumber: 1, ETag: first.ETag, ChecksumCRC32: first.ChecksumCRC32 },
              {
                PartNumber: 2,
                ETag: second.CopyPartResult?.ETag,
                ChecksumCRC32: second.CopyPartResult?.ChecksumCRC32,
              },
            ],
          },
        }),
      );
      const got = await client.send(new GetObjectCommand({ ...A, ...customerKey(1) }));
      should(await got.Body?.transformToString()).equal("part0123456789");
      const other = await client.send(new CreateMultipartUploadCommand(A));
      const unasked = { ...A, UploadId: other.UploadId, PartNumber: 1, Body: "x", ...customerKey(1) };
      (await failure(client.send(new UploadPartCommand(unasked)))).should.match({ code: "InvalidRequest" });
    }));
});
