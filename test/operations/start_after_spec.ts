import "should";
import { type Core, openCore } from "../support/context";
import { useStore } from "../support/world";

const names = ["logs/", "logs/a.csv", "logs/b.csv", "logs/c/d.tmp", "logs/e.csv", "other"];

describe("start after", () => {
  const world = useStore();
  let core: Core;
  const force = { path: "logs", force: true };
  const keys = () => world.s3.keys("bucket");
  before(() => {
    core = openCore(world.s3);
  });
  after(() => core.close());
  beforeEach(async () => {
    await world.s3.seed("bucket", names, "four");
    world.s3.clear();
  });

  it("has purge delete only what comes after it, and a dry run tell of that alone", async () => {
    const startAfter = "logs/b.csv";
    const { result } = await core.run("purge", { path: "logs/", startAfter });
    result.should.containEql({ matched: 2, sample: ["logs/c/d.tmp", "logs/e.csv"] });
    (await core.run("purge", { ...force, startAfter })).result.should.containEql({ deleted: 2, bytes: 8 });
    (await keys()).should.eql(["logs/", "logs/a.csv", "logs/b.csv", "other"]);
  });

  it("goes with selectors, with a limit, and with versions", async () => {
    const startAfter = "logs/a.csv";
    (await core.run("purge", { ...force, startAfter, filter: "*.tmp" })).result.deleted.should.equal(1);
    (await core.failure("purge", { ...force, startAfter, maxDelete: 1 })).code.should.equal("TooManyToPurge");
    (await core.run("purge", { ...force, startAfter, maxDelete: 2 })).result.deleted.should.equal(2);
    await world.s3.seed("bucket", names, "four");
    (await core.run("purge", { ...force, startAfter, versions: true })).result.deleted.should.be.aboveOrEqual(3);
    (await keys()).should.eql(["logs/", "logs/a.csv", "other"]);
  });

  it("is below the root path, as all paths are", async () => {
    const rooted = openCore(world.s3, { rootPath: "logs" });
    const values = { path: "/", wholeBucket: true, force: true, startAfter: "b.csv" };
    (await rooted.run("purge", values)).result.deleted.should.equal(2);
    await rooted.close();
    (await keys()).should.eql(["logs/", "logs/a.csv", "logs/b.csv", "other"]);
  });

  for (const verb of ["list", "purge"] as const) {
    for (const startAfter of ["b.csv", "/logs/b.csv", "logs", "logs-old/a", "other"]) {
      it(`is refused by ${verb} where it does not lie in the folder: ${startAfter}`, async () => {
        for (const path of ["logs", "logs/"]) {
          const error = await core.failure(verb, { ...force, path, startAfter });
          error.code.should.equal("InvalidParameter");
          error.message.should.match(/^startAfter ".*" does not lie in the folder "logs\/": .* like "logs\/may\.csv"$/);
          error.message.should.containEql(`"${startAfter}"`);
        }
        world.s3.requests.should.eql([]);
        (await keys()).should.eql(names);
      });
    }
  }

  for (const [more, says] of [
    [{ from: "listing", listing: ["logs/a.csv"] }, /^startAfter "logs\/b.csv" does not go with a listing/],
    [{ mode: "lifecycle" }, /^startAfter "logs\/b.csv" cannot be said in a lifecycle rule/],
  ] as const) {
    it(`is refused by purge beside ${JSON.stringify(more)}`, async () => {
      const error = await core.failure("purge", { ...force, ...more, startAfter: "logs/b.csv" });
      error.code.should.equal("InvalidParameter");
      error.message.should.match(says);
      world.s3.requests.should.eql([]);
    });
  }
});
