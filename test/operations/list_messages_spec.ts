import { join } from "node:path";
import helper from "node-red-node-test-helper";
import "should";
import { deploy, type Message } from "../support/bench";
import { openCore } from "../support/context";
import { numbered } from "../support/keys";
import { many, thousands } from "../support/many";
import { must } from "../support/must";
import { needsFaults, onlyEmbedded } from "../support/only-embedded";
import type { Store } from "../support/store";
import { useStore } from "../support/world";

const root = join(__dirname, "..", "..", "..");

/** Deploys a list node in front of the core Join node, sends one message, and gives what the Join node makes of it. */
const joined = async (server: Store, config: object) => {
  const types = ["config", "list"].map((verb) => require(join(root, "nodes", `amazon-s3-${verb}.js`)));
  const nodes = [...types, require("@node-red/nodes/core/sequence/17-split.js")];
  const place = { z: "tab", x: 0, y: 0 };
  const flow = [
    { id: "tab", type: "tab" },
    { id: "s3", type: "amazon-s3-config", endpoint: server.endpoint },
    { id: "listing", ...place, type: "amazon-s3-list", connection: "s3", ...config, wires: [["joining"]] },
    { id: "joining", ...place, type: "join", mode: "auto", wires: [["out"]] },
    { id: "out", ...place, type: "helper" },
  ];
  const { accessKey, secretKey, region } = server;
  const credentials = { s3: { accessKey, secretKey, region, bucket: server.bucketName("bucket") } };
  await helper.load(nodes, flow as never, credentials as never);
  const result = new Promise<Message>((resolve) => helper.getNode("out").on("input", resolve));
  helper.getNode("listing").receive({ payload: { path: "seq" }, parts: { id: "outer", index: 3, count: 4 } });
  const msg = await result;
  await helper.unload();
  return msg;
};

