import { createHash } from "node:crypto";
import { utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import should from "should";
import { type Core, openCore, smallPages } from "../support/context";
import { differs } from "../support/differs";
import { lookingFirst } from "../support/looking-first";
import { must } from "../support/must";
import { needsFaults, onlyEmbedded } from "../support/only-embedded";
import { useScratch } from "../support/scratch-folder";
import { useStore } from "../support/world";

const MiB = 1024 * 1024;

describe("upload by its rules", () => {
  const world = useStore();
  const scratch = useScratch();
  let core: Core;
  let count = 0;
  /** A prefix of each spec's own. */
  let to: string;
  before(() => {
    core = openCore(world.s3, lookingFirst);
  });
  after(() => core.close());
  beforeEach(() => {
    to = `spec${++count}/`;
    world.s3.clear();
  });

  const put = (name: string, content: string | Buffer, seconds?: number): string => {
    const file = scratch.path(name);
    writeFileSync(file, content);
    if (seconds !== undefined) utimesSync(file, seconds, seconds);
    return file;
  };
  const there = (name: string, content: string | Buffer = "old", metadata = {}) =>
    world.s3.put("bucket", to + name, content, { metadata });
  const text = async (name: string) => (await world.s3.get("bucket", to + name))?.body.toString();
  const keys = async () => (await world.s3.keys("bucket", to)).map((key) => key.slice(to.length));
  const sent = (operation: string) => world.s3.requests.filter((request) => request.operation === operation);
  const upload = async (values: object) =>
    (await core.run("upload", { source: scratch.root, path: to, ...values })).result;
  const one = async (values: object) => (await core.run("upload", { path: `${to}a.txt`, ...values })).result;

  describe("where an object is there", () => {
    it("fails for one file with ObjectExists, and leaves it", async () => {
      await there("a.txt");
      const error = await core.failure("upload", { source: put("a.txt", "new"), path: to });
      error.code.should.equal("ObjectExists");
      should(await text("a.txt")).equal("old");
    });

    it("says so for the files of a folder, sends none of their bytes, and uploads the others", async () => {
      await there("a.txt");
      put("a.txt", "new");
      put("b.txt", "new");
      const error = await core.failure("upload", { source: scratch.root, path: to });
      error.code.should.equal("PartialFailure");
      error.result.should.containEql({ uploaded: 1, skipped: 0 });
      error.result.failed[0].should.containEql({ path: `${to}a.txt`, code: "ObjectExists" });
      should(await text("a.txt")).equal("old");
      should(await text("b.txt")).equal("new");
      sent("PutObject").should.have.length(1);
    });

    it("replaces with overwrite, and looks at nothing before", async () => {
      await there("a.txt");
      put("a.txt", "new");
      (await upload({ overwrite: true })).uploaded.should.equal(1);
      should(await text("a.txt")).equal("new");
      world.s3.requests.map(({ operation }) => operation).should.eql(["PutObject"]);
    });

    it("skips, and renames", async () => {
      await there("a.txt");
      const source = put("a.txt", "new");
      (await one({ source, onConflict: "skip" })).should.containEql({ uploaded: 0, skipped: 1, bytes: 0 });
      (await one({ source, onConflict: "rename" })).path.should.equal(`${to}a (1).txt`);
      (await upload({ onConflict: "rename" })).uploaded.should.equal(1);
      should(await text("a.txt")).equal("old");
      (await keys()).should.eql(["a (1).txt", "a (2).txt", "a.txt"]);
      for (const number of [1, 2]) should(await text(`a (${number}).txt`)).equal("new");
    });

    it("renames a file in parts", async () => {
      await there("a.txt");
      const source = put("a.txt", Buffer.alloc(17 * MiB, "x"));
      await one({ source, onConflict: "rename" });
      must(await world.s3.get("bucket", `${to}a (1).txt`)).size.should.equal(17 * MiB);
    });

    it("with newer replaces what is older by its mtime, or else by when it was written", async () => {
      await there("older", "old", { mtime: "1700000000.5" });
      await there("newer", "old", { mtime: "1700000009.5" });
      await there("same", "old", { mtime: "1700000005.25" });
      await there("written-now");
      await there("s3cmd", "old", { "s3cmd-attrs": "mtime:1700000000/uid:0" });
      for (const name of ["older", "newer", "same", "written-now", "s3cmd"]) put(name, "new", 1700000005.25);
      put("new", "new");
      (await upload({ onConflict: "newer" })).should.containEql({ uploaded: 3, skipped: 3 });
      const found: Record<string, unknown> = {};
      for (const name of await keys()) found[name] = await text(name);
      found.should.eql({
        older: "new",
        newer: "old",
        same: "old",
        "written-now": "old",
        s3cmd: "new",
        new: "new",
      });
      const { skipped } = await one({ source: put("a", "x", 1), path: `${to}older`, onConflict: "newer" });
      skipped.should.equal(1);
      (await one({ source: put("a", "x"), path: `${to}older`, onConflict: "newer" })).uploaded.should.equal(1);
    });

    it("with different replaces what has other bytes, whatever the times", async () => {
      const md5 = (content: string) => createHash("md5").update(content).digest("hex");
      await there("same", "new");
      await there("size", "longer");
      await there("bytes", "old");
      for (const name of ["same", "size", "bytes"]) put(name, "new", 1);
      (await upload({ onConflict: "different" })).should.containEql({ uploaded: 2, skipped: 1, bytes: 6 });
      const replaced = sent("PutObject");
      // Only while it is still what was looked at.
      replaced
        .flatMap(({ headers }) => headers["if-match"] ?? [])
        .sort()
        .should.eql([`"${md5("longer")}"`, `"${md5("old")}"`].sort());
      // A store that never takes it for met is looked at, and asked without.
      replaced.should.have.length(differs("if-match-never-holds") ? 4 : 2);
      world.s3.clear();
      (await upload({ onConflict: "different" })).should.containEql({ uploaded: 0, skipped: 3 });
      sent("PutObject").should.eql([]);
    });

    it("with different sends a large file again only when it has changed", async () => {
      const content = Buffer.alloc(20 * MiB, "x");
      put("large", content);
      await upload({ onConflict: "different" });
      world.s3.clear();
      (await upload({ onConflict: "different" })).skipped.should.equal(1);
      sent("UploadPart").should.eql([]);
      content.write("changed", 12 * MiB);
      put("large", content);
      (await upload({ onConflict: "different" })).uploaded.should.equal(1);
      should((await world.s3.get("bucket", `${to}large`))?.body.equals(content)).be.true();
    });

    onlyEmbedded(needsFaults, () => {
      for (const onConflict of ["error", "skip", "different"]) {
        it(`does without listing, where the keys may not, with ${onConflict}`, async () => {
          world.embedded.hook({ operation: "ListObjectsV2", error: "AccessDenied" });
          await there("a.txt");
          put("a.txt", "new");
          put("b.txt", "new");
          const result = await upload({ onConflict }).catch((error: { result: object }) => error.result);
          result.uploaded.should.equal(onConflict === "different" ? 2 : 1);
          should(await text("a.txt")).equal(onConflict === "different" ? "new" : "old");
        });
      }

      it("says of the store what is the store's, where the comparing fails", async () => {
        await there("a.txt", "old");
        put("a.txt", "new");
        world.embedded.hook({ operation: "HeadObject", reset: true });
        const error = await core.failure("upload", { source: scratch.root, path: to, onConflict: "different" });
        error.result.failed[0].should.containEql({ code: "ECONNRESET" });
        error.result.failed[0].message.should.match(/the connection to the store was cut/);
      });

      it("with newer uploads what was deleted between the listing and the look", async () => {
        await there("a.txt", "old");
        put("a.txt", "new", 1);
        let gone: Promise<unknown> | undefined;
        // The first look waits until the object is gone.
        world.embedded.hook((request) => {
          if (request.operation !== "HeadObject" || gone) return undefined;
          gone = core.run("delete", { path: `${to}a.txt` });
          return { delay: 300 };
        });
        (await upload({ onConflict: "newer" })).uploaded.should.equal(1);
        should(await text("a.txt")).equal("new");
      });

      it("looks again when a rival has replaced what it would have replaced", async () => {
        await there("a.txt");
        put("a.txt", "new");
        let rivals = 0;
        world.embedded.hook({
          operation: "PutObject",
          when: () => {
            if (rivals++ > 0) return false;
            world.embedded.put(world.bucket, `${to}a.txt`, "rival");
            return true;
          },
        });
        (await upload({ onConflict: "different" })).uploaded.should.equal(1);
        sent("PutObject").should.have.length(2);
        should(await text("a.txt")).equal("new");
      });
    });

    it("stops listing a folder that holds far more than it uploads", async () => {
      await world.s3.seed(
        "bucket",
        Array.from({ length: 450 }, (_, n) => `${to}${n}`),
      );
      // With more, pages that are slow are fetched several ways at once, some of them in vain.
      const other = openCore(world.s3, { ...lookingFirst, concurrency: 2 });
      smallPages(other, 100);
      put("x1", "new");
      put("100", "new");
      const values = { source: scratch.root, path: to, onConflict: "skip" };
      const { result } = await other.run("upload", values).finally(() => other.close());
      result.should.containEql({ uploaded: 1, skipped: 1 });
      sent("ListObjectsV2").length.should.be.below(4);
    });
  });

  describe("as a dry run", () => {
    it("tells what it would do, and does nothing", async () => {
      await there("a.txt");
      put("a.txt", "new");
      put("b.txt", "new!");
      const result = await upload({ dryRun: true });
      result.should.containEql({ path: to, dryRun: true, uploaded: 1, skipped: 0, bytes: 4 });
      result.failed.should.have.length(1);
      (await upload({ dryRun: true, overwrite: true })).should.containEql({ uploaded: 2, bytes: 7 });
      (await upload({ dryRun: true, onConflict: "skip" })).should.containEql({ uploaded: 1, skipped: 1 });
      const single = await one({ source: join(scratch.root, "b.txt"), path: `${to}b.txt`, dryRun: true });
      single.should.containEql({ dryRun: true, uploaded: 1 });
      (await keys()).should.eql(["a.txt"]);
      should(await text("a.txt")).equal("old");
      sent("PutObject").should.eql([]);
    });

    it("says of one file that it would fail", async () => {
      await there("a.txt");
      const values = { source: put("a.txt", "new"), path: to, dryRun: true };
      (await core.failure("upload", values)).code.should.equal("ObjectExists");
    });
  });
});
