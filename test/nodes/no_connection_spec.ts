import "should";
import { operations } from "../../src/operations";
import { type Bench, deploy, type Setting } from "../support/bench";
import { must } from "../support/must";
import { useServer } from "../support/server";

const verbs = operations.map(({ label }) => label);

describe("without a connection that works", () => {
  const world = useServer();
  let bench: Bench;
  beforeEach(() => world.s3.clear());
  afterEach(() => bench.close());

  const broken: Record<string, { setting: Omit<Setting, "server">; config?: object; says: RegExp }> = {
    "none is chosen": { setting: { noConnection: true }, says: /choose one/ },
    "it is missing": { setting: {}, config: { connection: "gone" }, says: /missing or disabled/ },
    "it is disabled": { setting: { connection: { d: true } }, says: /missing or disabled/ },
    "it is another kind of node": {
      setting: { extra: [{ id: "other", type: "helper" }] },
      config: { connection: "other" },
      says: /no Amazon S3 connection/,
    },
    "the access key is missing": { setting: { credentials: { accessKey: "" } }, says: /Access key is empty/ },
    "the secret key is missing": { setting: { credentials: { secretKey: " " } }, says: /Secret key is empty/ },
    "there is no region": { setting: { credentials: { region: "" } }, says: /Region is empty/ },
    "there is no bucket": { setting: { bucket: "" }, says: /no bucket/ },
    "its endpoint is no URL": { setting: { connection: { endpoint: "localhost:9000" } }, says: /no URL/ },
    "its endpoint is no web address": { setting: { connection: { endpoint: "ftp://host" } }, says: /no URL/ },
    "its endpoint holds keys": { setting: { connection: { endpoint: "http://u:p@host" } }, says: /keys go into/ },
    "a number of it is none": { setting: { connection: { concurrency: "many" } }, says: /concurrency is "many"/ },
    "auth is unknown": { setting: { connection: { auth: "magic" } }, says: /auth is "magic"/ },
    "the profile is missing": { setting: { connection: { auth: "profile" } }, says: /Profile is empty/ },
    "the role is missing": { setting: { connection: { auth: "role" } }, says: /Role is empty/ },
    "an environment variable of it is not set": {
      setting: { credentials: { accessKey: `$${"{NOT_SET_HERE}"}` } },
      says: /accessKey is taken from the environment variable NOT_SET_HERE, which is not set: .* fill in Access key/,
    },
    "an environment variable is its root path, and not set": {
      setting: { connection: { rootPath: `$${"{NOT_SET_HERE}"}` } },
      says: /rootPath is taken from the environment variable NOT_SET_HERE, which is not set: .* Root path/,
    },
    "its TLS configuration is missing": { setting: { connection: { tls: "gone" } }, says: /TLS configuration/ },
  };

  for (const [label, { setting, config = {}, says }] of Object.entries(broken)) {
    it(`${label}: red NoConnection at deploy, and for each message`, async () => {
      bench = await deploy("read", { ...config }, { server: world.s3, ...setting });
      bench.statuses.should.match([{ fill: "red", text: "NoConnection" }]);
      for (const payload of [{ path: "a" }, {}]) {
        const { error, caught, messages, dones } = await bench.send({ payload });
        error.code.should.equal("NoConnection");
        error.message.should.match(says);
        error.retryable.should.be.false();
        caught.error.code.should.equal("NoConnection");
        caught.error.cause.operation.should.equal("read");
        messages.should.be.empty();
        dones.should.equal(1);
      }
      bench.statuses.length.should.equal(1);
      world.s3.requests.should.be.empty();
    });
  }

  for (const verb of verbs) {
    it(`${verb}: fails each message through Catch`, async () => {
      bench = await deploy(verb, { sequence: true }, { server: world.s3, noConnection: true });
      bench.statuses.should.match([{ fill: "red", text: "NoConnection" }]);
      const msg = { payload: { path: "a", data: "b" }, parts: { id: "s", index: 0, count: 1 } };
      (await bench.send(msg)).caught.error.code.should.equal("NoConnection");
    });
  }

  it("a bucket in the message is enough, and without one there each message fails", async () => {
    world.s3.put("bucket", "a", "A");
    const config = { bucket: "topic", bucketType: "msg" };
    bench = await deploy("read", config, { server: world.s3, bucket: "" });
    bench.statuses.should.match([{}]);
    (await bench.send({ topic: "bucket", payload: { path: "a" } })).messages[0].payload.should.equal("A");
    world.s3.clear();
    (await bench.send({ payload: { path: "a" } })).error.code.should.equal("NoConnection");
    world.s3.requests.should.be.empty();
  });

  it("a bucket in the node is enough", async () => {
    world.s3.put("bucket", "a", "A");
    bench = await deploy("read", { bucket: "bucket", bucketType: "str" }, { server: world.s3, bucket: "" });
    bench.statuses.should.match([{}]);
    (await bench.send({ payload: { path: "a" } })).messages[0].payload.should.equal("A");
  });

  it("it works again when the connection is mended and deployed", async () => {
    world.s3.put("bucket", "a", "A");
    bench = await deploy("read", {}, { server: world.s3, connection: { endpoint: "nonsense" } });
    (await bench.send({ payload: { path: "a" } })).error.code.should.equal("NoConnection");
    await bench.redeploy("nodes", { s3: { endpoint: world.s3.endpoint } });
    must(bench.statuses.at(-1)).should.not.have.property("text");
    (await bench.send({ payload: { path: "a" } })).messages[0].payload.should.equal("A");
  });
});
