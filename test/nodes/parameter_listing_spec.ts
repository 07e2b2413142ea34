import "should";
import { type Bench, deploy } from "../support/bench";
import { must } from "../support/must";
import { useServer } from "../support/server";

describe("parameters: a listing", () => {
  const world = useServer();
  let bench: Bench;
  beforeEach(() => {
    world.s3.seed("bucket", ["a", "b", "c"], "four");
    world.s3.clear();
  });
  afterEach(() => bench.close());

  const send = async (verb: string, config: Record<string, unknown>, payload: object) => {
    bench = await deploy(verb, config, { server: world.s3 });
    return bench.send({ payload });
  };

  it("stands in place of the path of delete", async () => {
    const { messages } = await send("delete", {}, { listing: ["a", { path: "b" }] });
    must(messages[0]).payload.should.containEql({ deleted: 2, missing: 0 });
    must(messages[0]).s3.should.containEql({ operation: "delete" });
    world.s3.keys("bucket").should.eql(["c"]);
  });

  it("is not asked for where delete has a path", async () => {
    const { messages } = await send("delete", {}, { path: "a" });
    must(messages[0]).payload.should.containEql({ path: "a", deleted: true });
  });

  for (const [payload, code, message] of [
    [{ path: "a", listing: ["b"] }, "InvalidParameter", /path "a" does not go with a listing/],
    [{ listing: "" }, "MissingParameter", /^path is missing: msg.payload.path is undefined$/],
    [
      { listing: 7 },
      "InvalidParameter",
      /listing must be an array of paths or entries, or the path of an object, and msg.payload.listing is 7/,
    ],
  ] as const) {
    it(`is refused with delete of ${JSON.stringify(payload)}`, async () => {
      const { error, messages } = await send("delete", {}, payload);
      [messages, error.code].should.eql([[], code]);
      error.message.should.match(message);
      world.s3.requests.should.be.empty();
    });
  }

  for (const listing of [undefined, null, ""]) {
    it(`that is ${JSON.stringify(listing)} never means the whole folder`, async () => {
      const { error } = await send("purge", { from: "listing" }, { path: "a", force: true, listing });
      error.code.should.equal("MissingParameter");
      world.s3.requests.should.be.empty();
    });
  }

  it("of a message is not overlooked by a node that is not set to it", async () => {
    const { error } = await send("purge", {}, { path: "a", force: true, listing: ["a/b"] });
    error.code.should.equal("InvalidParameter");
    error.message.should.match(/set Objects to listing in the node/);
    world.s3.requests.should.be.empty();
  });

  it("comes from a list node as it is", async () => {
    const { messages } = await send("list", {}, { path: "" });
    const listing = must(messages[0]).payload;
    await bench.close();
    const outcome = await send("purge", { from: "listing", wholeBucket: true }, { path: "/", force: true, listing });
    must(outcome.messages[0]).payload.should.containEql({ deleted: 3, changed: 0 });
  });
});
