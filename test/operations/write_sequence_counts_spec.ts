import { setTimeout as pause } from "node:timers/promises";
import "should";
import { type Bench, deploy, type Outcome } from "../support/bench";
import { must } from "../support/must";
import { failure } from "../support/once";
import { needsFaults, onlyEmbedded } from "../support/only-embedded";
import { codesOf, resultOf } from "../support/sequence-of";
import { shown } from "../support/shown";
import { useStore } from "../support/world";

describe("write of a sequence that is not as it should be", () => {
  const world = useStore();
  let bench: Bench;
  const start = async (config: Record<string, unknown> = {}) => {
    bench = await deploy("write", { sequence: true, ...config }, { server: world.s3 });
    world.s3.clear();
  };
  const content = async (path: string) => (await world.s3.get("bucket", path))?.body.toString();
  const send = (id: string, index: number, count: unknown, data?: unknown, path = id): Promise<Outcome> =>
    bench.send({
      payload: { path, overwrite: true, ...(data === undefined ? {} : { data }) },
      parts: { id, index, ...(count === undefined ? {} : { count }) },
    });
  const nothing = async (path: string) => (await world.s3.keys("bucket", path)).should.be.empty();
  afterEach(() => bench.close());

  it("is given up after the time limit with a gap before its end, and lets others to its path", async () => {
    await start({ sequenceTimeout: 1 });
    const outcomes = [send("gap", 0, undefined, "a"), send("gap", 2, 2)];
    await pause(20);
    const behind = [send("behind", 0, 2, "x", "gap"), send("behind", 1, 2, "y", "gap")];
    codesOf(await Promise.all(outcomes)).should.eql([undefined, "Timeout"]);
    failure(await send("gap", 1, undefined, "b"), "Aborted");
    resultOf(await Promise.all(behind)).payload.written.should.be.true();
    must(await content("gap")).should.equal("xy");
  });

  it("is given up by msg.reset with a gap before its end", async () => {
    await start();
    const outcomes = [send("reset", 0, undefined, "a"), send("reset", 5, 2)];
    await pause(20);
    codesOf([await bench.send({ payload: {}, reset: true })]).should.eql([undefined]);
    codesOf(await Promise.all(outcomes)).should.eql([undefined, "Aborted"]);
    failure(await send("reset", 1, undefined, "b"), "Aborted");
    await nothing("reset");
  });

  it("is written when the gap is filled, whatever the index at its end", async () => {
    await start();
    const early = [send("filled", 0, undefined, "a"), send("filled", 5, 2)];
    await pause(20);
    resultOf(await Promise.all([...early, send("filled", 1, undefined, "b")]));
    must(await content("filled")).should.equal("ab");
  });

  it("is refused where its counts contradict one another", async () => {
    await start();
    codesOf([await send("counts", 0, 5, "a")]).should.eql([undefined]);
    failure(await send("counts", 1, 2, "b"), "InvalidParameter").message.should.match(
      /parts\.count is 2, and another message of the sequence "counts" told 5/,
    );
    codesOf([await send("counts", 2, 5, "c"), await send("counts", 3, 5, "d")]).should.eql(["Aborted", "Aborted"]);
    failure(await send("odd", 0, 1.5, "a"), "InvalidParameter").message.should.match(/parts\.count must be an integer/);
    await nothing("counts");
    await nothing("odd");
  });

  onlyEmbedded(needsFaults, () => {
    it("gives each message an error that comes with its id while it is written", async () => {
      await start();
      world.embedded.hook({ operation: "PutObject", times: 1, delay: 200 });
      const whole = [send("twice", 0, 2, "a"), send("twice", 1, 2, "b")];
      while (world.embedded.inFlight === 0) await pause(5);
      const others = await Promise.all(["c", "d", "e", "f"].map((data, index) => send("twice", index, 4, data)));
      for (const { error, dones } of others) [error?.code, dones].should.eql(["InvalidParameter", 1]);
      resultOf(await Promise.all(whole));
      must(await content("twice")).should.equal("ab");
    });
  });

  it("shows that it waits for more until it is written", async () => {
    await start();
    const shows = (fill: string, text: string) => shown(bench, { fill, text });
    await send("status", 0, 2, "a");
    await shows("blue", "waits for more");
    await send("status", 1, 2, "b");
    await shows("green", "done");
  });

  it("begins anew with its index 0 after one whose first message never came", async () => {
    await start({ sequenceTimeout: 1 });
    failure(await send("anew", 1, 2, "b"), "Timeout");
    failure(await send("anew", 1, 2, "b"), "Aborted");
    resultOf(await Promise.all([send("anew", 0, 2, "a"), send("anew", 1, 2, "b")]));
    must(await content("anew")).should.equal("ab");
  });
});
