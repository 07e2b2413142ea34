import "should";
import { createServer } from "node:net";
import { startS3Server } from "../../dev/s3-server";
import { type Bench, deploy, type Message, type Setting } from "../support/bench";
import { useServer } from "../support/server";

/** A message that each operation would carry out. */
const work: Record<string, object> = {
  create: { path: "in/new.txt" },
  delete: { path: "in/a.txt" },
  download: { path: "in/a.txt", target: "/never/written" },
  exist: { path: "in/a.txt" },
  list: { path: "in/a.txt" },
  purge: { path: "in/a.txt" },
  read: { path: "in/a.txt" },
  write: { path: "in/a.txt", data: "x", overwrite: true },
};
/** Their first request is a HEAD, so that the store can say nothing but its status. */
const byHead = ["delete", "download", "exist"];

describe("errors: the code of each cause, in each operation", () => {
  const world = useServer({
    users: [
      { accessKey: "temporary", secretKey: "temporary-secret", sessionToken: "old-token", expires: 1 },
      { accessKey: "nobody-key", secretKey: "nobody-secret", allow: [] },
    ],
  });
  let bench: Bench | undefined;
  let unhook = () => {};
  before(() => world.s3.put("bucket", "in/a.txt", "A"));
  afterEach(async () => {
    unhook();
    unhook = () => {};
    await bench?.close();
    bench = undefined;
  });

  const fail = async (verb: string, setting: Omit<Setting, "server">, payload = work[verb]): Promise<Message> => {
    bench = await deploy(verb, {}, { server: world.s3, ...setting });
    const { error, messages, dones, caught } = await bench.send({ payload: { ...payload } });
    messages.should.be.empty();
    dones.should.equal(1);
    caught.error.code.should.equal(error.code);
    error.message.should.containEql((payload as { path: string }).path);
    return error;
  };

  for (const verb of Object.keys(work)) {
    const bodyless = byHead.includes(verb);
    describe(verb, () => {
      it("wrong secret key", async () => {
        const error = await fail(verb, { credentials: { secretKey: "not-the-secret" } });
        error.code.should.equal(bodyless ? "AccessDenied" : "SignatureDoesNotMatch");
        error.statusCode.should.equal(403);
        error.message.should.match(bodyless ? /keys/ : /secret key.*again/i);
        error.retryable.should.be.false();
      });

      it("unknown access key", async () => {
        const error = await fail(verb, { credentials: { accessKey: "never-heard-of" } });
        error.code.should.equal(bodyless ? "AccessDenied" : "InvalidAccessKeyId");
        error.message.should.match(bodyless ? /keys/ : /Check Access key/);
      });

      it("expired session token", async () => {
        const keys = { accessKey: "temporary", secretKey: "temporary-secret", sessionToken: "old-token" };
        const error = await fail(verb, { credentials: keys });
        error.code.should.equal(bodyless ? "BadRequest" : "ExpiredToken");
        error.statusCode.should.equal(400);
        error.message.should.match(/expired/);
      });

      it("no permission", async () => {
        const error = await fail(verb, { credentials: { accessKey: "nobody-key", secretKey: "nobody-secret" } });
        error.code.should.equal("AccessDenied");
        error.statusCode.should.equal(403);
        error.message.should.match(/permission/);
      });

      it("no bucket", async () => {
        const error = await fail(verb, { bucket: "no-such-bucket" });
        error.code.should.equal("NoSuchBucket");
        error.statusCode.should.equal(404);
        error.bucket.should.equal("no-such-bucket");
        error.message.should.match(/no-such-bucket/).and.match(/Check Bucket/);
      });

      it("a closed port", async () => {
        const probe = createServer().listen(0, "127.0.0.1");
        await new Promise((resolve) => probe.once("listening", resolve));
        const { port } = probe.address() as { port: number };
        await new Promise((resolve) => probe.close(resolve));
        const error = await fail(verb, { connection: { endpoint: `http://127.0.0.1:${port}`, maxAttempts: 2 } });
        error.code.should.equal("ECONNREFUSED");
        error.retryable.should.be.true();
        (error.statusCode === undefined).should.be.true();
        error.message.should.match(/host and port/);
      });

      it("throttled, and throttled again", async () => {
        world.s3.clear();
        unhook = world.s3.hook({ error: "SlowDown" });
        const isOfMany = ["list", "purge"].includes(verb);
        const error = await fail(verb, { connection: { maxAttempts: 2, ...(isOfMany ? { timeout: 2 } : {}) } });
        error.code.should.equal(bodyless ? "ServiceUnavailable" : "SlowDown");
        error.statusCode.should.equal(503);
        error.retryable.should.be.true();
        // Work on many objects is patient for its timeout.
        world.s3.requests.length.should.be.within(2, isOfMany ? 50 : 2);
      });
    });
  }

  it("a host that cannot be resolved", async () => {
    const connection = { endpoint: "http://nowhere.invalid:9000", maxAttempts: 1 };
    const error = await fail("read", { connection });
    ["ENOTFOUND", "EAI_AGAIN"].should.containEql(error.code);
    error.message.should.match(/in\/a\.txt/).and.match(/cannot be resolved\. Check the endpoint/);
  });

  it("a server that never answers: Timeout", async () => {
    unhook = world.s3.hook({ stall: true });
    const error = await fail("read", { connection: { timeout: 0.2, maxAttempts: 1 } });
    error.code.should.equal("Timeout");
    error.retryable.should.be.true();
  });

  it("a fault that passes is no error", async () => {
    unhook = world.s3.hook({ error: "SlowDown", times: 2 });
    bench = await deploy("read", {}, { server: world.s3 });
    (await bench.send({ payload: { path: "in/a.txt" } })).messages[0].payload.should.equal("A");
  });

  it("tells a missing object from a missing bucket, after the same 404", async () => {
    (await fail("delete", {}, { path: "in/none" })).code.should.equal("NoSuchKey");
    await bench?.close();
    (await fail("delete", { bucket: "no-such-bucket" }, { path: "in/none" })).code.should.equal("NoSuchBucket");
    await bench?.close();
    bench = await deploy("exist", {}, { server: world.s3 });
    (await bench.send({ payload: { path: "in/none" } })).messages[0].payload.should.be.false();
  });

  it("another region, which no answer names", async () => {
    const server = await startS3Server({ region: "eu-west-1", buckets: ["bucket"], strictRegion: true });
    server.hook({
      headers: { "x-amz-bucket-region": undefined },
      body: (body) => `${body}`.replace(/<Region>.*<.Region>/, ""),
    });
    try {
      bench = await deploy("write", {}, { server, credentials: { region: "us-east-1" } });
      const { error } = await bench.send({ payload: { path: "a", data: "b" } });
      error.code.should.equal("AuthorizationHeaderMalformed");
      error.message.should.match(/Set Region/);
    } finally {
      await server.close();
    }
  });
});
