import "should";
import helper from "node-red-node-test-helper";
import { type Bench, deploy, type Message, type Outcome } from "../support/bench";
import { must } from "../support/must";
import { useServer } from "../support/server";

const overwriting = { overwrite: "true", overwriteType: "bool" };

/** A context store that answers each key after as many ms as it says. */
const slowStore = () => ({
  open: async () => {},
  close: async () => {},
  clean: async () => {},
  delete: async () => {},
  keys: (_scope: string, done: (error: null, keys: string[]) => void) => done(null, []),
  set: (_scope: string, _key: string, _value: unknown, done: () => void) => done(),
  get: (_scope: string, key: string, done: (error: null, value: string) => void) => {
    setTimeout(() => done(null, key), Number(key.replace(/\D/g, "")));
  },
});

describe("order and load", () => {
  const world = useServer();
  let bench: Bench;
  let unhook = () => {};
  beforeEach(() => world.s3.clear());
  afterEach(async () => {
    unhook();
    unhook = () => {};
    await bench.close();
  });
  const body = (key: string) => world.s3.get("bucket", key)?.body.toString();
  const keys = () => world.s3.requests.map(({ key }) => key);

  it("messages for one path run in the order of arrival, also when the first is slow", async () => {
    unhook = world.s3.hook({ operation: "PutObject", times: 1, delay: 150 });
    bench = await deploy("write", overwriting, { server: world.s3 });
    const done: number[] = [];
    const sent = [1, 2, 3].map((n) => bench.send({ payload: { path: "same", data: n } }).then(() => done.push(n)));
    await Promise.all(sent);
    done.should.eql([1, 2, 3]);
    must(body("same")).should.equal("3");
    world.s3.maxInFlight.should.equal(1);
  });

  it("also when the first fails", async () => {
    unhook = world.s3.hook({ operation: "PutObject", times: 1, delay: 50, error: "AccessDenied" });
    bench = await deploy("write", overwriting, { server: world.s3 });
    const sent = [1, 2].map((n) => bench.send({ payload: { path: "same", data: n } }));
    const [first, second] = (await Promise.all(sent)) as [Outcome, Outcome];
    first.error.code.should.equal("AccessDenied");
    second.messages[0].payload.written.should.be.true();
    must(body("same")).should.equal("2");
  });

  it("also when the parameters of the first take longer to evaluate", async () => {
    const original = helper.settings();
    helper.settings({ ...original, contextStorage: { default: { module: "memory" }, slow: { module: slowStore } } });
    try {
      const data = { data: "$flowContext(payload.key, 'slow')", dataType: "jsonata" };
      bench = await deploy("write", { ...overwriting, ...data }, { server: world.s3 });
      const keysOf = ["after120", "after1"];
      await Promise.all(keysOf.map((key) => bench.send({ payload: { path: "same", key } })));
      must(body("same")).should.equal("after1");
      world.s3.requests.length.should.equal(2);
    } finally {
      helper.settings({ ...original, contextStorage: undefined });
    }
  });

  it("a path is one of its bucket: the same path in two buckets runs side by side", async () => {
    world.s3.createBucket("other");
    unhook = world.s3.hook({ operation: "PutObject", delay: 80 });
    const bucket = { bucket: "topic", bucketType: "msg" };
    bench = await deploy("write", { ...overwriting, ...bucket }, { server: world.s3 });
    const sent = ["bucket", "other"].map((topic) => bench.send({ topic, payload: { path: "same", data: 1 } }));
    await Promise.all(sent);
    world.s3.maxInFlight.should.equal(2);
  });

  it("other paths overtake a slow one", async () => {
    world.s3.seed("bucket", ["slow", "quick"]);
    unhook = world.s3.hook({ key: "slow", delay: 100 });
    bench = await deploy("read", {}, { server: world.s3 });
    const done: string[] = [];
    const sent = ["slow", "quick"].map((path) => bench.send({ payload: { path } }).then(() => done.push(path)));
    await Promise.all(sent);
    done.should.eql(["quick", "slow"]);
  });

  it("side by side, as many as the connection's concurrency says, in the order of arrival", async () => {
    const paths = Array.from({ length: 30 }, (_, n) => `p${n}`);
    world.s3.seed("bucket", paths);
    unhook = world.s3.hook({ delay: 15 });
    bench = await deploy("read", {}, { server: world.s3, connection: { concurrency: 3 } });
    await Promise.all(paths.map((path) => bench.send({ payload: { path } })));
    world.s3.maxInFlight.should.equal(3);
    keys().should.eql(paths);
  });

  it("concurrency holds for all nodes of the connection together, and for the requests of one message", async () => {
    const paths = Array.from({ length: 12 }, (_, n) => `p${n}`);
    world.s3.seed("bucket", paths);
    unhook = world.s3.hook({ delay: 15 });
    const second = { id: "second", z: "tab", x: 0, y: 0, type: "amazon-s3-exist", connection: "s3", wires: [["out0"]] };
    const setting = { server: world.s3, connection: { concurrency: 2 }, extra: [second] };
    bench = await deploy("delete", { ifMissing: "ignore" }, setting);
    const others: Promise<void>[] = [];
    for (const path of paths) {
      const arrived = new Promise<void>((resolve) => {
        bench.find("out0").on("input", ({ topic }: Message) => topic === path && resolve());
      });
      others.push(arrived);
      bench.find("second").receive({ topic: path, payload: { path } });
    }
    await Promise.all([bench.send({ payload: { path: paths } }), ...others]);
    world.s3.maxInFlight.should.equal(2);
  });

  /** Sends many messages at once, past what watches single ones; the result fills up with how often each ended how. */
  const flood = (count: number): Map<string, number> => {
    const ends = new Map<string, number>();
    const { node } = bench;
    node._complete = (_msg: Message, error?: Message) => {
      const code = error?.code ?? "done";
      ends.set(code, (ends.get(code) ?? 0) + 1);
    };
    for (let n = 0; n < count; n++) node._emitInput({ n });
    return ends;
  };

  it("past 10,000 waiting messages, further ones fail with QueueFull", async () => {
    unhook = world.s3.hook({ stall: true });
    const setting = { server: world.s3, connection: { concurrency: 1 } };
    bench = await deploy("read", { path: "one", pathType: "str" }, setting);
    // One can run, the others wait.
    const ends = flood(10_050);
    // At once: they take no place in a queue.
    Object.fromEntries(ends).should.eql({ QueueFull: 49 });
    await bench.redeploy("nodes", { node: { name: "another" } });
    Object.fromEntries(ends).should.eql({ QueueFull: 49, Aborted: 10_001 });
  });

  it("a flood of messages does not stop it", async () => {
    unhook = world.s3.hook({ stall: true });
    bench = await deploy("read", { path: "a", pathType: "str" }, { server: world.s3 });
    const ends = flood(40_000);
    // It shows only now that they are all for one path, so that one runs and not as many as there are places.
    while ((ends.get("QueueFull") ?? 0) < 29_999) await new Promise((resolve) => setImmediate(resolve));
    await bench.redeploy("nodes", { node: { name: "another" } });
    Object.fromEntries(ends).should.eql({ QueueFull: 29_999, Aborted: 10_001 });
    unhook();
    world.s3.put("bucket", "a", "A");
    (await bench.send({})).messages[0].payload.should.equal("A");
  });
});
