import { Readable } from "node:stream";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import should from "should";
import { chunkedDecoder } from "../../dev/s3-server/chunked";
import type { S3Server } from "../../dev/s3-server/index";
import { signingKey } from "../../dev/s3-server/signature";
import { BUCKET, clientFor, exchange, failure, hmac, type RawReply, sha256, signRequest, withServer } from "./support";

const EMPTY = sha256("");
// CRC-32 of "123456789", from the catalogue of CRCs
const NINE = { text: "123456789", crc32: "y/Q5Jg==" };

/** Sends a body framed as aws-chunked, without signatures in it. */
function unsigned(server: S3Server, frames: string, headers: Record<string, string> = {}): Promise<RawReply> {
  const request = signRequest(server, {
    method: "PUT",
    path: `/${BUCKET}/a`,
    payload: "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    headers: {
      "content-encoding": "aws-chunked",
      "x-amz-decoded-content-length": "9",
      "x-amz-trailer": "x-amz-checksum-crc32",
      ...headers,
    },
  });
  return exchange(server, "PUT", request.url, request.headers, frames);
}

/** Sends a body in signed chunks; `spoil` may change the frames. */
function signedChunks(
  server: S3Server,
  chunks: string[],
  trailer?: string,
  spoil = (frames: string) => frames,
): Promise<RawReply> {
  const payload = `STREAMING-AWS4-HMAC-SHA256-PAYLOAD${trailer ? "-TRAILER" : ""}`;
  const length = chunks.join("").length;
  const { key, scope, timestamp, signature, headers, url } = signRequest(server, {
    method: "PUT",
    path: `/${BUCKET}/a`,
    payload,
    headers: {
      "content-encoding": "aws-chunked,gzip",
      "x-amz-decoded-content-length": String(length),
      ...(trailer && { "x-amz-trailer": trailer.split(":")[0] as string }),
    },
  });
  let previous = signature;
  let frames = "";
  for (const chunk of [...chunks, ""]) {
    const text = `AWS4-HMAC-SHA256-PAYLOAD\n${timestamp}\n${scope}\n${previous}\n${EMPTY}\n${sha256(chunk)}`;
    previous = hmac(key, text).toString("hex");
    frames += `${chunk.length.toString(16)};chunk-signature=${previous}\r\n`;
    if (chunk !== "") frames += `${chunk}\r\n`;
  }
  if (trailer) {
    const text = `AWS4-HMAC-SHA256-TRAILER\n${timestamp}\n${scope}\n${previous}\n${sha256(`${trailer}\n`)}`;
    frames += `${trailer}\r\nx-amz-trailer-signature:${hmac(key, text).toString("hex")}\r\n`;
  }
  return exchange(server, "PUT", url, headers, spoil(`${frames}\r\n`));
}

