import "should";
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Bench, deploy } from "../support/bench";
import { withEnvironment, withFiles } from "../support/environment";
import { type KeyService, keyUsers, startKeyService } from "../support/key-service";
import { must } from "../support/must";
import { failure, onlyMessage } from "../support/once";
import { useFreshServer } from "../support/server";
import { withFolder } from "../support/with-folder";

const roleArn = "arn:aws:iam::111122223333:role/short";
const canary = "canary-token/of+a/sign-in==";

/** Seconds that a role's keys are good for: a busy machine takes a second for a few messages. */
const ofRole = 6;
/** Milliseconds after which keys are got anew that are good for so many seconds. */
const renewedAfter = (seconds: number): number => (seconds * 1000 * 2) / 3 + 100;

describe("temporary keys", () => {
  const world = useFreshServer({
    buckets: ["bucket", "second"],
    users: [...keyUsers, { accessKey: "ENVACCESSKEY", secretKey: "env-secret-key" }],
    roles: [{ arn: roleArn, lifetime: ofRole }],
  });
  let service: KeyService;
  beforeEach(async () => {
    service = await startKeyService();
    for (const bucket of ["bucket", "second"]) world.s3.put(bucket, "a", "A");
  });
  afterEach(() => service.close());

  const noKeys = { accessKey: "", secretKey: "" };
  const inBench = async (connection: object, work: (bench: Bench) => Promise<void>, credentials = noKeys) => {
    const setting = { server: world.s3, connection: { ...connection }, credentials };
    const bench = await deploy("read", { bucket: "payload.bucket", bucketType: "msg" }, setting);
    try {
      await work(bench);
    } finally {
      await bench.close();
    }
  };
  const read = (bench: Bench, bucket = "") => bench.send({ payload: { path: "a", bucket } });
  const warnings = (bench: Bench) => bench.logged().filter((line) => line.includes("temporary keys"));

  /** By way of asking: what the environment says, and the settings of the connection. */
  const ways: Record<
    string,
    { asked: RegExp; environment: (home: string) => Record<string, string>; auth?: string; slow?: true }
  > = {
    "a container's (ECS)": {
      asked: /^\/ecs$/,
      // The SDK tries three times, with a second between.
      slow: true,
      environment: () => ({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${service.endpoint}/ecs` }),
    },
    "an instance's (IMDS)": {
      asked: /security-credentials\/role$/,
      environment: () => ({
        AWS_EC2_METADATA_DISABLED: "false",
        AWS_EC2_METADATA_SERVICE_ENDPOINT: service.endpoint,
      }),
    },
    "a web identity's": {
      asked: /^\/$/,
      environment: (home) => ({
        AWS_WEB_IDENTITY_TOKEN_FILE: join(home, "token"),
        AWS_ROLE_ARN: roleArn,
        AWS_ENDPOINT_URL_STS: service.endpoint,
        AWS_REGION: "us-east-1",
      }),
    },
    "a sign-in's (SSO)": {
      asked: /^\/federation\/credentials/,
      auth: "profile",
      environment: () => ({ AWS_ENDPOINT_URL_SSO: service.endpoint }),
    },
  };
  const inWay = (name: string, work: (bench: Bench) => Promise<void>) =>
    withFolder("temporary-keys-", async (home) => {
      const { environment, auth = "default" } = ways[name] as (typeof ways)[string];
      const url = "https://sign-in.example";
      const config = `[profile sso]\nsso_start_url = ${url}\nsso_region = us-east-1\nsso_account_id = 111122223333\nsso_role_name = reader\n`;
      const cache = join(home, ".aws", "sso", "cache");
      await mkdir(cache, { recursive: true });
      const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
      const signIn = { startUrl: url, region: "us-east-1", accessToken: canary, expiresAt };
      await writeFile(join(cache, `${createHash("sha1").update(url).digest("hex")}.json`), JSON.stringify(signIn));
      await writeFile(join(home, "token"), canary);
      await writeFile(join(home, "config"), config);
      const files = {
        HOME: home,
        AWS_CONFIG_FILE: join(home, "config"),
        AWS_SHARED_CREDENTIALS_FILE: join(home, "none"),
      };
      await withEnvironment({ ...files, ...environment(home) }, () =>
        inBench({ auth, ...(auth === "profile" ? { profile: "sso" } : {}) }, work),
      );
    });

  for (const [name, { asked, slow }] of Object.entries(ways)) {
    describe(name, () => {
      it("are got once for all requests, whichever their bucket", () =>
        inWay(name, async (bench) => {
          const all = Array.from({ length: 20 }, (_, n) => read(bench, n % 2 ? "second" : ""));
          for (const outcome of await Promise.all(all)) onlyMessage(outcome).payload.should.equal("A");
          service.asked.should.equal(1);
          service.last.url.should.match(asked);
        }));

      it("are got anew before they end, once, and the old ones go on meanwhile", () =>
        inWay(name, async (bench) => {
          // A busy machine takes seconds for ten messages, and by then the old ones must not have ended.
          service.lifetime = 12;
          onlyMessage(await read(bench));
          await pause(renewedAfter(service.lifetime));
          let release = () => {};
          service.held = new Promise((resolve) => {
            release = resolve;
          });
          // Whoever waits for them all the same must not wait for ever.
          const patience = setTimeout(release, 20_000);
          const all = await Promise.all(Array.from({ length: 10 }, (_, n) => read(bench, n % 2 ? "second" : "")));
          clearTimeout(patience);
          for (const outcome of all) onlyMessage(outcome);
          const signers = () =>
            new Set(world.s3.requests.map(({ headers }) => /Credential=([^/]+)/.exec(`${headers.authorization}`)?.[1]));
          [...signers()].should.eql(["ASIASERVICEKEY00"]);
          service.asked.should.equal(2);
          release();
          while (signers().size === 1) onlyMessage(await read(bench));
          [...signers()].should.eql(["ASIASERVICEKEY00", "ASIASERVICEKEY01"]);
        }));

      it("go on as long as they are good when no others can be had, and one line says so", () =>
        inWay(name, async (bench) => {
          service.lifetime = slow ? 13 : 8;
          onlyMessage(await read(bench));
          service.refusal = { status: 403, body: "{}" };
          await pause(renewedAfter(service.lifetime));
          for (let n = 0; n < 3; n++) onlyMessage(await read(bench));
          while (warnings(bench).length === 0) await pause(10);
          await pause(50);
          onlyMessage(await read(bench));
          warnings(bench).should.have.length(1);
          (warnings(bench)[0] as string).should.match(/the old ones are good until 20/);
        }));

      it("leave no token in an error that tells back what it was sent", () =>
        inWay(name, async (bench) => {
          const said = JSON.stringify({ Code: "Denied", message: `the token ${canary} is not valid` });
          const xml = `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>InvalidIdentityToken</Code><Message>the token ${canary} is not valid</Message></Error></ErrorResponse>`;
          const headers = { "x-amzn-errortype": "UnauthorizedException", "content-type": "application/json" };
          service.refusal = { status: 401, body: name.startsWith("a web") ? xml : said, headers };
          const outcome = await read(bench);
          const told = JSON.stringify([
            outcome.error,
            outcome.error.message,
            outcome.caught,
            bench.logged(),
            bench.statuses,
          ]);
          told.should.not.containEql(canary);
          told.should.not.containEql("of+a");
          must(outcome.error).should.be.ok();
        }));
    });
  }

  describe("of a role", () => {
    const connection = () => ({ auth: "role", roleArn, stsEndpoint: world.s3.endpoint });
    const assumed = () => world.s3.requests.filter(({ operation }) => operation === "AssumeRole").length;
    const keys = { accessKey: "test-access-key", secretKey: "test-secret-key" };

    it("are got once for all requests, whichever their bucket", () =>
      inBench(
        connection(),
        async (bench) => {
          const all = Array.from({ length: 20 }, (_, n) => read(bench, n % 2 ? "second" : ""));
          for (const outcome of await Promise.all(all)) onlyMessage(outcome);
          assumed().should.equal(1);
        },
        keys,
      ));

    it("do not fail a request at any time, over several of their lives", () =>
      inBench(
        connection(),
        async (bench) => {
          for (const end = performance.now() + 2 * ofRole * 1000; performance.now() < end; await pause(20))
            onlyMessage(await read(bench));
          assumed().should.be.within(2, 8);
        },
        keys,
      ));

    it("go on as long as they are good when the service is gone", () =>
      inBench(
        connection(),
        async (bench) => {
          onlyMessage(await read(bench));
          await pause(renewedAfter(ofRole));
          world.s3.hook({ operation: "AssumeRole", error: "AccessDenied" });
          onlyMessage(await read(bench));
          while (warnings(bench).length === 0) await pause(10);
          onlyMessage(await read(bench));
          await pause((ofRole * 1000) / 3);
          failure(await read(bench), "AccessDenied");
        },
        keys,
      ));

    it("are got with the keys that a file holds by then", () => {
      const profile = (key: string, secret: string) =>
        `[default]\naws_access_key_id = ${key}\naws_secret_access_key = ${secret}\n`;
      return withFiles({ credentials: profile("ENVACCESSKEY", "env-secret-key"), config: "" }, (path) =>
        withEnvironment({ AWS_SHARED_CREDENTIALS_FILE: path("credentials"), AWS_CONFIG_FILE: path("config") }, () =>
          inBench(connection(), async (bench) => {
            onlyMessage(await read(bench));
            await writeFile(path("credentials"), profile("test-access-key", "test-secret-key"));
            await pause(renewedAfter(ofRole));
            onlyMessage(await read(bench));
            while (assumed() < 2) await pause(10);
            world.s3.requests
              .filter(({ operation }) => operation === "AssumeRole")
              .map(({ headers }) => /Credential=([^/]+)/.exec(`${headers.authorization}`)?.[1])
              .should.eql(["ENVACCESSKEY", "test-access-key"]);
          }),
        ),
      );
    });

    it("are got anew when the store says that they are over before their time", () =>
      inBench(
        connection(),
        async (bench) => {
          onlyMessage(await read(bench));
          world.s3.hook({ operation: "GetObject", times: 1, error: "ExpiredToken" });
          onlyMessage(await read(bench));
          assumed().should.equal(2);
          bench
            .logged()
            .filter((line) => line.includes("refused:"))
            .should.eql([]);
        },
        keys,
      ));
  });

  it("are got anew for HEADs alone, which do not tell that a token is over", () =>
    withEnvironment({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${service.endpoint}/ecs` }, async () => {
      const setting = { server: world.s3, connection: { auth: "default" }, credentials: noKeys };
      const bench = await deploy("delete", {}, setting);
      try {
        onlyMessage(await bench.send({ payload: { path: "a" } }));
        const [first] = keyUsers as [(typeof keyUsers)[number]];
        const isFirst = ({ headers }: { headers: Record<string, unknown> }) =>
          String(headers.authorization).includes(first.accessKey);
        // One is refused when the others have other keys already.
        const refused = {
          when: isFirst,
          error: { code: "ExpiredToken", status: 400 },
          headers: { "x-amz-bucket-region": undefined },
        };
        world.s3.hook({ ...refused, method: "HEAD", times: 1, delay: 500 });
        world.s3.hook(refused);
        const path = Array.from({ length: 10 }, (_, n) => `${n}`);
        for (const one of path) world.s3.put("bucket", one, "x");
        onlyMessage(await bench.send({ payload: { path } })).payload.should.containEql({ deleted: 10 });
        service.asked.should.equal(2);
        world.s3.requests.filter(({ operation }) => operation === "ListObjectsV2").should.have.length(1);
      } finally {
        await bench.close();
      }
    }));

  it("that a profile is given anew are taken up when the store refuses the old ones", () =>
    withFiles(
      { credentials: "[own]\naws_access_key_id = GONEACCESSKEY\naws_secret_access_key = gone\n", config: "" },
      (path) =>
        withEnvironment({ AWS_SHARED_CREDENTIALS_FILE: path("credentials"), AWS_CONFIG_FILE: path("config") }, () =>
          inBench({ auth: "profile", profile: "own" }, async (bench) => {
            failure(await read(bench), "InvalidAccessKeyId");
            await writeFile(
              path("credentials"),
              "[own]\naws_access_key_id = ENVACCESSKEY\naws_secret_access_key = env-secret-key\n",
            );
            await pause(10_100);
            onlyMessage(await read(bench)).payload.should.equal("A");
          }),
        ),
    ));
});
