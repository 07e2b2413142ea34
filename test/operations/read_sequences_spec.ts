import "should";
import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { deploy, type Message } from "../support/bench";
import { failure, once, onlyMessage } from "../support/once";
import { needsFaults, onlyEmbedded, ownMemory } from "../support/only-embedded";
import { useStore } from "../support/world";

const MiB = 1024 * 1024;

const hash = (messages: Message[]) => Buffer.concat(messages.map(({ payload }) => payload));

describe("read in pieces", () => {
  const world = useStore();
  const read = (path: string, config: Record<string, unknown>, connection = {}, more = {}) =>
    once("read", config, { path }, { server: world.s3, connection }, more);

  beforeEach(() => {
    world.s3.clear();
  });

  describe("as lines", () => {
    const texts: [string, string, string[]][] = [
      ["lines with an end each", "a\nb\nc\n", ["a", "b", "c"]],
      ["a last line without an end", "a\nb", ["a", "b"]],
      ["empty lines in the middle", "a\n\n\nb\n", ["a", "", "", "b"]],
      ["an empty first line", "\na", ["", "a"]],
      ["\\r\\n", "a\r\nb\r\n", ["a", "b"]],
      ["a lone \\r, which is no end", "a\rb\n", ["a\rb"]],
      ["only the \\r next to the \\n", "a\r\r\n", ["a\r"]],
      ["a \\r at the very end", "a\nb\r", ["a", "b\r"]],
      ["an object of one \\n", "\n", [""]],
      ["an object of one \\r\\n", "\r\n", [""]],
      ["an empty object", "", [""]],
      ["one line without an end", "only", ["only"]],
      ["other line ends of Unicode, which are none", "a\u2028b\u0085c\n", ["a\u2028b\u0085c"]],
    ];
    for (const [name, text, lines] of texts) {
      it(`gives ${name}`, async () => {
        await world.s3.put("bucket", "lines", text);
        const outcome = await read("lines", { format: "lines" });
        outcome.messages.map(({ payload }) => payload).should.eql(lines);
        outcome.dones.should.equal(1);
        outcome.completed.should.be.true();
      });
    }

    onlyEmbedded(needsFaults, () => {
      it("puts characters and line ends together that the network cut", async () => {
        const text = "aé€😀\r\nß\r\n\n日本";
        await world.s3.put("bucket", "cut", text);
        world.embedded.hook({ operation: "GetObject", rate: 20 });
        const outcome = await read("cut", { format: "lines" });
        outcome.messages.map(({ payload }) => payload).should.eql(["aé€😀", "ß", "", "日本"]);
      });
    });

    it("reads them in the node's encoding", async () => {
      await world.s3.put("bucket", "sjis", Buffer.from([0x93, 0xfa, 0x0a, 0x96, 0x7b]));
      const outcome = await read("sjis", { format: "lines", encoding: "Shift_JIS" });
      outcome.messages.map(({ payload }) => payload).should.eql(["日", "本"]);
      await world.s3.put("bucket", "utf16", Buffer.from("日\r\n本\n", "utf16le"));
      const wide = await read("utf16", { format: "lines", encoding: "utf-16le" });
      wide.messages.map(({ payload }) => payload).should.eql(["日", "本"]);
    });

    it("refuses a line that is longer than maxBytes, and sends no last part", async () => {
      await world.s3.put("bucket", "long", `a\nb\n${"x".repeat(3 * MiB)}\n`);
      const outcome = await read("long", { format: "lines", maxBytes: "1000", maxBytesType: "num" });
      failure(outcome, "ObjectTooLarge").message.should.match(/line 3/);
      outcome.messages.filter(({ parts }) => "count" in parts).should.have.length(0);
    });
  });

  describe("as chunks", () => {
    const cases: [number, number, number[]][] = [
      [10, 4, [4, 4, 2]],
      [8, 4, [4, 4]],
      [3, 4, [3]],
      [4, 4, [4]],
      [0, 4, [0]],
      [5, 1, [1, 1, 1, 1, 1]],
    ];
    for (const [size, chunkSize, sizes] of cases) {
      it(`cuts ${size} bytes into chunks of ${chunkSize}`, async () => {
        const content = randomBytes(size);
        await world.s3.put("bucket", "chunks", content);
        const { messages } = await read("chunks", { format: "chunks", chunkSize });
        for (const { payload } of messages) Buffer.isBuffer(payload).should.be.true();
        messages.map(({ payload }) => payload.length).should.eql(sizes);
        hash(messages).equals(content).should.be.true();
      });
    }

    onlyEmbedded(needsFaults, () => {
      it("has a chunk size of 1 MiB by default, exact whatever the network does", async () => {
        const content = randomBytes(2.5 * MiB);
        await world.s3.put("bucket", "large", content);
        world.embedded.hook({ operation: "GetObject", times: 2, cut: 777_777 });
        const { messages } = await read("large", { format: "chunks" });
        messages.map(({ payload }) => payload.length).should.eql([MiB, MiB, MiB / 2]);
        hash(messages).equals(content).should.be.true();
      });
    });

    onlyEmbedded(ownMemory, () => {
      it("holds little memory, however large the object is", async () => {
        await world.s3.put("bucket", "huge", { size: 400 * MiB });
        const bench = await deploy("read", { format: "chunks" }, { server: world.s3 });
        let size = 0;
        let most = 0;
        bench.node.send = ({ payload }: Message) => {
          size += payload.length;
          most = Math.max(most, process.memoryUsage().arrayBuffers);
        };
        const before = process.memoryUsage().arrayBuffers;
        const outcome = await bench.send({ payload: { path: "huge" } });
        await bench.close();
        outcome.completed.should.be.true();
        outcome.dones.should.equal(1);
        size.should.equal(400 * MiB);
        (most - before).should.be.below(200 * MiB);
      });
    });
  });

  describe("describes them in msg.parts", () => {
    it("with index, type, ch and id in each, and count in the last alone", async () => {
      await world.s3.put("bucket", "l", "a\nb\nc");
      const { messages } = await read("l", { format: "lines" });
      const [{ id }] = messages.map(({ parts }) => parts);
      id.should.be.a.String().and.not.be.empty();
      messages
        .map(({ parts }) => parts)
        .should.eql([
          { id, type: "string", ch: "\n", index: 0 },
          { id, type: "string", ch: "\n", index: 1 },
          { id, type: "string", ch: "\n", index: 2, count: 3 },
        ]);
    });

    it("with type buffer for chunks", async () => {
      await world.s3.put("bucket", "c", "abcd");
      const { messages } = await read("c", { format: "chunks", chunkSize: 2 });
      messages
        .map(({ parts: { id: _, ...parts } }) => parts)
        .should.eql([
          { type: "buffer", ch: "", index: 0 },
          { type: "buffer", ch: "", index: 1, count: 2 },
        ]);
    });

    it("with another id for every message", async () => {
      await world.s3.put("bucket", "l", "a\nb");
      const bench = await deploy("read", { format: "lines" }, { server: world.s3 });
      const [first, second] = await Promise.all([
        bench.send({ payload: { path: "l" } }),
        bench.send({ payload: { path: "l" } }),
      ]);
      await bench.close();
      first.messages[0].parts.id.should.not.equal(second.messages[0].parts.id);
    });

    it("keeping the parts of an outer sequence, as the split node does", async () => {
      await world.s3.put("bucket", "l", "a\nb");
      const outer = { id: "outer", index: 4 };
      const { messages } = await read("l", { format: "lines" }, {}, { parts: outer });
      for (const { parts } of messages) parts.parts.should.eql(outer);
    });

    it("and one empty part for an empty object", async () => {
      await world.s3.put("bucket", "empty", "");
      const { messages } = await read("empty", { format: "lines" });
      messages.should.have.length(1);
      messages[0].payload.should.equal("");
      messages[0].parts.should.containEql({ index: 0, count: 1 });
    });
  });

  it("sends copies that share every other property of the message, and msg.s3 in each", async () => {
    await world.s3.put("bucket", "l", "a\nb", { contentType: "text/x-lines" });
    const res = { send() {} };
    const { messages } = await read("l", { format: "lines" }, {}, { res, topic: "t" });
    messages.should.have.length(2);
    for (const msg of messages) {
      msg.res.should.equal(res);
      msg.topic.should.equal("t");
      msg.s3.should.containEql({ operation: "read", path: "l", contentType: "text/x-lines", format: "lines", size: 3 });
    }
  });

  onlyEmbedded(needsFaults, () => {
    it("never sends the last part of a sequence that breaks off", async () => {
      await world.s3.put("bucket", "broken", "a\nb\nc\nd\n");
      world.embedded.hook({ operation: "GetObject", cut: 4, times: 1 });
      world.embedded.hook({ operation: "GetObject", skip: 1, error: "AccessDenied" });
      const outcome = await read("broken", { format: "lines" });
      failure(outcome, "AccessDenied");
      outcome.messages.length.should.be.below(4);
      outcome.messages.filter(({ parts }) => "count" in parts).should.have.length(0);
    });
  });

  describe("as a stream", () => {
    it("hands on a stream of Node.js with all bytes, and is done when it has ended", async () => {
      const content = randomBytes(5 * MiB);
      await world.s3.put("bucket", "streamed", content);
      const bench = await deploy("read", { format: "stream" }, { server: world.s3 });
      const stream = new Promise<Message>((resolve) => {
        bench.node.send = resolve;
      });
      let done = false;
      const sent = bench.send({ payload: { path: "streamed" } }).then((outcome) => {
        done = true;
        return outcome;
      });
      const msg = await stream;
      msg.payload.should.be.instanceof(Readable);
      msg.s3.should.containEql({ size: 5 * MiB, format: "stream" });
      for (const name of ["req", "socket", "headers", "rawHeaders"]) msg.payload.should.not.have.property(name);
      await new Promise((resolve) => setTimeout(resolve, 100));
      done.should.be.false();
      const chunks: Buffer[] = [];
      for await (const chunk of msg.payload) chunks.push(chunk);
      const outcome = await sent;
      await bench.close();
      outcome.completed.should.be.true();
      outcome.dones.should.equal(1);
      Buffer.concat(chunks).equals(content).should.be.true();
    });

    const streaming = async (path: string, connection: object, use: (stream: Readable) => Promise<void>) => {
      const bench = await deploy("read", { format: "stream" }, { server: world.s3, connection: { ...connection } });
      const used = new Promise<void>((resolve, reject) => {
        bench.node.send = (msg: Message) => use(msg.payload).then(resolve, reject);
      });
      const outcome = await bench.send({ payload: { path } });
      await used;
      return { bench, outcome };
    };
    const drain = async (stream: Readable): Promise<unknown> => {
      try {
        for await (const _ of stream);
      } catch (error) {
        return error;
      }
      return undefined;
    };

    onlyEmbedded(needsFaults, () => {
      it("goes on after a cut, and destroys it with the error when it cannot", async () => {
        const content = randomBytes(MiB);
        await world.s3.put("bucket", "cut", content);
        world.embedded.hook({ operation: "GetObject", times: 1, cut: 300_000 });
        const held: Buffer[] = [];
        const whole = await streaming("cut", {}, async (stream) => {
          for await (const chunk of stream) held.push(chunk);
        });
        await whole.bench.close();
        whole.outcome.completed.should.be.true();
        Buffer.concat(held).equals(content).should.be.true();
        world.embedded.hook({ operation: "GetObject", times: 1, cut: 300_000 });
        world.embedded.hook({ operation: "GetObject", skip: 1, error: "AccessDenied" });
        let seen: unknown;
        const broken = await streaming("cut", {}, async (stream) => {
          seen = await drain(stream);
          stream.destroyed.should.be.true();
        });
        await broken.bench.close();
        failure(broken.outcome, "AccessDenied");
        (seen as Message).should.be.an.Error().and.have.property("code", "AccessDenied");
        for (const name of ["$metadata", "$response", "$fault"]) (seen as Message).should.not.have.property(name);
      });

      it("gives the connection back when its consumer stops, and others go on", async () => {
        await world.s3.put("bucket", "large", { size: 50 * MiB });
        const { bench, outcome } = await streaming("large", { concurrency: 1 }, async (stream) => {
          for await (const _ of stream) break;
        });
        if (outcome.error) throw outcome.error;
        outcome.completed.should.be.true();
        for (let i = 0; i < 100 && world.embedded.inFlight > 0; i++)
          await new Promise((resolve) => setTimeout(resolve, 20));
        world.embedded.inFlight.should.equal(0);
        await bench.close();
      });
    });

    it("is done when its consumer stops with an error of its own", async () => {
      await world.s3.put("bucket", "large", { size: 50 * MiB });
      const { bench, outcome } = await streaming("large", {}, async (stream) => {
        await new Promise((resolve) => stream.once("data", resolve));
        stream.destroy(new Error("the disk is full"));
      });
      await bench.close();
      outcome.completed.should.be.true();
      outcome.dones.should.equal(1);
    });

    it("does not keep others waiting while its consumer is slow", async () => {
      await world.s3.put("bucket", "large", { size: 50 * MiB });
      const bench = await deploy("read", { format: "stream" }, { server: world.s3, connection: { concurrency: 1 } });
      const streams: Readable[] = [];
      bench.node.send = ({ payload }: Message) => void streams.push(payload);
      const first = bench.send({ payload: { path: "large" } });
      while (streams.length < 1) await new Promise((resolve) => setTimeout(resolve, 5));
      const second = bench.send({ payload: { path: "large" } });
      first.should.be.a.Promise();
      while (streams.length < 1) await new Promise((resolve) => setTimeout(resolve, 5));
      for (const stream of streams) stream.destroy();
      await first;
      while (streams.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
      streams[1]?.destroy();
      await second;
      await bench.close();
    });

    it("is destroyed on close, and its message fails with Aborted", async () => {
      await world.s3.put("bucket", "large", { size: 50 * MiB });
      const bench = await deploy("read", { format: "stream" }, { server: world.s3 });
      const stream = new Promise<Readable>((resolve) => {
        bench.node.send = ({ payload }: Message) => resolve(payload);
      });
      const sent = bench.send({ payload: { path: "large" } });
      const error = new Promise<Message>((resolve) => void stream.then((one) => one.once("error", resolve)));
      await stream;
      await bench.close();
      (await error).code.should.equal("Aborted");
      (await stream).destroyed.should.be.true();
      void sent;
    });
  });

  it("does not start a stream for what is not there", async () => {
    const outcome = await read("missing", { format: "stream" });
    failure(outcome, "NoSuchKey");
    outcome.messages.should.have.length(0);
  });

  it("gives one message for the formats that are held in memory, without parts", async () => {
    await world.s3.put("bucket", "l", "a\nb");
    onlyMessage(await read("l", { format: "string" })).should.not.have.property("parts");
  });
});
