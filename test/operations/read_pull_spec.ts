import "should";
import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { type Bench, deploy, type Message, type Outcome } from "../support/bench";
import { must } from "../support/must";
import { failure, onlyMessage } from "../support/once";
import { needsFaults, onlyEmbedded, ownMemory } from "../support/only-embedded";
import { useStore } from "../support/world";

const MiB = 1024 * 1024;

describe("read at the pace of the flow", () => {
  const world = useStore();
  let bench: Bench;
  let arrived: Message[];
  const start = async (config: Record<string, unknown> = {}, connection = {}) => {
    bench = await deploy("read", { format: "lines", pace: "pull", ...config }, { server: world.s3, connection });
    arrived = [];
    bench.find("out0").on("input", (msg: Message) => arrived.push(msg));
  };
  const until = async (what: () => boolean) => {
    while (!what()) await pause(5);
  };
  const count = (length: number) => until(() => arrived.length >= length);
  /** As a wire from the end of the flow does it. */
  const back = (msg: Message, more: object = {}) => bench.node.receive({ ...msg, _test: undefined, ...more });
  const read = (path: string, more: object = {}) => bench.send({ payload: { path }, ...more });
  const gets = () => world.s3.requests.filter(({ operation }) => operation === "GetObject");
  const payloads = () => arrived.map(({ payload }) => payload);
  /** A message that is done, and has sent nothing. */
  const quiet = ({ dones, completed, messages, error }: Outcome) => {
    if (error) throw error;
    [dones, completed, messages.length].should.eql([1, true, 0]);
  };

  beforeEach(async () => {
    await world.s3.put("bucket", "lines", "a\nb\nc\n");
    world.s3.clear();
  });
  afterEach(() => bench.close());

  it("sends each when the one before it has come back, and is done with the last", async () => {
    await start();
    const sent = read("lines");
    let done = false;
    void sent.then(() => {
      done = true;
    });
    for (const [index, line] of ["a", "b", "c"].entries()) {
      await count(index + 1);
      await pause(30);
      payloads().should.have.length(index + 1);
      payloads()[index].should.equal(line);
      arrived[index].parts.should.containEql({ index, type: "string", ch: "\n" });
      if (index === 2) break;
      done.should.be.false();
      back(arrived[index], { payload: "what the flow made of it" });
    }
    arrived[2].parts.count.should.equal(3);
    const outcome = await sent;
    if (outcome.error) throw outcome.error;
    outcome.dones.should.equal(1);
    gets().should.have.length(1);
  });

  it("reads for every message of another node's sequence, the last one included", async () => {
    const inner = { id: "inner", z: "tab", type: "amazon-s3-read", connection: "s3", format: "lines", pace: "pull" };
    bench = await deploy(
      "read",
      { format: "lines", pace: "pull" },
      {
        server: world.s3,
        extra: [
          { ...inner, wires: [["inside"]] },
          { id: "inside", z: "tab", type: "helper" },
        ],
      },
    );
    await world.s3.put("bucket", "one", "content");
    const inside: Message[] = [];
    bench.find("inside").on("input", (msg: Message) => inside.push(msg));
    bench.find("out0").on("input", (msg: Message) => bench.find("inner").receive({ ...msg, payload: { path: "one" } }));
    const sent = read("lines");
    for (let index = 0; index < 3; index++) {
      for (let tries = 0; inside.length <= index && tries < 200; tries++) await pause(5);
      inside.should.have.length(index + 1);
      inside[index].payload.should.equal("content");
      bench.find("inner").receive(inside[index]);
      back({ ...inside[index], parts: inside[index].parts.parts });
    }
    (await sent).dones.should.equal(1);
  });

  it("does not read anew what comes back, the last one and late ones included", async () => {
    await start();
    const sent = read("lines");
    for (let index = 0; index < 3; index++) {
      await count(index + 1);
      back(arrived[index]);
    }
    await sent;
    for (const msg of arrived) back(msg);
    await pause(50);
    payloads().should.eql(["a", "b", "c"]);
    gets().should.have.length(1);
  });

  it("sends one for one, where the same comes back twice", async () => {
    await start();
    const sent = read("lines");
    await count(1);
    back(arrived[0]);
    back(arrived[0]);
    await count(2);
    back(arrived[0]);
    await pause(50);
    payloads().should.eql(["a", "b"]);
    back(arrived[1], { parts: { id: arrived[1].parts.id } });
    await count(3);
    await sent;
  });

  it("does so for chunks, and what is decompressed", async () => {
    const content = randomBytes(10_000);
    await world.s3.put("bucket", "chunks", gzipSync(content));
    await start({ format: "chunks", chunkSize: 4000, decompress: "gzip" });
    const sent = read("chunks");
    await count(1);
    await pause(30);
    arrived.should.have.length(1);
    back(arrived[0]);
    await count(2);
    back(arrived[1]);
    await sent;
    Buffer.concat(payloads()).equals(content).should.be.true();
  });

  onlyEmbedded(ownMemory, () => {
    it("holds little memory, however large the object is", async () => {
      await world.s3.put("bucket", "huge", { size: 300 * MiB });
      await start({ format: "chunks" });
      let size = 0;
      let most = 0;
      const before = process.memoryUsage().arrayBuffers;
      // The helper keeps the stack of what is sent on, and with it whatever these functions know.
      const again = (parts: object) => setImmediate(() => bench.node._emitInput({ parts }));
      bench.node.send = (msg: Message) => {
        size += msg.payload.length;
        most = Math.max(most, process.memoryUsage().arrayBuffers);
        again(msg.parts);
      };
      const outcome = await read("huge");
      outcome.dones.should.equal(1);
      size.should.equal(300 * MiB);
      (most - before).should.be.below(150 * MiB);
    });
  });

  it("keeps no other message waiting", async () => {
    await world.s3.put("bucket", "others", "x\ny\n");
    await start({}, { concurrency: 1 });
    const first = read("lines");
    await count(1);
    const second = read("others");
    await count(2);
    payloads().should.eql(["a", "x"]);
    back(arrived[1]);
    await count(3);
    await second;
    payloads()[2].should.equal("y");
    back(arrived[0]);
    await count(4);
    back(arrived[3]);
    await first;
  });

  it("reads for each message of another sequence, though they have one id", async () => {
    await world.s3.put("bucket", "others", "x");
    await start();
    const parts = { id: "split", count: 2 };
    const first = read("lines", { _msgid: "one", parts: { ...parts, index: 0 } });
    await count(1);
    const second = read("others", { _msgid: "one", parts: { ...parts, index: 1 } });
    await count(2);
    payloads().should.eql(["a", "x"]);
    arrived[1].parts.parts.should.eql({ ...parts, index: 1 });
    await second;
    for (const index of [0, 2]) {
      await count(index + 1);
      back(arrived[index]);
    }
    await first;
  });

  it("refuses what comes back without its parts, and goes on with what has them", async () => {
    await start();
    const sent = read("lines");
    await count(1);
    const { parts: _, ...without } = arrived[0];
    const { error } = await bench.send({ ...without, payload: { path: "lines" } });
    error.code.should.equal("InvalidParameter");
    error.message.should.match(/^parts .*must keep msg\.parts/);
    gets().should.have.length(1);
    for (const index of [0, 1]) {
      await count(index + 1);
      back(arrived[index]);
    }
    (await sent).dones.should.equal(1);
  });

  describe("by msg.reset", () => {
    it("gives up the sequence with its id alone, and sends nothing on", async () => {
      await world.s3.put("bucket", "others", "x\ny\n");
      await start();
      const first = read("lines");
      await count(1);
      const second = read("others");
      await count(2);
      quiet(await bench.send({ reset: true, parts: { id: arrived[0].parts.id } }));
      failure(await first, "Aborted").message.should.match(/given up by a message with msg\.reset/);
      back(arrived[0]);
      back(arrived[1]);
      await count(3);
      payloads().should.eql(["a", "x", "y"]);
      (await second).dones.should.equal(1);
      gets().should.have.length(2);
    });

    it("gives up all, without an id", async () => {
      await world.s3.put("bucket", "others", "x\ny\n");
      await start();
      const both = [read("lines"), read("others")];
      await count(2);
      quiet(await bench.send({ reset: false }));
      for (const outcome of await Promise.all(both)) failure(outcome, "Aborted");
    });

    onlyEmbedded(needsFaults, () => {
      for (const stallAfter of [undefined, 200_000]) {
        it(`ends the request at once, ${stallAfter ? "stalled" : "or flowing"}`, async () => {
          await world.s3.put("bucket", "large", { size: 50 * MiB });
          if (stallAfter) world.embedded.hook({ operation: "GetObject", stallAfter });
          await start({ format: "chunks", chunkSize: 50_000 });
          const sent = read("large");
          await count(1);
          if (stallAfter) {
            for (let index = 0; index < 2; index++) {
              await count(index + 1);
              back(arrived[index]);
            }
            await pause(50);
          }
          quiet(await bench.send({ reset: true }));
          failure(await sent, "Aborted");
          await until(() => world.embedded.inFlight === 0);
        });
      }
    });
  });

  it("is nothing special at another pace, or in another format", async () => {
    for (const config of [{ pace: "all" }, { format: "string" }]) {
      await start(config);
      const outcome = await read("lines", { reset: true });
      outcome.messages.length.should.be.above(0);
      outcome.dones.should.equal(1);
      await bench.close();
    }
    await start({ format: "string", pace: "pull" });
    onlyMessage(await read("lines")).payload.should.equal("a\nb\nc\n");
  });

  it("ends with Aborted when it is deployed again", async () => {
    await start();
    const sent = read("lines");
    await count(1);
    await bench.close();
    (await sent).error.code.should.equal("Aborted");
  });

  it("does not read anew what comes back after that, though the path is in the form", async () => {
    await start({ path: "lines", pathType: "str" });
    const sent = bench.send({});
    await count(1);
    await bench.redeploy("nodes", { node: { name: "changed" } });
    (await sent).error.code.should.equal("Aborted");
    quiet(await bench.send({ ...arrived[0] }));
    gets().should.have.length(1);
  });

  onlyEmbedded(needsFaults, () => {
    describe("of a flow that takes longer than the connection's timeout", () => {
      const timeout = 0.2;

      it("goes on where it was, by range, as often as it takes", async () => {
        const content = randomBytes(24 * MiB);
        await world.s3.put("bucket", "long", content);
        const { etag } = must(await world.s3.get("bucket", "long"));
        await start({ format: "chunks" }, { timeout, maxAttempts: 2 });
        const sent = read("long");
        for (let index = 0; index < 24; index++) {
          await count(index + 1);
          await pause(index % 2 === 0 ? 350 : 0);
          back(arrived[index]);
        }
        const outcome = await sent;
        if (outcome.error) throw outcome.error;
        Buffer.concat(payloads()).equals(content).should.be.true();
        const resumed = gets().slice(1);
        resumed.length.should.be.above(2);
        for (const { headers } of resumed)
          String(headers["if-match"]).replaceAll('"', "").should.equal(etag.replaceAll('"', ""));
      });

      it("fails when the object is another one by then", async () => {
        await world.s3.put("bucket", "changing", randomBytes(24 * MiB));
        await start({ format: "chunks" }, { timeout, maxAttempts: 2 });
        const sent = read("changing");
        await count(1);
        await world.s3.put("bucket", "changing", randomBytes(24 * MiB));
        for (let index = 0; index < 24 && gets().length < 2; index++) {
          await until(() => arrived.length > index || gets().length > 1);
          await pause(350);
          back(arrived[index]);
        }
        failure(await sent, "PreconditionFailed").message.should.match(/changed/);
      });

      it("gives up a store that gives no byte any more, as ever", async () => {
        await world.s3.put("bucket", "dead", randomBytes(24 * MiB));
        await start({ format: "chunks", chunkSize: 10_000 }, { timeout, maxAttempts: 2 });
        world.embedded.hook({ operation: "GetObject", times: 1, stallAfter: 100_000 });
        world.embedded.hook({ operation: "GetObject", skip: 1, stallAfter: 0 });
        const sent = read("dead");
        let over = false;
        void sent.then(() => {
          over = true;
        });
        for (let index = 0; !over; index++) {
          await until(() => arrived.length > index || over);
          if (arrived[index]) back(arrived[index]);
        }
        failure(await sent, "Timeout");
        gets().length.should.be.belowOrEqual(4);
      });
    });
  });
});
