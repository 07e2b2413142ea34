import "should";
import { setTimeout as pause } from "node:timers/promises";
import { createStatus } from "../../src/node-red/status";
import { type Bench, deploy, type Message, type Shown } from "../support/bench";
import { must } from "../support/must";
import { useServer } from "../support/server";

const atMostFour = (times: number[]): void =>
  times.forEach((time, index) => {
    const fifth = times[index + 4];
    if (fifth !== undefined) (fifth - time).should.be.above(999, `${times}`);
  });

describe("status", () => {
  const world = useServer();
  let bench: Bench;
  let unhook = () => {};
  beforeEach(() => world.s3.put("bucket", "a", "A"));
  afterEach(async () => {
    unhook();
    unhook = () => {};
    await bench.close();
  });
  const look = ({ at: _, ...shown }: Shown) => shown;
  const shown = () => bench.statuses.map(look);
  const shows = async (text: string) => {
    while (bench.statuses.at(-1)?.text !== text) await pause(5);
  };

  it("is empty after deploy", async () => {
    bench = await deploy("read", {}, { server: world.s3 });
    shown().should.eql([{}]);
  });

  it("blue while working, then green", async () => {
    unhook = world.s3.hook({ delay: 30 });
    bench = await deploy("read", {}, { server: world.s3 });
    const sent = bench.send({ payload: { path: "a" } });
    await shows("read …");
    must(bench.statuses.at(-1)?.fill).should.equal("blue");
    await sent;
    await shows("done");
    shown().should.match([{}, { fill: "blue" }, { fill: "green" }]);
  });

  it("tells how far a read has come that takes its time", async () => {
    world.s3.put("bucket", "long", { size: 15_000_000 });
    unhook = world.s3.hook({ rate: 10e6 });
    bench = await deploy("read", { format: "stream" }, { server: world.s3 });
    bench.node.send = ({ payload }: Message) => payload.resume();
    await bench.send({ payload: { path: "long" } });
    await shows("done");
    const texts = bench.statuses.map(({ text }) => text ?? "").filter((text) => text.includes("%"));
    texts.length.should.be.above(0);
    for (const text of texts) text.should.match(/^\d+ % \d+(\.\d)? MB\/s$/);
  });

  it("red with the code on an error, until the next message", async () => {
    bench = await deploy("read", {}, { server: world.s3 });
    await bench.send({ payload: { path: "none" } });
    await shows("NoSuchKey");
    must(bench.statuses.at(-1)?.fill).should.equal("red");
    await bench.send({ payload: { path: "a" } });
    await shows("done");
    must(bench.statuses.at(-1)?.fill).should.equal("green");
  });

  it("tells how many are in flight", async () => {
    unhook = world.s3.hook({ delay: 400 });
    world.s3.seed("bucket", ["b", "c"]);
    bench = await deploy("read", {}, { server: world.s3 });
    const sent = ["a", "b", "c"].map((path) => bench.send({ payload: { path } }));
    await shows("3 in flight");
    must(bench.statuses.at(-1)?.fill).should.equal("blue");
    await Promise.all(sent);
    await shows("done");
  });

  it("tells the progress of long work", async () => {
    world.s3.seed(
      "bucket",
      Array.from({ length: 1500 }, (_, n) => `many/${n}`),
    );
    unhook = world.s3.hook({ operation: "ListObjectsV2", skip: 1, delay: 600 });
    bench = await deploy("list", {}, { server: world.s3 });
    const sent = bench.send({ payload: { path: "many" } });
    await shows("1000 found");
    must(bench.statuses.at(-1)?.fill).should.equal("blue");
    await sent;
  });

  it("has at most 20 characters, and at most four updates in any second", async () => {
    const long = "AVeryLongCodeOfSomeStoreThatNobodyKnows";
    unhook = world.s3.hook(({ number }) =>
      number % 2 ? { error: { code: long, status: 400 }, delay: 20 } : { delay: 10 },
    );
    bench = await deploy("read", {}, { server: world.s3 });
    for (let n = 0; n < 50; n++) await bench.send({ payload: { path: "a" } });
    await pause(1100);
    // The first is that of the deploy.
    const times = bench.statuses.slice(1).map(({ at }) => at);
    times.length.should.be.above(4);
    atMostFour(times);
    const texts = bench.statuses.map(({ text }) => text ?? "");
    for (const text of texts) text.length.should.be.belowOrEqual(20);
  });

  it("cuts a long code, so that its beginning can be read", async () => {
    unhook = world.s3.hook({ error: { code: "AVeryLongCodeOfSomeStore", status: 400 } });
    bench = await deploy("read", {}, { server: world.s3 });
    (await bench.send({ payload: { path: "a" } })).error.code.should.equal("AVeryLongCodeOfSomeStore");
    await shows("AVeryLongCodeOfSome…");
  });

  it("the last one is always shown, however many came before", async () => {
    bench = await deploy("read", {}, { server: world.s3 });
    const names = Array.from({ length: 60 }, (_, n) => `k${n}`);
    world.s3.seed("bucket", names, "x");
    await Promise.all(names.map((path) => bench.send({ payload: { path } })));
    await shows("done");
    await pause(1100);
    must(shown().at(-1)).should.match({ fill: "green", text: "done" });
  });
});

describe("the end of the work", () => {
  /** What a node shows that has just been deployed. */
  const begin = () => {
    const shown: Shown[] = [];
    const status = createStatus({ status: (one: object) => shown.push({ ...one, at: Date.now() }) } as never, "read …");
    status.deployed();
    return { shown, status, last: () => shown.at(-1)?.text };
  };

  it("is shown at once: an error shortly after a success", async () => {
    const { status, last } = begin();
    status.begin();
    status.end();
    must(last()).should.equal("done");
    await pause(50);
    status.begin();
    status.end("NoSuchKey");
    // In the same turn: no timer was waited for.
    must(last()).should.equal("NoSuchKey");
    status.close();
  });

  it("is shown at once after any amount of progress", async () => {
    const { shown, status, last } = begin();
    status.begin();
    for (let n = 0; n < 30; n++) {
      status.progress(`${n} found`);
      await pause(3);
    }
    status.end("SlowDown");
    must(last()).should.equal("SlowDown");
    atMostFour(shown.slice(1).map(({ at }) => at));
    status.close();
  });

  for (const [code, name] of [
    ["ECONNREFUSED", "offline"],
    ["EMFILE", "machine"],
    ["EADDRNOTAVAIL", "machine"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "tls"],
    ["CERT_HAS_EXPIRED", "tls"],
    ["EPROTO", "tls"],
  ] as const) {
    it(`gives way to how it stands with the connection: ${code}, and one can say what to look at`, () => {
      const { status, last } = begin();
      status.condition({ state: "offline", code, after: 0 });
      must(last()).should.equal(`state.${name}`);
      status.close();
    });
  }

  it("comes as soon as it may, and never as a fifth update of a second, over a flood of messages", async () => {
    const { shown, status, last } = begin();
    const until = Date.now() + 2500;
    for (let n = 0; Date.now() < until; n++) {
      status.begin();
      status.progress(`${n} found`);
      await pause(n % 7);
      status.end(n % 3 ? undefined : `Code${n}`);
    }
    status.begin();
    status.end("TheLast");
    while (last() !== "TheLast") await pause(5);
    const times = shown.slice(1).map(({ at }) => at);
    times.length.should.be.above(8);
    atMostFour(times);
    status.close();
  });
});
