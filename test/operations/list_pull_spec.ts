import "should";
import { setTimeout as pause } from "node:timers/promises";
import { type Bench, deploy, type Message } from "../support/bench";
import { numbered } from "../support/keys";
import { failure } from "../support/once";
import { useServer } from "../support/server";

describe("list at the pace of the flow", () => {
  const world = useServer();
  let bench: Bench;
  let arrived: Message[];
  const start = async (config: Record<string, unknown> = {}) => {
    bench = await deploy("list", { emit: "batches", pace: "pull", ...config }, { server: world.s3 });
    arrived = [];
    bench.find("out0").on("input", (msg: Message) => arrived.push(msg));
  };
  const count = async (length: number) => {
    while (arrived.length < length) await pause(5);
  };
  /** As a wire from the end of the flow does it. */
  const back = (msg: Message, more: object = {}) => bench.node.receive({ ...msg, _test: undefined, ...more });
  const list = (more: object = {}) => bench.send({ payload: { recurse: true }, ...more });
  before(() => world.s3.seed("bucket", numbered(4500, "a/")));
  beforeEach(() => world.s3.clear());
  afterEach(() => bench.close());

  it("asks the store for a page only when the flow has asked", async () => {
    await start();
    const sent = list();
    for (const [index, length] of [1000, 1000, 1000, 1000, 500].entries()) {
      await count(index + 1);
      await pause(50);
      arrived.length.should.equal(index + 1);
      arrived[index].payload.length.should.equal(length);
      // One is held back, since only the last one says how many they were.
      world.s3.requests.length.should.equal(Math.min(index + 2, 5));
      back(arrived[index], { payload: "what the flow made of it" });
    }
    const { dones, error } = await sent;
    if (error) throw error;
    dones.should.equal(1);
    arrived[4].parts.count.should.equal(5);
    world.s3.requests.length.should.equal(5);
  });

  it("sends each entry when the one before it has come back", async () => {
    await start({ emit: "each" });
    const sent = list({ payload: { recurse: true, maxResults: 3 } });
    for (let index = 0; index < 3; index++) {
      await count(index + 1);
      await pause(20);
      arrived.length.should.equal(index + 1);
      back(arrived[index]);
    }
    (await sent).dones.should.equal(1);
    arrived[2].parts.count.should.equal(3);
  });

  it("sends an array, or a summary, at once", async () => {
    for (const emit of ["array", "summary"]) {
      await start({ emit });
      const { messages, dones } = await list();
      [messages.length, dones].should.eql([1, 1]);
      await bench.close();
    }
    await start();
  });

  it("is given up by msg.reset", async () => {
    await start();
    const sent = list();
    await count(1);
    bench.node.receive({ reset: true, parts: { id: arrived[0].parts.id } });
    failure(await sent, "Aborted");
    world.s3.requests.length.should.equal(2);
  });

  it("refuses a message that has come back without its parts", async () => {
    await start();
    const sent = list();
    await count(1);
    const { error } = await bench.send({ ...arrived[0], parts: undefined, _test: undefined });
    error.code.should.equal("InvalidParameter");
    error.message.should.match(/^parts are not those/);
    bench.node.receive({ reset: true });
    failure(await sent, "Aborted");
  });
});
