import "should";
import { setTimeout as pause } from "node:timers/promises";
import { type S3Server, startS3Server } from "../../dev/s3-server";
import { type Core, openCore } from "../support/context";
import { numbered } from "../support/keys";
import { allOnlyEmbedded, needsFaults } from "../support/only-embedded";
import { outcomeOf } from "../support/outcome";

describe("the requests of a connection whose store throttles", () => {
  allOnlyEmbedded(needsFaults);
  let server: S3Server;
  let core: Core;
  const start = async (caps: object = {}): Promise<void> => {
    server = await startS3Server({ buckets: ["bucket"], caps });
    core = openCore({ ...server, bucketName: (name) => name }, { maxAttempts: 5 });
  };
  afterEach(async () => {
    await core.close();
    await server.close();
  });
  const write = (n: number, from = 0) =>
    Promise.all(
      Array.from({ length: n }, (_, at) => core.run("write", { path: `${from + at}`, data: "x", overwrite: true })),
    );
  const refused = (): number => server.requests.filter(({ status }) => status >= 400).length;

  it("become fewer for all of its work, so that not each has to find out", async () => {
    await start({ requestsPerSecond: 50 });
    await write(200);
    // Each that had to find out by itself made 335 of these.
    refused().should.be.within(1, 120);
  });

  for (const [code, status] of [
    ["SlowDown", 503],
    ["TooManyRequests", 429],
    ["RequestLimitExceeded", 400],
  ] as const) {
    it(`become fewer of ${status} ${code}, and more again of good answers`, async () => {
      await start();
      server.hook({ times: 1, error: { code, status } });
      await write(1);
      core.connection.wire.free.should.equal(8);
      await write(100, 1);
      core.connection.wire.free.should.equal(16);
    });
  }

  it("stay as they are of a refusal that has another reason", async () => {
    await start();
    server.hook({ times: 20, error: { code: "AccessDenied", status: 403 } });
    await Promise.allSettled(Array.from({ length: 20 }, (_, n) => core.run("write", { path: `${n}`, data: "x" })));
    core.connection.wire.free.should.equal(16);
  });

  it("stay as they are when a purge is throttled, which knows it by itself", async () => {
    await start();
    server.seed("bucket", numbered(3000, "many/"));
    server.hook({ operation: "DeleteObjects", times: 3, error: { code: "SlowDown", status: 503 } });
    await core.run("purge", { path: "many/", force: true });
    core.connection.wire.free.should.equal(16);
  });

  it("become more again of a purge that goes well", async () => {
    await start();
    server.seed("bucket", numbered(40_000, "many/"));
    let left = 12;
    server.hook(({ operation }) =>
      operation === "PutObject" && left-- > 0 ? { error: { code: "SlowDown", status: 503 } } : undefined,
    );
    const alone = openCore({ ...server, bucketName: (name) => name }, { maxAttempts: 1 });
    for (let n = 0; n < 12; n++) await outcomeOf(() => alone.run("write", { path: "x", data: "x", overwrite: true }));
    // None in a pause, else one.
    alone.connection.wire.free.should.be.below(2);
    await alone.run("purge", { path: "many/", force: true });
    alone.connection.wire.free.should.be.above(3);
    await alone.close();
  });

  it("go on for the rest of the store while a part of it throttles", async () => {
    await start();
    server.seed("bucket", ["cold"]);
    server.hook(({ key }) => (key?.startsWith("hot/") ? { error: { code: "SlowDown", status: 503 } } : undefined));
    const stop = new AbortController();
    const reading = async (): Promise<void> => {
      while (!stop.signal.aborted) await core.run("read", { path: "cold" });
    };
    const readers = [reading(), reading()];
    const hot = Array.from({ length: 16 }, (_, n) =>
      outcomeOf(() => core.run("write", { path: `hot/${n}`, data: "x", overwrite: true })),
    );
    await Promise.all(hot);
    const { length } = server.requests.filter(({ key }) => key === "cold");
    stop.abort();
    await Promise.all(readers);
    const refusals = server.requests.filter(({ key, status }) => key?.startsWith("hot/") && status === 503).length;
    refusals.should.be.above(40);
    // In one line with the others, there would be fewer than of those.
    length.should.be.above(2 * refusals);
  });

  it("leave at once when they clear up, however slowly others went", async () => {
    await start();
    const narrow = openCore({ ...server, bucketName: (name) => name }, { maxAttempts: 20, concurrency: 1 });
    const uploads = 8;
    server.hook({ operation: "UploadPart", error: { code: "SlowDown", status: 503 } });
    const writing = Array.from({ length: uploads }, (_, n) =>
      outcomeOf(() => narrow.run("write", { path: `${n}`, data: Buffer.alloc(20 << 20), overwrite: true })),
    );
    const of = (operation: string) => server.requests.filter((one) => one.operation === operation).length;
    while (of("CreateMultipartUpload") < uploads || of("UploadPart") < 6) await pause(10);
    narrow.connection.wire.free.should.equal(0);
    await narrow.close();
    of("AbortMultipartUpload").should.equal(uploads);
    await Promise.all(writing);
  });
});
