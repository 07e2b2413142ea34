import "should";
import { execFileSync } from "node:child_process";
import { type Core, openCore } from "../support/context";
import { lookingFirst } from "../support/looking-first";
import { many } from "../support/many";
import { needsFaults, onlyEmbedded } from "../support/only-embedded";
import { useScratch } from "../support/scratch-folder";
import { useStore } from "../support/world";

describe("upload with sync", () => {
  const world = useStore({ buckets: ["whole"] });
  const scratch = useScratch();
  let core: Core;
  let count = 0;
  /** A prefix of each spec's own. */
  let to: string;
  before(() => {
    core = openCore(world.s3, lookingFirst);
  });
  after(() => core.close());
  beforeEach(async () => {
    to = `spec${++count}/`;
    await scratch.fill({ "in/a.txt": "a", "in/b/c.csv": "c" });
    for (const name of ["a.txt", "old.txt", "b/old.csv", "gone/", "b/"]) await world.s3.put("bucket", to + name, "old");
    await world.s3.put("bucket", to, "");
    await world.s3.put("bucket", `${to.slice(0, -1)}-beside/x`, "");
    world.s3.clear();
  });

  const keys = async () => (await world.s3.keys("bucket", to)).map((key) => key.slice(to.length));
  const sent = (operation: string) => world.s3.requests.filter((request) => request.operation === operation);
  const values = (more: object) => ({
    source: scratch.path("in"),
    path: to,
    onConflict: "different",
    sync: true,
    ...more,
  });
  const upload = async (more: object = {}) => (await core.run("upload", values(more))).result;
  const all = ["", "a.txt", "b/", "b/old.csv", "gone/", "old.txt"];

  it("without force uploads, and reports what it would delete", async () => {
    const result = await upload();
    result.should.containEql({ uploaded: 2, wouldDelete: 3 });
    result.sample.should.eql([`${to}b/old.csv`, `${to}gone/`, `${to}old.txt`]);
    result.should.not.have.property("deleted");
    (await keys()).should.eql([...all, "b/c.csv"].sort());
  });

  it("with force deletes what the source does not have, after the files are there", async () => {
    const result = await upload({ force: true, report: "entries" });
    result.should.containEql({ uploaded: 2, deleted: 3, failed: [] });
    result.entries.filter(({ action }: { action: string }) => action === "deleted").should.have.length(3);
    (await keys()).should.eql(["", "a.txt", "b/", "b/c.csv"]);
    (await world.s3.keys("bucket", `${to.slice(0, -1)}-beside/`)).should.have.length(1);
    const order = world.s3.requests.map(({ operation }) => operation);
    order.lastIndexOf("PutObject").should.be.below(order.indexOf("DeleteObjects"));
    (await upload({ force: true })).should.containEql({ uploaded: 0, skipped: 2, deleted: 0 });
  });

  it("deletes nothing in a dry run, force or not", async () => {
    (await upload({ force: true, dryRun: true })).should.containEql({ uploaded: 2, wouldDelete: 3 });
    (await keys()).should.eql(all);
  });

  it("does nothing at all where more would go than maxDelete", async () => {
    for (const force of [true, false]) {
      const error = await core.failure("upload", values({ force, maxDelete: 2 }));
      error.code.should.equal("TooManyToPurge");
    }
    (await keys()).should.eql(all);
    sent("PutObject").should.eql([]);
    (await upload({ force: true, maxDelete: 3 })).deleted.should.equal(3);
  });

  it("deletes nothing where a file failed", async () => {
    execFileSync("mkfifo", [scratch.path("in/pipe")]);
    const error = await core.failure("upload", values({ force: true }));
    error.code.should.equal("PartialFailure");
    error.result.should.containEql({ uploaded: 2, deleted: 0 });
    sent("DeleteObjects").should.eql([]);
  });

  it("does nothing where the source is missing, or has no file, as where a disk is not mounted", async () => {
    await scratch.fill({ "empty/x": "" });
    execFileSync("rm", [scratch.path("empty/x")]);
    for (const source of ["none", "empty", "empty/**", "in/*.none"]) {
      for (const force of [false, true]) {
        const error = await core.failure("upload", values({ source: scratch.path(source), force }));
        error.code.should.equal("NoSuchFile", source);
        error.message.should.containEql(scratch.path(source.split("/")[0] ?? ""));
      }
    }
    (await keys()).should.eql(all);
    sent("DeleteObjects").should.eql([]);
  });

  it("deletes only what a glob matches", async () => {
    (await upload({ source: `${scratch.path("in")}/**/*.csv`, force: true })).should.containEql({
      uploaded: 1,
      deleted: 1,
    });
    (await keys()).should.eql(["", "a.txt", "b/", "b/c.csv", "gone/", "old.txt"]);
  });

  it("deletes more than a thousand", async () => {
    await world.s3.seed(
      "bucket",
      Array.from({ length: many }, (_, n) => `${to}many/${n}`),
    );
    (await upload({ force: true })).deleted.should.equal(many + 3);
    (await keys()).should.eql(["", "a.txt", "b/", "b/c.csv"]);
  });

  it("refuses the path / unless Whole bucket is ticked", async () => {
    const whole = openCore(world.s3, { bucket: "whole" });
    try {
      await world.s3.put("whole", "stray", "");
      const error = await whole.failure("upload", values({ path: "/", force: true }));
      error.code.should.equal("WholeBucketRefused");
      whole.connection.should.be.ok();
      (await whole.run("upload", values({ path: "/", sync: false }))).result.uploaded.should.equal(2);
      (await world.s3.keys("whole")).should.eql(["a.txt", "b/c.csv", "stray"]);
      const { result } = await whole.run("upload", values({ path: "/", force: true, wholeBucket: true }));
      result.deleted.should.equal(1);
      (await world.s3.keys("whole")).should.eql(["a.txt", "b/c.csv"]);
    } finally {
      await whole.close();
    }
  });

  onlyEmbedded(needsFaults, () => {
    it("does nothing where the folder cannot be listed to its end", async () => {
      await world.s3.seed(
        "bucket",
        Array.from({ length: 1500 }, (_, n) => `${to}many/${n}`),
      );
      world.embedded.hook({ operation: "ListObjectsV2", skip: 1, error: "AccessDenied" });
      (await core.failure("upload", values({ force: true }))).code.should.equal("AccessDenied");
      sent("PutObject").should.eql([]);
      sent("DeleteObjects").should.eql([]);
    });

    it("tells which objects could not be deleted", async () => {
      world.embedded.hook({
        operation: "DeleteObjects",
        keyError: (key) => (key.endsWith("old.txt") ? "AccessDenied" : undefined),
      });
      const error = await core.failure("upload", values({ force: true }));
      error.code.should.equal("PartialFailure");
      error.message.should.match(/1 of 3 could not be deleted/);
      error.result.should.containEql({ uploaded: 2, deleted: 2 });
      error.result.failed[0].should.containEql({ path: `${to}old.txt`, code: "AccessDenied" });
    });

    it("tells what was done when the deleting breaks off", async () => {
      world.embedded.hook({ operation: "DeleteObjects", error: "AccessDenied" });
      const error = await core.failure("upload", values({ force: true }));
      error.code.should.equal("AccessDenied");
      error.result.should.containEql({ uploaded: 2, deleted: 0 });
    });
  });
});
