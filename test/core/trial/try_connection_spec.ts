import "should";
import { lookup } from "node:dns/promises";
import { createServer, type Server } from "node:net";
import { hostname } from "node:os";
import { type S3ServerOptions, startS3Server } from "../../../dev/s3-server";
import { connectionSettings } from "../../../src/core/connection-settings";
import { type Finding, type Step, sayings } from "../../../src/core/trial/finding";
import { tryConnection } from "../../../src/core/trial/try-connection";
import { cert, key as tlsKey } from "../../s3-server/certificate";
import { must } from "../../support/must";
import { useFreshServer } from "../../support/server";

const may = (...actions: string[]) => actions.map((action) => ({ action }));

const reader = { accessKey: "reader", secretKey: "reader-secret", allow: may("s3:GetObject", "s3:ListBucket") };
const blind = { accessKey: "blind", secretKey: "blind-secret", allow: may("s3:PutObject") };

/** Runs a trial against what listens at the endpoint. */
const attempt = async (raw: object, probe = false): Promise<Record<Step, Finding>> => {
  const findings = await tryConnection(connectionSettings({ ...raw }), { probe }, new AbortController().signal);
  for (const { says, values } of findings) Object.keys(values).should.containDeep(sayings[says]);
  return Object.fromEntries(findings.map((one) => [one.step, one])) as never;
};

/** The findings in short: `step: verdict saying`. */
const short = (found: Record<Step, Finding>): string[] =>
  Object.values(found).map(({ step, verdict, says }) => `${step}: ${verdict} ${says}`);

const untriedFrom = (step: Step): string[] =>
  (["endpoint", "keys", "bucket", "list", "read", "write", "delete"] as const)
    .slice(["endpoint", "keys", "bucket", "list", "read", "write", "delete"].indexOf(step))
    .map((one) => `${one}: untried notTried`);

