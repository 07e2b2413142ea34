import "should";
import helper from "node-red-node-test-helper";
import { type Bench, deploy, type Message } from "../support/bench";
import { useServer } from "../support/server";

describe("result", () => {
  const world = useServer();
  let bench: Bench;
  beforeEach(() => {
    world.s3.put("bucket", "a.txt", "A", { contentType: "text/plain", metadata: { by: "me" } });
    world.s3.clear();
  });
  afterEach(() => bench.close());

  const run = async (verb: string, config: object, msg: object) => {
    bench = await deploy(verb, { ...config }, { server: world.s3 });
    return bench.send(msg);
  };

  it("goes to msg.payload, in the very message that came in, which keeps all else", async () => {
    const req = { kind: "request" };
    const nested = { deep: [1] };
    const msg: Message = { payload: { path: "a.txt" }, topic: "t", req, res: { self: req }, nested, s3: "old" };
    const { messages } = await run("read", {}, msg);
    messages.length.should.equal(1);
    messages[0].should.equal(msg);
    messages[0].req.should.equal(req);
    messages[0].nested.should.equal(nested);
    const { payload, topic, s3 } = messages[0];
    ({ payload, topic }).should.eql({ payload: "A", topic: "t" });
    s3.operation.should.equal("read");
  });

  it("goes to a nested property of the message, made where it is missing", async () => {
    const { messages } = await run("read", { output: "out.list[1].text" }, { payload: { path: "a.txt" } });
    messages[0].out.list[1].text.should.equal("A");
    messages[0].payload.should.eql({ path: "a.txt" });
  });

  for (const type of ["flow", "global"] as const) {
    it(`goes to ${type} context, and the message keeps its payload`, async () => {
      const config = { output: "got.text", outputType: type };
      const { messages } = await run("read", config, { payload: { path: "a.txt" } });
      bench.node.context()[type].get("got.text").should.equal("A");
      messages[0].payload.should.eql({ path: "a.txt" });
      messages[0].s3.path.should.equal("a.txt");
    });
  }

  it("goes to a named context store", async () => {
    const memory = { module: "memory" };
    const original = helper.settings();
    helper.settings({ ...original, contextStorage: { default: memory, second: memory } });
    try {
      await run("read", { output: "#:(second)::got", outputType: "flow" }, { payload: { path: "a.txt" } });
      bench.node.context().flow.get("got", "second").should.equal("A");
      (bench.node.context().flow.get("got") === undefined).should.be.true();
    } finally {
      helper.settings({ ...original, contextStorage: undefined });
    }
  });

  it("a store that cannot keep it is an error", async () => {
    const full = (_scope: string, _key: string, _value: unknown, done: (error: Error) => void) =>
      done(new Error("disk full"));
    const nothing = async () => {};
    const store = () => ({ open: nothing, close: nothing, clean: nothing, delete: nothing, set: full });
    const original = helper.settings();
    helper.settings({ ...original, contextStorage: { default: { module: "memory" }, full: { module: store } } });
    try {
      const config = { output: "#:(full)::got", outputType: "global" };
      const { error, messages } = await run("read", config, { payload: { path: "a.txt" } });
      error.message.should.match(/global\.got cannot be set: disk full/);
      messages.should.be.empty();
    } finally {
      helper.settings({ ...original, contextStorage: undefined });
    }
  });

  it("is refused before anything is sent where the message has no room for it", async () => {
    const config = { output: "topic.text", overwrite: "true", overwriteType: "bool" };
    const { error, messages } = await run("write", config, { topic: "t", payload: { path: "a.txt", data: "B" } });
    error.code.should.equal("InvalidParameter");
    error.message.should.match(/msg\.topic\.text/);
    messages.should.be.empty();
    world.s3.requests.should.be.empty();
    await bench.close();
    const odd = await run("read", { output: "a[" }, { payload: { path: "a.txt" } });
    odd.error.code.should.equal("InvalidParameter");
    await bench.close();
    const flow = await run("read", { output: "a[", outputType: "flow" }, { payload: { path: "a.txt" } });
    flow.error.code.should.equal("InvalidParameter");
    world.s3.requests.should.be.empty();
  });

  it("msg.s3 tells what S3 told, in its own words, and nothing that it did not tell", async () => {
    world.s3.createBucket({ name: "versioned", versioning: "Enabled" });
    world.s3.put("versioned", "a.txt", "A");
    const { messages } = await run("read", {}, { payload: { path: "a.txt" } });
    const { s3 } = messages[0];
    s3.should.match({ operation: "read", bucket: "bucket", path: "a.txt", size: 1, metadata: { by: "me" } });
    s3.etag.should.match(/^[0-9a-f]{32}$/);
    s3.contentType.should.equal("text/plain");
    s3.lastModified.should.equal(new Date(s3.lastModified).toISOString());
    s3.requestId.should.equal(world.s3.requests[0]?.id);
    s3.should.not.have.properties("versionId");
    s3.should.not.have.properties("storageClass");
    for (const value of Object.values(s3)) (value === undefined).should.be.false();
    await bench.close();
    const versioned = await run("read", { bucket: "versioned" }, { payload: { path: "a.txt" } });
    versioned.messages[0].s3.versionId.should.be.a.String();
    versioned.messages[0].s3.should.not.have.property("metadata");
  });

  for (const [verb, payload, force] of [
    ["create", { path: "new/" }, {}],
    ["delete", { path: "a.txt" }, {}],
    ["exist", { path: "a.txt" }, {}],
    ["exist", { path: "nothing" }, {}],
    ["list", { path: "folder" }, {}],
    ["purge", { path: "folder" }, {}],
    ["read", { path: "a.txt" }, {}],
    ["write", { path: "b.txt", data: 1 }, {}],
  ] as const) {
    it(`msg.s3 always has operation, bucket and path: ${verb} ${payload.path}`, async () => {
      const { messages } = await run(verb, force, { payload: { ...payload } });
      messages[0].s3.should.match({ operation: verb, bucket: "bucket", path: payload.path });
    });
  }

  it("a sequence sends copies that share what the message had", async () => {
    world.s3.put("bucket", "lines", "a\nb\nc");
    const res = { kind: "response" };
    const msg: Message = { payload: { path: "lines" }, res, topic: "t" };
    const { messages, completed, dones } = await run("read", { format: "lines" }, msg);
    messages.map(({ payload }) => payload).should.eql(["a", "b", "c"]);
    new Set(messages).size.should.equal(3);
    for (const message of messages) {
      message.res.should.equal(res);
      message.topic.should.equal("t");
    }
    messages.map(({ parts }) => parts.index).should.eql([0, 1, 2]);
    messages.map(({ parts }) => parts.count).should.eql([undefined, undefined, 3]);
    new Set(messages.map(({ parts }) => parts.id)).size.should.equal(1);
    completed.should.be.true();
    dones.should.equal(1);
  });

  it("a nested output gives each message of a sequence its own", async () => {
    world.s3.put("bucket", "lines", "a\nb");
    const msg = { payload: { path: "lines" }, out: { kept: 1, list: [{ old: 1 }] } };
    const { messages } = await run("read", { format: "lines", output: "out.list[0].line" }, msg);
    messages
      .map(({ out }) => out.list[0])
      .should.eql([
        { old: 1, line: "a" },
        { old: 1, line: "b" },
      ]);
    messages[1].out.kept.should.equal(1);
    msg.out.should.eql({ kept: 1, list: [{ old: 1 }] });
  });
});
