import "should";
import helper from "node-red-node-test-helper";
import { deploy } from "../support/bench";
import { withEnvironment } from "../support/environment";
import { must } from "../support/must";
import { failure, once, onlyMessage } from "../support/once";
import { useServer } from "../support/server";

describe("the connection's settings", () => {
  const world = useServer({ buckets: ["bucket", "another"] });

  before(() => {
    for (const bucket of ["bucket", "another"]) world.s3.put(bucket, "a", `in ${bucket}`);
  });
  beforeEach(() => world.s3.clear());

  it("has its five credentials in Node-RED's credentials, the secrets as passwords", async () => {
    const bench = await deploy("read", {}, { server: world.s3 });
    helper.credentials.getDefinition("amazon-s3-config").should.eql({
      accessKey: { type: "text" },
      secretKey: { type: "password" },
      region: { type: "text" },
      bucket: { type: "text" },
      sessionToken: { type: "password" },
    });
    const flows = JSON.stringify(helper._redNodes.getFlows().flows);
    flows.should.containEql("amazon-s3-config");
    for (const secret of [world.s3.accessKey, world.s3.secretKey]) flows.should.not.containEql(secret);
    await bench.close();
  });

  it("replaces environment variables in credentials and properties", async () => {
    const variables = {
      SPEC_ACCESS: world.s3.accessKey,
      SPEC_SECRET: world.s3.secretKey,
      SPEC_REGION: "us-east-1",
      SPEC_BUCKET: "another",
      SPEC_TOKEN: "token-of-the-environment",
      SPEC_ENDPOINT: world.s3.endpoint,
      SPEC_ROOT: "",
      SPEC_ATTEMPTS: "2",
    };
    world.s3.addUser({ accessKey: "WITHTOKEN", secretKey: "secret", sessionToken: variables.SPEC_TOKEN });
    const value = (name: string) => `\${${name}}`;
    await withEnvironment(variables, async () => {
      const connection = { endpoint: value("SPEC_ENDPOINT"), maxAttempts: value("SPEC_ATTEMPTS") };
      const keys = { accessKey: value("SPEC_ACCESS"), secretKey: value("SPEC_SECRET") };
      const credentials = { ...keys, region: value("SPEC_REGION"), bucket: value("SPEC_BUCKET") };
      const setting = { server: world.s3, connection, credentials };
      onlyMessage(await once("read", {}, { path: "a" }, setting)).payload.should.equal("in another");
      const withToken = {
        ...credentials,
        accessKey: "WITHTOKEN",
        secretKey: "secret",
        sessionToken: value("SPEC_TOKEN"),
      };
      onlyMessage(await once("read", {}, { path: "a" }, { ...setting, credentials: withToken }));
    });
    must(world.s3.requests[1]?.headers).should.have.property("x-amz-security-token", "token-of-the-environment");
  });

  it("takes no notice of spaces around what was pasted", async () => {
    const { accessKey, secretKey } = world.s3;
    const credentials = {
      accessKey: ` ${accessKey}\n`,
      secretKey: `${secretKey} `,
      region: " us-east-1",
      bucket: "bucket ",
    };
    const connection = { endpoint: ` ${world.s3.endpoint} ` };
    onlyMessage(await once("read", {}, { path: "a" }, { server: world.s3, connection, credentials }));
  });

  it("sends nothing when it is deployed, nor when it is taken down", async () => {
    const bench = await deploy("read", {}, { server: world.s3 });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await bench.close();
    world.s3.requests.should.have.length(0);
    world.s3.connections.should.equal(0);
  });

  it("lets the node, or its message, name another bucket", async () => {
    const node = { bucket: "another", bucketType: "str" };
    onlyMessage(await once("read", node, { path: "a" }, { server: world.s3 })).payload.should.equal("in another");
    const fromMessage = { bucket: "payload.bucket", bucketType: "msg" };
    const payload = { path: "a", bucket: "another" };
    const msg = onlyMessage(await once("read", fromMessage, payload, { server: world.s3, bucket: "" }));
    msg.payload.should.equal("in another");
    msg.s3.bucket.should.equal("another");
    onlyMessage(await once("read", fromMessage, { path: "a" }, { server: world.s3 })).payload.should.equal("in bucket");
    const none = await once("read", fromMessage, { path: "a" }, { server: world.s3, bucket: "" });
    failure(none, "NoConnection").message.should.match(/no bucket/);
  });

  describe("is NoConnection, red from the deploy on, and says why", () => {
    const keys = { accessKey: "key", secretKey: "secret" };
    const cases: [string, object, Record<string, string>, RegExp][] = [
      ["without access key", {}, { accessKey: "" }, /Access key is empty/],
      ["without secret key", {}, { secretKey: "" }, /Secret key is empty/],
      ["without region", {}, { region: "" }, /Region is empty/],
      ["without bucket", {}, { bucket: "" }, /no bucket/],
      ["with blanks for keys", {}, { accessKey: "  " }, /Access key is empty/],
      ["with an endpoint that is no URL", { endpoint: "s3.example.com" }, {}, /endpoint "s3\.example\.com" is no URL/],
      ["with an endpoint of another protocol", { endpoint: "ftp://s3.example.com" }, {}, /is no URL/],
      ["with keys in the endpoint", { endpoint: "https://key:secret@s3.example.com" }, {}, /user name/],
      [
        "with an STS endpoint that is no URL",
        { auth: "role", roleArn: "arn:x", stsEndpoint: "sts" },
        {},
        /"sts" is no URL/,
      ],
      ["with an unknown way to sign in", { auth: "magic" }, {}, /auth is "magic"/],
      ["with an unknown path style", { pathStyle: "sometimes" }, {}, /pathStyle/],
      ["with unknown checksums", { checksums: "never" }, {}, /checksums/],
      ["with an unknown write guard", { conditionalWrites: "never" }, {}, /conditionalWrites is "never"/],
      ["with no profile under profile", { auth: "profile" }, keys, /Profile is empty/],
      ["with no role under role", { auth: "role" }, keys, /Role( ARN)? is empty/],
      [
        "with half of the keys under role",
        { auth: "role", roleArn: "arn:x" },
        { secretKey: "" },
        /Secret key is empty/,
      ],
      ["with no attempt", { maxAttempts: 0 }, {}, /maxAttempts is 0/],
      [
        "with half an attempt",
        { maxAttempts: "1.5" },
        {},
        /maxAttempts is "1.5"; fill in a whole number above 0 in Attempts/,
      ],
      [
        "with a timeout that is no number",
        { timeout: "soon" },
        {},
        /timeout is "soon"; fill in a number of seconds above 0 in Timeout/,
      ],
      [
        "with negative concurrency",
        { concurrency: -1 },
        {},
        /concurrency is -1; fill in a whole number above 0 in In flight/,
      ],
      ["with a TLS configuration that is gone", { tls: "gone" }, {}, /TLS configuration is missing/],
    ];
    for (const [name, connection, credentials, text] of cases) {
      it(name, async () => {
        const setting = { server: world.s3, connection: { ...connection }, credentials };
        const bench = await deploy("read", {}, setting);
        const shown = bench.statuses.at(-1);
        const outcome = await bench.send({ payload: { path: "a" } });
        await bench.close();
        must(shown).should.containEql({ fill: "red", text: "NoConnection" });
        const error = failure(outcome, "NoConnection");
        error.message.should.match(text);
        error.message.should.not.match(/secret@/);
        outcome.messages.should.have.length(0);
        world.s3.requests.should.have.length(0);
      });
    }

    const nodes: [string, object, object, RegExp][] = [
      ["where none is chosen", {}, { noConnection: true }, /no connection is chosen/],
      ["where the chosen one is gone", { connection: "gone" }, {}, /missing or disabled/],
      ["where the chosen one is disabled", {}, { connection: { d: true } }, /missing or disabled/],
    ];
    for (const [name, config, setting, text] of nodes) {
      it(name, async () => {
        const bench = await deploy("read", { ...config }, { server: world.s3, ...setting });
        const shown = bench.statuses.at(-1);
        const outcome = await bench.send({ payload: { path: "a" } });
        await bench.close();
        must(shown).should.containEql({ fill: "red", text: "NoConnection" });
        failure(outcome, "NoConnection").message.should.match(text);
      });
    }
  });

  it("needs no keys, and takes no notice of half of them, where it signs in another way", async () => {
    const setting = { server: world.s3, connection: { auth: "anonymous" }, credentials: { secretKey: "" } };
    failure(await once("read", {}, { path: "a" }, setting), "AccessDenied");
  });
});
