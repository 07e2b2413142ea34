import { setTimeout as pause } from "node:timers/promises";
import "should";
import { type Bench, deploy, type Message, type Outcome } from "../support/bench";
import { numbered } from "../support/keys";
import { must } from "../support/must";
import { failure, once, onlyMessage } from "../support/once";
import { needsFaults, onlyEmbedded } from "../support/only-embedded";
import { codesOf, resultOf, sequenceOf } from "../support/sequence-of";
import { useStore } from "../support/world";

/** Listing is taken from msg.payload, and the rest from other properties of the message. */
const byPayload = {
  sequence: true,
  from: "listing",
  wholeBucket: true,
  listing: "payload",
  listingType: "msg",
  path: "folder",
  pathType: "msg",
  force: "force",
  forceType: "msg",
};

describe("purge by a sequence", () => {
  const world = useStore({ buckets: [{ name: "versions", versioning: "Enabled" }] });
  let bench: Bench;
  const start = async (config: Record<string, unknown> = {}, bucket = "bucket") => {
    bench = await deploy("purge", { ...byPayload, ...config }, { server: world.s3, bucket });
    world.s3.clear();
  };
  const keys = () => world.s3.keys("bucket");
  const fill = (...names: string[]) => world.s3.seed("bucket", names, "four");
  const send = (messages: Message[]): Promise<Outcome[]> => Promise.all(messages.map((msg) => bench.send(msg)));
  const until = async (what: () => boolean) => {
    for (let round = 0; !what(); round++) {
      if (round > 2000) throw new Error("it does not come");
      await pause(5);
    }
  };
  const sent = (operation: string) => world.s3.requests.filter((request) => request.operation === operation);
  const left = { failed: [], outside: 0, missing: 0, changed: 0 };
  const logs = { folder: "logs", force: true };
  const untouched = async (...names: string[]) => {
    world.s3.requests.should.eql([]);
    (await keys()).should.eql(names);
  };

  beforeEach(() => world.s3.clear());
  afterEach(async () => {
    await bench.close();
    await once("purge", { wholeBucket: true }, { path: "/", force: true }, { server: world.s3 });
  });

  describe("out of entries in msg.payload, with all other rows as they start", () => {
    const asTheyStart = { path: "logs", pathType: "str", force: true, forceType: "bool" };
    const entries = ["logs/a", "logs/b", "logs/c"].map((path) => ({ path, size: 4, storageClass: "STANDARD" }));

    it("selects by no fact of the first entry", async () => {
      await fill("logs/a", "logs/b", "logs/c");
      await start(asTheyStart);
      const [first, ...rest] = entries;
      const messages = sequenceOf("facts", [{ ...first, storageClass: "STANDARD_IA", minSize: 9 }, ...rest]);
      const { deleted, changed } = resultOf(await send(messages)).payload;
      [deleted, changed].should.eql([3, 0]);
    });

    it("does not take the path of the first entry for the folder", async () => {
      await fill("logs/a", "logs/b", "logs/c");
      await start({ ...asTheyStart, path: "payload.path", pathType: "msg" });
      const outcomes = await send(sequenceOf("folder", entries));
      failure(must(outcomes[0]), "MissingParameter").message.should.match(
        /path is missing: msg\.payload\.path is part of Listing, which is msg\.payload: in a sequence, take Folder from/,
      );
      await untouched("logs/a", "logs/b", "logs/c");
    });

    it("takes them in a message of its own", async () => {
      await fill("logs/a");
      await start({ ...asTheyStart, listing: "payload.listing", path: "payload.path", pathType: "msg" });
      const msg = onlyMessage(await bench.send({ payload: { path: "logs", listing: ["logs/a"], minSize: 9 } }));
      msg.payload.deleted.should.equal(0);
    });
  });

  it("tells what would go, and with force lets it go; folder and force are those of the first message", async () => {
    await fill("logs/a", "logs/b", "logs/c", "other");
    await start();
    const items = ["logs/a", { path: "logs/b", size: 4 }, "", ["other", "logs/c"], "logs/a", "logs/gone"];
    const dry = await send(sequenceOf("dry", items, { folder: "logs" }));
    resultOf(dry).payload.should.eql({
      path: "logs",
      dryRun: true,
      matched: 3,
      bytes: 12,
      sample: ["logs/a", "logs/b", "logs/c"],
      ...left,
      outside: 1,
      missing: 1,
    });
    (await keys()).length.should.equal(4);
    const [first, ...others] = sequenceOf("forced", items, { folder: "/", force: false });
    const msg = resultOf(await send([{ ...first, ...logs }, ...others]));
    msg.payload.should.eql({ path: "logs", dryRun: false, deleted: 3, bytes: 12, ...left, outside: 1, missing: 1 });
    msg.parts.should.eql({ id: "forced", index: 5, count: 6 });
    (await keys()).should.eql(["other"]);
    sent("ListObjectsV2").should.eql([]);
  });

  it("takes versions that entries name", async () => {
    for (const data of ["one", "two"]) await world.s3.put("versions", "a", data);
    const lister = await deploy(
      "list",
      { versions: true, versionsType: "bool" },
      { server: world.s3, bucket: "versions" },
    );
    const { payload: entries } = onlyMessage(await lister.send({ payload: {} }));
    await lister.close();
    entries.length.should.equal(2);
    await start({ versions: true }, "versions");
    const wrong = await send(sequenceOf("paths", [entries[1], "a", entries[0]], { folder: "/", force: true }));
    codesOf(wrong).should.eql([undefined, "InvalidParameter", "Aborted"]);
    must(wrong[1]).error.message.should.match(/"a" has no versionId, and All versions is set/);
    world.s3.requests.should.eql([]);
    const one = await send(sequenceOf("one", [entries[1]], { folder: "/", force: true }));
    resultOf(one).payload.should.containEql({ deleted: 1, bytes: 3 });
    const rest = await send(sequenceOf("rest", entries, { folder: "/", force: true }));
    resultOf(rest).payload.should.containEql({ deleted: 2 });
  });

  it("keeps two apart that come mixed, though both are for the same folder", async () => {
    await fill("logs/a", "logs/b", "logs/c", "logs/d");
    await start();
    const [a, b] = sequenceOf("one", ["logs/a", "logs/b"], logs);
    const [c, d] = sequenceOf("two", ["logs/c", "logs/d"], logs);
    const [one, two] = [[bench.send(a)], [bench.send(c)]];
    await pause(20);
    two.push(bench.send(d));
    // The one that began first has not all come.
    resultOf(await Promise.all(two)).payload.should.containEql({ deleted: 2 });
    (await keys()).should.eql(["logs/a", "logs/b"]);
    one.push(bench.send(b));
    resultOf(await Promise.all(one)).payload.should.containEql({ deleted: 2 });
  });

  it("is no sequence without msg.parts", async () => {
    await fill("logs/a", "logs/b");
    await start();
    const { payload } = onlyMessage(await bench.send({ ...logs, payload: ["logs/a"] }));
    payload.should.containEql({ deleted: 1 });
  });

  for (const [config, more, code, says] of [
    [
      { from: "folder" },
      {},
      "InvalidParameter",
      /sequence is ticked, and from is folder: set Objects to listing.*or untick/,
    ],
    [
      { mode: "lifecycle-remove" },
      {},
      "InvalidParameter",
      /mode "lifecycle-remove" does not go with a listing.*untick/,
    ],
    [{ mode: "lifecycle" }, {}, "InvalidParameter", /mode "lifecycle" does not go with a listing/],
    [{ wholeBucket: false }, { folder: "/" }, "WholeBucketRefused", /would empty the whole bucket/],
    [{ minSize: "10M", minSizeType: "str" }, {}, "InvalidParameter", /minSize/],
    [
      { versions: true, keepVersions: 2, keepVersionsType: "num" },
      {},
      "InvalidParameter",
      /keepVersions 2 does not go/,
    ],
    [{ output: "payload.a", outputType: "msg" }, {}, "InvalidParameter", /output/],
  ] as const) {
    it(`is refused with its first message, before anything is sent: ${JSON.stringify({ ...config, ...more })}`, async () => {
      await fill("logs/a", "logs/b");
      await start(config);
      const outcomes = await send(sequenceOf("refused", ["logs/a", "logs/b"], { ...logs, ...more }));
      codesOf(outcomes).should.eql([code, "Aborted"]);
      must(outcomes[0]).error.message.should.match(says);
      await untouched("logs/a", "logs/b");
    });
  }

  it("is refused with Objects set to folder also where a message belongs to no sequence", async () => {
    await fill("logs/a");
    await start({ from: "folder", listing: "none" });
    failure(await bench.send({ ...logs, payload: "x" }), "InvalidParameter").message.should.match(/sequence is ticked/);
    await untouched("logs/a");
  });

  it("removes a rule whatever is ticked, for a message that belongs to no sequence", async () => {
    await start({ mode: "lifecycle-remove", from: "folder" });
    onlyMessage(await bench.send({ ...logs, payload: "x" })).payload.should.containEql({ mode: "lifecycle-remove" });
  });

  it("with more than At most deletes nothing", async () => {
    await fill("logs/a", "logs/b");
    await start({ maxDelete: "1", maxDeleteType: "num" });
    const outcomes = await send(sequenceOf("most", ["logs/a", "logs/b"], logs));
    codesOf(outcomes).should.eql([undefined, "TooManyToPurge"]);
    (await keys()).length.should.equal(2);
  });

  onlyEmbedded(needsFaults, () => {
    /** A purge that is at work, and a sequence that has not all come. */
    const both = async () => {
      const names = numbered(2500, "logs/");
      await fill(...names);
      await start();
      world.embedded.hook({ operation: "DeleteObjects", delay: 200 });
      const running = send(sequenceOf("running", [names.slice(0, 1200), names.slice(1200)], logs));
      const gap = send([sequenceOf("gap", ["logs/0000", "", "logs/0001"], logs)[2]]);
      await until(() => sent("DeleteObjects").length > 0);
      return { running, gap };
    };
    const stopped = async (running: Promise<Outcome[]>) => {
      const { payload } = resultOf(await running);
      payload.stopped.should.be.true();
      payload.deleted.should.equal(2500 - (await keys()).length);
      payload.deleted.should.be.below(2500);
    };

    it("is stopped by msg.reset where it is at work, and given up where it has not all come", async () => {
      const { running, gap } = await both();
      codesOf([await bench.send({ reset: true, payload: ["logs/2499"] })]).should.eql([undefined]);
      codesOf(await gap).should.eql(["Aborted"]);
      await stopped(running);
    });

    it("is stopped by its msg.parts.id alone", async () => {
      const { running, gap } = await both();
      codesOf([await bench.send({ reset: true, parts: { id: "running" } })]).should.eql([undefined]);
      await stopped(running);
      codesOf([await bench.send({ reset: true, parts: { id: "gap" } })]).should.eql([undefined]);
      codesOf(await gap).should.eql(["Aborted"]);
    });

    it("goes on when another one is given up by its msg.parts.id", async () => {
      const { running, gap } = await both();
      codesOf([await bench.send({ reset: true, parts: { id: "gap" } })]).should.eql([undefined]);
      codesOf(await gap).should.eql(["Aborted"]);
      resultOf(await running).payload.should.eql({
        path: "logs",
        dryRun: false,
        deleted: 2500,
        bytes: 10_000,
        ...left,
      });
    });

    it("is given up, and not stopped, by a msg.reset that is not true", async () => {
      const { running, gap } = await both();
      codesOf([await bench.send({ reset: false })]).should.eql([undefined]);
      codesOf(await gap).should.eql(["Aborted"]);
      resultOf(await running).payload.deleted.should.equal(2500);
    });

    it("sends what fails by the second output, with the last message", async () => {
      await fill("logs/a", "logs/b");
      await start({ outputs: 2 });
      world.embedded.hook({ operation: "DeleteObjects", keyError: () => "AccessDenied" });
      const outcomes = await send(sequenceOf("ports", ["logs/a", "logs/b"], logs));
      must(outcomes[0]).messages.should.eql([]);
      const { messages, ports, error } = must(outcomes[1]);
      error.code.should.equal("PartialFailure");
      ports.should.eql([1, 1]);
      messages.map(({ payload }) => payload.path).should.eql(["logs/a", "logs/b"]);
    });

    it("waits for its place as any other message when it is whole", async () => {
      await fill("logs/a", "logs/b", "else/c");
      bench = await deploy("purge", byPayload, { server: world.s3, connection: { concurrency: 1 } });
      world.embedded.hook({ operation: "HeadObject", delay: 150 });
      const first = send(sequenceOf("first", ["logs/a", "logs/b"], logs));
      const second = send(sequenceOf("second", ["else/c"], { folder: "else", force: true }));
      resultOf(await first).payload.deleted.should.equal(2);
      resultOf(await second).payload.deleted.should.equal(1);
      // What is asked of an object of one is never between the questions and the deletion of the other.
      const order = world.s3.requests
        .map(({ operation, key }) => (operation === "HeadObject" ? key?.at(-1) : "!"))
        .join("");
      order.should.match(/^(c!(ab|ba)!|(ab|ba)!c!)$/);
    });
  });
});
