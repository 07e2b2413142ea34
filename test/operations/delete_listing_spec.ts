import { gzipSync } from "node:zlib";
import "should";
import { type Core, openCore } from "../support/context";
import { customerKey } from "../support/customer-key";
import { rowsOf, writeInventory } from "../support/inventory";
import { numbered } from "../support/keys";
import { needsFaults, onlyEmbedded } from "../support/only-embedded";
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