describe("s3-server: aws-chunked bodies", () => {
  it("accepts the documentation's signed chunks and trailer, however the bytes are cut", () => {
    // "Signature Calculations for the Authorization Header: Including Trailing Headers (Chunked Upload)"
    const scope = { accessKey: "AKIAIOSFODNN7EXAMPLE", date: "20130524", region: "us-east-1", service: "s3" };
    const frames = Buffer.from(
      `10000;chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2\r\n${"a".repeat(65_536)}\r\n` +
        `400;chunk-signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7\r\n${"a".repeat(1024)}\r\n` +
        "0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n" +
        "x-amz-checksum-crc32c:sOO8/Q==\r\n" +
        "x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n",
    );
    for (const step of [13, 4096, frames.length]) {
      let received = 0;
      const decoder = chunkedDecoder({
        signing: {
          key: signingKey("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", scope),
          scope,
          timestamp: "20130524T000000Z",
          seed: "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e",
        },
        trailers: true,
        minChunkSize: 8192,
        onData: (data) => {
          data.every((byte) => byte === 97).should.be.true();
          received += data.length;
        },
      });
      for (let at = 0; at < frames.length; at += step) decoder.push(frames.subarray(at, at + step));
      ({ ...decoder.end() }).should.eql({ "x-amz-checksum-crc32c": "sOO8/Q==" });
      received.should.equal(66_560);
    }
  });

  it("stores a stream of the SDK without its framing, and keeps its checksum", () =>
    withServer({}, async (server, client) => {
      const pieces = [Buffer.alloc(70_000, 1), Buffer.alloc(30_000, 2)];
      const Body = Readable.from(pieces);
      const put = await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: "a", Body, ContentLength: 100_000 }));
      should(server.requests[0]?.headers["x-amz-content-sha256"]).equal("STREAMING-UNSIGNED-PAYLOAD-TRAILER");
      const stored = server.get(BUCKET, "a");
      should(stored?.body.equals(Buffer.concat(pieces))).be.true();
      should(stored?.headers).not.have.property("content-encoding");
      should(put.ChecksumCRC32).be.a.String();
    }));

  it("verifies the trailing checksum", () =>
    withServer({}, async (server) => {
      const frames = (sum: string) => `9\r\n${NINE.text}\r\n0\r\nx-amz-checksum-crc32:${sum}\r\n\r\n`;
      const right = await unsigned(server, frames(NINE.crc32));
      right.status.should.equal(200);
      right.headers.should.have.property("x-amz-checksum-crc32", NINE.crc32);
      should(server.get(BUCKET, "a")?.body.toString()).equal(NINE.text);
      const before = server.get(BUCKET, "a")?.etag;
      (await unsigned(server, frames("AAAAAA=="))).should.match({ status: 400, code: "BadDigest" });
      (await unsigned(server, frames("short"))).should.match({ status: 400, code: "InvalidRequest" });
      (await unsigned(server, `9\r\n${NINE.text}\r\n0\r\n\r\n`)).should.match({
        status: 400,
        code: "MalformedTrailerError",
      });
      should(server.get(BUCKET, "a")?.etag).equal(before);
    }));

  it("needs no Content-Encoding to know a framed body, and wants trailers as they were announced", () =>
    withServer({}, async (server) => {
      const request = signRequest(server, {
        method: "PUT",
        path: `/${BUCKET}/a`,
        payload: "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        headers: { "x-amz-decoded-content-length": "9", "x-amz-trailer": "x-amz-checksum-crc32" },
      });
      const frames = `9\r\n${NINE.text}\r\n0\r\nx-amz-checksum-crc32:${NINE.crc32}\r\n\r\n`;
      (await exchange(server, "PUT", request.url, request.headers, frames)).status.should.equal(200);
      should(server.get(BUCKET, "a")?.body.toString()).equal(NINE.text);
      const malformed = { status: 400, code: "MalformedTrailerError" };
      (await unsigned(server, frames.replace("crc32:", "crc32c:"))).should.match(malformed);
      (await unsigned(server, frames.replace("x-amz-checksum-crc32:", "no colon "))).should.match(malformed);
      (await unsigned(server, frames.replace("\r\n\r\n", "\r\nx-amz-meta-a:1\r\n\r\n"))).should.match(malformed);
    }));

  it("refuses bodies that are cut, too long, or badly framed", () =>
    withServer({}, async (server) => {
      const end = `0\r\nx-amz-checksum-crc32:${NINE.crc32}\r\n\r\n`;
      for (const frames of [
        `9\r\n12345`,
        `9\r\n${NINE.text}\r\n`,
        `8\r\n12345678\r\n${end}`,
        `9\r\n${NINE.text}X${end}`,
        `zz\r\n${NINE.text}\r\n${end}`,
        `9\r\n${NINE.text}\r\n${end}more`,
      ]) {
        (await unsigned(server, frames)).should.match({ status: 400, code: "IncompleteBody" });
      }
      (await unsigned(server, "", { "x-amz-decoded-content-length": "" })).should.match({
        status: 411,
        code: "MissingContentLength",
      });
      (await unsigned(server, `4\r\n1234\r\n5\r\n56789\r\n${end}`)).should.match({
        status: 403,
        code: "InvalidChunkSizeError",
      });
      server.keys(BUCKET).should.eql([]);
    }));

  it("verifies chunk signatures and the trailer's", () =>
    withServer({}, async (server) => {
      const chunks = ["a".repeat(8192), "b".repeat(100)];
      (await signedChunks(server, chunks)).status.should.equal(200);
      should(server.get(BUCKET, "a")?.body.toString()).equal(chunks.join(""));
      should(server.get(BUCKET, "a")?.headers["content-encoding"]).equal("gzip");
      const spoilt = await signedChunks(server, chunks, undefined, (frames) => frames.replace("bb", "bc"));
      spoilt.should.match({ status: 403, code: "SignatureDoesNotMatch" });
      const forgedChunk = await signedChunks(server, chunks, undefined, (frames) =>
        frames.replace(/(chunk-signature=)./, "$1z"),
      );
      forgedChunk.should.match({ status: 403, code: "SignatureDoesNotMatch" });
      const trailer = `x-amz-checksum-crc32:${NINE.crc32}`;
      (await signedChunks(server, [NINE.text], trailer)).status.should.equal(200);
      const forged = await signedChunks(server, [NINE.text], trailer, (frames) =>
        frames.replace(/(trailer-signature:)./, "$1z"),
      );
      forged.should.match({ status: 403, code: "SignatureDoesNotMatch" });
      const swapped = await signedChunks(server, [NINE.text], trailer, (frames) =>
        frames.replace(NINE.crc32, "AAAAAA=="),
      );
      swapped.should.match({ status: 403, code: "SignatureDoesNotMatch" });
    }));

  it("refuses a stream of small pieces, as S3 does, unless the SDK is told to gather them", () =>
    withServer({}, async (server, client) => {
      const put = () => {
        const Body = Readable.from(Array.from({ length: 100 }, (_, i) => Buffer.alloc(200, i)));
        return new PutObjectCommand({ Bucket: BUCKET, Key: "a", Body, ContentLength: 20_000 });
      };
      (await failure(client.send(put()))).should.match({ code: "InvalidChunkSizeError", status: 403 });
      server.keys(BUCKET).should.eql([]);
      const gathering = clientFor(server, { requestStreamBufferSize: 65_536 });
      await gathering.send(put());
      gathering.destroy();
      should(server.get(BUCKET, "a")?.size).equal(20_000);
    }));

  it("tells the client what is wrong although its stream is not read to the end", () =>
    withServer({ maxObjectSize: 1000 }, async (_, client) => {
      const Body = Readable.from([Buffer.alloc(9000)]);
      const { code } = await failure(
        client.send(new PutObjectCommand({ Bucket: BUCKET, Key: "a", Body, ContentLength: 9000 })),
      );
      code.should.equal("EntityTooLarge");
    }));
});
