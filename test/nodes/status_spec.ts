import "should";
import { setTimeout as pause } from "node:timers/promises";
import { type Bench, deploy, type Shown } from "../support/bench";
import { useServer } from "../support/server";

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
    bench.statuses.at(-1)?.fill?.should.equal("blue");
    await sent;
    await shows("done");
    shown().should.match([{}, { fill: "blue" }, { fill: "green" }]);
  });

  it("red with the code on an error, until the next message", async () => {
    bench = await deploy("read", {}, { server: world.s3 });
    await bench.send({ payload: { path: "none" } });
    await shows("NoSuchKey");
    bench.statuses.at(-1)?.fill?.should.equal("red");
    await bench.send({ payload: { path: "a" } });
    await shows("done");
    bench.statuses.at(-1)?.fill?.should.equal("green");
  });

  it("tells how many are in flight", async () => {
    unhook = world.s3.hook({ delay: 400 });
    world.s3.seed("bucket", ["b", "c"]);
    bench = await deploy("read", {}, { server: world.s3 });
    const sent = ["a", "b", "c"].map((path) => bench.send({ payload: { path } }));
    await shows("3 in flight");
    bench.statuses.at(-1)?.fill?.should.equal("blue");
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
    bench.statuses.at(-1)?.fill?.should.equal("blue");
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
    const times = bench.statuses.map(({ at }) => at);
    times.length.should.be.above(4);
    times.forEach((time, index) => {
      const fifth = times[index + 4];
      if (fifth !== undefined) (fifth - time).should.be.above(999, `${times}`);
    });
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
    shown().at(-1)?.should.match({ fill: "green", text: "done" });
  });
});
