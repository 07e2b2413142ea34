import { setTimeout as pause } from "node:timers/promises";
import "should";
import type { Connection } from "../../src/core/connection";
import { readNamed } from "../../src/core/given/gather";
import { type Bench, deploy, type Message, type Outcome } from "../support/bench";
import { must } from "../support/must";
import { failure, once, onlyMessage } from "../support/once";
import { codesOf, resultOf, sequenceOf } from "../support/sequence-of";
import { useStore } from "../support/world";

describe("what the messages of a sequence name, to delete", () => {
  const world = useStore();
  let bench: Bench;
  const start = async (config: Record<string, unknown> = {}) => {
    const byPayload = { sequence: true, listing: "payload", listingType: "msg", path: "", pathType: "str" };
    bench = await deploy("delete", { ...byPayload, ...config }, { server: world.s3 });
    world.s3.clear();
  };
  const keys = () => world.s3.keys("bucket");
  const fill = (...names: string[]) => world.s3.seed("bucket", names, "four");
  const send = (messages: Message[]): Promise<Outcome[]> => Promise.all(messages.map((msg) => bench.send(msg)));
  const untouched = async (...names: string[]) => {
    world.s3.requests.should.eql([]);
    (await keys()).should.eql(names);
  };

  afterEach(async () => {
    await bench.close();
    await once("purge", { wholeBucket: true }, { path: "/", force: true }, { server: world.s3 });
  });

  describe("is read when it comes", () => {
    it("so that an entry may be changed when its message is done", async () => {
      await fill("a", "b", "e");
      await start();
      const entry = { path: "a", size: 4 };
      const [first, second] = sequenceOf("changed", [entry, "b"]);
      const outcome = await bench.send(first);
      Object.assign(entry, { path: "e", size: 7 });
      resultOf([outcome, await bench.send(second)]).payload.deleted.should.equal(2);
      (await keys()).should.eql(["e"]);
    });

    it("so that an array may be extended while its message waits", async () => {
      await fill("a", "b", "c");
      await start();
      const paths = ["b"];
      const [first, second] = sequenceOf("extended", ["a", paths]);
      const waits = bench.send(second);
      await pause(20);
      paths.push("c");
      resultOf([await bench.send(first), await waits]).payload.deleted.should.equal(2);
      (await keys()).should.eql(["c"]);
    });

    it("and a large array lets others have their turn", async () => {
      await start();
      const connection = { settings: { rootPath: "" } } as Connection;
      let [turns, done] = [0, false];
      const tick = (): void => {
        turns++;
        if (!done) setImmediate(tick);
      };
      setImmediate(tick);
      const many = Array.from({ length: 100_000 }, (_, index) => `nothing/${index}`);
      must(await readNamed(connection, many)).should.have.length(100_000);
      done = true;
      // After each ten thousand of them.
      turns.should.be.within(8, 12);
    });
  });

  describe("is refused, and nothing is deleted,", () => {
    const thrower = Object.defineProperty({}, "path", {
      enumerable: true,
      get() {
        throw new Error("boom");
      },
    });
    const hole: unknown[] = ["a"];
    hole[2] = "b";
    for (const [name, wrong, says] of [
      [
        "a frozen array with a hole",
        Object.freeze(hole.slice()),
        /listing\[1\] must be a path, or an entry.*and is undefined/,
      ],
      ["a path that throws", thrower, /listing cannot be looked at: boom/],
      ["an array with a path that throws", ["a", thrower], /listing\[1\] cannot be looked at: boom/],
      [
        "an entry without a path",
        { name: "a" },
        /listing\.path must be a string, and is undefined: an entry has the path/,
      ],
    ] as const) {
      it(name, async () => {
        await fill("a", "b");
        await start();
        const [first, second] = sequenceOf("wrong", ["a", wrong]);
        await bench.send(first);
        // Node-RED makes a copy for the Catch node, which what throws does not allow.
        const { error, dones } = await bench.send(second);
        [error.code, dones].should.eql(["InvalidParameter", 1]);
        error.message.should.match(says);
        await untouched("a", "b");
      });
    }

    for (const frozen of [false, true]) {
      it(`${frozen ? "a frozen" : "an"} array with a hole, without Sequence too`, async () => {
        await fill("a", "b");
        await start({ sequence: false });
        const payload = frozen ? Object.freeze(hole.slice()) : hole.slice();
        failure(await bench.send({ payload }), "InvalidParameter").message.should.match(/listing\[1\]/);
        (await keys()).should.eql(["a", "b"]);
      });
    }

    for (const [listing, listingType] of [
      ["keys.txt", "str"],
      ["", "str"],
      ['["a"]', "json"],
      ["S3_LISTING", "env"],
    ] as const) {
      it(`a Listing that is the same for all: ${listingType} ${JSON.stringify(listing)}`, async () => {
        await fill("a", "keys.txt");
        await start({ listing, listingType });
        const outcomes = await send(sequenceOf("fixed", ["a", "b"]));
        codesOf(outcomes).should.eql(["InvalidParameter", "Aborted"]);
        must(outcomes[0]).error.message.should.match(
          /listing is .*, the same for all messages of a sequence: take Listing from the message, such as msg\.payload, or untick/,
        );
        await untouched("a", "keys.txt");
      });
    }

    it("an end message that names something wrong", async () => {
      await fill("a", "b");
      await start();
      const messages = sequenceOf("end", ["a", "b", 7]);
      messages[2].parts.count = 2;
      codesOf(await send(messages)).should.eql([undefined, undefined, "InvalidParameter"]);
      await untouched("a", "b");
    });
  });

  it("may be a fixed Listing in a message of its own", async () => {
    await fill("a", "b");
    await world.s3.put("bucket", "keys.txt", "a\n");
    await start({ listing: "keys.txt", listingType: "str" });
    onlyMessage(await bench.send({ payload: "b" })).payload.deleted.should.equal(1);
    (await keys()).should.eql(["b", "keys.txt"]);
  });

  it("is nothing in an empty text, in an array and in an end message too", async () => {
    await fill("a", "b");
    await start();
    const messages = sequenceOf("empty", [["a", ""], "", ["", "b"], ""]);
    messages[3].parts.count = 3;
    messages[2].parts.count = undefined;
    resultOf(await send(messages)).payload.should.containEql({ deleted: 2, missing: 0 });
  });

  it("is the path of a listing where Sequence is the text false", async () => {
    await fill("a");
    await start({ sequence: "false" });
    failure(must((await send(sequenceOf("off", ["none.txt"])))[0]), "NoSuchKey");
    (await keys()).should.eql(["a"]);
  });

  it("is not taken for Path, though Path says msg.payload.path and Listing msg.payload", async () => {
    await fill("a", "b");
    await start({ path: "payload.path", pathType: "msg" });
    const outcomes = await send(sequenceOf("own", [{ path: "a" }, { path: "b" }]));
    resultOf(outcomes).payload.deleted.should.equal(2);
  });
});
