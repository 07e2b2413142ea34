import "should";
import { Readable } from "node:stream";
import { deploy, type Message } from "../support/bench";
import { crowd } from "../support/crowd";
import { must } from "../support/must";
import { failure, once, onlyMessage } from "../support/once";
import { needsFaults, onlyEmbedded } from "../support/only-embedded";
import { useStore } from "../support/world";

describe("write to a folder", () => {
  const world = useStore();
  const write = (payload: object, config: Record<string, unknown> = {}, connection = {}) =>
    once("write", config, payload, { server: world.s3, connection });
  const stored = async (path: string) =>
    (await world.s3.get("bucket", path)) as { body: Buffer; contentType: string; etag: string };
  const puts = () => world.s3.requests.filter(({ operation }) => operation === "PutObject");

  beforeEach(() => {
    world.s3.clear();
  });

  it("writes each entry below it, and gives a result for each, in their order", async () => {
    const data = [
      { path: "b.txt", data: "text" },
      { path: "sub/a.json", data: { a: 1 } },
      { path: "bytes", data: Buffer.from([0, 255]) },
      { path: "number", data: 0 },
      { path: "list", data: [1, 2] },
      { path: "stream", data: Readable.from(["s"]) },
      { path: "typed.txt", data: "x", contentType: "text/x-own" },
      { path: "empty", data: "" },
    ];
    const msg = onlyMessage(await write({ path: "many/", data }));
    msg.payload.map(({ path }: Message) => path).should.eql(data.map(({ path }) => `many/${path}`));
    for (const { path, size, etag, written, ...rest } of msg.payload) {
      written.should.be.true();
      size.should.equal((await stored(path)).body.length);
      etag.should.equal((await stored(path)).etag.replaceAll('"', ""));
      rest.should.eql({});
    }
    (await stored("many/b.txt")).body.toString().should.equal("text");
    (await stored("many/sub/a.json")).body.toString().should.equal('{"a":1}');
    [...(await stored("many/bytes")).body].should.eql([0, 255]);
    (await stored("many/number")).body.toString().should.equal("0");
    (await stored("many/list")).body.toString().should.equal("[1,2]");
    (await stored("many/stream")).body.toString().should.equal("s");
    (await stored("many/typed.txt")).contentType.should.equal("text/x-own");
    (await stored("many/b.txt")).contentType.should.equal("text/plain");
    msg.s3.path.should.equal("many/");
  });

  it("gives each the node's content type where it has none of its own", async () => {
    const data = [
      { path: "a.txt", data: "x" },
      { path: "b.txt", data: "x", contentType: "" },
      { path: "c.txt", data: "x", contentType: "text/x-own" },
    ];
    onlyMessage(await write({ path: "types/", data }, { contentType: "text/x-node", contentTypeType: "str" }));
    const objects = await Promise.all(data.map(({ path }) => stored(`types/${path}`)));
    objects.map(({ contentType }) => contentType).should.eql(["text/x-node", "text/x-node", "text/x-own"]);
  });

  it("succeeds with an empty array, without a request", async () => {
    onlyMessage(await write({ path: "none/", data: [] })).payload.should.eql([]);
    world.s3.requests.should.have.length(0);
  });

  onlyEmbedded(needsFaults, () => {
    it("tries all, and fails with PartialFailure when some fail", async () => {
      await world.s3.put("bucket", "part/there", "old");
      world.embedded.hook({ operation: "PutObject", key: "part/denied", error: "AccessDenied" });
      const data = ["first", "there", "denied", "last"].map((path) => ({ path, data: path }));
      const outcome = await write({ path: "part/", data }, {}, { concurrency: 1 });
      const error = failure(outcome, "PartialFailure");
      outcome.messages.should.have.length(0);
      error.message.should.match(/2 of 4/).and.match(/part\/there/);
      const { result } = error;
      result
        .map(({ path, written, code }: Message) => [path, written, code])
        .should.eql([
          ["part/first", true, undefined],
          ["part/there", false, "ObjectExists"],
          ["part/denied", false, "AccessDenied"],
          ["part/last", true, undefined],
        ]);
      Object.keys(result[1]).sort().should.eql(["code", "message", "path", "written"]);
      result[1].message.should.match(/exists/);
      result[0].should.containEql({ size: 5, etag: (await stored("part/first")).etag.replaceAll('"', "") });
      must(outcome.caught?.error.cause.result).should.eql(result);
      (await stored("part/last")).body.toString().should.equal("last");
      (await stored("part/there")).body.toString().should.equal("old");
    });
  });

  it("skips and renames entry by entry", async () => {
    await world.s3.put("bucket", "c/a.txt", "old");
    const data = [
      { path: "a.txt", data: "new" },
      { path: "b.txt", data: "new" },
    ];
    const skipped = onlyMessage(await write({ path: "c/", data }, { onConflict: "skip", onConflictType: "str" }));
    skipped.payload.map(({ written }: Message) => written).should.eql([false, true]);
    const renamed = onlyMessage(await write({ path: "c/", data }, { onConflict: "rename", onConflictType: "str" }));
    renamed.payload.map(({ path }: Message) => path).should.eql(["c/a (1).txt", "c/b (1).txt"]);
  });

  it("writes entries of the same path in their order", async () => {
    const data = Array.from({ length: 10 }, (_, index) => ({ path: "same", data: String(index) }));
    onlyMessage(await write({ path: "order/", data, overwrite: true }));
    (await stored("order/same")).body.toString().should.equal("9");
    puts().should.have.length(10);
  });

  onlyEmbedded(needsFaults, () => {
    it("writes side by side, within the connection's concurrency", async () => {
      crowd(world.embedded, 4);
      const data = Array.from({ length: 20 }, (_, index) => ({ path: String(index), data: "x" }));
      onlyMessage(await write({ path: "wide/", data }, {}, { concurrency: 4 }));
      world.embedded.maxInFlight.should.equal(4);
    });
  });

  const wrong: [string, unknown, RegExp, string?][] = [
    ["data that are no array", "text", /^data must be an array/],
    ["a Buffer", Buffer.from("x"), /^data must be an array/],
    ["an object", { path: "a", data: "x" }, /^data must be an array/],
    ["an entry that is no object", ["a"], /^data\[0\]\.path/],
    ["an entry that is null", [null], /^data\[0\]\.path/],
    ["an entry without a path", [{ path: "a", data: 1 }, { data: "x" }], /^data\[1\]\.path/],
    ["an entry whose path is no string", [{ path: 5, data: "x" }], /^data\[0\]\.path/],
    ["an entry whose path has no text", [{ path: Object.create(null), data: "x" }], /^data\[0\]\.path/],
    ["an entry whose path is a symbol", [{ path: Symbol("a"), data: "x" }], /^data\[0\]\.path/],
    ["an entry whose path is white space", [{ path: " ", data: "x" }], /^data\[0\]\.path/],
    ["an entry without data", [{ path: "a", data: "x" }, { path: "b" }], /^data\[1\]\.data/],
    ["an entry with null", [{ path: "a", data: null }], /^data\[0\]\.data/],
    ["an entry with data that cannot be written", [{ path: "a", data: () => 1 }], /data\[0\]/],
    ["an entry whose content type is no string", [{ path: "a", data: "x", contentType: 5 }], /^data\[0\]\.contentType/],
    ["an entry that is a folder", [{ path: "a/", data: "x" }], /a\//, "NotAFile"],
    ["an entry whose path is too long", [{ path: "a".repeat(1024), data: "x" }], /1,024/, "KeyTooLongError"],
  ];
  for (const [name, data, text, code = "InvalidParameter"] of wrong) {
    it(`refuses ${name}, and sends nothing`, async () => {
      const outcome = await write({ path: "bad/", data });
      failure(outcome, code).message.should.match(text);
      world.s3.requests.should.have.length(0);
    });
  }

  it("takes base64 in each entry, by the node's encoding", async () => {
    onlyMessage(await write({ path: "enc/", data: [{ path: "a", data: "AP8=" }] }, { encoding: "base64" }));
    [...(await stored("enc/a")).body].should.eql([0, 255]);
    failure(
      await write({ path: "enc/", data: [{ path: "b", data: "!" }] }, { encoding: "base64" }),
      "InvalidParameter",
    );
  });

  onlyEmbedded(needsFaults, () => {
    it("does not let entries overtake a message for the same path", async () => {
      const bench = await deploy("write", {}, { server: world.s3 });
      world.embedded.hook({ operation: "PutObject", times: 1, delay: 100 });
      const first = bench.send({ payload: { path: "turn/a", data: "first", overwrite: true } });
      const second = bench.send({ payload: { path: "turn/", data: [{ path: "a", data: "second" }], overwrite: true } });
      await Promise.all([first, second]);
      await bench.close();
      (await stored("turn/a")).body.toString().should.equal("second");
    });
  });
});
