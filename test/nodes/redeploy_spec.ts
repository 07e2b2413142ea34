import "should";
import { setTimeout as pause } from "node:timers/promises";
import { type Bench, type Deploy, deploy } from "../support/bench";
import { useFreshServer } from "../support/server";

describe("redeploy in the middle of 50 messages", () => {
  const world = useFreshServer();
  let bench: Bench;
  let unhook = () => {};
  const paths = Array.from({ length: 50 }, (_, n) => `p${n % 40}`);
  beforeEach(() => world.s3.seed("bucket", paths, "x"));
  afterEach(async () => {
    unhook();
    await bench.close();
  });

  const ways: [label: string, type: Deploy, changes: Record<string, object>][] = [
    ["only the operation node", "nodes", { node: { name: "new" } }],
    ["only the connection", "nodes", { s3: { name: "new" } }],
    ["the flow of the operation node", "flows", { node: { name: "new" } }],
    ["everything", "full", {}],
    ["the node is disabled", "nodes", { node: { d: true } }],
  ];
  for (const [label, type, changes] of ways) {
    it(`${label}: each message ends once, what is under way or waits with Aborted, and no request leaves afterwards`, async () => {
      unhook = world.s3.hook({ skip: 20, stall: true });
      bench = await deploy("read", {}, { server: world.s3, connection: { concurrency: 4 } });
      const sent = paths.map((path) => bench.send({ payload: { path } }));
      while (world.s3.requests.length < 24) await pause(5);
      await bench.redeploy(type, changes);
      const asked = world.s3.requests.length;
      asked.should.equal(24);
      const outcomes = await Promise.all(sent);
      outcomes.map(({ dones }) => dones).should.eql(Array(50).fill(1));
      const failed = outcomes.filter(({ error }) => error);
      failed.length.should.equal(30);
      for (const { error, messages } of failed) {
        error.code.should.equal("Aborted");
        error.message.should.match(/^read p\d+: stopped.*send the message again/);
        error.should.match({ operation: "read", bucket: "bucket", path: /^p\d+$/, retryable: false });
        error.cause.code.should.equal("Aborted");
        messages.should.be.empty();
      }
      await pause(300);
      world.s3.requests.length.should.equal(asked);
      world.s3.inFlight.should.equal(0);
      if ("node" in changes && "d" in changes.node) return;
      unhook();
      (await bench.send({ payload: { path: "p1" } })).messages[0].payload.should.equal("x");
    });
  }

  it("no request leaves that was to be repeated", async () => {
    unhook = world.s3.hook({ error: "SlowDown" });
    bench = await deploy("read", {}, { server: world.s3, connection: { maxAttempts: 50 } });
    const sent = paths.map((path) => bench.send({ payload: { path } }));
    while (world.s3.requests.length < 30) await pause(5);
    await bench.redeploy("nodes", { node: { name: "new" } });
    const asked = world.s3.requests.length;
    for (const { error, dones } of await Promise.all(sent)) {
      error.code.should.equal("Aborted");
      dones.should.equal(1);
    }
    await pause(600);
    world.s3.requests.length.should.equal(asked);
  });

  it("shows nothing afterwards, also where many updates were held back", async () => {
    unhook = world.s3.hook({ delay: 20 });
    bench = await deploy("read", {}, { server: world.s3, connection: { concurrency: 1 } });
    const sent = paths.map((path) => bench.send({ payload: { path } }));
    while (world.s3.requests.length < 10) await pause(5);
    await bench.redeploy("nodes", { node: { name: "new" } });
    await Promise.all(sent);
    await pause(1200);
    const { at: _, ...last } = bench.statuses.at(-1) ?? { at: 0 };
    last.should.eql({});
  });

  it("nothing is sent by what was stopped", async () => {
    world.s3.put("bucket", "lines", `${"a".repeat(1000)}\n`.repeat(5000));
    unhook = world.s3.hook({ key: "lines", rate: 2_000_000 });
    bench = await deploy("read", { format: "lines" }, { server: world.s3 });
    const sent = bench.send({ payload: { path: "lines" } });
    let arrived = 0;
    bench.find("out0").on("input", () => {
      arrived++;
    });
    while (arrived < 100) await pause(5);
    await bench.redeploy("nodes", { node: { name: "new" } });
    const { error, dones, events, messages } = await sent;
    error.code.should.equal("Aborted");
    dones.should.equal(1);
    events.lastIndexOf("sent").should.be.below(events.indexOf("done"));
    for (const { parts } of messages) ("count" in parts).should.be.false();
  });

  it("uploads in parts are aborted in the store, however much it throttles", async () => {
    unhook = world.s3.hook({ operation: "UploadPart", error: "SlowDown" });
    const of = (operation: string) => world.s3.requests.filter((one) => one.operation === operation).length;
    bench = await deploy(
      "write",
      { overwrite: true, overwriteType: "bool" },
      { server: world.s3, connection: { concurrency: 8 } },
    );
    const sent = Array.from({ length: 8 }, (_, n) =>
      bench.send({ payload: { path: `u${n}`, data: Buffer.alloc(20 << 20) } }),
    );
    while (of("CreateMultipartUpload") < 8 || of("UploadPart") < 30) await pause(10);
    await bench.redeploy("nodes", { node: { name: "new" } });
    await Promise.all(sent);
    of("AbortMultipartUpload").should.equal(8);
    world.s3.uploads("bucket").should.be.empty();
  });

  it("the messages of a sequence that is not whole fail with Aborted, and nothing of it is written", async () => {
    bench = await deploy("write", { sequence: true }, { server: world.s3 });
    const part = (index: number) => {
      return bench.send({ payload: { path: "joined", data: `part ${index}` }, parts: { id: "one", index, count: 5 } });
    };
    const first = part(0);
    const later = [part(2), part(3)];
    (await first).completed.should.be.true();
    await bench.redeploy("nodes", { node: { name: "new" } });
    for (const { error, dones, messages } of await Promise.all(later)) {
      error.code.should.equal("Aborted");
      error.should.match({ operation: "write", bucket: "bucket", retryable: false });
      error.cause.operation.should.equal("write");
      dones.should.equal(1);
      messages.should.be.empty();
    }
    await pause(100);
    world.s3.keys("bucket", "joined").should.be.empty();
    world.s3.requests.should.be.empty();
  });

  it("nor do those of one whose first message never came wait for ever", async () => {
    bench = await deploy("write", { sequence: true }, { server: world.s3 });
    const msg = { payload: { path: "joined", data: "x" }, parts: { id: "one", index: 1, count: 3 } };
    const sent = bench.send(msg);
    await pause(20);
    await bench.redeploy("nodes", { node: { name: "new" } });
    (await sent).error.code.should.equal("Aborted");
  });

  it("a stream that nobody reads is destroyed", async () => {
    world.s3.put("bucket", "big", Buffer.alloc(5_000_000));
    bench = await deploy("read", { format: "stream" }, { server: world.s3 });
    const sent = bench.send({ payload: { path: "big" } });
    const stream = await new Promise<NodeJS.ReadableStream & { destroyed: boolean }>((resolve) => {
      bench.find("out0").on("input", ({ payload }: { payload: never }) => resolve(payload));
    });
    stream.on("error", () => {});
    await bench.redeploy("nodes", { node: { name: "new" } });
    stream.destroyed.should.be.true();
    (await sent).error.code.should.equal("Aborted");
  });

  it("a stream that was handed on is destroyed", async () => {
    world.s3.put("bucket", "big", Buffer.alloc(5_000_000));
    unhook = world.s3.hook({ key: "big", rate: 1_000_000 });
    bench = await deploy("read", { format: "stream" }, { server: world.s3 });
    const sent = bench.send({ payload: { path: "big" } });
    const errors: Error[] = [];
    await new Promise<void>((resolve) => {
      bench.find("out0").on("input", ({ payload }: { payload: NodeJS.ReadableStream }) => {
        payload.on("error", (error: Error) => errors.push(error)).once("data", () => resolve());
      });
    });
    await bench.redeploy("nodes", { node: { name: "new" } });
    const { error, messages } = await sent;
    error.code.should.equal("Aborted");
    messages[0].payload.destroyed.should.be.true();
    errors.length.should.equal(1);
  });
});
