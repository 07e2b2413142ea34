import "should";
import { randomBytes } from "node:crypto";
import { type Bench, deploy, type Message, type Outcome } from "../support/bench";
import { must } from "../support/must";
import { failure } from "../support/once";
import { needsFaults, onlyEmbedded } from "../support/only-embedded";
import { useStore } from "../support/world";

const MiB = 1024 * 1024;

describe("write of a sequence", () => {
  const world = useStore();
  let bench: Bench;
  const start = async (config: Record<string, unknown> = {}, connection = {}) => {
    bench = await deploy("write", { sequence: true, ...config }, { server: world.s3, connection });
  };
  const content = async (path: string) => (await world.s3.get("bucket", path))?.body.toString();
  const sent = (operation: string) => world.s3.requests.filter((request) => request.operation === operation);
  const until = async (what: () => boolean) => {
    while (!what()) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  /** A message of a sequence. */
  const part = (data: unknown, parts: object, more: object = {}) => ({
    payload: { path: "joined", data, overwrite: true, ...more },
    parts: { id: "one", ...parts },
  });
  /** All of the messages of a sequence, the last of them with the count. */
  const all = (data: unknown[], parts: object = {}, more: object = {}) =>
    data.map((one, index) =>
      part(one, { index, ...(index === data.length - 1 ? { count: data.length } : {}), ...parts }, more),
    );
  const sendAll = (messages: object[]): Promise<Outcome[]> => Promise.all(messages.map((msg) => bench.send(msg)));
  /** Every message was done once, and only the last one went out. */
  const succeeded = (outcomes: Outcome[]): Message => {
    for (const outcome of outcomes) {
      if (outcome.error) throw outcome.error;
      outcome.dones.should.equal(1);
      outcome.completed.should.be.true();
    }
    const messages = outcomes.flatMap(({ messages }) => messages);
    messages.should.have.length(1);
    return messages[0];
  };

  beforeEach(() => {
    world.s3.clear();
  });
  afterEach(() => bench.close());

  it("joins it into one object, with parts.ch between", async () => {
    await start();
    const outcomes = await sendAll(all(["a", "b", "c"], { ch: "\n" }));
    const msg = succeeded(outcomes);
    must(await content("joined")).should.equal("a\nb\nc");
    msg.should.equal(outcomes[2]?.messages[0]);
    msg.payload.should.eql({
      path: "joined",
      size: 5,
      etag: (await world.s3.get("bucket", "joined"))?.etag.replaceAll('"', ""),
      written: true,
    });
    msg.s3.should.containEql({ operation: "write", bucket: world.bucket, path: "joined", size: 5 });
    sent("PutObject").should.have.length(1);
  });

  it("puts nothing between where there is no parts.ch", async () => {
    await start();
    succeeded(await sendAll(all([Buffer.from([0, 255]), Buffer.from([1])])));
    [...((await world.s3.get("bucket", "joined"))?.body ?? [])].should.eql([0, 255, 1]);
    succeeded(await sendAll(all(["a", "b"], { id: "two", ch: "" })));
    must(await content("joined")).should.equal("ab");
  });

  it("takes a parts.ch of several characters, and of bytes", async () => {
    await start();
    succeeded(await sendAll(all(["a", "b"], { ch: "\r\n--\r\n" })));
    must(await content("joined")).should.equal("a\r\n--\r\nb");
    succeeded(await sendAll(all(["a", "b"], { id: "bytes", ch: [13, 10] })));
    must(await content("joined")).should.equal("a\r\nb");
    succeeded(await sendAll(all(["a", "b"], { id: "buffer", ch: Buffer.from("€") })));
    must(await content("joined")).should.equal("a€b");
  });

  it("takes every kind of data, message by message", async () => {
    await start();
    succeeded(await sendAll(all(["text", 0, false, { a: 1 }, [1], Buffer.from("b"), "", "end"], { ch: "|" })));
    must(await content("joined")).should.equal('text|0|false|{"a":1}|[1]|b||end');
  });

  it("decodes each message by itself, and leaves parts.ch alone, with base64", async () => {
    await start({ encoding: "base64" });
    succeeded(await sendAll(all(["YQ==", "Yg=="], { ch: "\n" })));
    must(await content("joined")).should.equal("a\nb");
  });

  it("takes path and options from the first, and needs them in no other", async () => {
    await start({ contentType: "payload.type", contentTypeType: "msg" });
    const messages = [
      { payload: { path: "first", data: "a", overwrite: true, type: "text/x-first" }, parts: { id: "p", index: 0 } },
      { payload: { data: "b", type: "text/x-second" }, parts: { id: "p", index: 1 } },
      { payload: { data: "c", path: "third" }, parts: { id: "p", index: 2, count: 3 } },
    ];
    succeeded(await sendAll(messages)).payload.path.should.equal("first");
    must(await content("first")).should.equal("abc");
    must((await world.s3.get("bucket", "first"))?.contentType).should.equal("text/x-first");
    (await world.s3.keys("bucket", "third")).should.have.length(0);
  });

  it("puts what came out of order into order", async () => {
    await start();
    const messages = all(["0", "1", "2", "3", "4", "5"]);
    const order = [3, 5, 1, 0, 4, 2];
    const outcomes = await sendAll(order.map((index) => messages[index] as object));
    succeeded(outcomes);
    must(await content("joined")).should.equal("012345");
    must(outcomes[1]?.messages).should.have.length(1);
  });

  it("takes a sequence of one, and a count in every message", async () => {
    await start();
    succeeded(await sendAll(all(["only"])));
    must(await content("joined")).should.equal("only");
    succeeded(await sendAll([0, 1, 2].map((index) => part(index, { id: "counted", index, count: 3 }))));
    must(await content("joined")).should.equal("012");
  });

  it("tells several sequences apart that come at the same time", async () => {
    await start();
    const messages = Array.from({ length: 30 }, (_, at) => {
      const [index, id] = [Math.floor(at / 3), `s${at % 3}`];
      return part(`${id}.${index};`, { id, index, ...(index === 9 ? { count: 10 } : {}) }, { path: id });
    });
    const outcomes = await sendAll(messages);
    outcomes.flatMap(({ messages }) => messages).should.have.length(3);
    for (const id of ["s0", "s1", "s2"]) {
      must(await content(id)).should.equal(Array.from({ length: 10 }, (_, index) => `${id}.${index};`).join(""));
    }
  });

  it("writes two sequences to one path one after the other", async () => {
    await start();
    const [first, second] = ["x", "y"].map((id) => all([id, id, id], { id }));
    const open = sendAll(first?.slice(0, 2) as object[]);
    const whole = sendAll(second as object[]);
    await open;
    sent("PutObject").should.have.length(0);
    const last = bench.send(first?.[2] as object);
    await Promise.all([last, whole]);
    must(await content("joined")).should.equal("yyy");
    sent("PutObject").should.have.length(2);
  });

  it("writes a message without parts by itself, while a sequence is open", async () => {
    await start();
    const open = bench.send(part("a", { index: 0 }));
    const alone = await bench.send({ payload: { path: "alone", data: "alone" } });
    alone.messages[0].payload.path.should.equal("alone");
    must(await content("alone")).should.equal("alone");
    await bench.send(part("b", { index: 1, count: 2 }));
    await open;
    must(await content("joined")).should.equal("ab");
  });

  it("does none of this without the property", async () => {
    await start({ sequence: false });
    const outcomes = await sendAll(all(["a", "b"]));
    outcomes.flatMap(({ messages }) => messages).should.have.length(2);
    must(await content("joined")).should.equal("b");
  });

  it("is done with each message as it goes on, and sends parts while others still come", async () => {
    await start();
    const block = randomBytes(MiB);
    const early = [];
    for (let index = 0; index < 30; index++) {
      const done = bench.send(part(block, { index }));
      // The last that came is held, until it is known whether another follows.
      if (index < 29) early.push(done);
    }
    const outcomes = await Promise.all(early);
    for (const outcome of outcomes) {
      outcome.completed.should.be.true();
      outcome.messages.should.have.length(0);
    }
    await until(() => sent("UploadPart").length >= 2);
    sent("CompleteMultipartUpload").should.have.length(0);
    const last = await bench.send(part(block, { index: 30, count: 31 }));
    last.messages[0].payload.size.should.equal(31 * MiB);
    must((await world.s3.get("bucket", "joined"))?.body.equals(Buffer.concat(Array(31).fill(block)))).should.be.true();
  });

  describe("that fails", () => {
    it("gives the error to the message at which it failed, Aborted to later ones, and writes nothing", async () => {
      await start();
      const messages = all(["a", "b", undefined, "d", "e"]);
      const outcomes = [];
      for (const msg of messages) outcomes.push(await bench.send(msg));
      const [first, , third, ...later] = outcomes;
      must(first?.completed).should.be.true();
      failure(third as Outcome, "MissingParameter").message.should.match(/data is missing/);
      for (const outcome of later) failure(outcome, "Aborted").message.should.match(/sequence/);
      (await world.s3.keys("bucket", "joined")).filter((key) => key === "joined-new").should.have.length(0);
      sent("PutObject").should.have.length(0);
    });

    onlyEmbedded(needsFaults, () => {
      it("gives it to that message and no other where several wait", async () => {
        await start();
        world.embedded.hook({ operation: "PutObject", delay: 50 });
        const outcomes = await sendAll([
          part("b", { index: 1 }),
          part("c", { index: 2 }),
          part(undefined, { index: 3 }),
          part("a", { index: 0 }),
        ]);
        outcomes.map(({ error }) => error?.code).should.eql([undefined, undefined, "MissingParameter", undefined]);
        for (const { dones, messages } of outcomes) [dones, messages.length].should.eql([1, 0]);
        sent("PutObject").should.have.length(0);
      });
    });

    it("gives Aborted to those behind that message alone", async () => {
      await start();
      const outcomes = await sendAll(all(["a", undefined, "c", "d"]));
      outcomes.map(({ error }) => error?.code).should.eql([undefined, "MissingParameter", "Aborted", "Aborted"]);
      for (const { dones, messages } of outcomes) [dones, messages.length].should.eql([1, 0]);
      sent("PutObject").should.have.length(0);
    });

    onlyEmbedded(needsFaults, () => {
      it("writes nothing when the store refuses it, and the last message gets the error", async () => {
        await start();
        world.embedded.hook({ operation: "PutObject", error: "AccessDenied" });
        const outcomes = await sendAll(all(["a", "b", "c"], {}, { path: "denied" }));
        outcomes.map(({ error }) => error?.code).should.eql([undefined, undefined, "AccessDenied"]);
        failure(outcomes[2] as Outcome, "AccessDenied").path.should.equal("denied");
        (await world.s3.keys("bucket", "denied")).should.have.length(0);
      });

      it("leaves no upload when a part is refused, and tells the next message", async () => {
        await start();
        world.embedded.hook({ operation: "UploadPart", error: "AccessDenied" });
        const block = Buffer.alloc(MiB);
        const outcomes: Promise<Outcome>[] = [];
        for (let index = 0; index < 24; index++) outcomes.push(bench.send(part(block, { index }, { path: "parts" })));
        const rest = [24, 25].map((index) => part(block, { index, ...(index === 25 ? { count: 26 } : {}) }));
        await until(() => sent("AbortMultipartUpload").length === 1);
        await new Promise((resolve) => setTimeout(resolve, 50));
        outcomes.push(...rest.map((msg) => bench.send(msg)));
        const codes = (await Promise.all(outcomes)).map(({ error }) => error?.code);
        codes.filter((code) => code === "AccessDenied").should.have.length(1);
        const at = codes.indexOf("AccessDenied");
        codes.slice(0, at).should.eql(Array(at).fill(undefined));
        codes.slice(at + 1).should.eql(Array(codes.length - at - 1).fill("Aborted"));
        (await world.s3.uploads("bucket")).should.have.length(0);
        (await world.s3.keys("bucket", "parts")).should.have.length(0);
      });
    });

    it("fails with ObjectExists without overwrite, and leaves what is there", async () => {
      await start();
      await world.s3.put("bucket", "there", "old");
      const outcomes = await sendAll(all(["a", "b"], {}, { path: "there", overwrite: false }));
      outcomes.map(({ error }) => error?.code).should.eql([undefined, "ObjectExists"]);
      must(await content("there")).should.equal("old");
    });

    it("fails with what is wrong in the first message, before anything is sent", async () => {
      await start();
      const outcomes = await sendAll(all(["a", "b", "c"], {}, { path: "" }));
      outcomes.map(({ error }) => error?.code).should.eql(["MissingParameter", "Aborted", "Aborted"]);
      world.s3.requests.should.have.length(0);
    });

    for (const [name, parts] of [
      ["came twice", { index: 0 }],
      ["is none", { index: -1 }],
      ["is a fraction", { index: 0.5 }],
    ] as const) {
      it(`fails at a message whose index ${name}`, async () => {
        await start();
        const first = bench.send(part("a", { index: 0 }, { path: "index" }));
        await new Promise((resolve) => setTimeout(resolve, 20));
        failure(await bench.send(part("b", parts)), "InvalidParameter").message.should.match(/parts\.index/);
        const after = await bench.send(part("c", { index: 1, count: 2 }));
        failure(after, "Aborted");
        (await first).dones.should.equal(1);
        (await world.s3.keys("bucket", "index")).should.have.length(0);
      });
    }
  });

  it("fails, and does not drop a message, when the count is smaller than an index", async () => {
    await start();
    const outcomes = await sendAll([
      part("c", { index: 2 }, { path: "count" }),
      part("a", { index: 0 }, { path: "count" }),
      part("b", { index: 1, count: 2 }, { path: "count" }),
    ]);
    failure(outcomes[2] as Outcome, "InvalidParameter").message.should.match(/parts\.count/);
    failure(outcomes[0] as Outcome, "Aborted");
    (outcomes[1]?.error === undefined).should.be.true();
    (await world.s3.keys("bucket", "count")).should.have.length(0);
  });

  it("may end with a message that only tells the count", async () => {
    await start();
    const outcomes = await sendAll([
      part("a", { index: 0 }),
      part("b", { index: 1 }),
      { payload: {}, parts: { id: "one", index: 2, count: 2 } },
    ]);
    succeeded(outcomes);
    must(await content("joined")).should.equal("ab");
  });

  describe("after its end", () => {
    /** A sequence that ended, for messages that come later with its id. */
    const ended = async (): Promise<void> => {
      await start();
      succeeded(await sendAll(all(["a", "b"])));
    };

    it("gives a message that came twice an error at once", async () => {
      await ended();
      for (const index of [1, 1, 7]) {
        failure(await bench.send(part("x", { index })), "InvalidParameter").message.should.match(/parts\.index/);
      }
      must(await content("joined")).should.equal("ab");
    });

    onlyEmbedded(needsFaults, () => {
      it("gives one an error that comes while the object is being written, and writes it nevertheless", async () => {
        await start();
        world.embedded.hook({ operation: "PutObject", delay: 100 });
        const whole = sendAll(all(["a", "b"]));
        await until(() => world.embedded.inFlight > 0);
        for (const parts of [{ index: 1 }, { index: 0 }, { index: 5, count: 2 }]) {
          const { error, dones } = await bench.send(part("x", parts));
          [error?.code, dones].should.eql(["InvalidParameter", 1]);
        }
        succeeded(await whole);
        must(await content("joined")).should.equal("ab");
      });
    });

    it("begins anew with its index 0, as often as that comes", async () => {
      await ended();
      for (const [first, second] of ["cd", "ef"]) {
        succeeded(await sendAll(all([first, second])));
        must(await content("joined")).should.equal(`${first}${second}`);
      }
      failure(await bench.send(part("x", { index: 1 })), "InvalidParameter");
    });

    it("begins anew without any index", async () => {
      await start();
      for (const expected of ["ab", "cd"]) {
        const [first, second] = expected;
        succeeded(await sendAll([part(first, {}), part(second, { count: 2 })]));
        must(await content("joined")).should.equal(expected);
      }
    });

    it("begins anew after it failed, but only once its first message has come", async () => {
      await start();
      const more = { path: "anew" };
      const [, failed] = [bench.send(part("b", { index: 1 }, more)), bench.send(part(undefined, { index: 2 }, more))];
      failure(await failed, "MissingParameter");
      failure(await bench.send(part("a", { index: 0 }, more)), "Aborted");
      failure(await bench.send(part("d", { index: 3, count: 4 }, more)), "Aborted");
      (await world.s3.keys("bucket", "anew")).should.be.empty();
      succeeded(await sendAll(all(["a", "b"], {}, more)));
      must(await content("anew")).should.equal("ab");
    });

    it("takes the rest of one without an index that failed for nothing new", async () => {
      await start();
      const outcomes = await sendAll(
        ["a", undefined, "c", "d"].map((data, n) => part(data, n === 3 ? { count: 4 } : {})),
      );
      outcomes.map(({ error }) => error?.code).should.eql([undefined, "MissingParameter", "Aborted", "Aborted"]);
      succeeded(await sendAll([part("e", {}), part("f", { count: 2 })]));
      must(await content("joined")).should.equal("ef");
      failure((await sendAll([part("g", {}), part(undefined, { count: 2 })]))[1] as Outcome, "MissingParameter");
      succeeded(await sendAll([part("h", {}), part("i", { count: 2 })]));
      must(await content("joined")).should.equal("hi");
    });
  });

  describe("in conflict with what exists", () => {
    it("is skipped, small or large, and its last message says so", async () => {
      await start({ onConflict: "skip", onConflictType: "str" });
      await world.s3.put("bucket", "skipped", "old");
      const more = { path: "skipped", overwrite: false };
      succeeded(await sendAll(all(["a", "b"], {}, more))).payload.written.should.be.false();
      const block = Buffer.alloc(MiB);
      const outcomes = [];
      for (const msg of all(Array(24).fill(block), { id: "large" }, more)) {
        outcomes.push(bench.send(msg));
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      const msg = succeeded(await Promise.all(outcomes));
      msg.payload.written.should.be.false();
      msg.parts.count.should.equal(24);
      must(await content("skipped")).should.equal("old");
    });

    it("is renamed", async () => {
      await start({ onConflict: "rename", onConflictType: "str" });
      await world.s3.put("bucket", "renamed.txt", "old");
      const msg = succeeded(await sendAll(all(["a", "b"], {}, { path: "renamed.txt", overwrite: false })));
      msg.payload.path.should.equal("renamed (1).txt");
      must(await content("renamed (1).txt")).should.equal("ab");
    });
  });

  it("fails with Aborted when it is deployed again in the middle, and writes nothing", async () => {
    await start();
    const block = Buffer.alloc(MiB);
    const early = Array.from({ length: 20 }, (_, index) => bench.send(part(block, { index }, { path: "middle" })));
    const ahead = bench.send(part(block, { index: 30 }, { path: "middle" }));
    await until(() => sent("UploadPart").some(({ status }) => status === 200));
    await bench.close();
    failureAborted(await ahead);
    (await Promise.all(early)).filter(({ dones }) => dones !== 1).should.have.length(0);
    (await world.s3.keys("bucket", "middle")).should.have.length(0);
    (await world.s3.uploads("bucket")).should.have.length(0);
  });

  it("warns when it is closed in the middle, where its messages are done and cannot be told", async () => {
    await start();
    const warnings: string[] = [];
    bench.node.warn = (text: string) => warnings.push(text);
    const messages = all(["a", "b", "c"], { id: "told" }, { path: "given-up" });
    succeeded(await sendAll(all(["a", "b"], { id: "whole" })));
    for (const msg of messages.slice(0, 2)) (await bench.send(msg)).dones.should.equal(1);
    await bench.node.close(false);
    warnings.should.have.length(1);
    must(warnings[0]).should.match(/"told".*2 of its messages.*nothing of it was written/);
    (await world.s3.keys("bucket", "given-up")).should.be.empty();
  });

  it("does not warn where it is whole, or none of its messages is done", async () => {
    await start();
    const warnings: string[] = [];
    bench.node.warn = (text: string) => warnings.push(text);
    succeeded(await sendAll(all(["a", "b"], { id: "whole" })));
    const open = bench.send(part("b", { id: "open", index: 1 }));
    await bench.node.close(false);
    failureAborted(await open);
    warnings.should.be.empty();
  });

  it("lets a full queue fail the message and its sequence, and takes others again after it", async () => {
    await start();
    // None of them can be taken up: the first message is missing.
    const waiting = Array.from({ length: 10_000 }, (_, index) => bench.send(part("x", { index: index + 1 })));
    const over = await bench.send(part("x", { index: 10_001 }));
    failure(over, "QueueFull");
    const codes = (await Promise.all(waiting)).map(({ error }) => error?.code);
    new Set(codes).should.eql(new Set([undefined]));
    succeeded(await sendAll(all(["a", "b"], { id: "after" })));
  });
});

const failureAborted = (outcome: Outcome): void => {
  outcome.error.code.should.equal("Aborted");
  outcome.dones.should.equal(1);
};
