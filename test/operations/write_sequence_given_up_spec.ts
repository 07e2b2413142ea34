import { setTimeout as pause } from "node:timers/promises";
import should from "should";
import { write } from "../../src/operations/write";
import { type Bench, deploy, type Message, type Outcome } from "../support/bench";
import { must } from "../support/must";
import { failure } from "../support/once";
import { needsFaults, onlyEmbedded, ownMemory } from "../support/only-embedded";
import { useStore } from "../support/world";

const MiB = 1024 * 1024;

describe("write of a sequence that is given up", () => {
  const world = useStore();
  let bench: Bench;
  const start = async (config: Record<string, unknown> = {}, connection = {}) => {
    bench = await deploy("write", { sequence: true, ...config }, { server: world.s3, connection });
  };
  const content = async (path: string) => (await world.s3.get("bucket", path))?.body.toString();
  const sent = (operation: string) => world.s3.requests.filter((request) => request.operation === operation);
  const until = async (what: () => boolean) => {
    while (!what()) await pause(5);
  };
  const part = (data: unknown, id: string, index: number, count?: number) => ({
    payload: { path: id, data, overwrite: true },
    parts: { id, index, ...(count === undefined ? {} : { count }) },
  });
  const send = (data: unknown, id: string, index: number, count?: number) => bench.send(part(data, id, index, count));
  const reset = (more: object = {}) => bench.send({ payload: "again", reset: true, ...more });
  /** A message that is done, and has sent nothing. */
  const quiet = ({ dones, completed, messages, error }: Outcome) => {
    if (error) throw error;
    [dones, completed, messages.length].should.eql([1, true, 0]);
  };
  const nothing = async (path: string) => {
    (await world.s3.keys("bucket", path)).should.be.empty();
    (await world.s3.uploads("bucket")).should.be.empty();
  };

  beforeEach(() => {
    world.s3.clear();
  });
  afterEach(() => bench.close());

  describe("by msg.reset", () => {
    it("is that of its msg.parts.id alone, writes nothing, and sends nothing on", async () => {
      await start();
      quiet(await send("a", "r1", 0));
      const gap = send("c", "r1", 2);
      quiet(await send("x", "r2", 0));
      quiet(await reset({ parts: { id: "r1" } }));
      const error = failure(await gap, "Aborted");
      error.message.should.match(/sequence "r1" was given up by a message with msg\.reset: nothing of it was written/);
      (await send("y", "r2", 1, 2)).messages.should.have.length(1);
      must(await content("r2")).should.equal("xy");
      await nothing("r1");
      for (const { key } of world.s3.requests) must(key).should.equal("r2");
    });

    it("is all that are open, without an id", async () => {
      await start();
      const gaps = [send("b", "all1", 1), send("c", "all2", 2), send("d", "all3", 3)];
      quiet(await send("a", "all1", 0));
      quiet(await reset());
      must(await gaps[0]).dones.should.equal(1);
      for (const outcome of await Promise.all(gaps.slice(1))) failure(outcome, "Aborted");
      for (const path of ["all1", "all2", "all3"]) {
        failure(await send("z", path, 4, 5), "Aborted");
        await nothing(path);
      }
    });

    it("is none with an id that nobody knows", async () => {
      await start();
      const held = send("a", "known", 0);
      await pause(20);
      quiet(await reset({ parts: { id: "unknown" } }));
      (await send("b", "known", 1, 2)).messages.should.have.length(1);
      quiet(await held);
    });

    for (const value of [false, "", undefined]) {
      it(`does not ask for its value: ${JSON.stringify(value)}`, async () => {
        await start();
        const gap = send("b", "value", 1);
        await pause(20);
        quiet(await bench.send({ reset: value }));
        failure(await gap, "Aborted");
      });
    }

    it("gives the error to the first that waits, and Aborted to all that wait and come later", async () => {
      await start();
      quiet(await send("a", "later", 0));
      const waiting = [send("c", "later", 2), send("d", "later", 3)];
      await pause(20);
      quiet(await reset({ parts: { id: "later" } }));
      const [first, second] = await Promise.all(waiting);
      failure(must(first), "Aborted").message.should.match(/msg\.reset/);
      failure(must(second), "Aborted").message.should.match(/failed at another of its messages/);
      failure(await send("e", "later", 4, 5), "Aborted");
      await nothing("later");
      const [, last] = await Promise.all([send("a", "later", 0), send("b", "later", 1, 2)]);
      must(last).messages.should.have.length(1);
      must(await content("later")).should.equal("ab");
    });

    it("tells the next that comes, where none waits", async () => {
      await start();
      quiet(await send("a", "none", 0));
      quiet(await reset());
      failure(await send("b", "none", 1), "Aborted").message.should.match(/msg\.reset/);
      failure(await send("c", "none", 2, 3), "Aborted").message.should.match(/failed at another of its messages/);
    });

    onlyEmbedded(needsFaults, () => {
      it("is done when the upload is gone from the store, though a part stalls", async () => {
        await start();
        world.embedded.hook({ operation: "UploadPart", skip: 1, stall: true });
        world.embedded.hook({ operation: "AbortMultipartUpload", delay: 100 });
        const messages = Array.from({ length: 64 }, (_, index) => send(Buffer.alloc(MiB), "upload", index));
        await until(() => sent("UploadPart").length > 1);
        (await world.s3.uploads("bucket")).should.have.length(1);
        quiet(await reset({ parts: { id: "upload" } }));
        await nothing("upload");
        const codes = (await Promise.all(messages)).map(({ error }) => error?.code);
        codes.filter((code) => code !== undefined && code !== "Aborted").should.be.empty();
        codes.should.containEql("Aborted");
        world.embedded.hooks.length = 0;
      });

      it("comes too late for one whose messages have all come", async () => {
        await start();
        world.embedded.hook({ operation: "PutObject", delay: 200 });
        const whole = [send("a", "late", 0), send("b", "late", 1, 2)];
        await until(() => world.embedded.inFlight > 0);
        quiet(await reset());
        must((await Promise.all(whole))[1]).messages.should.have.length(1);
        must(await content("late")).should.equal("ab");
      });
    });

    it("is done at once for one that waits behind another of the same path", async () => {
      await start();
      const samePath = (id: string, index: number, count?: number) => ({
        payload: { path: "turn", data: id, overwrite: true },
        parts: { id, index, ...(count === undefined ? {} : { count }) },
      });
      const ahead = bench.send(samePath("ahead", 0));
      const behind = bench.send(samePath("behind", 0));
      await pause(20);
      quiet(await reset({ parts: { id: "behind" } }));
      failure(await behind, "Aborted");
      (await bench.send(samePath("ahead", 1, 2))).messages.should.have.length(1);
      quiet(await ahead);
      must(await content("turn")).should.equal("aheadahead");
    });

    it("is nothing special without Sequence", async () => {
      await start({ sequence: false });
      const outcome = await bench.send({ payload: { path: "plain", data: "x" }, reset: true });
      outcome.messages.should.have.length(1);
      must(await content("plain")).should.equal("x");
    });
  });

  describe("after its time limit", () => {
    it("fails with Timeout where a message waits, and leaves no upload", async () => {
      await start({ sequenceTimeout: 1 });
      const taken = Array.from({ length: 30 }, (_, index) => send(Buffer.alloc(MiB), "limit", index));
      const gap = send("gap", "limit", 31);
      for (const outcome of await Promise.all(taken)) quiet(outcome);
      const error = failure(await gap, "Timeout");
      error.message.should.match(/"limit" was given up after 30 of its messages, as no further one came for 1 s/);
      error.message.should.match(/raise sequenceTimeout/);
      error.retryable.should.be.false();
      await until(() => sent("AbortMultipartUpload").some(({ status }) => status !== 0));
      await nothing("limit");
      failure(await send("x", "limit", 30, 32), "Aborted");
    });

    it("tells a Catch node with the last message that came, where none waits any more", async () => {
      await start({ sequenceTimeout: 1 });
      quiet(await send("a", "done", 0));
      const last = await send("b", "done", 1);
      quiet(last);
      await until(() => last.caught !== undefined);
      last.caught.error.code.should.equal("Timeout");
      last.caught.error.message.should.match(/"done" was given up after 2 of its messages/);
      last.caught.parts.index.should.equal(1);
      last.dones.should.equal(1);
      must(bench.statuses.at(-1)).should.containEql({ fill: "red", text: "Timeout" });
      failure(await send("c", "done", 2), "Aborted");
      await nothing("done");
    });

    it("holds for one whose first message never comes", async () => {
      await start({ sequenceTimeout: 1 });
      const [second, third] = await Promise.all([send("b", "headless", 1), send("c", "headless", 2)]);
      failure(must(second), "Timeout").message.should.match(/after 0 of its messages/);
      failure(must(third), "Aborted");
      world.s3.requests.should.be.empty();
    });

    it("begins anew with each message", async () => {
      await start({ sequenceTimeout: 1 });
      const early = [];
      for (let index = 0; index < 4; index++) {
        early.push(send("x", "slow", index));
        await pause(400);
      }
      (await send("y", "slow", 4, 5)).messages.should.have.length(1);
      for (const outcome of await Promise.all(early)) quiet(outcome);
      must(await content("slow")).should.equal("xxxxy");
    });

    onlyEmbedded(needsFaults, () => {
      it("is none of the store's time while it takes what came", async () => {
        await start({ sequenceTimeout: 1 });
        world.embedded.hook({ operation: "UploadPart", delay: 1500 });
        // Each when the one before it is done, as a flow does that keeps pace with the store.
        for (let index = 0; index < 10; index++) quiet(await send(Buffer.alloc(8 * MiB), "paced", index));
        (await send("end", "paced", 10, 11)).messages.should.have.length(1);
        must(await world.s3.get("bucket", "paced")).body.should.have.length(80 * MiB + 3);
      });

      it("is none of the time for which one waits behind another of the same path", async () => {
        await start({ sequenceTimeout: 1 });
        world.embedded.hook({ operation: "PutObject", times: 1, delay: 1500 });
        const first = bench.send({ ...part("a", "first", 0, 1), payload: { path: "one", data: "a", overwrite: true } });
        await until(() => world.embedded.inFlight > 0);
        const more = (index: number, count?: number) => ({
          ...part("b", "second", index, count),
          payload: { path: "one", data: "b", overwrite: true },
        });
        quiet(await bench.send(more(0)));
        (await bench.send(more(1, 2))).messages.should.have.length(1);
        (await first).messages.should.have.length(1);
        must(await content("one")).should.equal("bb");
      });

      it("is none of the store's time when all messages have come", async () => {
        await start({ sequenceTimeout: 1 });
        world.embedded.hook({ operation: "PutObject", delay: 1500 });
        const outcomes = await Promise.all([send("a", "store", 0), send("b", "store", 1, 2)]);
        must(outcomes[1]).messages.should.have.length(1);
      });
    });

    /** Bytes that Buffers hold after all that can go is gone. */
    const held = async (): Promise<number> => {
      for (let round = 0; round < 5; round++) {
        await pause(10);
        global.gc?.();
      }
      return process.memoryUsage().arrayBuffers;
    };

    onlyEmbedded(ownMemory, () => {
      it("leaves nothing in memory of those that ended, though their ids are remembered", async () => {
        await start({ sequenceTimeout: 1 });
        const { node } = bench;
        // The helper keeps what these are called with.
        Object.assign(node, { send() {}, status() {}, log() {}, error() {} });
        let over = 0;
        node._complete = () => void over++;
        const before = await held();
        for (let n = 0; n < 40; n++) {
          const data = () => Buffer.alloc(MiB);
          node._emitInput({ ...part(data(), `m${n}`, 0), payload: { path: "same", data: data(), overwrite: true } });
          node._emitInput(part(data(), `m${n}`, 1, n % 2 ? 2 : 3));
        }
        await until(() => over === 80 && sent("PutObject").length === 20);
        await pause(1100);
        ((await held()) - before).should.be.below(20 * MiB);
      });
    });

    onlyEmbedded(ownMemory, () => {
      it("gives back the memory of what waited", async () => {
        await start({ sequenceTimeout: 1 });
        const { node } = bench;
        // The helper keeps what these are called with.
        Object.assign(node, { send() {}, status() {}, log() {}, error() {} });
        const before = await held();
        let over = 0;
        node._complete = (_msg: Message, error?: Message) => {
          if (error) over++;
        };
        for (let index = 1; index <= 50; index++) node._emitInput(part(Buffer.alloc(MiB), "held", index));
        (process.memoryUsage().arrayBuffers - before).should.be.above(40 * MiB);
        await until(() => over === 50);
        ((await held()) - before).should.be.below(5 * MiB);
      });
    });

    it("is none with 0, and an hour by default", async () => {
      should(write.settings.sequenceTimeout.fallback).equal(3600);
      await start({ sequenceTimeout: 0 });
      const held = send("a", "ever", 0);
      await pause(1200);
      (await send("b", "ever", 1, 2)).messages.should.have.length(1);
      quiet(await held);
    });

    it("may be longer than Node.js's timers", async () => {
      await start({ sequenceTimeout: 2_147_484 });
      const held = send("a", "long", 0);
      await pause(50);
      (await send("b", "long", 1, 2)).messages.should.have.length(1);
      quiet(await held);
    });

    for (const sequenceTimeout of [-1, "soon"]) {
      it(`is refused when it is ${sequenceTimeout}`, async () => {
        await start({ sequenceTimeout });
        failure(await send("a", "wrong", 0), "InvalidParameter").message.should.match(/sequenceTimeout/);
      });
    }
  });
});
