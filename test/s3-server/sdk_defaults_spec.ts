import "should";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type S3Server, type S3ServerOptions, startS3Server } from "../../dev/s3-server/index";
import { cert, key } from "./certificate";

/** Runs the SDK's process; resolves with what it printed. */
const runSdk = (server: S3Server, home: string, env: Record<string, string>): Promise<string> =>
  new Promise((resolve, reject) => {
    const all = {
      HOME: home,
      PATH: process.env.PATH ?? "",
      AWS_ENDPOINT_URL: server.endpoint,
      AWS_ACCESS_KEY_ID: server.accessKey,
      AWS_SECRET_ACCESS_KEY: server.secretKey,
      AWS_REGION: server.region,
      ...env,
    };
    execFile(process.execPath, [join(__dirname, "sdk_defaults_child.js")], { env: all }, (error, stdout, stderr) => {
      if (error) reject(new Error(stderr.trim() || error.message));
      else resolve(stdout);
    });
  });

describe("s3-server: the AWS SDK without one option set", () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "sdk-defaults-"));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  const check = async (options: S3ServerOptions, env: Record<string, string>): Promise<void> => {
    const server = await startS3Server(options);
    try {
      // both are put right by the SDK's own retries
      server.hook({ operation: "HeadBucket", times: 1, error: "SlowDown" });
      server.hook({ operation: "GetObject", times: 1, reset: true });
      JSON.parse(await runSdk(server, home, env)).should.deepEqual({
        wrong: [],
        names: ["with-defaults"],
        parts: 3,
        firstFive: "01234",
        keys: 9,
        deleted: 8,
      });
      const of = (operation: string) => server.requests.filter((one) => one.operation === operation);
      const bad = server.requests.filter(({ error }) => error !== undefined).map(({ error }) => error);
      bad.should.deepEqual(["SlowDown"]);
      of("HeadBucket").length.should.equal(2);
      // What the defaults are: were one of them off, this would show less than it says.
      const puts = [...of("PutObject"), ...of("UploadPart")];
      for (const { headers } of puts) {
        const sent = headers["x-amz-checksum-crc32"] ?? headers["x-amz-trailer"];
        String(sent).should.match(/^(x-amz-checksum-crc32|[A-Za-z0-9+/]{6}==)$/);
      }
      const streams = puts.filter(({ headers }) => headers["content-encoding"] === "aws-chunked");
      streams.length.should.be.aboveOrEqual(2);
      for (const { headers } of streams) {
        String(headers["x-amz-content-sha256"]).should.equal("STREAMING-UNSIGNED-PAYLOAD-TRAILER");
      }
      puts.filter(({ headers }) => headers.expect === "100-continue").length.should.be.aboveOrEqual(2);
      for (const { headers } of of("GetObject")) String(headers["x-amz-checksum-mode"]).should.equal("ENABLED");
    } finally {
      await server.close();
    }
  };

  it("does everything over http", () => check({}, {}));

  it("does everything over https, told the certificate", async () => {
    const trusted = join(home, "cert.pem");
    writeFileSync(trusted, cert);
    await check({ tls: { key, cert } }, { NODE_EXTRA_CA_CERTS: trusted });
  });
});
