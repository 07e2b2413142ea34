import { setTimeout as pause } from "node:timers/promises";
import { ListObjectsV2Command, ListObjectVersionsCommand } from "@aws-sdk/client-s3";
import "should";
import { bareClient } from "../../dev/bench/bare-client";
import type { LoggedRequest } from "../../dev/s3-server";
import { type Core, openCore } from "../support/context";
import { withEnvironment } from "../support/environment";
import { keyUsers, startKeyService } from "../support/key-service";
import { must } from "../support/must";
import { useServer } from "../support/server";

/** Of the SDK alone, and so of what did not go the short way. */
const ofTheSdk = "amz-sdk-invocation-id";

describe("pages on the short way", () => {
  const users = { accessKey: "with-token", secretKey: "secret-of-it", sessionToken: "token-of-it" };
  const world = useServer({
    buckets: ["bucket", "other", { name: "public", public: "read" }, { name: "versioned", versioning: "Enabled" }],
    users: [users, ...keyUsers],
  });
  const keys = ["a b", "a+b", "é/1", "é/2", "é/%2F", "~", "z"];
  let core: Core;
  before(async () => {
    for (const bucket of ["bucket", "other", "public", "versioned"]) await world.s3.seed(bucket, keys);
  });
  beforeEach(() => world.s3.clear());
  afterEach(async () => {
    world.s3.hooks.length = 0;
    await core.close();
  });
  const page = async (input: object, versions = false): Promise<string[]> => {
    const all = { Bucket: "bucket", EncodingType: "url" as const, ...input };
    const command = versions ? new ListObjectVersionsCommand(all) : new ListObjectsV2Command(all);
    const told = (await core.connection.send(command as never, core.connection.closing)) as never as {
      page: { objects: { key: string }[] };
    };
    return told.page.objects.map(({ key }) => key);
  };
  const sent = (): string[] =>
    world.s3.requests.map(({ headers }: LoggedRequest) => (headers[ofTheSdk] === undefined ? "short" : "SDK"));

  for (const [versions, inputs] of [
    [
      false,
      [
        { Prefix: "é/", Delimiter: "/" },
        { StartAfter: "a b", MaxKeys: 2 },
        { Prefix: "", StartAfter: "é/%2F" },
      ],
    ],
    [
      true,
      [
        { Prefix: "é/", MaxKeys: 1 },
        { KeyMarker: "a+b", Delimiter: "/" },
      ],
    ],
  ] as const) {
    it(`ask for what the SDK asks for${versions ? ", of versions" : ""}`, async () => {
      core = openCore(world.s3, { requesterPays: true });
      const Bucket = versions ? "versioned" : "bucket";
      const input = { Bucket, EncodingType: "url" as const };
      await page(input, versions);
      const client = bareClient(world.s3);
      for (const more of inputs) {
        world.s3.clear();
        const found = await page({ ...input, ...more }, versions);
        const all = { ...input, ...more, RequestPayer: "requester" as const };
        await client.send((versions ? new ListObjectVersionsCommand(all) : new ListObjectsV2Command(all)) as never);
        sent().should.eql(["short", "SDK"]);
        const [ours, theirs] = world.s3.requests as [LoggedRequest, LoggedRequest];
        ({ ...ours.query }).should.eql({ ...theirs.query });
        must(ours.headers["x-amz-request-payer"]).should.equal("requester");
        found.length.should.be.above(0);
      }
      client.destroy();
    });
  }

  it("are taken in each bucket only once it is known", async () => {
    core = openCore(world.s3);
    for (const Bucket of ["bucket", "other", "other", "bucket"]) (await page({ Bucket })).should.eql([...keys].sort());
    sent().should.eql(["SDK", "SDK", "short", "short"]);
  });

  it("are not taken with what is not known to them", async () => {
    core = openCore(world.s3);
    await page({});
    await page({ ExpectedBucketOwner: "111122223333" }).catch(() => {});
    sent().should.eql(["SDK", "SDK"]);
  });

  it("have nothing of one before them that asked for more", async () => {
    core = openCore(world.s3);
    const owner = "x-amz-expected-bucket-owner";
    await page({ ExpectedBucketOwner: "111122223333" }).catch(() => {});
    must(world.s3.requests[0]?.headers[owner]).should.equal("111122223333");
    for (let time = 0; time < 2; time++) await page({});
    world.s3.requests.map(({ headers }) => headers[owner]).should.eql(["111122223333", undefined, undefined]);
    sent().should.eql(["SDK", "SDK", "short"]);
  });

  it("are signed with the token of temporary keys", async () => {
    core = openCore({ ...world.s3, ...users } as never, users);
    await page({});
    await page({});
    sent().should.eql(["SDK", "short"]);
    must(world.s3.requests[1]?.headers["x-amz-security-token"]).should.equal(users.sessionToken);
  });

  it("hold no place when the keys end, and no others can be had, before the SDK goes on", async () => {
    const service = await startKeyService();
    await withEnvironment({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${service.endpoint}/ecs` }, async () => {
      service.lifetime = 3;
      core = openCore(world.s3, { auth: "default", maxAttempts: 1 });
      await page({});
      world.s3.clear();
      service.refusal = { status: 400, body: "{}" };
      const error = { code: "AccessDenied", status: 403 };
      world.s3.hook({ operation: "ListObjectsV2", handle: false, delay: 3500, error });
      const failed = await page({}).then(
        () => undefined,
        ({ name }) => name,
      );
      must(failed).should.not.equal("AccessDenied");
      sent().should.eql(["short"]);
      await pause(100);
      core.connection.wire.underWay.should.equal(0);
    }).finally(() => service.close());
  });

  it("are not signed where nobody signs", async () => {
    core = openCore(world.s3, { auth: "anonymous" });
    await page({ Bucket: "public" });
    await page({ Bucket: "public" });
    sent().should.eql(["SDK", "short"]);
    (world.s3.requests[1]?.headers.authorization === undefined).should.be.true();
  });

  it("go on with the SDK after a throttled one, which counts as an attempt", async () => {
    core = openCore(world.s3, { maxAttempts: 3 });
    await page({});
    world.s3.clear();
    world.s3.hook({ operation: "ListObjectsV2", handle: false, error: { code: "SlowDown", status: 503 }, times: 2 });
    (await page({})).should.have.length(keys.length);
    sent().should.eql(["short", "SDK", "SDK"]);
    world.s3.clear();
    world.s3.hook({ operation: "ListObjectsV2", handle: false, error: { code: "SlowDown", status: 503 } });
    await page({}).should.be.rejectedWith({ name: "SlowDown" });
    sent().should.eql(["short", "SDK", "SDK"]);
  });

  it("go on with the SDK after a refusal, which is told as ever", async () => {
    core = openCore(world.s3, { maxAttempts: 3 });
    await page({});
    world.s3.clear();
    world.s3.hook({ operation: "ListObjectsV2", handle: false, error: { code: "AccessDenied", status: 403 } });
    await page({}).should.be.rejectedWith({ name: "AccessDenied" });
    sent().should.eql(["short"]);
  });

  it("go on with the SDK after a page that is cut off, or a connection that is reset", async () => {
    core = openCore(world.s3, { maxAttempts: 2 });
    await page({});
    for (const fault of [{ body: (body: Buffer) => body.subarray(0, 200) }, { reset: true }] as const) {
      world.s3.clear();
      world.s3.hook({ operation: "ListObjectsV2", ...fault, times: 1 } as never);
      (await page({})).should.have.length(keys.length);
      sent().should.eql(["short", "SDK"]);
    }
  });

  it("leave the connection throttled or good as the SDK's way does", async () => {
    core = openCore(world.s3, { maxAttempts: 1, concurrency: 16 });
    await page({});
    core.connection.wire.free.should.equal(16);
    world.s3.hook({ operation: "ListObjectsV2", handle: false, error: { code: "SlowDown", status: 503 }, times: 1 });
    await page({}).should.be.rejectedWith({ name: "SlowDown" });
    core.connection.wire.free.should.equal(8);
    for (let time = 0; time < 40; time++) await page({});
    core.connection.wire.free.should.be.above(8);
    core.connection.wire.underWay.should.equal(0);
  });
});
