import { setTimeout as pause } from "node:timers/promises";
import "should";
import { type Bench, deploy, type Message, type Outcome } from "../support/bench";
import { must } from "../support/must";
import { failure, onlyMessage } from "../support/once";
import { codesOf, resultOf, sequenceOf } from "../support/sequence-of";
import { useStore } from "../support/world";

const byPayload = {
  sequence: true,
  from: "listing",
  listing: "payload",
  listingType: "msg",
  path: "",
  pathType: "str",
};

describe("list of a sequence", () => {
  const world = useStore();
  let bench: Bench;
  const start = async (config: Record<string, unknown> = {}) => {
    bench = await deploy("list", { ...byPayload, ...config }, { server: world.s3 });
    world.s3.clear();
  };
  before(() => world.s3.seed("bucket", ["a", "b/c", "d"], "four"));
  afterEach(() => bench.close());
  const send = (messages: Message[]): Promise<Outcome[]> => Promise.all(messages.map((msg) => bench.send(msg)));
  const paths = ({ payload }: Message) => payload.map(({ path }: { path: string }) => path);

  it("tells what is there of what its messages name, in the order of their indices", async () => {
    await start();
    const messages = sequenceOf("order", ["d", "", "gone", ["a", "b/c"]]);
    const msg = resultOf(await send([must(messages[3]), must(messages[2]), must(messages[0]), must(messages[1])]));
    paths(msg).should.eql(["d", "a", "b/c"]);
    msg.s3.should.containEql({ count: 3, missing: 1, outside: 0 });
    msg.parts.index.should.equal(3);
  });

  it("sends a sequence in its turn, within that of its last message", async () => {
    await start({ emit: "each" });
    const outcomes = await send(sequenceOf("each", ["a", "d"]));
    codesOf(outcomes.slice(0, 1)).should.eql([undefined]);
    const { messages } = must(outcomes[1]);
    messages.map(({ payload }) => payload.path).should.eql(["a", "d"]);
    messages
      .map(({ parts }) => [parts.index, parts.parts.id])
      .should.eql([
        [0, "each"],
        [1, "each"],
      ]);
  });

  it("gives up by msg.reset what has not all come, and what waits to come back", async () => {
    await start({ emit: "each", pace: "pull" });
    const pulled = send(sequenceOf("pulled", ["a", "d"]));
    const gap = send([must(sequenceOf("gap", ["a", "b/c"])[1])]);
    await pause(200);
    codesOf([await bench.send({ reset: true })]).should.eql([undefined]);
    codesOf(await gap).should.eql(["Aborted"]);
    const [, last] = await pulled;
    must(last).error.code.should.equal("Aborted");
    must(last).messages.length.should.equal(1);
  });

  it("asks for nothing when one of its messages is wrong", async () => {
    await start();
    const outcomes = await send(sequenceOf("wrong", ["a", true, "d"]));
    codesOf(outcomes).should.eql([undefined, "InvalidParameter", "Aborted"]);
    must(outcomes[2]).error.message.should.match(/nothing of it was listed/);
    world.s3.requests.should.eql([]);
  });

  for (const [config, says] of [
    [
      { from: "folder" },
      /sequence is ticked, and from is folder: set Objects to listing in the node, or untick Sequence/,
    ],
    [{ entries: "all", entriesType: "str" }, /entries "all" does not go with a listing/],
    [{ startAfter: "a", startAfterType: "str" }, /startAfter "a" does not go with a listing/],
  ] as const) {
    it(`is refused with its first message: ${JSON.stringify(config)}`, async () => {
      await start(config);
      const outcomes = await send(sequenceOf("refused", ["a", "d"]));
      codesOf(outcomes).should.eql(["InvalidParameter", "Aborted"]);
      must(outcomes[0]).error.message.should.match(says);
      world.s3.requests.should.eql([]);
    });
  }

  it("is refused with Objects set to folder also where a message belongs to no sequence", async () => {
    await start({ from: "folder", listing: "none" });
    failure(await bench.send({ payload: "a" }), "InvalidParameter").message.should.match(/sequence is ticked/);
    world.s3.requests.should.eql([]);
  });

  it("is none without msg.parts", async () => {
    await start();
    paths(onlyMessage(await bench.send({ payload: ["d"] }))).should.eql(["d"]);
  });

  it("takes a hundred thousand entries, one a message, or all but one in one message", async () => {
    const count = 100_000;
    await start({ emit: "summary" });
    const { node } = bench;
    let done = 0;
    const sent: Message[] = [];
    // Without the nodes that watch it, and what the helper keeps of each call.
    Object.assign(node, { status() {}, log() {}, error() {}, metric() {} });
    node._complete = (_msg: Message, error?: Message) => void (error ? sent.push(error) : done++);
    node.send = (msg: Message) => void sent.push(msg);
    const ended = async (expected: number) => {
      while (done < expected && sent.length === 0) await pause(5);
      await pause(20);
      done.should.equal(expected, sent[0]?.message);
      sent.map(({ payload }) => [payload.count, payload.bytes]).should.eql([[count, count]]);
      done = sent.length = 0;
    };
    const entry = (index: number) => ({
      path: `x/${index}`,
      size: 1,
      lastModified: "2026-05-31T12:00:00Z",
      storageClass: "STANDARD",
    });
    for (let index = 0; index < count; index++) {
      const parts = { id: "each", index, ...(index === count - 1 ? { count } : {}) };
      node._emitInput({ payload: entry(index), parts });
      if (index % 100 === 99) await pause(0);
    }
    await ended(count);
    const all = Array.from({ length: count - 1 }, (_, index) => entry(index));
    for (const msg of sequenceOf("batches", [all, entry(count)])) node._emitInput(msg);
    await ended(2);
    world.s3.requests.should.eql([]);
  });
});
