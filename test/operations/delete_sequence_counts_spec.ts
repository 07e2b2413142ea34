import { setTimeout as pause } from "node:timers/promises";
import "should";
import { type Bench, deploy, type Message, type Outcome } from "../support/bench";
import { must } from "../support/must";
import { failure, once } from "../support/once";
import { needsFaults, onlyEmbedded } from "../support/only-embedded";
import { codesOf, resultOf, sequenceOf } from "../support/sequence-of";
import { shown } from "../support/shown";
import { useStore } from "../support/world";

describe("delete by a sequence that is not as it should be", () => {
  const world = useStore();
  let bench: Bench;
  const start = async (config: Record<string, unknown> = {}) => {
    const byPayload = { sequence: true, listing: "payload", listingType: "msg", path: "", pathType: "str" };
    bench = await deploy("delete", { ...byPayload, ...config }, { server: world.s3 });
    world.s3.clear();
  };
  const keys = () => world.s3.keys("bucket");
  const fill = (...names: string[]) => world.s3.seed("bucket", names, "four");
  const send = (id: string, index: number, count: unknown, payload?: unknown): Promise<Outcome> =>
    bench.send({ payload, parts: { id, index, ...(count === undefined ? {} : { count }) } });
  const untouched = async (...names: string[]) => {
    world.s3.requests.should.eql([]);
    (await keys()).should.eql(names);
  };

  afterEach(async () => {
    await bench.close();
    await once("purge", { wholeBucket: true }, { path: "/", force: true }, { server: world.s3 });
  });

  describe("has a gap before the message that only tells its end", () => {
    for (const end of [2, 7]) {
      it(`and is given up after the time limit, with the index ${end} at its end`, async () => {
        await fill("a", "b");
        await start({ sequenceTimeout: 1 });
        const outcomes = [send("gap", 0, undefined, "a"), send("gap", end, 2)];
        const [first, last] = (await Promise.all(outcomes)) as [Outcome, Outcome];
        codesOf([first, last]).should.eql([undefined, "Timeout"]);
        last.error.message.should.match(/"gap" was given up after 1 of its messages.*nothing of it was deleted/);
        failure(await send("gap", 1, undefined, "b"), "Aborted");
        await untouched("a", "b");
      });

      it(`and is given up by msg.reset, with the index ${end} at its end`, async () => {
        await fill("a", "b");
        await start();
        const outcomes = [send("gap", 0, undefined, "a"), send("gap", end, 2)];
        await pause(20);
        codesOf([await bench.send({ reset: true, parts: { id: "gap" } })]).should.eql([undefined]);
        codesOf(await Promise.all(outcomes)).should.eql([undefined, "Aborted"]);
        failure(await send("gap", 1, undefined, "b"), "Aborted");
        await untouched("a", "b");
      });

      it(`and is whole when that is filled, with the index ${end} at its end`, async () => {
        await fill("a", "b");
        await start();
        const early = [send("gap", 0, undefined, "a"), send("gap", end, 2)];
        await pause(20);
        const outcomes = await Promise.all([...early, send("gap", 1, undefined, "b")]);
        resultOf(outcomes).payload.deleted.should.equal(2);
      });
    }

    it("which may come when all else is taken up, with whatever index", async () => {
      await fill("a", "b");
      await start();
      const early = await Promise.all([send("late", 0, undefined, "a"), send("late", 1, undefined, "b")]);
      const outcomes = [...early, await send("late", 9, 2)];
      resultOf(outcomes).payload.deleted.should.equal(2);
    });
  });

  describe("tells counts that contradict one another", () => {
    it("and nothing is deleted, whether the other is smaller or larger", async () => {
      await fill("a", "b", "c", "d");
      await start();
      for (const [id, other] of [
        ["smaller", 2],
        ["larger", 9],
      ] as const) {
        codesOf([await send(id, 0, 5, "a")]).should.eql([undefined]);
        failure(await send(id, 1, other, "b"), "InvalidParameter").message.should.match(
          new RegExp(`parts\\.count is ${other}, and another message of the sequence "${id}" told 5: give each`),
        );
        codesOf([await send(id, 2, 5, "c"), await send(id, 3, 5, "d")]).should.eql(["Aborted", "Aborted"]);
      }
      await untouched("a", "b", "c", "d");
    });

    for (const count of [1.5, 0, -1, Number.NaN, "2"]) {
      it(`or one that is ${JSON.stringify(count)}`, async () => {
        await fill("a", "b");
        await start();
        failure(await send("odd", 0, count, "a"), "InvalidParameter").message.should.match(
          /parts\.count must be an integer from 1 on, and is .*: it is the number of all messages/,
        );
        failure(await send("odd", 1, count, "b"), "Aborted");
        await untouched("a", "b");
      });
    }
  });

  onlyEmbedded(needsFaults, () => {
    it("gives each message an error that comes with its id while it is deleted", async () => {
      await fill("a", "b", "c", "d");
      await start();
      world.embedded.hook({ operation: "DeleteObjects", delay: 200 });
      const whole = [send("twice", 0, 2, "a"), send("twice", 1, 2, "b")];
      while (world.embedded.inFlight === 0) await pause(5);
      const others = await Promise.all(["c", "d", "c", "d"].map((path, index) => send("twice", index, 4, path)));
      for (const [index, { error, dones }] of others.entries()) {
        [error?.code, dones].should.eql(["InvalidParameter", 1]);
        error.message.should.match(
          new RegExp(`parts\\.index ${index} came when all of its sequence had come: give each`),
        );
      }
      resultOf(await Promise.all(whole)).payload.deleted.should.equal(2);
      (await keys()).should.eql(["c", "d"]);
    });

    it("tells what is gone when it is deployed anew while it is deleted, as an array does", async () => {
      const names = Array.from({ length: 2500 }, (_, index) => `logs/${10_000 + index}`);
      await fill(...names);
      await start();
      world.embedded.hook({ operation: "DeleteObjects", skip: 1, delay: 500 });
      const outcomes = [send("deploy", 0, 2, names.slice(0, 1200)), send("deploy", 1, 2, names.slice(1200))];
      const gone = () => world.s3.requests.filter(({ operation, status }) => operation === "DeleteObjects" && status);
      while (gone().length === 0) await pause(5);
      await pause(50);
      await bench.redeploy("nodes", { node: { name: "anew" } });
      const [first, last] = (await Promise.all(outcomes)) as [Outcome, Outcome];
      codesOf([first]).should.eql([undefined]);
      // What was deployed anew has no Catch node any more that could be told.
      const { error } = last;
      [error.code, last.dones].should.eql(["Aborted", 1]);
      error.message.should.match(/\d+ objects were deleted before/);
      error.result.deleted.should.be.aboveOrEqual(1000);
    });
  });

  it("shows that it waits for more, and not that it is done, until it has come to its end", async () => {
    await fill("a", "b");
    await start();
    const shows = (fill: string, text: string) => shown(bench, { fill, text });
    await send("status", 0, 2, "a");
    await shows("blue", "waits for more");
    await bench.send({ payload: ["b"] });
    await shows("blue", "waits for more");
    await send("status", 1, 2, "b");
    await shows("red", "PartialFailure");
    await send("status", 0, 2, "a");
    await shows("blue", "waits for more");
    await bench.send({ reset: true });
    await shows("green", "done");
  });

  describe("begins anew with its index 0", () => {
    it("after one whose first message never came within the time limit", async () => {
      await fill("a", "b");
      await start({ sequenceTimeout: 1 });
      failure(await send("anew", 1, 2, "b"), "Timeout");
      failure(await send("anew", 1, 2, "b"), "Aborted");
      const messages: Message[] = sequenceOf("anew", ["a", "b"]);
      resultOf(await Promise.all(messages.map((msg) => bench.send(msg)))).payload.deleted.should.equal(2);
    });

    it("after one that was given up by msg.reset before its first message came", async () => {
      await fill("a", "b");
      await start();
      const waits = send("anew", 1, 2, "b");
      await pause(20);
      await bench.send({ reset: true });
      failure(await waits, "Aborted");
      failure(await send("anew", 1, 2, "b"), "Aborted");
      const outcomes = await Promise.all([send("anew", 0, 2, "a"), send("anew", 1, 2, "b")]);
      resultOf(outcomes).payload.deleted.should.equal(2);
      must(outcomes[1]).messages.should.have.length(1);
    });
  });
});
