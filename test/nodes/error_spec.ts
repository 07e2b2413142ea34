import should from "should";
import { type Bench, deploy, type Message } from "../support/bench";
import { useServer } from "../support/server";

const fields = ["statusCode", "requestId", "operation", "bucket", "path", "retryable"];

describe("errors: how they are handed on", () => {
  const world = useServer();
  let bench: Bench;
  let unhook = () => {};
  beforeEach(() => world.s3.clear());
  afterEach(async () => {
    unhook();
    unhook = () => {};
    await bench.close();
  });

  it("done once with the error: Catch fires, Complete does not, nothing is sent", async () => {
    bench = await deploy("read", {}, { server: world.s3 });
    const outcome = await bench.send({ payload: { path: "in/none.txt" }, topic: "kept" });
    outcome.events.should.eql(["done", "caught"]);
    outcome.dones.should.equal(1);
    outcome.completed.should.be.false();
    outcome.caught.topic.should.equal("kept");
    outcome.caught.payload.should.eql({ path: "in/none.txt" });
  });

  it("done once on success, after the message is sent: Complete fires, Catch does not", async () => {
    world.s3.put("bucket", "a", "A");
    bench = await deploy("read", {}, { server: world.s3 });
    const outcome = await bench.send({ payload: { path: "a" } });
    outcome.events.should.eql(["sent", "done", "completed"]);
  });

  it("the error has its fields as its own, and a plain cause with the same", async () => {
    bench = await deploy("read", {}, { server: world.s3 });
    const { error } = await bench.send({ payload: { path: "in/none.txt" } });
    error.should.be.an.Error();
    for (const field of ["code", ...fields]) Object.hasOwn(error, field).should.be.true(field);
    error.should.match({
      code: "NoSuchKey",
      statusCode: 404,
      requestId: world.s3.requests.at(-1)?.id,
      operation: "read",
      bucket: "bucket",
      path: "in/none.txt",
      retryable: false,
    });
    error.message.should.match(/in\/none\.txt/).and.match(/Check the path/);
    Object.hasOwn(error, "cause").should.be.true();
    Object.getPrototypeOf(error.cause).should.equal(Object.prototype);
    for (const field of ["code", "message", ...fields]) {
      Object.hasOwn(error.cause, field).should.be.true(field);
      should.equal(error.cause[field], error[field]);
    }
  });

  it("a Catch node gets message, code and cause", async () => {
    bench = await deploy("read", {}, { server: world.s3 });
    const { caught, error } = await bench.send({ payload: { path: "none" } });
    caught.error.message.should.equal(error.message);
    caught.error.code.should.equal("NoSuchKey");
    caught.error.cause.should.eql(error.cause);
    caught.error.source.id.should.equal("node");
  });

  it("has the fields also where nothing was sent", async () => {
    bench = await deploy("read", {}, { server: world.s3 });
    const { error } = await bench.send({ payload: {} });
    for (const field of ["code", ...fields]) Object.hasOwn(error, field).should.be.true(field);
    error.should.match({ code: "MissingParameter", operation: "read", bucket: "bucket", retryable: false });
  });

  it("result tells what was done where part of the work was", async () => {
    world.s3.put("bucket", "a", "A");
    bench = await deploy("delete", {}, { server: world.s3 });
    const { error, caught } = await bench.send({ payload: { path: ["a", "none"] } });
    error.code.should.equal("PartialFailure");
    Object.hasOwn(error, "result").should.be.true();
    error.result.should.match({ deleted: 1, missing: 1 });
    error.result.failed[0].should.match({ path: "none", code: "NoSuchKey" });
    caught.error.cause.result.should.eql(error.result);
    Object.hasOwn(caught.error.cause, "path").should.be.true();
  });

  it("is not there where no part was done", async () => {
    bench = await deploy("read", {}, { server: world.s3 });
    const { error } = await bench.send({ payload: { path: "none" } });
    ("result" in error).should.be.false();
    ("result" in error.cause).should.be.false();
  });

  it("a sequence that breaks off ends with the error, and never sends its last part", async () => {
    world.s3.put("bucket", "lines", `${`${"a".repeat(10_000)}\n`.repeat(400)}last`);
    unhook = world.s3.hook({ operation: "GetObject", skip: 1, error: "AccessDenied" });
    const cut = world.s3.hook({ operation: "GetObject", times: 1, cut: 2_000_000 });
    bench = await deploy("read", { format: "lines" }, { server: world.s3 });
    const { messages, error, dones, completed, events } = await bench.send({ payload: { path: "lines" } });
    cut();
    error.code.should.equal("AccessDenied");
    messages.length.should.be.above(0);
    for (const { parts, payload } of messages) {
      ("count" in parts).should.be.false();
      payload.should.equal("a".repeat(10_000));
    }
    dones.should.equal(1);
    completed.should.be.false();
    events.indexOf("done").should.equal(events.lastIndexOf("sent") + 1);
  });

  it("a stream is destroyed with the error, and the message ends with it", async () => {
    world.s3.put("bucket", "big", Buffer.alloc(3_000_000));
    unhook = world.s3.hook({ operation: "GetObject", skip: 1, error: "AccessDenied" });
    const cut = world.s3.hook({ operation: "GetObject", times: 1, cut: 1_000_000 });
    bench = await deploy("read", { format: "stream" }, { server: world.s3 });
    let failed: Message;
    bench.find("out0").on("input", ({ payload }: Message) => {
      payload.on("error", (error: Error) => {
        failed = error;
      });
      payload.resume();
    });
    const { error, messages, events } = await bench.send({ payload: { path: "big" } });
    cut();
    error.code.should.equal("AccessDenied");
    messages[0].payload.destroyed.should.be.true();
    failed.should.be.an.Error();
    events.filter((event) => event !== "sent").should.eql(["done", "caught"]);
  });

  it("a stream's message is done when the stream has ended, not before", async () => {
    world.s3.put("bucket", "s", Buffer.alloc(100_000, 1));
    bench = await deploy("read", { format: "stream" }, { server: world.s3 });
    const order: string[] = [];
    bench.find("out0").on("input", ({ payload }: Message) => {
      setTimeout(() => {
        payload.on("end", () => order.push("end")).resume();
        order.push("reading");
      }, 100);
    });
    const { completed } = await bench.send({ payload: { path: "s" } });
    order.should.eql(["reading", "end"]);
    completed.should.be.true();
  });
});
