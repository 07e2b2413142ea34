import "should";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { type S3Server, startS3Server } from "../../dev/s3-server";
import { createConnection } from "../../src/core/connection";
import { connectionSettings } from "../../src/core/connection-settings";
import { cert, key } from "../s3-server/certificate";
import { withEnvironment } from "../support/environment";
import { must } from "../support/must";

type Found = (error: Error | null, addresses?: unknown, family?: number) => void;

/** Where requests go, seen at the resolving of names. */
describe("the endpoint of a connection", () => {
  const keys = { accessKey: "test-access-key", secretKey: "test-secret-key", region: "eu-central-1", bucket: "bucket" };
  let server: S3Server;

  before(async () => {
    server = await startS3Server({ buckets: ["bucket"], tls: { key, cert } });
    server.put("bucket", "a/b", "x");
  });
  after(() => server.close());
  beforeEach(() => server.clear());

  /** Asks for an object; names are looked up by `lookup`. */
  const get = async (raw: object, lookup: (host: string, found: Found) => void) => {
    const tls = {
      ca: cert,
      checkServerIdentity: () => undefined,
      lookup: (host: string, _options: unknown, found: Found) => lookup(host, found),
    };
    const connection = createConnection(connectionSettings({ ...keys, maxAttempts: 1, ...raw, tls } as never));
    try {
      const command = new GetObjectCommand({ Bucket: "bucket", Key: "a/b" });
      return await connection.send(command, new AbortController().signal);
    } finally {
      await connection.close();
    }
  };
  /** The names that were asked for, by a request that ends there. */
  const asked = async (raw: object): Promise<string[]> => {
    const hosts: string[] = [];
    await get(raw, (host, found) => {
      hosts.push(host);
      found(Object.assign(new Error("not found"), { code: "ENOTFOUND" }));
    }).catch(() => {});
    return hosts;
  };
  /** The request as it arrives at the embedded server, whatever its name is. */
  const arrived = async (pathStyle: string, host = "localhost") => {
    await get({ endpoint: `https://${host}:${server.port}`, pathStyle }, (_, found) =>
      found(null, [{ address: "127.0.0.1", family: 4 }]),
    );
    return server.requests.map(({ headers, bucket, key, status }) => ({ host: headers.host, bucket, key, status }));
  };

  for (const strictRegion of [true, "redirect"] as const) {
    it(`is AWS's own for the region that a ${strictRegion === true ? "refusal" : "redirect"} names, whatever host it names`, async () => {
      const hosts: string[] = [];
      const regions = ["eu-central-1", "eu-west-1"];
      const aws = await startS3Server({
        buckets: [{ name: "bucket", region: "eu-west-1" }],
        domains: regions.map((region) => `s3.${region}.amazonaws.com`),
        strictRegion,
        tls: { key, cert },
      });
      aws.put("bucket", "a/b", "x");
      const tls = {
        ca: cert,
        checkServerIdentity: () => undefined,
        port: aws.port,
        lookup(host: string, _options: unknown, found: Found) {
          hosts.push(host);
          found(null, [{ address: "127.0.0.1", family: 4 }]);
        },
      };
      const connection = createConnection(connectionSettings({ ...keys, tls } as never));
      try {
        const command = () => new GetObjectCommand({ Bucket: "bucket", Key: "a/b" });
        for (let round = 0; round < 3; round++) await connection.send(command(), new AbortController().signal);
        [...new Set(hosts)].should.eql(regions.map((region) => `bucket.s3.${region}.amazonaws.com`));
        aws.requests.map(({ status }) => status).should.eql([strictRegion === true ? 400 : 301, 200, 200, 200]);
      } finally {
        await connection.close();
        await aws.close();
      }
    });
  }

  it("is AWS where none is set, with the bucket in the name", async () => {
    (await asked({})).should.eql(["bucket.s3.eu-central-1.amazonaws.com"]);
    (await asked({ pathStyle: "never" })).should.eql(["bucket.s3.eu-central-1.amazonaws.com"]);
  });

  it("has the bucket in the path with path style always", async () => {
    (await asked({ pathStyle: "always" })).should.eql(["s3.eu-central-1.amazonaws.com"]);
  });

  for (const pathStyle of ["auto", "always"]) {
    it(`has the bucket in the path of a store of one's own, with ${pathStyle}`, async () => {
      const [request] = await arrived(pathStyle);
      must(request).should.eql({ host: `localhost:${server.port}`, bucket: "bucket", key: "a/b", status: 200 });
    });
  }

  it("has the bucket in the name of a store of one's own, with never", async () => {
    const [request] = await arrived("never");
    must(request).should.eql({ host: `bucket.localhost:${server.port}`, bucket: "bucket", key: "a/b", status: 200 });
  });

  it("is not what environment variables of the SDK say", async () => {
    const elsewhere = {
      AWS_ENDPOINT_URL: "https://elsewhere.example.com",
      AWS_ENDPOINT_URL_S3: "https://elsewhere.example.com",
      AWS_ENDPOINT_URL_STS: "https://elsewhere.example.com",
    };
    await withEnvironment(elsewhere, async () => {
      (await asked({})).should.eql(["bucket.s3.eu-central-1.amazonaws.com"]);
      (await asked({ endpoint: "https://mine.example.com" })).should.eql(["mine.example.com"]);
      const role = { auth: "role", roleArn: "arn:aws:iam::111122223333:role/reader" };
      (await asked(role)).should.eql(["sts.eu-central-1.amazonaws.com"]);
      (await asked({ ...role, stsEndpoint: "https://sts.example.com" })).should.eql(["sts.example.com"]);
    });
  });
});
