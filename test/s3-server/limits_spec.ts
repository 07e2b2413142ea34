import { request as httpRequest } from "node:http";
import { CreateMultipartUploadCommand } from "@aws-sdk/client-s3";
import type { S3Server } from "../../dev/s3-server/index";
import { BUCKET, clientFor, send, signRequest, withServer } from "./support";

const GIB = 1024 ** 3;

/** Announces a body of `size` bytes, and sends it only when told to go on. */
function announce(
  server: S3Server,
  size: number,
): Promise<{ status: number | undefined; code?: string; told: boolean }> {
  const { url, headers } = signRequest(server, {
    method: "PUT",
    path: `/${BUCKET}/a`,
    payload: "UNSIGNED-PAYLOAD",
    headers: { "content-length": String(size), expect: "100-continue" },
  });
  return new Promise((resolve, reject) => {
    let told = false;
    const address = { host: "127.0.0.1", port: server.port, method: "PUT", path: url };
    const request = httpRequest({ ...address, headers, agent: false });
    request.once("continue", () => {
      told = true;
      request.destroy();
      resolve({ status: undefined, told });
    });
    request.once("error", (error) => (told ? undefined : reject(error)));
    request.once("response", (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (piece) => {
        text += piece;
      });
      response.once("end", () => {
        request.destroy();
        resolve({ status: response.statusCode, code: /<Code>(\w+)/.exec(text)?.[1] ?? "", told });
      });
    });
    request.flushHeaders();
  });
}

describe("s3-server: limits", () => {
  it("takes 5 GiB in one Put, and refuses more before it is sent", () =>
    withServer({}, async (server) => {
      (await announce(server, 5 * GIB)).should.match({ told: true });
      (await announce(server, 5 * GIB + 1)).should.eql({ status: 400, code: "EntityTooLarge", told: false });
      server.keys(BUCKET).should.eql([]);
    }));

  it("wants whole numbers within their bounds", () =>
    withServer({}, async (server) => {
      const client = clientFor(server);
      const Key = "a";
      const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key }));
      client.destroy();
      const uploadId = UploadId ?? "";
      const parameters = [
        [`/${BUCKET}`, "max-keys", {}],
        [`/${BUCKET}`, "max-keys", { "list-type": "2" }],
        [`/${BUCKET}`, "max-keys", { versions: "" }],
        [`/${BUCKET}`, "max-uploads", { uploads: "" }],
        [`/${BUCKET}/a`, "max-parts", { uploadId }],
        [`/${BUCKET}/a`, "part-number-marker", { uploadId }],
      ] as const;
      for (const [path, name, query] of parameters) {
        for (const value of ["-1", "x", "1.5", "2147483648"]) {
          (await send(server, { path, query: { ...query, [name]: value } })).should.match({
            status: 400,
            code: "InvalidArgument",
          });
        }
        const most = await send(server, { path, query: { ...query, [name]: "5000" } });
        most.status.should.equal(200);
        if (name.startsWith("max-")) most.body.should.match(/<Max\w+>1000<\/Max\w+>/);
      }
      for (const partNumber of ["0", "10001", "x"]) {
        const part = { method: "PUT", path: `/${BUCKET}/a`, query: { uploadId, partNumber }, body: "x" };
        (await send(server, part)).should.match({ status: 400, code: "InvalidArgument" });
      }
      const last = { method: "PUT", path: `/${BUCKET}/a`, query: { uploadId, partNumber: "10000" }, body: "x" };
      (await send(server, last)).status.should.equal(200);
    }));
});
