import "should";
import { PassThrough } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import helper from "node-red-node-test-helper";
import { type Bench, deploy, type Message } from "../support/bench";
import { must } from "../support/must";
import { useFreshServer } from "../support/server";

/** Far longer than a close may take: only tells one that ends from one that hangs. */
const hung = async (): Promise<never> => {
  await pause(10_000, undefined, { ref: false });
  throw new Error("close hangs");
};

describe("close", () => {
  const world = useFreshServer();
  let bench: Bench;
  let unhooks: (() => void)[] = [];
  afterEach(async () => {
    for (const unhook of unhooks) unhook();
    unhooks = [];
    await bench.close();
  });
  const hook = (action: Parameters<typeof world.s3.hook>[0]) => unhooks.push(world.s3.hook(action));
  const start = async (verb: string, config: object = {}) => {
    bench = await deploy(verb, { ...config }, { server: world.s3 });
  };
  const reached = async (operation: string, times = 1) => {
    while (world.s3.requests.filter((one) => one.operation === operation).length < times) await pause(2);
  };

  /** What Node-RED does, in either order: it closes nodes and connections without regard to who needs whom. */
  const orders: Record<string, () => Promise<unknown>> = {
    "the node alone": () => bench.node.close(false),
    "the connection alone": () => bench.find("s3").close(false),
    "the connection, then the node": async () => {
      await bench.find("s3").close(false);
      await bench.node.close(false);
    },
    "the node, then the connection": async () => {
      await bench.node.close(false);
      await bench.find("s3").close(false);
    },
    "both at once": () => Promise.all([bench.find("s3").close(false), bench.node.close(false)]),
  };

  for (const [label, close] of Object.entries(orders)) {
    it(`${label}: ends although the server stalls, and the messages fail with Aborted`, async () => {
      hook({ stall: true });
      await start("read");
      const sent = ["a", "a", "b"].map((path) => bench.send({ payload: { path } }));
      await reached("GetObject", 2);
      await Promise.race([close(), hung()]);
      for (const { error, dones } of await Promise.all(sent)) {
        error.code.should.equal("Aborted");
        dones.should.equal(1);
      }
      await pause(100);
      world.s3.requests.length.should.equal(2);
      world.s3.inFlight.should.equal(0);
    });

    it(`${label}: the open upload is gone when close returns`, async () => {
      hook({ operation: "UploadPart", skip: 1, stall: true });
      await start("write");
      const sent = bench.send({ payload: { path: "big", data: Buffer.alloc(33_000_000) } });
      await reached("UploadPart", 2);
      world.s3.uploads("bucket").length.should.equal(1);
      await Promise.race([close(), hung()]);
      world.s3.uploads("bucket").should.be.empty();
      (await sent).error.code.should.equal("Aborted");
      must(world.s3.requests.at(-1)?.operation).should.equal("AbortMultipartUpload");
      world.s3.keys("bucket", "big").should.be.empty();
    });

    it(`${label}: so is one whose creation was answered only after that`, async () => {
      hook({ operation: "CreateMultipartUpload", delayAfter: 300 });
      await start("write");
      const sent = bench.send({ payload: { path: "big", data: Buffer.alloc(33_000_000) } });
      await reached("CreateMultipartUpload");
      await pause(50);
      world.s3.uploads("bucket").length.should.equal(1);
      await Promise.race([close(), hung()]);
      world.s3.uploads("bucket").should.be.empty();
      (await sent).error.code.should.equal("Aborted");
      const asked = world.s3.requests.map(({ operation }) => operation);
      asked.slice(asked.indexOf("CreateMultipartUpload")).should.eql(["CreateMultipartUpload", "AbortMultipartUpload"]);
    });
  }

  it("ends although the creation of an upload is never answered", async () => {
    hook({ operation: "CreateMultipartUpload", stall: true });
    await start("write");
    const sent = bench.send({ payload: { path: "big", data: Buffer.alloc(33_000_000) } });
    await reached("CreateMultipartUpload");
    await Promise.race([bench.node.close(false), hung()]);
    (await sent).error.code.should.equal("Aborted");
  });

  for (const [label, close] of Object.entries(orders)) {
    it(`${label}: ends in less than a second although the abort of an upload is never answered`, async () => {
      hook({ operation: "UploadPart", stall: true });
      hook({ operation: "AbortMultipartUpload", stall: true });
      await start("write");
      const sent = bench.send({ payload: { path: "big", data: Buffer.alloc(33_000_000) } });
      await reached("UploadPart");
      const late = pause(1000, "late", { ref: false });
      (await Promise.race([close().then(() => "closed"), late])).should.equal("closed");
      (await sent).error.code.should.equal("Aborted");
      must(world.s3.requests.at(-1)?.operation).should.equal("AbortMultipartUpload");
    });
  }

  it("sends nothing when it has ended, also where the abort of an upload began late and was cut off", async () => {
    hook({ operation: "CreateMultipartUpload", delayAfter: 400 });
    hook({ operation: "AbortMultipartUpload", stall: true });
    await start("write");
    const sent = bench.send({ payload: { path: "big", data: Buffer.alloc(33_000_000) } });
    await reached("CreateMultipartUpload");
    await Promise.race([bench.find("s3").close(false), hung()]);
    const asked = world.s3.requests.length;
    must(world.s3.requests.at(-1)?.operation).should.equal("AbortMultipartUpload");
    (await sent).error.code.should.equal("Aborted");
    // A further attempt would come after a pause.
    await pause(500);
    world.s3.requests.length.should.equal(asked);
  });

  it("an upload that is being completed is gone, or complete", async () => {
    hook({ operation: "CompleteMultipartUpload", stall: true });
    await start("write");
    const sent = bench.send({ payload: { path: "complete", data: Buffer.alloc(17_000_000) } });
    await reached("CompleteMultipartUpload");
    await Promise.race([bench.node.close(false), hung()]);
    (await sent).error.code.should.equal("Aborted");
    world.s3.uploads("bucket").should.be.empty();
  });

  describe("with a context store that never answers", () => {
    const mute = { open: async () => {}, close: async () => {}, clean: async () => {}, get() {}, set() {} };
    const original = helper.settings();
    before(() => {
      const contextStorage = { default: { module: "memory" }, mute: { module: () => mute } };
      helper.settings({ ...original, contextStorage });
    });
    after(() => {
      helper.settings({ ...original, contextStorage: undefined });
    });

    it("ends although a parameter is never told", async () => {
      await start("read", { path: "#:(mute)::name", pathType: "flow" });
      const sent = bench.send({});
      await Promise.race([bench.node.close(false), hung()]);
      (await sent).error.code.should.equal("Aborted");
    });

    for (const emit of ["array", "each"]) {
      it(`ends although the result never gets its place, ${emit}, and sends nothing`, async () => {
        world.s3.put("bucket", "f/a", "A");
        await start("list", { emit, output: "#:(mute)::result", outputType: "flow" });
        const sent = bench.send({ payload: { path: "f" } });
        await reached("ListObjectsV2");
        while (world.s3.inFlight > 0) await pause(2);
        await pause(50);
        await Promise.race([bench.node.close(false), hung()]);
        const { error, dones, messages } = await Promise.race([sent, hung()]);
        [error?.code, dones, messages.length].should.eql(["Aborted", 1, 0]);
      });
    }
  });

  for (const [label, first] of [
    ["gives nothing", undefined],
    ["stopped after its first bytes", Buffer.alloc(100)],
    ["stopped in the middle of an upload in parts", Buffer.alloc(30_000_000)],
  ] as const) {
    it(`ends although a stream that is written ${label}, and destroys it`, async () => {
      const data = new PassThrough();
      if (first) data.write(first);
      await start("write");
      const sent = bench.send({ payload: { path: "stream", data } });
      if (first && first.length > 1000) await reached("UploadPart", 2);
      await pause(50);
      await Promise.race([bench.node.close(false), hung()]);
      const { error, dones } = await sent;
      error.code.should.equal("Aborted");
      dones.should.equal(1);
      data.destroyed.should.be.true();
      world.s3.uploads("bucket").should.be.empty();
      world.s3.keys("bucket").should.be.empty();
    });
  }

  it("a message that comes between the close of the connection and that of the node fails with Aborted", async () => {
    world.s3.put("bucket", "a", "A");
    await start("read");
    await bench.find("s3").close(false);
    const { error } = await bench.send({ payload: { path: "a" } });
    error.code.should.equal("Aborted");
    world.s3.requests.should.be.empty();
  });

  it("other nodes of the connection go on when one is closed", async () => {
    world.s3.put("bucket", "a", "A");
    hook({ delay: 100 });
    const second = { id: "second", z: "tab", x: 0, y: 0, type: "amazon-s3-read", connection: "s3", wires: [["out0"]] };
    bench = await deploy("read", {}, { server: world.s3, extra: [second] });
    const arrived = new Promise<Message>((resolve) => bench.find("out0").on("input", resolve));
    bench.find("second").receive({ payload: { path: "a" } });
    await reached("GetObject");
    await bench.redeploy("nodes", { node: { name: "new" } });
    (await arrived).payload.should.equal("A");
  });

  it("leaves no connection open", async () => {
    world.s3.put("bucket", "a", "A");
    await start("read");
    await bench.send({ payload: { path: "a" } });
    world.s3.connections.should.equal(1);
    await bench.find("s3").close(false);
    while (world.s3.connections > 0) await pause(5);
  });

  it("sends nothing at deploy", async () => {
    await start("read");
    await pause(50);
    world.s3.requests.should.be.empty();
    world.s3.connections.should.equal(0);
  });
});
