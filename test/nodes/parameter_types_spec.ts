import "should";
import helper from "node-red-node-test-helper";
import { type Bench, deploy, type Message } from "../support/bench";
import { useServer } from "../support/server";

describe("parameters: each kind of typedInput", () => {
  const world = useServer();
  let bench: Bench;
  const original = helper.settings();
  before(() => {
    const memory = { module: "memory" };
    helper.settings({ ...original, contextStorage: { default: memory, second: memory } });
  });
  after(() => helper.settings({ ...original, contextStorage: undefined }));
  afterEach(() => bench.close());
  beforeEach(() => world.s3.put("bucket", "a.txt", "A"));

  const read = async (config: object, msg: object = {}, extra?: Record<string, unknown>[]) => {
    bench = await deploy("read", { ...config }, { server: world.s3, ...(extra ? { extra } : {}) });
    return bench.send(msg);
  };

  it("takes a literal string", async () => {
    const { messages } = await read({ path: "a.txt", pathType: "str" });
    messages[0].payload.should.equal("A");
  });

  it("takes any property of the message, with and without msg. before it", async () => {
    const { messages } = await read({ path: "topic", pathType: "msg" }, { topic: "a.txt" });
    messages[0].payload.should.equal("A");
    await bench.close();
    const nested = await read({ path: "names[1].file", pathType: "msg" }, { names: [{}, { file: "a.txt" }] });
    nested.messages[0].payload.should.equal("A");
  });

  for (const type of ["flow", "global"] as const) {
    it(`takes ${type} context, nested, and of a named store`, async () => {
      bench = await deploy("read", { path: "deep.name", pathType: type }, { server: world.s3 });
      bench.node.context()[type].set("deep", { name: "a.txt" });
      (await bench.send({})).messages[0].payload.should.equal("A");
      await bench.close();
      bench = await deploy("read", { path: "#:(second)::name", pathType: type }, { server: world.s3 });
      const context = bench.node.context()[type];
      context.set("name", "wrong.txt");
      context.set("name", "a.txt", "second");
      (await bench.send({})).messages[0].payload.should.equal("A");
    });
  }

  it("takes an environment variable of the process and of the flow", async () => {
    process.env.SPEC_PATH = "a.txt";
    try {
      (await read({ path: "SPEC_PATH", pathType: "env" })).messages[0].payload.should.equal("A");
      await bench.close();
      const tab = { id: "tab", type: "tab", env: [{ name: "OWN", value: "a", type: "str" }] };
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Node-RED's own notation
      const { messages } = await read({ path: "${OWN}.txt", pathType: "env" }, {}, [tab]);
      messages[0].payload.should.equal("A");
    } finally {
      delete process.env.SPEC_PATH;
    }
  });

  it("takes a JSONata expression, which sees the message and the flow", async () => {
    const config = { path: "payload.name & $flowContext('ending')", pathType: "jsonata" };
    bench = await deploy("read", config, { server: world.s3 });
    bench.node.context().flow.set("ending", ".txt");
    (await bench.send({ payload: { name: "a" } })).messages[0].payload.should.equal("A");
  });

  it("takes literals of the other kinds: number, boolean, JSON, buffer", async () => {
    const put = async (config: Record<string, unknown>) => {
      bench = await deploy("write", { path: "w", pathType: "str", ...config }, { server: world.s3 });
      const { error } = await bench.send({});
      if (error) throw error;
      await bench.close();
      return world.s3.get("bucket", "w") as Message;
    };
    const overwrite = { overwrite: "true", overwriteType: "bool" };
    const bytes = async (data: unknown, dataType: string) =>
      (await put({ data, dataType, ...overwrite })).body.toString();
    (await bytes("12.50", "num")).should.equal("12.5");
    (await bytes("true", "bool")).should.equal("true");
    (await bytes('{"a":[1]}', "json")).should.equal('{"a":[1]}');
    (await bytes("[104,105]", "bin")).should.equal("hi");
    const tagged = await put({
      data: "x",
      dataType: "str",
      metadata: '{"by":"me"}',
      metadataType: "json",
      ...overwrite,
    });
    tagged.metadata.should.eql({ by: "me" });
    bench = await deploy("list", { maxResults: "1", maxResultsType: "num" }, { server: world.s3 });
    (await bench.send({})).messages[0].payload.length.should.equal(1);
  });

  it("does its job for msg.payload when only a connection is chosen", async () => {
    bench = await deploy("write", {}, { server: world.s3 });
    const { messages } = await bench.send({ payload: { path: "new.txt", data: "N", metadata: { by: "payload" } } });
    messages[0].payload.should.match({ path: "new.txt", size: 1, written: true });
    // Metadata starts as a literal: the message does not set it.
    (world.s3.get("bucket", "new.txt") as Message).metadata.should.eql({});
  });

  it("takes the bucket from the message where the node says so, and else that of the connection", async () => {
    world.s3.createBucket("other");
    world.s3.put("other", "a.txt", "from the other");
    const config = { bucket: "payload.bucket", bucketType: "msg" };
    const { messages } = await read(config, { payload: { path: "a.txt", bucket: "other" } });
    messages[0].payload.should.equal("from the other");
    messages[0].s3.bucket.should.equal("other");
    (await bench.send({ payload: { path: "a.txt" } })).messages[0].payload.should.equal("A");
    await bench.close();
    const fixed = await read({}, { bucket: "other", payload: { path: "a.txt", bucket: "other" } });
    fixed.messages[0].payload.should.equal("A");
  });

  it("lets no message change a property", async () => {
    const { messages } = await read(
      { format: "buffer", output: "result" },
      { format: "string", output: "x", payload: { path: "a.txt", format: "string", output: "y", outputType: "flow" } },
    );
    messages[0].result.should.eql(Buffer.from("A"));
  });
});
