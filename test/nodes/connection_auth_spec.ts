import "should";
import { type Bench, deploy, type Message } from "../support/bench";
import { withEnvironment, withFiles } from "../support/environment";
import { must } from "../support/must";
import { failure, once, onlyMessage } from "../support/once";
import { useServer } from "../support/server";

const role = "arn:aws:iam::111122223333:role/reader";
const short = "arn:aws:iam::111122223333:role/short";
const open = "arn:aws:iam::111122223333:role/open";

describe("the connection signs in", () => {
  const world = useServer({
    buckets: ["bucket", { name: "public", public: "read" }],
    users: [
      { accessKey: "ENVACCESSKEY", secretKey: "env-secret-key" },
      { accessKey: "FILEACCESSKEY", secretKey: "file-secret-key" },
      { accessKey: "TEMPACCESSKEY", secretKey: "temp-secret-key", sessionToken: "the+session/token==" },
      { accessKey: "OLDACCESSKEY", secretKey: "old-secret-key", sessionToken: "the-old-token", expires: 1 },
    ],
    roles: [
      { arn: role, externalId: "partner 7", trusts: ["test-access-key"] },
      { arn: short, lifetime: 1 },
      { arn: open },
    ],
  });
  /** Keys that would be wrong: the way under test must not use them. */
  const noKeys = { accessKey: "", secretKey: "" };
  const read = (connection: object, credentials: Record<string, string> = noKeys, bucket = "bucket") =>
    once("read", {}, { path: "a" }, { server: world.s3, connection: { ...connection }, credentials, bucket });
  /** The access keys that requests were signed with. */
  const signers = () =>
    world.s3.requests.map(({ headers }) => /Credential=([^/]+)/.exec(String(headers.authorization))?.[1]);
  const assumed = () => world.s3.requests.filter(({ operation }) => operation === "AssumeRole");

  before(() => {
    for (const bucket of ["bucket", "public"]) world.s3.put(bucket, "a", "content");
  });
  beforeEach(() => world.s3.clear());

  describe("with keys", () => {
    it("of the credentials, whatever the environment says", async () => {
      const environment = { AWS_ACCESS_KEY_ID: "OTHER", AWS_SECRET_ACCESS_KEY: "other", AWS_SESSION_TOKEN: "other" };
      await withEnvironment(environment, async () => {
        onlyMessage(await read({}, {})).payload.should.equal("content");
      });
      signers().should.eql(["test-access-key"]);
      must(world.s3.requests[0]?.headers).should.not.have.property("x-amz-security-token");
    });

    it("and a session token", async () => {
      const keys = { accessKey: "TEMPACCESSKEY", secretKey: "temp-secret-key" };
      onlyMessage(await read({}, { ...keys, sessionToken: "the+session/token==" }));
      must(world.s3.requests[0]?.headers).should.have.property("x-amz-security-token", "the+session/token==");
      failure(await read({}, keys), "InvalidAccessKeyId");
    });

    it("and says what is wrong with them", async () => {
      const wrong: [Record<string, string>, string, RegExp][] = [
        [{ accessKey: "test-access-key", secretKey: "wrong-secret" }, "SignatureDoesNotMatch", /secret key/],
        [{ accessKey: "nobody", secretKey: "wrong-secret" }, "InvalidAccessKeyId", /access key/],
        [
          { accessKey: "OLDACCESSKEY", secretKey: "old-secret-key", sessionToken: "the-old-token" },
          "ExpiredToken",
          /session token has expired/,
        ],
        [
          { accessKey: "TEMPACCESSKEY", secretKey: "temp-secret-key", sessionToken: "another-token" },
          "InvalidToken",
          /session token/,
        ],
      ];
      for (const [keys, code, text] of wrong) failure(await read({}, keys), code).message.should.match(text);
    });
  });

  describe("by the default chain", () => {
    const auth = { auth: "default" };

    it("with keys of the environment", async () => {
      const environment = { AWS_ACCESS_KEY_ID: "ENVACCESSKEY", AWS_SECRET_ACCESS_KEY: "env-secret-key" };
      await withEnvironment(environment, async () => onlyMessage(await read(auth)));
      signers().should.eql(["ENVACCESSKEY"]);
    });

    it("with keys and session token of the environment", async () => {
      const environment = {
        AWS_ACCESS_KEY_ID: "TEMPACCESSKEY",
        AWS_SECRET_ACCESS_KEY: "temp-secret-key",
        AWS_SESSION_TOKEN: "the+session/token==",
      };
      await withEnvironment(environment, async () => onlyMessage(await read(auth)));
      must(world.s3.requests[0]?.headers).should.have.property("x-amz-security-token", "the+session/token==");
    });

    it("with the default profile of the shared files", async () => {
      const credentials = "[default]\naws_access_key_id = FILEACCESSKEY\naws_secret_access_key = file-secret-key\n";
      await withFiles({ credentials, config: "" }, async (path) => {
        const files = { AWS_SHARED_CREDENTIALS_FILE: path("credentials"), AWS_CONFIG_FILE: path("config") };
        await withEnvironment(files, async () => onlyMessage(await read(auth)));
      });
      signers().should.eql(["FILEACCESSKEY"]);
    });

    it("and says so when there are no keys", async () => {
      await withFiles({ empty: "" }, async (path) => {
        const files = { AWS_SHARED_CREDENTIALS_FILE: path("empty"), AWS_CONFIG_FILE: path("empty") };
        await withEnvironment(files, async () => {
          failure(await read(auth), "NoConnection").message.should.match(/no keys were found/);
        });
      });
      world.s3.requests.should.have.length(0);
    });
  });

  describe("with a profile", () => {
    const credentials = [
      "[default]\naws_access_key_id = nobody\naws_secret_access_key = wrong-secret",
      "[archive]\naws_access_key_id = FILEACCESSKEY\naws_secret_access_key = file-secret-key",
    ].join("\n");
    const files = (path: (name: string) => string) => ({
      AWS_SHARED_CREDENTIALS_FILE: path("credentials"),
      AWS_CONFIG_FILE: path("config"),
    });

    it("of the shared credentials file", async () => {
      await withFiles({ credentials, config: "" }, (path) =>
        withEnvironment(files(path), async () => onlyMessage(await read({ auth: "profile", profile: "archive" }))),
      );
      signers().should.eql(["FILEACCESSKEY"]);
    });

    it("of the shared config file", async () => {
      const config = "[profile own]\naws_access_key_id = FILEACCESSKEY\naws_secret_access_key = file-secret-key\n";
      await withFiles({ credentials: "", config }, (path) =>
        withEnvironment(files(path), async () => onlyMessage(await read({ auth: "profile", profile: "own" }))),
      );
      signers().should.eql(["FILEACCESSKEY"]);
    });

    it("even when the environment has keys", async () => {
      const environment = { AWS_ACCESS_KEY_ID: "ENVACCESSKEY", AWS_SECRET_ACCESS_KEY: "env-secret-key" };
      await withFiles({ credentials, config: "" }, (path) =>
        withEnvironment({ ...files(path), ...environment }, async () =>
          onlyMessage(await read({ auth: "profile", profile: "archive" })),
        ),
      );
      signers().should.eql(["FILEACCESSKEY"]);
    });

    it("and says so when it is not there", async () => {
      await withFiles({ credentials, config: "" }, (path) =>
        withEnvironment(files(path), async () => {
          const error = failure(await read({ auth: "profile", profile: "absent" }), "NoConnection");
          error.message.should.match(/profile/);
        }),
      );
      world.s3.requests.should.have.length(0);
    });
  });

  describe("with a role", () => {
    const connection = (roleArn: string, more = {}) => ({
      auth: "role",
      roleArn,
      stsEndpoint: world.s3.endpoint,
      ...more,
    });

    it("on top of keys, with external id and session name", async () => {
      const more = { externalId: "partner 7", roleSessionName: "spec.session@1" };
      onlyMessage(await read(connection(role, more), {})).payload.should.equal("content");
      const [sts, get] = signers();
      must(sts).should.equal("test-access-key");
      must(get).should.startWith("ASIA");
      must(world.s3.requests[1]?.headers).should.have.property("x-amz-security-token");
    });

    it("and is refused without the external id", async () => {
      failure(await read(connection(role), {}), "AccessDenied");
      world.s3.requests.filter(({ operation }) => operation === "GetObject").should.have.length(0);
    });

    it("on top of the default chain", async () => {
      const environment = { AWS_ACCESS_KEY_ID: "ENVACCESSKEY", AWS_SECRET_ACCESS_KEY: "env-secret-key" };
      await withEnvironment(environment, async () => onlyMessage(await read(connection(open))));
      must(signers()[0]).should.equal("ENVACCESSKEY");
      assumed().should.have.length(1);
    });

    it("with a session token beside the keys", async () => {
      const keys = { accessKey: "TEMPACCESSKEY", secretKey: "temp-secret-key", sessionToken: "the+session/token==" };
      onlyMessage(await read(connection(open), keys));
      must(assumed()[0]?.headers).should.have.property("x-amz-security-token", "the+session/token==");
    });

    const reads = async (bench: Bench, count: number): Promise<Message[]> =>
      (await Promise.all(Array.from({ length: count }, () => bench.send({ payload: { path: "a" } })))).map(onlyMessage);

    it("once for many requests", async () => {
      const bench = await deploy("read", {}, { server: world.s3, connection: connection(open, { concurrency: 1 }) });
      await reads(bench, 5);
      await reads(bench, 5);
      await bench.close();
      assumed().should.have.length(1);
    });

    it("anew when the session expires", async () => {
      const bench = await deploy("read", {}, { server: world.s3, connection: connection(short) });
      await reads(bench, 1);
      const before = assumed().length;
      await new Promise((resolve) => setTimeout(resolve, 1100));
      await reads(bench, 1);
      await bench.close();
      assumed().length.should.be.above(before);
    });

    it("and tries again when the service has a fault", async () => {
      world.s3.hook({ operation: "AssumeRole", times: 1, reset: true });
      onlyMessage(await read(connection(open), {}));
      world.s3.hooks.length = 0;
      assumed().should.have.length(2);
    });
  });

  describe("as nobody", () => {
    it("in a public bucket", async () => {
      onlyMessage(await read({ auth: "anonymous" }, noKeys, "public")).payload.should.equal("content");
      must(world.s3.requests[0]?.headers).should.not.have.property("authorization");
    });

    it("even when there are keys", async () => {
      await withEnvironment(
        { AWS_ACCESS_KEY_ID: "ENVACCESSKEY", AWS_SECRET_ACCESS_KEY: "env-secret-key" },
        async () => {
          onlyMessage(await read({ auth: "anonymous" }, {}, "public"));
        },
      );
      signers().should.eql([undefined]);
    });

    it("and is refused elsewhere", async () => {
      failure(await read({ auth: "anonymous" }), "AccessDenied");
    });
  });

  it("as two connections at once with different keys", async () => {
    const second = { id: "second", type: "amazon-s3-config", endpoint: world.s3.endpoint };
    const keys = { accessKey: "ENVACCESSKEY", secretKey: "env-secret-key", region: "us-east-1", bucket: "bucket" };
    const other = {
      id: "other",
      z: "tab",
      x: 0,
      y: 0,
      type: "amazon-s3-read",
      connection: "second",
      wires: [["sink"]],
    };
    const sink = { id: "sink", z: "tab", x: 0, y: 0, type: "helper" };
    const setting = { server: world.s3, extra: [second, other, sink], extraCredentials: { second: keys } };
    const bench = await deploy("read", {}, setting);
    const there = new Promise((resolve) => bench.find("sink").on("input", resolve));
    bench.find("other").receive({ payload: { path: "a" } });
    onlyMessage(await bench.send({ payload: { path: "a" } }));
    await there;
    await bench.close();
    signers().sort().should.eql(["ENVACCESSKEY", "test-access-key"]);
  });
});
