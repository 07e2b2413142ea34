import "should";
import { type Bench, deploy } from "../support/bench";
import { must } from "../support/must";
import { useServer } from "../support/server";

describe("parameters: missing", () => {
  const world = useServer();
  let bench: Bench;
  beforeEach(() => world.s3.clear());
  afterEach(() => bench.close());

  const fail = async (verb: string, config: object, msg: object) => {
    bench = await deploy(verb, { ...config }, { server: world.s3 });
    const outcome = await bench.send(msg);
    outcome.messages.should.be.empty();
    world.s3.requests.should.be.empty();
    return outcome.error;
  };

  for (const [label, payload, state] of [
    ["undefined", {}, "undefined"],
    ["null", { path: null }, "null"],
    ['""', { path: "" }, "empty"],
  ] as const) {
    for (const verb of ["create", "delete", "download", "exist", "purge", "read", "write"]) {
      it(`${verb} without a path (${label}) says which and where`, async () => {
        const error = await fail(verb, {}, { payload: { data: "x", ...payload } });
        error.code.should.equal("MissingParameter");
        error.message.should.equal(`path is missing: msg.payload.path is ${state}`);
      });
    }
  }

  for (const [label, msg] of Object.entries({
    undefined: {},
    null: { payload: null },
    "a string": { payload: "a.txt" },
    "a number": { payload: 7 },
    "an array": { payload: ["a.txt"] },
  })) {
    it(`payload itself is ${label}`, async () => {
      const error = await fail("read", {}, msg);
      error.code.should.equal("MissingParameter");
      error.message.should.equal("path is missing: msg.payload.path is undefined");
    });
  }

  for (const [type, value, place] of [
    ["msg", "topic", "msg.topic"],
    ["flow", "name", "flow.name"],
    ["flow", "deep.er.name", "flow.deep.er.name"],
    ["global", "name", "global.name"],
    ["env", "SPEC_NOT_SET", "the environment variable SPEC_NOT_SET"],
    ["jsonata", "payload.nothing", 'the expression "payload.nothing"'],
  ]) {
    it(`names the place for ${type} ${value}`, async () => {
      const error = await fail("read", { path: value, pathType: type }, {});
      error.code.should.equal("MissingParameter");
      error.message.should.equal(`path is missing: ${place} is undefined`);
    });
  }

  it("names an empty field of the form", async () => {
    const error = await fail("read", { path: "", pathType: "str" }, {});
    error.code.should.equal("MissingParameter");
    error.message.should.match(/^path is missing: .*form/);
  });

  it("treats a step that is not there as missing in flow context too", async () => {
    bench = await deploy("read", { path: "a.b.c", pathType: "flow" }, { server: world.s3 });
    bench.node.context().flow.set("a", { b: null });
    (await bench.send({})).error.code.should.equal("MissingParameter");
  });

  it("data is missing when undefined or null, and not when empty, false or 0", async () => {
    for (const data of [undefined, null]) {
      const error = await fail("write", {}, { payload: { path: "x", data } });
      error.code.should.equal("MissingParameter");
      error.message.should.startWith(`data is missing: msg.payload.data is ${data}`);
      error.path.should.equal("x");
      await bench.close();
    }
    bench = await deploy("write", { overwrite: "true", overwriteType: "bool" }, { server: world.s3 });
    for (const [data, text] of [
      ["", ""],
      [0, "0"],
      [false, "false"],
    ]) {
      (await bench.send({ payload: { path: "x", data } })).messages[0].payload.written.should.be.true();
      must(world.s3.get("bucket", "x")?.body.toString()).should.equal(text);
    }
  });

  it("gives a missing optional parameter its default, however it is missing", async () => {
    world.s3.put("bucket", "f/a.txt", "");
    world.s3.put("bucket", "f/b/c.txt", "");
    bench = await deploy("list", {}, { server: world.s3 });
    for (const nothing of [undefined, null, ""]) {
      const payload = { path: "f", filter: nothing, recurse: nothing, maxResults: nothing, caseSensitive: nothing };
      const { messages, error } = await bench.send({ payload });
      (error === undefined).should.be.true(error?.message);
      messages[0].payload.map(({ path }: { path: string }) => path).should.eql(["f/a.txt"]);
    }
    const root = await bench.send({});
    root.messages[0].payload.should.be.an.Array();
  });

  it("does not take a method of an array or a string for a parameter", async () => {
    bench = await deploy("list", {}, { server: world.s3 });
    for (const payload of [[], "text", Buffer.from("x")]) {
      const { error } = await bench.send({ payload });
      (error === undefined).should.be.true(error?.message);
    }
  });
});
