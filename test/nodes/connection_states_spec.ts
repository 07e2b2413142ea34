import "should";
import { setTimeout as pause } from "node:timers/promises";
import helper from "node-red-node-test-helper";
import { type FaultProxy, startFaultProxy } from "../../dev/fault-proxy";
import { type Bench, deploy, type Shown } from "../support/bench";
import { failure, onlyMessage } from "../support/once";
import { useFreshServer } from "../support/server";

describe("how it stands with a connection is shown", () => {
  const world = useFreshServer();
  let proxy: FaultProxy;
  let bench: Bench;
  /** What another node of the same connection shows, that gets no messages. */
  let other: Omit<Shown, "at">[];
  const onStatus = ({ id, status }: { id: string; status: Shown }) => {
    if (id === "other") other.push(status);
  };
  const start = async (connection: object = {}): Promise<void> => {
    world.s3.put("bucket", "a", "A");
    proxy = await startFaultProxy({ target: world.s3.endpoint });
    const extra = [{ id: "other", z: "tab", x: 0, y: 0, type: "amazon-s3-list", connection: "s3" }];
    other = [];
    helper._events.on("node-status", onStatus);
    const server = { ...world.s3, endpoint: proxy.endpoint, bucketName: (name: string) => name };
    bench = await deploy("read", {}, { server, extra, connection: { ...connection } });
  };
  afterEach(async () => {
    helper._events.off("node-status", onStatus);
    await bench.close();
    await proxy.close();
  });
  const read = () => bench.send({ payload: { path: "a" } });
  const last = () => other.at(-1) ?? {};
  const shows = async (what: object): Promise<void> => {
    while (JSON.stringify(last()) !== JSON.stringify(what)) await pause(10);
  };
  /** What the connection has logged, and how. */
  const lines = (): string[] =>
    bench
      .log()
      .map(([entry]) => entry)
      .filter((entry) => entry?.id === "s3")
      .map((entry) => `${entry.level === 30 ? "warn" : "info"} ${entry.msg}`);
  const offline = { fill: "red", shape: "ring", text: "state.offline" };

  for (const [kind, code, begin, says] of [
    [
      "nothing answers",
      "ECONNREFUSED",
      () => proxy.refuse(),
      /^warn offline: nothing answers at the endpoint\. Check .*\(ECONNREFUSED\)$/,
    ],
    [
      "all are reset",
      "ECONNRESET",
      () => proxy.setPlan(() => ({ reset: true })),
      /^warn offline: .* cut\. .*\(ECONNRESET\)$/,
    ],
    [
      "all is answered with 503",
      "ServiceUnavailable",
      () => proxy.setPlan(() => ({ error: { code: "ServiceUnavailable", status: 503 }, handle: false })),
      /^warn offline: the store had a fault of its own\. .*\(ServiceUnavailable\)$/,
    ],
  ] as const) {
    it(`at all of its nodes, and logged once: offline, when ${kind}`, async () => {
      await start();
      await read();
      await begin();
      failure(await read(), code);
      other.should.eql([{}, offline]);
      // The node's own message says more.
      String(bench.statuses.at(-1)?.text).should.not.match(/^state/);
      failure(await read(), code);
      lines().should.have.length(1);
      (lines()[0] as string).should.match(says);
      proxy.setPlan(undefined);
      await proxy.accept();
      onlyMessage(await read());
      await shows({});
      other.should.have.length(3);
      lines().should.have.length(2);
      (lines()[1] as string).should.match(/^info connected again, after \d+ s offline$/);
    });
  }

  it("not over the progress of a node at work, and not without need: an outage that the attempts outlast in time", async () => {
    await start();
    await proxy.refuse();
    const sent = read();
    await shows(offline);
    bench.statuses.map(({ text }) => text).should.eql([undefined, "read …"]);
    await proxy.accept();
    onlyMessage(await sent);
    await shows({});
    bench.statuses.at(-1)?.should.containEql({ fill: "green", text: "done" });
  });

  for (const [credentials, code, says] of [
    [{ accessKey: "nobody-knows" }, "InvalidAccessKeyId", /does not know the access key/],
    [{ secretKey: "canary-wrong-secret" }, "SignatureDoesNotMatch", /secret key does not fit/],
  ] as const) {
    it(`refused, for ${code}, until the keys are right`, async () => {
      await start();
      await read();
      other.should.eql([{}]);
      await bench.close();
      const extra = [{ id: "other", z: "tab", x: 0, y: 0, type: "amazon-s3-list", connection: "s3" }];
      bench = await deploy("read", {}, { server: world.s3, extra, credentials });
      failure(await read(), code);
      last().should.eql({ fill: "red", shape: "ring", text: "state.refused" });
      lines().should.have.length(1);
      (lines()[0] as string).should.match(says).and.not.match(/canary|nobody/);
    });
  }

  it("refused, of an expired token, until one is taken again", async () => {
    await start();
    const unhook = world.s3.hook({ error: "ExpiredToken" });
    failure(await read(), "ExpiredToken");
    last().should.eql({ fill: "red", shape: "ring", text: "state.refused" });
    unhook();
    await read();
    await shows({});
  });

  it("refused, with a line for each cause, and not over what a node says of its own message", async () => {
    await start();
    const unhook = world.s3.hook({ error: "ExpiredToken" });
    failure(await read(), "ExpiredToken");
    unhook();
    world.s3.hook({ error: { code: "InvalidAccessKeyId", status: 403 } });
    for (let n = 0; n < 5; n++) {
      failure(await read(), "InvalidAccessKeyId");
      await pause(300);
    }
    lines().should.have.length(2);
    (lines()[1] as string).should.match(/^warn refused: the store does not know .*\(InvalidAccessKeyId\)$/);
    other.should.eql([{}, { fill: "red", shape: "ring", text: "state.refused" }]);
    bench.statuses.at(-1)?.should.containEql({ text: "InvalidAccessKeyId" });
  });

  it("not of one object that may not be read, or is not there", async () => {
    await start();
    world.s3.hook({ error: { code: "AccessDenied", status: 403 }, times: 3 });
    for (let n = 0; n < 3; n++) failure(await read(), "AccessDenied");
    for (let n = 0; n < 3; n++) failure(await bench.send({ payload: { path: "none" } }), "NoSuchKey");
    other.should.eql([{}]);
    lines().should.eql([]);
  });

  it("throttled, in place of the green of what is done", async () => {
    await start({ maxAttempts: 10 });
    world.s3.hook(({ number }) => (number % 2 ? { error: { code: "SlowDown", status: 503 } } : undefined));
    const throttled = { fill: "yellow", shape: "ring", text: "state.throttled" };
    while (last().text !== throttled.text) onlyMessage(await read());
    onlyMessage(await read());
    await pause(1100);
    bench.statuses.at(-1)?.should.containEql(throttled);
    lines().should.have.length(1);
    (lines()[0] as string).should.match(/^warn throttled: the store asks to slow down\. Send fewer .*\(SlowDown\)$/);
  });

  it("at a node that is deployed later", async () => {
    await start();
    const unhook = world.s3.hook({ error: "ExpiredToken" });
    failure(await read(), "ExpiredToken");
    other.length = 0;
    await bench.redeploy("nodes", { other: { name: "anew" } });
    last().should.eql({ fill: "red", shape: "ring", text: "state.refused" });
    unhook();
  });
});
