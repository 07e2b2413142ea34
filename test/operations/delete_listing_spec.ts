import { gzipSync } from "node:zlib";
import "should";
import { deploy } from "../support/bench";
import { type Core, openCore } from "../support/context";
import { customerKey } from "../support/customer-key";
import { rowsOf, writeInventory } from "../support/inventory";
import { numbered } from "../support/keys";
import { failure, onlyMessage } from "../support/once";
import { needsFaults, onlyEmbedded } from "../support/only-embedded";
import { resultOf, sequenceOf } from "../support/sequence-of";
import { useStore } from "../support/world";

/** More than a batch, or an error, holds. */
const many = 1010;

describe("delete by a listing", () => {
  const world = useStore({ buckets: ["lists"] });
  let core: Core;
  before(() => {
    core = openCore(world.s3);
  });
  after(() => core.close());
  const keys = () => world.s3.keys("bucket");
  const fill = (...names: string[]) => world.s3.seed("bucket", names, "four");
  const listingBucket = () => world.s3.bucketName("lists");
  beforeEach(() => world.s3.clear());
  afterEach(async () => {
    await core.run("purge", { path: "/", force: true, wholeBucket: true });
  });

  it("deletes what a text names, and tells what was missing", async () => {
    await fill("a", "b/c", "stays");
    await world.s3.put("lists", "keys.txt.gz", gzipSync("a\nb/c\ngone\n"));
    const values = { listing: "keys.txt.gz", listingBucket: listingBucket() };
    const error = await core.failure("delete", values);
    error.code.should.equal("PartialFailure");
    error.result.should.containEql({ deleted: 2, missing: 1, changed: 0, outside: 0 });
    error.result.failed
      .map(({ path, code }: { path: string; code: string }) => [path, code])
      .should.eql([["gone", "NoSuchKey"]]);
    (await keys()).should.eql(["stays"]);
    await fill("a");
    (await core.run("delete", { ...values, ifMissing: "ignore" })).result.should.eql({
      deleted: 1,
      missing: 2,
      failed: [],
      changed: 0,
      outside: 0,
    });
  });

  it("deletes what an inventory names, and leaves what has changed", async () => {
    await fill("a", "b c", "stays");
    const files = [await rowsOf(world.s3, "bucket", ["a", "b c"])];
    const listing = await writeInventory(world.s3, "bucket", { files, destination: "lists" });
    await world.s3.put("bucket", "a", "else");
    const { result } = await core.run("delete", { listing, listingBucket: listingBucket() });
    result.should.eql({ deleted: 1, missing: 0, failed: [], changed: 1, outside: 0 });
    (await keys()).should.eql(["a", "stays"]);
  });

  it("takes entries of the list node", async () => {
    await fill("a", "b");
    const { result: listing } = await core.run("list", {});
    (await core.run("delete", { listing })).result.should.containEql({ deleted: 2, changed: 0 });
  });

  it("deletes what an array has named at first, though the flow goes on with it", async () => {
    for (const name of ["path", "listing"]) {
      await fill(...numbered(many, "x/"));
      const named = numbered(many, "x/");
      const deleting = core.run("delete", { [name]: named });
      named.length = 0;
      (await deleting).result.should.containEql({ deleted: many, missing: 0 });
    }
  });

  it("lists the first 1,000 failures, and counts all of them", async () => {
    await world.s3.put("lists", "gone.txt", numbered(many, "gone/").join("\n"));
    const error = await core.failure("delete", { listing: "gone.txt", listingBucket: listingBucket() });
    error.result.should.containEql({ deleted: 0, missing: many, failedCount: many });
    error.result.failed.length.should.equal(1000);
    error.message.should.match(new RegExp(`^${many} of ${many} could not be deleted`));
  });

  it("deletes nothing by one that is wrong at its end", async () => {
    const names = numbered(many, "logs/");
    await fill(...names);
    await world.s3.put("lists", "bad.txt", `${names.join("\n")}\n \n`);
    const error = await core.failure("delete", { listing: "bad.txt", listingBucket: listingBucket() });
    error.code.should.equal("InvalidListing");
    error.message.should.match(
      new RegExp(`line ${many + 1}: path " " names no object.* 0 objects were deleted before`),
    );
    (await keys()).length.should.equal(many);
  });

  onlyEmbedded(needsFaults, () => {
    it("tells of what is encrypted with a customer's key, and deletes the rest", async () => {
      for (const name of ["path", "listing"]) {
        await fill("a", "b");
        await world.s3.put("bucket", "secret", "four", { headers: customerKey() });
        const error = await core.failure("delete", { [name]: ["a", "secret", "b"] });
        error.code.should.equal("PartialFailure", error.message);
        error.result.should.containEql({ deleted: 2, missing: 0 });
        error.result.failed
          .map(({ path, code }: { path: string; code: string }) => [path, code])
          .should.eql([["secret", "BadRequest"]]);
        (await keys()).should.eql(["secret"]);
      }
    });
  });

  describe("selects among what it names", () => {
    const names = ["a.tmp", "b.csv", "logs/A.tmp", "logs/large.tmp"];
    beforeEach(async () => {
      await fill(...names);
      await world.s3.put("bucket", "logs/large.tmp", "of more than four bytes");
      world.s3.clear();
    });

    for (const [selectors, gone] of [
      [{ filter: "*.tmp" }, ["a.tmp", "logs/A.tmp", "logs/large.tmp"]],
      [{ filter: "logs/*" }, ["logs/A.tmp", "logs/large.tmp"]],
      [{ filter: ["!*.csv", "!logs/**"] }, ["a.tmp"]],
      [{ regex: "^a" }, ["a.tmp"]],
      [{ filter: "a*", caseSensitive: true }, ["a.tmp"]],
      [{ minSize: 5 }, ["logs/large.tmp"]],
      [{ maxSize: "4 B", filter: "*.tmp" }, ["a.tmp", "logs/A.tmp"]],
      [{ modifiedAfter: "1d", regex: "csv$" }, ["b.csv"]],
      [{ modifiedBefore: "1d" }, []],
      [{ storageClass: "GLACIER" }, []],
      [{ storageClass: ["STANDARD", "GLACIER"], minSize: 5 }, ["logs/large.tmp"]],
    ] as const) {
      it(`by ${JSON.stringify(selectors)}`, async () => {
        const { result } = await core.run("delete", { listing: names, ...selectors });
        result.should.eql({ deleted: gone.length, missing: 0, failed: [], changed: 0, outside: 0 });
        const left = names.filter((name) => !(gone as readonly string[]).includes(name));
        (await keys()).should.eql(left);
      });
    }

    it("and asks for nothing that its name rules out: it is not missing either", async () => {
      const { result } = await core.run("delete", { listing: ["gone.csv", "a.tmp"], filter: "*.tmp" });
      result.should.eql({ deleted: 1, missing: 0, failed: [], changed: 0, outside: 0 });
      world.s3.requests.map(({ method }) => method).should.eql(["HEAD", "POST"]);
    });

    it("by paths below the root path, whose own marker stays", async () => {
      const named = ["root/", "root/a.tmp", "root/b.csv"];
      await fill(...named);
      const files = [await rowsOf(world.s3, "bucket", named)];
      const written = await writeInventory(world.s3, "bucket", { files, destination: "lists", prefix: "root/" });
      const listing = written.slice("root/".length);
      const rooted = openCore(world.s3, { rootPath: "root" });
      const values = { listing, listingBucket: listingBucket(), ifMissing: "ignore" };
      (await rooted.run("delete", { ...values, filter: "!b*" })).result.should.containEql({ deleted: 1 });
      (await keys()).should.eql([...names, "root/", "root/b.csv"]);
      (await rooted.run("delete", values)).result.should.containEql({ deleted: 2, missing: 1 });
      await rooted.close();
    });

    it("also what the messages of a sequence name", async () => {
      const bench = await deploy(
        "delete",
        {
          sequence: true,
          listing: "payload",
          listingType: "msg",
          path: "",
          pathType: "str",
          filter: "*.tmp",
          filterType: "str",
        },
        { server: world.s3 },
      );
      const outcomes = sequenceOf("selected", ["a.tmp", "b.csv"]).map((msg) => bench.send(msg));
      resultOf(await Promise.all(outcomes)).payload.should.containEql({ deleted: 1, missing: 0 });
      await bench.close();
      (await keys()).should.eql(names.slice(1));
    });

    for (const [selectors, says] of [
      [{ minSize: 2, maxSize: 1 }, /minSize 2 is more than maxSize 1/],
      [{ filter: "*", regex: "a" }, /regex "a" does not go with filter/],
      [{ modifiedBefore: "soon" }, /modifiedBefore "soon"/],
      [{ storageClass: "a b" }, /storageClass "a b"/],
    ] as const) {
      it(`and refuses ${JSON.stringify(selectors)}, before anything is sent`, async () => {
        const error = await core.failure("delete", { listing: names, ...selectors });
        error.code.should.equal("InvalidParameter");
        error.message.should.match(says);
        world.s3.requests.should.eql([]);
      });
    }
  });

  describe("without one", () => {
    for (const path of ["a", ["a", "b"]]) {
      for (const selectors of [
        { filter: "*.tmp" },
        { filter: ["*.tmp"] },
        { regex: "a" },
        { caseSensitive: true },
        { minSize: 0 },
        { maxSize: "1 kB" },
        { modifiedAfter: "1d" },
        { modifiedBefore: "1d" },
        ...(typeof path === "string" ? [] : [{ storageClass: "GLACIER" }]),
      ]) {
        it(`refuses ${JSON.stringify(selectors)} beside path ${JSON.stringify(path)}`, async () => {
          const error = await core.failure("delete", { path, ...selectors });
          error.code.should.equal("InvalidParameter");
          error.message.should.match(new RegExp(`^${Object.keys(selectors)[0]} .* selects among what a listing names`));
          world.s3.requests.should.eql([]);
        });
      }
    }

    it("deletes by an entry of the list node, whose class is none that was asked for", async () => {
      await fill("a", "b");
      const { result } = await core.run("list", { filter: "a" });
      const bench = await deploy("delete", {}, { server: world.s3 });
      result[0].storageClass.should.equal("STANDARD");
      onlyMessage(await bench.send({ payload: result[0] })).payload.should.containEql({ path: "a", deleted: true });
      await bench.close();
      (await keys()).should.eql(["b"]);
    });
  });

  onlyEmbedded(needsFaults, () => {
    it("sends each failure by the second output, before the result, where there are two", async () => {
      for (const name of ["path", "listing"]) {
        await fill("a", "b", "c", "d");
        world.embedded.hook({
          operation: "DeleteObjects",
          keyError: (key) => (key > "b" ? "AccessDenied" : undefined),
        });
        const bench = await deploy("delete", { outputs: 2 }, { server: world.s3 });
        const outcome = await bench.send({ payload: { [name]: ["a", "b", "c", "d", "gone"] }, topic: "kept" });
        failure({ ...outcome, messages: [] }, "PartialFailure").result.should.containEql({ deleted: 2, missing: 1 });
        outcome.ports.should.eql([1, 1, 1]);
        outcome.messages.map(({ topic }) => topic).should.eql(["kept", "kept", "kept"]);
        outcome.messages
          .map(({ payload }) => [payload.path, payload.code])
          .sort()
          .should.eql([
            ["c", "AccessDenied"],
            ["d", "AccessDenied"],
            ["gone", "NoSuchKey"],
          ]);
        world.embedded.hooks.length = 0;
        const done = await bench.send({ payload: { [name]: ["c", "d"] } });
        done.ports.should.eql([0]);
        onlyMessage(done).payload.deleted.should.equal(2);
        await bench.close();
      }
    });
  });

  for (const [values, code, says] of [
    [{ path: "a", listing: ["b"] }, "InvalidParameter", /path "a" does not go with a listing/],
    [{ path: ["a"], listing: "b" }, "InvalidParameter", /path an array of 1 does not go with a listing/],
    [{ listing: ["b"], versionId: "1" }, "InvalidParameter", /versionId "1" does not go with a listing/],
    [{}, "MissingParameter", /path is missing/],
  ] as const) {
    it(`refuses ${JSON.stringify(values)}`, async () => {
      const error = await core.failure("delete", values);
      error.code.should.equal(code);
      error.message.should.match(says);
      world.s3.requests.should.eql([]);
    });
  }
});
