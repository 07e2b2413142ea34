import { setTimeout as pause } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import "should";
import { type Bench, deploy, type Message, type Outcome, type Setting } from "../support/bench";
import { numbered } from "../support/keys";
import { must } from "../support/must";
import { failure, once, onlyMessage } from "../support/once";
import { needsFaults, onlyEmbedded, ownMemory } from "../support/only-embedded";
import { codesOf, resultOf, sequenceOf } from "../support/sequence-of";
import { useStore } from "../support/world";

const MiB = 1024 * 1024;

/** Listing is taken from msg.payload, and Path from the form, which has none. */
const byPayload = { sequence: true, listing: "payload", listingType: "msg", path: "", pathType: "str" };

describe("delete by a sequence", () => {
  const world = useStore();
  let bench: Bench;
  const start = async (config: Record<string, unknown> = {}, more: Partial<Setting> = {}) => {
    bench = await deploy("delete", { ...byPayload, ...config }, { server: world.s3, ...more });
  };
  const keys = () => world.s3.keys("bucket");
  const fill = (...names: string[]) => world.s3.seed("bucket", names, "four");
  const send = (messages: Message[]): Promise<Outcome[]> => Promise.all(messages.map((msg) => bench.send(msg)));
  const until = async (what: () => boolean) => {
    for (let round = 0; !what(); round++) {
      if (round > 4000) throw new Error("it does not come");
      await pause(5);
    }
  };
  const counts = { missing: 0, failed: [], changed: 0, outside: 0 };
  /** Nothing was sent to the store, and all of these are there. */
  const untouched = async (...names: string[]) => {
    world.s3.requests.should.eql([]);
    (await keys()).should.eql(names);
  };

  beforeEach(() => world.s3.clear());
  afterEach(async () => {
    await bench.close();
    await once("purge", { wholeBucket: true }, { path: "/", force: true }, { server: world.s3 });
  });

  describe("that comes from", () => {
    /** Sends a message to a node whose messages go to the delete node; gives what leaves it, and how many were done. */
    const from = async (node: object, count: number, config: object = {}) => {
      const source = { id: "source", z: "tab", x: 0, y: 0, connection: "s3", ...node, wires: [["node"]] };
      await start({ ...config }, { extra: [source] });
      const [results, done, caught]: Message[][] = [[], [], []];
      bench.find("out0").on("input", (msg: Message) => must(results).push(msg));
      bench.find("completed").on("input", (msg: Message) => must(done).push(msg));
      bench.find("caught").on("input", (msg: Message) => must(caught).push(msg.error.message));
      bench.find("source").receive({ payload: {} });
      await until(() => must(done).length + must(caught).length === count);
      must(caught).should.eql([]);
      must(results).length.should.equal(1);
      return must(results)[0];
    };
    const read = { type: "amazon-s3-read", path: "keys.txt", pathType: "str", format: "lines" };
    const list = { type: "amazon-s3-list", path: "logs", pathType: "str", recurse: true, recurseType: "bool" };

    it("the lines of the read node: paths, empty lines, and some that come again", async () => {
      await fill("a", "b/c", "stays");
      await world.s3.put("bucket", "keys.txt", "a\r\n\nb/c\na\n\n");
      const msg = await from(read, 5);
      msg.payload.should.eql({ deleted: 2, ...counts });
      [msg.parts.index, msg.parts.count].should.eql([4, 5]);
      msg.s3.should.containEql({ operation: "delete", bucket: world.bucket });
      (await keys()).should.eql(["keys.txt", "stays"]);
    });

    it("an empty object: nothing is named", async () => {
      await world.s3.put("bucket", "keys.txt", "");
      (await from(read, 1)).payload.should.eql({ deleted: 0, ...counts });
    });

    it("the list node: entries", async () => {
      await fill("logs/a", "logs/b/c", "stays");
      const { payload } = await from({ ...list, emit: "each" }, 2);
      payload.should.eql({ deleted: 2, ...counts });
      (await keys()).should.eql(["stays"]);
    });

    it("the list node: batches of entries", async () => {
      await fill(...numbered(25, "logs/"), "stays");
      const { payload } = await from({ ...list, emit: "batches", batchSize: 10 }, 3);
      payload.should.eql({ deleted: 25, ...counts });
      (await keys()).should.eql(["stays"]);
    });
  });

  it("asks for nothing and deletes nothing before the last of it has come, in whatever order", async () => {
    await fill("a", "b", "c", "d");
    await start();
    world.s3.clear();
    const [a, b, c, d] = sequenceOf("order", ["a", "b", ["c"], "d"]);
    const early = [bench.send(d), bench.send(b), bench.send(a)];
    await pause(100);
    await untouched("a", "b", "c", "d");
    const outcomes = [...early, bench.send(c)];
    const msg = resultOf(await Promise.all(outcomes));
    msg.payload.should.eql({ deleted: 4, ...counts });
    msg.parts.index.should.equal(3);
    (await keys()).should.eql([]);
  });

  it("goes by what entries say: what has changed stays", async () => {
    await fill("a", "b");
    await start();
    const outcomes = await send(
      sequenceOf("changed", [
        { path: "a", size: 4 },
        { path: "b", size: 5 },
      ]),
    );
    resultOf(outcomes).payload.should.eql({ deleted: 1, ...counts, changed: 1 });
    (await keys()).should.eql(["b"]);
  });

  it("takes all other parameters from the first message", async () => {
    await fill("a");
    await start({ ifMissing: "mode", ifMissingType: "msg" });
    const [first, second] = sequenceOf("first", ["a", "gone"]);
    const outcomes = await send([
      { ...first, mode: "ignore" },
      { ...second, mode: "error" },
    ]);
    resultOf(outcomes).payload.should.eql({ deleted: 1, ...counts, missing: 1 });
  });

  it("keeps two apart that come mixed", async () => {
    await fill("a", "b", "c", "d", "e");
    await start();
    const [a, b] = sequenceOf("one", ["a", "b"]);
    const [c, d, e] = sequenceOf("two", ["c", "d", "e"]);
    const first = [bench.send(a), bench.send(c), bench.send(d), bench.send(b)];
    const one = resultOf(await Promise.all([first[0], first[3]] as Promise<Outcome>[]));
    [one.payload.deleted, one.parts.id].should.eql([2, "one"]);
    (await keys()).should.eql(["c", "d", "e"]);
    const two = resultOf(await Promise.all([first[1], first[2], bench.send(e)] as Promise<Outcome>[]));
    [two.payload.deleted, two.parts.id].should.eql([3, "two"]);
  });

  it("ends with a message without data whose index is past the end", async () => {
    await fill("a", "b");
    await start();
    const [a, b, end] = sequenceOf("late end", ["a", "b", undefined]);
    end.parts.count = 2;
    const outcomes = [bench.send(a), bench.send(b)];
    await Promise.all(outcomes);
    (await keys()).should.eql(["a", "b"]);
    resultOf([...(await Promise.all(outcomes)), await bench.send(end)]).payload.should.eql({ deleted: 2, ...counts });
  });

  it("is no sequence without msg.parts: each message is a listing of its own", async () => {
    await fill("a", "b", "c");
    await world.s3.put("bucket", "keys.txt", "c\n");
    await start();
    onlyMessage(await bench.send({ payload: ["a"] })).payload.should.eql({ deleted: 1, ...counts });
    // The path of the object that holds the listing.
    onlyMessage(await bench.send({ payload: "keys.txt" })).payload.should.eql({ deleted: 1, ...counts });
    (await keys()).should.eql(["b", "keys.txt"]);
  });

  it("is none with Sequence not ticked: a path is that of a listing", async () => {
    await fill("a");
    await start({ sequence: false });
    failure(must((await send(sequenceOf("off", ["none.txt"])))[0]), "NoSuchKey");
    (await keys()).should.eql(["a"]);
  });

  describe("deletes nothing", () => {
    for (const [wrong, says] of [
      [7, /listing must be a path, an entry .*, and msg\.payload is 7: see what Listing names in the node/],
      [undefined, /listing is missing: msg\.payload is undefined/],
      [Buffer.from("b"), /listing must be a path, an entry .*msg\.payload is/],
      [" ", /listing " " names no object; write it like/],
      [{ name: "b" }, /listing\.path must be a string, and is undefined/],
      [{ path: "b/", type: "folder" }, /listing "b\/" is a folder/],
      [["b", 7], /listing\[1\] must be a path, or an entry with one.*and is 7/],
      [["b", " "], /listing\[1\] " " names no object/],
      [[["b"]], /listing\[0\] must be a path, or an entry with one/],
    ] as const) {
      it(`when one of its messages is ${JSON.stringify(wrong)}, which gets the error`, async () => {
        await fill("a", "b", "c", "d");
        await start();
        world.s3.clear();
        const messages = sequenceOf("wrong", ["a", wrong, "c", "d"]);
        const outcomes = await send(messages);
        codesOf(outcomes)
          .slice(1)
          .should.eql([wrong === undefined ? "MissingParameter" : "InvalidParameter", "Aborted", "Aborted"]);
        must(codesOf(outcomes.slice(0, 1))[0] ?? "none").should.equal("none");
        must(outcomes[1]).error.message.should.match(says);
        must(outcomes[2]).error.message.should.match(/failed at another of its messages: nothing of it was deleted/);
        await untouched("a", "b", "c", "d");
      });
    }

    it("when the node has a path too", async () => {
      await fill("a", "b");
      await start({ path: "b", pathType: "str" });
      world.s3.clear();
      const outcomes = await send(sequenceOf("both", ["a", "b"]));
      failure(must(outcomes[0]), "InvalidParameter").message.should.match(
        /path "b" does not go with a listing: give one of both; Path in the node may be an empty string/,
      );
      failure(must(outcomes[1]), "Aborted");
      await untouched("a", "b");
    });

    it("when it is broken off by msg.reset, of it alone or of all", async () => {
      await fill("a", "b", "c");
      await start();
      world.s3.clear();
      const of = (id: string) => sequenceOf(id, ["a", "b", "c"]);
      const [one, two, three] = [of("r1"), of("r2"), of("r3")] as [Message[], Message[], Message[]];
      const gaps = [one, two, three].map((messages) => Promise.all([bench.send(messages[0]), bench.send(messages[2])]));
      await pause(20);
      const ended = await bench.send({ reset: true, parts: { id: "r1" }, payload: "a" });
      codesOf([ended]).should.eql([undefined]);
      const first = must(await gaps[0]);
      codesOf(first).should.eql([undefined, "Aborted"]);
      must(first[1]).error.message.should.match(
        /"r1" was given up by a message with msg\.reset: nothing of it was del/,
      );
      codesOf([await bench.send({ reset: false })]).should.eql([undefined]);
      for (const gap of gaps.slice(1)) codesOf(await gap).should.eql([undefined, "Aborted"]);
      for (const messages of [one, two, three]) failure(await bench.send(messages[1]), "Aborted");
      await untouched("a", "b", "c");
    });

    it("when its next message does not come within the time limit", async () => {
      await fill("a", "b");
      await start({ sequenceTimeout: 1 });
      world.s3.clear();
      const [first] = sequenceOf("limit", ["a", "b"]);
      const last = await bench.send(first);
      codesOf([last]).should.eql([undefined]);
      await until(() => last.caught !== undefined);
      last.caught.error.code.should.equal("Timeout");
      last.caught.error.message.should.match(/"limit" was given up after 1 of its messages.*nothing of it was deleted/);
      await untouched("a", "b");
    });

    it("when it is deployed anew in the middle", async () => {
      await fill("a", "b", "c");
      await start();
      world.s3.clear();
      const warnings: string[] = [];
      bench.node.warn = (text: string) => warnings.push(text);
      const [a, b, c] = sequenceOf("deploy", ["a", "b", "c"]);
      codesOf([await bench.send(a)]).should.eql([undefined]);
      const gap = bench.send(c);
      await pause(20);
      await bench.redeploy("nodes", { node: { name: "anew" } });
      must((await gap).error).code.should.equal("Aborted");
      must(warnings[0]).should.match(/"deploy".*1 of its messages.*nothing of it was deleted/);
      // To the new node, it is a sequence whose beginning is missing.
      const rest = bench.send(b);
      await pause(50);
      await untouched("a", "b", "c");
      await bench.send({ reset: true });
      failure(await rest, "Aborted");
    });

    it("when an index comes twice", async () => {
      await fill("a", "b");
      await start();
      world.s3.clear();
      const [a, b] = sequenceOf("twice", ["a", "b"]);
      await bench.send(a);
      failure(await bench.send({ ...a, payload: "b" }), "InvalidParameter").message.should.match(/came twice/);
      failure(await bench.send(b), "Aborted");
      await untouched("a", "b");
    });
  });

  it("tells of stragglers that it is over, and begins anew with the same id", async () => {
    await fill("a", "b");
    await start();
    resultOf(await send(sequenceOf("again", ["a"])));
    const late = { payload: "b", parts: { id: "again", index: 1 } };
    failure(await bench.send(late), "InvalidParameter").message.should.match(
      /1 came when its sequence was deleted already/,
    );
    (await keys()).should.eql(["b"]);
    resultOf(await send(sequenceOf("again", ["b"]))).payload.deleted.should.equal(1);
  });

  onlyEmbedded(needsFaults, () => {
    it("says of one that failed when all had come that its last message tells what was deleted", async () => {
      await fill("a", "b");
      world.embedded.hook({
        operation: "DeleteObjects",
        keyError: (key) => (key.endsWith("b") ? "AccessDenied" : undefined),
      });
      await start();
      const outcomes = await send(sequenceOf("partly", ["a", "b"]));
      const error = failure(must(outcomes[1]), "PartialFailure");
      error.result.should.containEql({ deleted: 1 });
      const late = await bench.send({ payload: "c", parts: { id: "partly", index: 2 } });
      failure(late, "Aborted").message.should.match(/when all of it had come: the error of its last message tells/);
    });
  });

  onlyEmbedded(ownMemory, () => {
    it("holds of a hundred thousand messages the keys alone, and gives them back", async () => {
      const count = 100_000;
      await start({ ifMissing: "ignore", ifMissingType: "str" });
      const { node } = bench;
      // The helper keeps what these are called with.
      Object.assign(node, { status() {}, log() {}, error() {}, metric() {} });
      let done = 0;
      node._complete = () => void done++;
      // Also where Node.js was started without --expose-gc.
      setFlagsFromString("--expose-gc");
      const collect = runInNewContext("gc") as () => void;
      const held = async (): Promise<number> => {
        for (let round = 0; round < 5; round++) {
          await pause(10);
          collect();
        }
        return process.memoryUsage().heapUsed;
      };
      const feed = async (id: string, count: number) => {
        for (let index = 0; index < count; index++) {
          node._emitInput({ payload: `nothing/${String(index).padStart(50, "0")}`, parts: { id, index } });
          if (index % 100 === 99) await pause(0);
        }
      };
      await feed("warm", 1000);
      node._emitInput({ reset: true });
      await until(() => done === 1001);
      const before = await held();
      done = 0;
      await feed("many", count);
      await until(() => done === count);
      // Each is a text of 58 characters, and its place in an array.
      ((await held()) - before).should.be.within(6 * MiB, 16 * MiB);
      node._emitInput({ reset: true });
      await until(() => done === count + 1);
      ((await held()) - before).should.be.below(3 * MiB);
      world.s3.requests.should.eql([]);
    }).timeout(60_000);
  });
});
