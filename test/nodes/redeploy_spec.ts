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