describe("list in a flow", () => {
  const world = useStore();
  const keys = numbered(many, "seq/");
  /** The sizes of batches of all keys. */
  const inBatches = (size: number) =>
    Array.from({ length: Math.ceil(many / size) }, (_, index) => Math.min(size, many - index * size));
  const pathsOf = (entries: { path: string }[]) => entries.map(({ path }) => path);
  before(async () => {
    await world.s3.seed("bucket", keys);
    await world.s3.seed("bucket", ["three/a", "three/b", "three/c", "empty/"]);
  });
  beforeEach(() => world.s3.clear());

  it("sends one message with an array", async () => {
    const bench = await deploy("list", {}, { server: world.s3 });
    const { messages, completed } = await bench.send({ payload: { path: "seq/" }, topic: "kept" });
    await bench.close();
    messages.length.should.equal(1);
    pathsOf(messages[0].payload).should.eql(keys);
    messages[0].s3.should.eql({ operation: "list", bucket: world.bucket, path: "seq/", count: many, truncated: false });
    messages[0].topic.should.equal("kept");
    (messages[0].parts === undefined).should.be.true();
    completed.should.be.true();
  });

  it("lists the root where no path is given", async () => {
    const bench = await deploy("list", {}, { server: world.s3 });
    for (const payload of [{}, { path: "" }, { path: "/" }, { path: null }, "text"]) {
      const { messages } = await bench.send({ payload });
      messages[0].payload.should.eql([]);
      messages[0].s3.should.containEql({ count: 0, truncated: false });
    }
    const { messages } = await bench.send({ payload: { recurse: true, maxResults: "2" } });
    pathsOf(messages[0].payload).should.eql(keys.slice(0, 2));
    messages[0].s3.should.containEql({ count: 2, truncated: true, path: "" });
    await bench.close();
  });

  it("sends an empty array for an empty listing", async () => {
    const bench = await deploy("list", {}, { server: world.s3 });
    const { messages, completed } = await bench.send({ payload: { path: "empty" } });
    await bench.close();
    messages[0].payload.should.eql([]);
    completed.should.be.true();
  });

  it("sends batches with parts", async () => {
    const bench = await deploy("list", { emit: "batches", batchSize: 800 }, { server: world.s3 });
    const { messages, dones } = await bench.send({ payload: { path: "seq" }, topic: "kept", parts: { id: "outer" } });
    await bench.close();
    messages.map(({ payload }) => payload.length).should.eql(inBatches(800));
    messages.flatMap(({ payload }) => pathsOf(payload)).should.eql(keys);
    const last = messages.length - 1;
    messages.map(({ parts }) => parts.index).should.eql(messages.map((_, index) => index));
    messages.map(({ parts }) => parts.count).should.eql([...Array(last).fill(undefined), last + 1]);
    new Set(messages.map(({ parts }) => parts.id)).size.should.equal(1);
    messages[0].parts.should.containEql({ type: "array", parts: { id: "outer" } });
    messages.every(({ topic }) => topic === "kept").should.be.true();
    messages[last].s3.should.containEql({ count: many, truncated: false });
    dones.should.equal(1);
  });

  it("sends 1,000 a batch by default, and no empty last one", async () => {
    const bench = await deploy("list", { emit: "batches" }, { server: world.s3 });
    const { messages } = await bench.send({ payload: { path: "seq" } });
    messages.map(({ payload }) => payload.length).should.eql(inBatches(1000));
    const even = thousands - 1;
    const cut = await bench.send({ payload: { path: "seq", maxResults: even * 1000 } });
    cut.messages.map(({ payload }) => payload.length).should.eql(Array(even).fill(1000));
    must(cut.messages.at(-1)?.parts.count).should.equal(even);
    must(cut.messages.at(-1)?.s3).should.containEql({ count: even * 1000, truncated: true });
    await bench.close();
  });

  it("sends a message an entry", async () => {
    const bench = await deploy("list", { emit: "each" }, { server: world.s3 });
    const { messages } = await bench.send({ payload: { path: "three" } });
    await bench.close();
    pathsOf(messages.map(({ payload }) => payload)).should.eql(["three/a", "three/b", "three/c"]);
    messages
      .map(({ parts }) => [parts.index, parts.count])
      .should.eql([
        [0, undefined],
        [1, undefined],
        [2, 3],
      ]);
    messages[2].s3.should.containEql({ count: 3, truncated: false });
  });

  for (const emit of ["batches", "each"]) {
    it(`sends nothing for an empty listing in ${emit}, and Complete fires`, async () => {
      const bench = await deploy("list", { emit }, { server: world.s3 });
      for (const payload of [{ path: "empty" }, { path: "absent" }, { path: "seq", filter: "*.none" }]) {
        const { messages, completed, dones } = await bench.send({ payload });
        messages.length.should.equal(0);
        completed.should.be.true();
        dones.should.equal(1);
      }
      await bench.close();
    });

    onlyEmbedded(needsFaults, () => {
      it(`never sends the last part of a listing in ${emit} that breaks off`, async () => {
        const bench = await deploy("list", { emit }, { server: world.s3, connection: { maxAttempts: 1 } });
        world.embedded.hook({ operation: "ListObjectsV2", error: "InternalError", skip: 2 });
        const { messages, caught, completed, dones } = await bench.send({ payload: { path: "seq" } });
        await bench.close();
        caught.error.cause.code.should.equal("InternalError");
        messages.length.should.be.below(emit === "each" ? 2000 : 3);
        messages.filter(({ parts }) => parts.count !== undefined).should.eql([]);
        completed.should.be.false();
        dones.should.equal(1);
      });
    });

    for (const batchSize of [1, 7, 1000]) {
      it(`is put together by a Join node: ${emit} of ${batchSize}`, async () => {
        const { payload, parts } = await joined(world.s3, { emit, batchSize });
        pathsOf(payload).should.eql(keys);
        parts.should.eql({ id: "outer", index: 3, count: 4 });
      });
    }
  }

  it("holds one batch in memory, not the listing", async () => {
    const core = openCore(world.s3);
    const batches = await core.sequence("list", { path: "seq", emit: "batches" });
    (await batches.next()).value.length.should.equal(1000);
    await new Promise((resolve) => setTimeout(resolve, 100));
    // The page that is worked on, and the one after it.
    world.s3.requests.length.should.equal(2);
    await batches.return?.();
    await core.close();
  });

  it("lets no message change how it sends", async () => {
    const bench = await deploy("list", {}, { server: world.s3 });
    const { messages } = await bench.send({ payload: { path: "three", emit: "each", batchSize: 1 }, emit: "each" });
    messages.length.should.equal(1);
    // `entries` starts as the literal `files`.
    const literal = await bench.send({ payload: { path: "", entries: "folders" } });
    literal.messages[0].payload.should.eql([]);
    await bench.close();
  });

  it("sends nothing for bad input", async () => {
    const bench = await deploy("list", {}, { server: world.s3 });
    for (const payload of [
      { path: 7 },
      { path: ["a"] },
      { recurse: "yes" },
      { maxResults: 0 },
      { maxResults: "many" },
      { maxResults: 1.5 },
      { filter: 7 },
      { filter: ["*", 7] },
      { filter: "!" },
    ]) {
      const { caught, messages } = await bench.send({ payload });
      caught.error.cause.code.should.equal("InvalidParameter");
      messages.length.should.equal(0);
    }
    world.s3.requests.length.should.equal(0);
    await bench.close();
  });
});