describe("trying a connection", () => {
  const world = useFreshServer({
    buckets: ["bucket", { name: "versioned", versioning: "Enabled" }],
    users: [reader, blind],
  });
  const settings = (more: object = {}) => {
    const { endpoint, accessKey, secretKey, region } = world.s3;
    return { endpoint, accessKey, secretKey, region, bucket: "bucket", ...more };
  };
  const operations = () => world.s3.requests.map(({ operation }) => operation);

  it("finds that all is well, by reads alone", async () => {
    world.s3.put("bucket", "a", "x");
    const found = await attempt(settings());
    short(found).should.eql([
      "endpoint: yes reached",
      "keys: yes acceptedAs",
      "bucket: yes foundIn",
      "list: yes may",
      "read: yes may",
      "write: untried onlyWhenAsked",
      "delete: untried onlyWhenAsked",
    ]);
    found.endpoint.values.should.eql({ host: `127.0.0.1:${world.s3.port}` });
    found.bucket.values.should.eql({ bucket: "bucket", region: "us-east-1" });
    operations().should.eql(["ListObjectsV2", "ListBuckets", "HeadBucket", "HeadObject"]);
  });

  it("writes a probe and deletes it when it may, and nothing is left", async () => {
    for (const bucket of ["bucket", "versioned"]) {
      const found = await attempt(settings({ bucket, rootPath: "team" }), true);
      short(found).slice(-2).should.eql(["write: yes may", "delete: yes may"]);
      const [put] = world.s3.requests.filter(({ operation }) => operation === "PutObject");
      must(put?.key).should.startWith("team/.node-red-contrib-amazon-s3-probe-");
      world.s3.versions(bucket, put?.key ?? "").should.have.length(0);
      world.s3.clear();
    }
  });

  it("says what is left when the probe cannot be deleted", async () => {
    world.s3.hook({ operation: "DeleteObject", error: "AccessDenied" });
    const found = await attempt(settings(), true);
    found.write.verdict.should.equal("yes");
    found.delete.should.containEql({ verdict: "no", says: "probeStays" });
    world.s3.keys("bucket").should.eql([found.delete.values.key ?? "none"]);
  });

  it("tells what the keys may do", async () => {
    const found = await attempt(settings(reader), true);
    short(found).should.eql([
      "endpoint: yes reached",
      "keys: yes accepted",
      "bucket: yes foundIn",
      "list: yes may",
      "read: yes may",
      "write: no mayNot",
      "delete: untried notTried",
    ]);
    const onlyWrites = await attempt(settings(blind), true);
    short(onlyWrites).should.eql([
      "endpoint: yes reached",
      "keys: yes accepted",
      "bucket: note mayNotLook",
      "list: no mayNot",
      "read: untried mayNotTell",
      "write: yes may",
      "delete: no probeStays",
    ]);
  });

  it("tells that there is no such bucket", async () => {
    const found = await attempt(settings({ bucket: "none-of-ours" }), true);
    short(found).should.eql([
      "endpoint: yes reached",
      "keys: yes acceptedAs",
      "bucket: no noSuchBucket",
      ...untriedFrom("list"),
    ]);
    found.bucket.values.should.eql({ bucket: "none-of-ours" });
  });

  it("tries what it can without a bucket", async () => {
    const found = await attempt(settings({ bucket: "" }));
    short(found).should.eql([
      "endpoint: yes reached",
      "keys: yes acceptedAs",
      "bucket: untried noBucketNamed",
      ...untriedFrom("list"),
    ]);
  });

  for (const [what, wrong, says] of [
    ["an unknown access key", { accessKey: "nobody" }, "unknownKey"],
    ["a wrong secret key", { secretKey: "a-wrong-secret" }, "wrongSecret"],
    ["a wrong token", { sessionToken: "a-wrong-token" }, "wrongToken"],
  ] as const) {
    it(`tells ${what}, and shows no secret`, async () => {
      const found = await attempt(settings(wrong));
      short(found).should.eql(["endpoint: yes reached", `keys: no ${says}`, ...untriedFrom("bucket")]);
      JSON.stringify(found).should.not.match(new RegExp(Object.values(wrong).join("|")));
      world.s3.requests.should.have.length(1);
    });
  }

  it("tells an expired token", async () => {
    world.s3.hook({ error: "ExpiredToken" });
    must(short(await attempt(settings()))[1]).should.equal("keys: no expiredToken");
  });

  it("tells any other refusal in the store's words", async () => {
    world.s3.hook({ error: { code: "AccountProblem", status: 400, message: "Pay first, test-secret-key." } });
    const { keys } = await attempt(settings());
    keys.says.should.equal("failed");
    must(keys.values.code).should.equal("AccountProblem");
    must(keys.values.said)
      .should.match(/^Pay first/)
      .and.not.match(/test-secret-key/);
  });

  it("uses no keys where they come from nowhere", async () => {
    const found = await attempt(settings({ auth: "anonymous", accessKey: "", secretKey: "" }));
    short(found).slice(0, 3).should.eql(["endpoint: yes reached", "keys: yes anonymous", "bucket: note mayNotLook"]);
  });

  it("tells that there are no keys", async () => {
    const found = await attempt(settings({ auth: "profile", profile: "no-such-profile-anywhere" }));
    short(found).should.eql(["endpoint: untried notTried", "keys: no noKeys", ...untriedFrom("bucket")]);
    world.s3.requests.should.have.length(0);
  });

  it("tells that a role may not be assumed", async () => {
    const role = { auth: "role", roleArn: "arn:aws:iam::123456789012:role/none", stsEndpoint: world.s3.endpoint };
    const { keys } = await attempt(settings(role));
    keys.should.containEql({ verdict: "no", says: "noRole" });
    must(keys.values.code).should.equal("AccessDenied");
  });

  it("takes a store's silence for no answer, within the timeout", async () => {
    world.s3.hook({ stall: true });
    const found = await attempt(settings({ timeout: 0.3 }));
    short(found).should.eql(["endpoint: no noAnswer", ...untriedFrom("keys")]);
  });

  it("tells a page that is none of S3", async () => {
    world.s3.hook({ body: "<html><title>Log in</title></html>", headers: { "content-type": "text/html" } });
    const { endpoint } = await attempt(settings());
    endpoint.should.containEql({ verdict: "no", says: "notS3" });
  });

  it("stops when it is aborted", async () => {
    world.s3.hook({ stall: true });
    const stop = new AbortController();
    const found = tryConnection(connectionSettings(settings()), { probe: true }, stop.signal);
    while (world.s3.inFlight === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    stop.abort();
    must(short(Object.fromEntries((await found).map((one) => [one.step, one])) as never)[0]).should.match(/noAnswer/);
  });
});

describe("trying a connection to a server that is otherwise", () => {
  const tried = async (options: S3ServerOptions, more: object, from?: (endpoint: string) => string) => {
    const server = await startS3Server({ buckets: ["bucket"], ...options });
    const { accessKey, secretKey } = server;
    const endpoint = from?.(server.endpoint) ?? server.endpoint;
    const raw = { endpoint, accessKey, secretKey, region: "us-east-1", bucket: "bucket", ...more };
    try {
      return { server, found: await attempt(raw, true) };
    } finally {
      await server.close();
    }
  };

  for (const strictRegion of [true, "redirect"] as const) {
    it(`finds the bucket's region, told by ${strictRegion === true ? "a refusal" : "a redirect"}, and tries on there`, async () => {
      const { found } = await tried({ region: "eu-west-1", strictRegion }, {});
      found.bucket.should.eql({
        step: "bucket",
        verdict: "no",
        says: "otherRegion",
        values: { bucket: "bucket", region: "eu-west-1" },
        fix: { field: "region", value: "eu-west-1" },
      });
      short(found).slice(3).should.eql(["list: yes may", "read: yes may", "write: yes may", "delete: yes may"]);
    });
  }

  it("tells the region of a store that takes any", async () => {
    const { found } = await tried({ region: "eu-west-1" }, {});
    found.bucket.should.containEql({ verdict: "note", says: "otherRegion" });
    must(found.bucket.fix).should.eql({ field: "region", value: "eu-west-1" });
  });

  for (const [says, by] of [
    ["clockSlow", 47],
    ["clockFast", -47],
  ] as const) {
    it(`tells by how many minutes the clock is wrong: ${says}`, async () => {
      const { found } = await tried({ clock: () => Date.now() + by * 60_000 }, {});
      found.keys.should.containEql({ verdict: "no", says, values: { minutes: "47" } });
      short(found).slice(2, 4).should.eql(["bucket: yes foundIn", "list: yes may"]);
    });
  }

  it("tells a certificate that is not trusted", async () => {
    const { found } = await tried({ tls: { key: tlsKey, cert } }, {});
    found.endpoint.should.containEql({ verdict: "no", says: "untrusted" });
    must(found.endpoint.values.code).should.equal("DEPTH_ZERO_SELF_SIGNED_CERT");
  });

  it("tells http for https, and https for http", async () => {
    const { server, found } = await tried({}, {}, (endpoint) => endpoint.replace("http:", "https:"));
    found.endpoint.should.containEql({ verdict: "no", says: "speaksHttp" });
    must(found.endpoint.fix).should.eql({ field: "endpoint", value: server.endpoint });
    const other = await tried({ tls: { key: tlsKey, cert } }, {}, (endpoint) => endpoint.replace("https:", "http:"));
    other.found.endpoint.should.containEql({ verdict: "no", says: "speaksHttps" });
    must(other.found.endpoint.fix).should.eql({ field: "endpoint", value: other.server.endpoint });
  });

  it("tells a port where nothing listens, and a name that there is not", async () => {
    const server = await startS3Server({});
    await server.close();
    const raw = { accessKey: "a", secretKey: "b", region: "us-east-1", bucket: "bucket" };
    (await attempt({ ...raw, endpoint: server.endpoint })).endpoint.says.should.equal("nothingThere");
    const named = await attempt({ ...raw, endpoint: "http://store.invalid" });
    named.endpoint.should.containEql({ says: "noSuchHost", values: { host: "store.invalid", code: "ENOTFOUND" } });
  });

  it("tells that the bucket has no host of its own, where it belongs into the path", async () => {
    // A name that resolves, below which none does: whoever answers it is not asked anything.
    const endpoint = `http://${hostname()}:9`;
    const raw = { accessKey: "a", secretKey: "b", region: "us-east-1", bucket: "bucket", pathStyle: "never", endpoint };
    const { endpoint: found } = await attempt(raw);
    const resolves = await lookup(hostname()).then(
      () => true,
      () => false,
    );
    found.says.should.equal(resolves ? "needsPathStyle" : "noSuchHost");
    if (resolves) must(found.fix).should.eql({ field: "pathStyle", value: "always" });
  });

  it("tells a server that speaks something else", async () => {
    const server: Server = createServer((socket) => socket.end("220 mail.example.com ESMTP\r\n")).listen(
      0,
      "127.0.0.1",
    );
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as { port: number };
    const raw = { accessKey: "a", secretKey: "b", region: "us-east-1", endpoint: `http://127.0.0.1:${port}` };
    const { endpoint } = await attempt(raw);
    server.close();
    endpoint.verdict.should.equal("no");
    endpoint.says.should.equal("speaksHttps");
  });
});
