import { chmod, mkdir, stat, symlink, utimes } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import should from "should";
import { type Core, openCore } from "../support/context";
import { useScratch } from "../support/scratch-folder";
import { useFreshServer } from "../support/server";

describe("download", () => {
  const world = useFreshServer();
  const disk = useScratch();
  let core: Core;
  beforeEach(() => {
    core = openCore(world.s3, { workingDirectory: disk.root });
  });
  afterEach(() => core.close());
  const fill = (...keys: string[]) => {
    for (const key of keys) world.s3.put("bucket", key, key.endsWith("/") ? "" : `of ${key}`);
  };
  const download = async (values: object) => (await core.run("download", values)).result;

  describe("one object", () => {
    it("goes to the file that the target names, and folders that are missing are made", async () => {
      fill("docs/a.txt");
      const { result, about } = await core.run("download", { path: "docs/a.txt", target: disk.path("new/deep/b.txt") });
      result.should.eql({ target: disk.path("new/deep/b.txt"), downloaded: 1, skipped: 0, failed: [], bytes: 13 });
      about.should.have.properties(["etag", "size", "lastModified", "contentType"]);
      (await disk.tree()).should.eql({ "new/": "", "new/deep/": "", "new/deep/b.txt": "of docs/a.txt" });
    });

    it("goes into a folder that is there, or that ends with a slash, under its own name", async () => {
      fill("docs/a.txt");
      await mkdir(disk.path("there"));
      should((await download({ path: "docs/a.txt", target: disk.path("there") })).target).equal(
        disk.path("there/a.txt"),
      );
      await download({ path: "docs/a.txt", target: `${disk.path("made")}/` });
      Object.keys(await disk.tree()).should.eql(["made/", "made/a.txt", "there/", "there/a.txt"]);
    });

    it("a relative target is relative to Node-RED's working directory", async () => {
      fill("a.txt");
      await download({ path: "a.txt", target: "sub/b.txt" });
      Object.keys(await disk.tree()).should.eql(["sub/", "sub/b.txt"]);
    });

    it("may be empty", async () => {
      world.s3.put("bucket", "empty", "");
      should((await download({ path: "empty", target: "empty" })).bytes).equal(0);
      (await disk.tree()).should.eql({ empty: "" });
    });

    it("that is not there is NoSuchKey, and nothing is made", async () => {
      const error = await core.failure("download", { path: "absent", target: "sub/x" });
      error.code.should.equal("NoSuchKey");
      (await disk.tree()).should.eql({});
    });

    it("that is a folder says how to download it", async () => {
      fill("docs/a.txt");
      const error = await core.failure("download", { path: "docs", target: "x" });
      error.code.should.equal("NoSuchKey");
      error.message.should.match(/is no object but a folder.*end the path with \//);
    });

    it("cannot be synced", async () => {
      fill("a.txt");
      const error = await core.failure("download", { path: "a.txt", target: "x", sync: true });
      error.code.should.equal("InvalidParameter");
      error.message.should.match(/sync is for folders/);
      world.s3.requests.should.be.empty();
    });

    it("fails with its own error, and not as one of many", async () => {
      fill("a.txt");
      await disk.fill({ "b.txt": "old" });
      const error = await core.failure("download", { path: "a.txt", target: "b.txt" });
      error.code.should.equal("FileExists");
      error.message.should.containEql(disk.path("b.txt"));
      (await disk.tree()).should.eql({ "b.txt": "old" });
    });

    for (const target of [" ", "a\0b"]) {
      it(`refuses the target ${JSON.stringify(target)} before anything is sent`, async () => {
        (await core.failure("download", { path: "a.txt", target })).code.should.equal("InvalidParameter");
        (await core.failure("download", { path: "a/", target })).code.should.equal("InvalidParameter");
        world.s3.requests.should.be.empty();
      });
    }
  });

  describe("a folder", () => {
    it("goes below the target, with its subfolders and the folders that have a marker, and nothing beside it", async () => {
      fill("docs/", "docs/a.txt", "docs/sub/b.txt", "docs/empty/", "docs-old/c.txt", "docs");
      const { result, about } = await core.run("download", { path: "docs/", target: disk.path("to") });
      result.should.eql({ target: disk.path("to"), downloaded: 2, skipped: 0, failed: [], bytes: 30 });
      about.should.eql({});
      (await disk.tree("to")).should.eql({
        "a.txt": "of docs/a.txt",
        "empty/": "",
        "sub/": "",
        "sub/b.txt": "of docs/sub/b.txt",
      });
    });

    it("/ is the whole bucket, or what lies below the connection's root path", async () => {
      fill("a", "root/b", "root/c/d");
      should((await download({ path: "/", target: "all" })).downloaded).equal(3);
      const confined = openCore(world.s3, { rootPath: "root/", workingDirectory: disk.root });
      const { result } = await confined.run("download", { path: "/", target: "some", report: "entries" });
      await confined.close();
      const paths: string[] = result.entries.map(({ path }: { path: string }) => path);
      paths.sort().should.eql(["b", "c/d"]);
      Object.keys(await disk.tree("some")).should.eql(["b", "c/", "c/d"]);
    });

    it("with nothing in it is a success", async () => {
      (await download({ path: "absent/", target: "to" })).should.containEql({ downloaded: 0, failed: [] });
    });

    it("is filtered as by list", async () => {
      fill("docs/a.csv", "docs/b.txt", "docs/sub/c.CSV", "docs/sub/d.csv", "docs/sub/");
      await download({ path: "docs/", target: "one", filter: "*.csv" });
      Object.keys(await disk.tree("one")).should.eql(["a.csv", "sub/", "sub/c.CSV", "sub/d.csv"]);
      await download({ path: "docs/", target: "two", filter: ["**/*.csv", "!sub/d.csv"], caseSensitive: true });
      Object.keys(await disk.tree("two")).should.eql(["a.csv"]);
    });

    it("of thousands comes whole, a few at a time", async () => {
      const keys = Array.from({ length: 1500 }, (_, index) => `many/${index % 7}/${index}`);
      world.s3.seed("bucket", keys, "x");
      let most = 0;
      let under = 0;
      world.s3.hook(async ({ operation }) => {
        if (operation !== "GetObject") return undefined;
        most = Math.max(most, ++under);
        await pause(1);
        under--;
        return undefined;
      });
      (await download({ path: "many/", target: "to" })).should.containEql({ downloaded: 1500, bytes: 1500 });
      most.should.be.within(2, 16);
      Object.keys(await disk.tree("to"))
        .filter((path) => !path.endsWith("/"))
        .should.have.length(1500);
    });

    it("has a few files on their way at a time where they are large", async () => {
      const large = Buffer.alloc(17 * 1024 * 1024);
      for (let n = 0; n < 6; n++) world.s3.put("bucket", `large/${n}`, large);
      let most = 0;
      let under = 0;
      world.s3.hook(async ({ operation }) => {
        if (operation !== "GetObject") return undefined;
        most = Math.max(most, ++under);
        await pause(200);
        under--;
        return undefined;
      });
      (await download({ path: "large/", target: "to" })).downloaded.should.equal(6);
      most.should.be.within(2, 4);
    });

    it("reports those that fail, and downloads the others", async () => {
      fill("docs/a", "docs/b", "docs/c");
      world.s3.hook({ operation: "GetObject", key: "docs/b", error: "AccessDenied" });
      const error = await core.failure("download", { path: "docs/", target: "to" });
      error.code.should.equal("PartialFailure");
      error.message.should.match(/1 of 3 could not be downloaded; the first is docs\/b/);
      error.result.should.containEql({ downloaded: 2, skipped: 0 });
      const [failed] = error.result.failed;
      failed.should.have.properties({ path: "docs/b", file: disk.path("to/b"), code: "AccessDenied" });
      failed.message.should.match(/keys do not allow/);
      Object.keys(await disk.tree("to")).should.eql(["a", "c"]);
    });

    it("ends with the listing's error, and what was done until then", async () => {
      world.s3.seed(
        "bucket",
        Array.from({ length: 1001 }, (_, n) => `many/${n}`),
        "x",
      );
      world.s3.hook({ operation: "ListObjectsV2", skip: 1, error: "AccessDenied" });
      const error = await core.failure("download", { path: "many/", target: "to" });
      error.code.should.equal("AccessDenied");
      error.result.downloaded.should.equal(1000);
      error.message.should.match(/1000 files had come to their end before/);
    });

    it("cannot go into a file", async () => {
      fill("docs/a");
      await disk.fill({ to: "a file" });
      (await core.failure("download", { path: "docs/", target: "to" })).code.should.equal("NameClash");
      (await disk.tree()).should.eql({ to: "a file" });
    });

    it("may go through links that the target names itself", async () => {
      fill("docs/a");
      await mkdir(disk.path("real"));
      await symlink(disk.path("real"), disk.path("link"));
      should((await download({ path: "docs/", target: "link/new" })).target).equal(disk.path("real/new"));
      Object.keys(await disk.tree("real")).should.eql(["new/", "new/a"]);
    });
  });

  describe("a file that exists", () => {
    const old = new Date("2020-01-01T00:00:00Z");
    beforeEach(async () => {
      fill("docs/a.txt", "docs/b.txt");
      await disk.fill({ "to/a.txt": "old" });
      await utimes(disk.path("to/a.txt"), old, old);
    });
    const a = async () => (await disk.tree("to"))["a.txt"];

    it("is left as it is, and FileExists, by default", async () => {
      const error = await core.failure("download", { path: "docs/", target: "to" });
      error.result.failed[0].should.have.properties({ path: "docs/a.txt", code: "FileExists" });
      error.result.downloaded.should.equal(1);
      should(await a()).equal("old");
      // Nothing was fetched for it.
      world.s3.requests.filter(({ key }) => key === "docs/a.txt").should.be.empty();
    });

    it("is replaced with overwrite, and keeps its rights", async () => {
      await chmod(disk.path("to/a.txt"), 0o640);
      (await download({ path: "docs/", target: "to", overwrite: true })).should.containEql({ downloaded: 2 });
      should(await a()).equal("of docs/a.txt");
      ((await stat(disk.path("to/a.txt"))).mode & 0o777).should.equal(0o640);
    });

    it("is left with skip", async () => {
      (await download({ path: "docs/", target: "to", onConflict: "skip" })).should.containEql({
        downloaded: 1,
        skipped: 1,
      });
      should(await a()).equal("old");
    });

    it("stays beside the new one with rename", async () => {
      const { entries } = await download({ path: "docs/", target: "to", onConflict: "rename", report: "entries" });
      entries.map(({ file }: { file: string }) => file).should.containEql(disk.path("to/a (1).txt"));
      (await disk.tree("to")).should.eql({ "a (1).txt": "of docs/a.txt", "a.txt": "old", "b.txt": "of docs/b.txt" });
    });

    it("is replaced with newer if the object is", async () => {
      (await download({ path: "docs/", target: "to", onConflict: "newer" })).should.containEql({ downloaded: 2 });
      should(await a()).equal("of docs/a.txt");
      (await download({ path: "docs/", target: "to", onConflict: "newer" })).should.containEql({ skipped: 2 });
    });

    it("newer goes by the time in the metadata", async () => {
      world.s3.put("bucket", "docs/a.txt", "older still", { metadata: { mtime: "1500000000.5" } });
      (await download({ path: "docs/", target: "to", onConflict: "newer" })).should.containEql({ skipped: 1 });
      should(await a()).equal("old");
    });

    it("is replaced with different only if its content is", async () => {
      (await download({ path: "docs/", target: "to", onConflict: "different" })).should.containEql({ downloaded: 2 });
      world.s3.clear();
      (await download({ path: "docs/", target: "to", onConflict: "different" })).should.containEql({
        skipped: 2,
        bytes: 0,
      });
      world.s3.requests.map(({ operation }) => operation).should.not.containEql("GetObject");
      // As long as the other, and another.
      await disk.fill({ "to/b.txt": "OF docs/b.txt" });
      (await download({ path: "docs/", target: "to", onConflict: "different" })).should.containEql({
        downloaded: 1,
        skipped: 1,
      });
    });
  });

  it("restoreTimes gives files the time in the metadata, or that of the object", async () => {
    world.s3.put("bucket", "docs/a", "a", { metadata: { mtime: "1500000000.25" } });
    fill("docs/b");
    await download({ path: "docs/", target: "to", restoreTimes: true });
    (await stat(disk.path("to/a"))).mtimeMs.should.equal(1500000000250);
    const { lastModified } = world.s3.get("bucket", "docs/b") as { lastModified: Date };
    Math.floor((await stat(disk.path("to/b"))).mtimeMs / 1000).should.equal(Math.floor(+new Date(lastModified) / 1000));
    world.s3.put("bucket", "docs/d", "d", { metadata: { mtime: "-86400.5" } });
    await download({ path: "docs/d", target: "to/d", restoreTimes: true });
    (await stat(disk.path("to/d"))).mtimeMs.should.equal(-86400500);
    world.s3.put("bucket", "docs/c", "c", { metadata: { mtime: "1500000000" } });
    await download({ path: "docs/c", target: "to/c" });
    (await stat(disk.path("to/c"))).mtimeMs.should.be.above(1700000000000);
  });

  it("restoreTimes sets no time that newer takes for an older one", async () => {
    // Of such times, every other one is no double.
    for (let ms = 1; ms < 9; ms++) {
      world.s3.put("bucket", `docs/${ms}`, "a", { metadata: { mtime: `1700000000.00${ms}` } });
    }
    const values = { path: "docs/", target: "to", onConflict: "newer", restoreTimes: true };
    (await download(values)).should.containEql({ downloaded: 8 });
    (await download(values)).should.containEql({ downloaded: 0, skipped: 8 });
  });

  it("a dry run writes nothing, not even the folder, and says what would be done", async () => {
    fill("docs/a.txt", "docs/b.txt", "docs/sub/c", "docs/empty/");
    await disk.fill({ "to/a.txt": "old" });
    const values = { path: "docs/", target: "to", dryRun: true, onConflict: "skip", report: "entries" };
    const { entries, ...counts } = await download(values);
    counts.should.eql({ target: disk.path("to"), dryRun: true, downloaded: 2, skipped: 1, failed: [], bytes: 26 });
    entries
      .map(({ action, path }: { action: string; path: string }) => `${action} ${path}`)
      .sort()
      .should.eql(["downloaded docs/b.txt", "downloaded docs/sub/c", "skipped docs/a.txt"]);
    await download({ ...values, target: "absent" });
    const one = await download({ path: "docs/a.txt", target: "to/", dryRun: true, onConflict: "rename" });
    one.should.eql({
      target: disk.path("to/a (1).txt"),
      dryRun: true,
      downloaded: 1,
      skipped: 0,
      failed: [],
      bytes: 13,
    });
    (await disk.tree()).should.eql({ "to/": "", "to/a.txt": "old" });
    world.s3.requests.map(({ operation }) => operation).should.not.containEql("GetObject");
  });

  it("shows how far it has come", async () => {
    fill("docs/a", "docs/b");
    const shown: string[] = [];
    Object.assign(core.context, { progress: (text: string) => shown.push(text) });
    await download({ path: "docs/", target: "to" });
    shown.should.eql(["1 file", "2 files"]);
    await download({ path: "docs/", target: "to", sync: true, onConflict: "skip" });
    should(shown.at(-1)).equal("2/2 files");
    await download({ path: "docs/a", target: "one" });
    should(shown.at(-1)).equal("100 %");
  });
});
