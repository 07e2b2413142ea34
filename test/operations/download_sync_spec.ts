import fs = require("node:fs/promises");

import { homedir } from "node:os";
import { parse } from "node:path";
import helper from "node-red-node-test-helper";
import should from "should";
import { checkMirror } from "../../src/core/local/extra-files";
import { type Core, openCore } from "../support/context";
import { failure, once, onlyMessage } from "../support/once";
import { useScratch } from "../support/scratch-folder";
import { useFreshServer } from "../support/server";

describe("download with sync", () => {
  const world = useFreshServer();
  const disk = useScratch();
  let core: Core;
  beforeEach(async () => {
    core = openCore(world.s3, { workingDirectory: disk.root });
    for (const key of ["docs/a", "docs/sub/b", "docs/marked/"])
      world.s3.put("bucket", key, key.endsWith("/") ? "" : key);
    await disk.fill({
      "to/a": "old",
      "to/x": "x",
      "to/gone/deep/y": "y",
      "to/sub/z": "z",
      "to/marked/m": "m",
      beside: "b",
    });
  });
  afterEach(() => core.close());
  const values = { path: "docs/", target: "to", onConflict: "skip", sync: true };
  const download = async (more: object = {}) => (await core.run("download", { ...values, ...more })).result;
  const gets = () => world.s3.requests.filter(({ operation }) => operation === "GetObject");
  const before = {
    a: "old",
    "gone/": "",
    "gone/deep/": "",
    "gone/deep/y": "y",
    "marked/": "",
    "marked/m": "m",
    "sub/": "",
    "sub/z": "z",
    x: "x",
  };

  it("refuses rename, whose files the next one would delete", async () => {
    const error = await core.failure("download", { ...values, onConflict: "rename", force: true });
    error.code.should.equal("InvalidParameter");
    error.message.should.match(/rename does not go with sync.*choose different/);
    (await disk.tree("to")).should.eql({ ...before });
    (await download({ onConflict: "rename", overwrite: true })).downloaded.should.equal(2);
  });

  it("without force deletes nothing, and says what would go", async () => {
    const { sample, ...result } = await download();
    result.should.eql({ target: disk.path("to"), downloaded: 1, skipped: 1, failed: [], bytes: 10, wouldDelete: 4 });
    sample.sort().should.eql(["gone/deep/y", "marked/m", "sub/z", "x"].map((name) => disk.path("to", name)));
    (await disk.tree("to")).should.eql({ ...before, "sub/b": "docs/sub/b" });
  });

  it("shows ten of many that would go", async () => {
    for (let n = 0; n < 20; n++) await disk.fill({ [`to/more/${n}`]: "x" });
    const { sample, wouldDelete } = await download();
    wouldDelete.should.equal(24);
    sample.should.have.length(10);
  });

  it("with force deletes them, and the folders that are empty then, but for those with a marker", async () => {
    const { entries, ...result } = await download({ force: true, report: "entries" });
    result.should.eql({ target: disk.path("to"), downloaded: 1, skipped: 1, failed: [], bytes: 10, deleted: 4 });
    (await disk.tree()).should.eql({
      beside: "b",
      "to/": "",
      "to/a": "old",
      "to/marked/": "",
      "to/sub/": "",
      "to/sub/b": "docs/sub/b",
    });
    entries.should.containEql({ path: "docs/x", file: disk.path("to/x"), action: "deleted", size: 1 });
    (await download({ force: true })).should.containEql({ deleted: 0, skipped: 2 });
  });

  it("a dry run deletes nothing, even with force", async () => {
    (await download({ force: true, dryRun: true })).should.containEql({ wouldDelete: 4, dryRun: true });
    (await disk.tree("to")).should.eql(before);
  });

  it("without sync force deletes nothing", async () => {
    (await download({ sync: false, force: true })).should.not.have.properties("deleted");
    (await disk.tree("to")).should.eql({ ...before, "sub/b": "docs/sub/b" });
  });

  it("maxDelete: of more nothing is deleted, and nothing downloaded", async () => {
    for (const more of [{ force: true }, { force: false }, { dryRun: true }]) {
      const error = await core.failure("download", { ...values, ...more, maxDelete: 3 });
      error.code.should.equal("TooManyToPurge");
    }
    (await disk.tree("to")).should.eql(before);
    gets().should.be.empty();
    (await download({ force: true, maxDelete: 4 })).should.containEql({ deleted: 4 });
  });

  it("with a filter only what matches goes", async () => {
    await disk.fill({ "to/x.tmp": "x", "to/sub/y.TMP": "y" });
    world.s3.put("bucket", "docs/c.tmp", "c");
    (await download({ force: true, filter: "*.tmp" })).should.containEql({ downloaded: 1, deleted: 2 });
    (await disk.tree("to")).should.eql({ ...before, "c.tmp": "c" });
  });

  it("deletes nothing if a download failed", async () => {
    for (const fault of [{ error: "AccessDenied" }, { body: "x" }]) {
      world.s3.hooks.length = 0;
      world.s3.hook({ operation: "GetObject", ...fault });
      const error = await core.failure("download", { ...values, force: true });
      error.code.should.equal("PartialFailure");
      error.result.deleted.should.equal(0);
      (await disk.tree("to")).should.eql(before);
    }
  });

  it("deletes nothing if a name was refused", async () => {
    world.s3.put("bucket", "docs/../x", "x");
    (await core.failure("download", { ...values, force: true })).code.should.equal("PartialFailure");
    should((await disk.tree("to")).x).equal("x");
  });

  it("does nothing at all if the listing breaks off", async () => {
    world.s3.seed(
      "bucket",
      Array.from({ length: 1001 }, (_, n) => `docs/many/${n}`),
      "x",
    );
    for (const fault of [{ error: "AccessDenied" }, { body: "<html>" }, { cut: 1000 }]) {
      world.s3.hooks.length = 0;
      world.s3.hook({ operation: "ListObjectsV2", when: ({ query }) => "continuation-token" in query, ...fault });
      await core.failure("download", { ...values, force: true });
      (await disk.tree("to")).should.eql(before);
    }
    gets().should.be.empty();
  });

  it("does nothing at all if nothing lies in the folder in the bucket", async () => {
    const error = await core.failure("download", { ...values, path: "dosc/", force: true });
    error.code.should.equal("NoSuchKey");
    error.message.should.match(/nothing lies in "dosc\/".*Check the path/);
    (await disk.tree("to")).should.eql(before);
  });

  it("an empty folder with its marker empties the target", async () => {
    world.s3.put("bucket", "empty/", "");
    (await download({ path: "empty/" })).should.containEql({ wouldDelete: 5 });
    (await download({ path: "empty/", force: true })).should.containEql({ deleted: 5 });
    (await disk.tree()).should.eql({ beside: "b", "to/": "" });
  });

  it("follows no link, and leaves links where they are", async () => {
    await fs.symlink(disk.root, disk.path("to/up"));
    await fs.symlink(disk.path("beside"), disk.path("to/linked"));
    await download({ force: true });
    const tree = await disk.tree();
    should(tree.beside).equal("b");
    should(tree["to/linked"]).equal(`-> ${disk.path("beside")}`);
    should(tree["to/up"]).equal(`-> ${disk.root}`);
  });

  it("leaves a file that changes meanwhile, or comes", async () => {
    world.s3.hook(async ({ operation }) => {
      if (operation !== "GetObject") return undefined;
      await disk.fill({ "to/new": "new", "to/x": "changed" });
      await fs.utimes(disk.path("to/x"), new Date(), new Date(Date.now() + 5000));
      return undefined;
    });
    const error = await core.failure("download", { ...values, force: true });
    error.result.should.containEql({ deleted: 3 });
    error.result.failed[0].should.have.properties({ path: "docs/x", code: "FileChanged" });
    (await disk.tree("to")).should.containEql({ new: "new", x: "changed" });
  });

  it("does nothing at all if a folder in the target cannot be looked into", async () => {
    // Nothing is refused to root, who may run this.
    const { opendir } = fs;
    fs.opendir = (path, ...rest) =>
      path === disk.path("to/gone")
        ? Promise.reject(Object.assign(new Error("EACCES: permission denied"), { code: "EACCES", syscall: "opendir" }))
        : opendir(path, ...rest);
    const error = await core.failure("download", { ...values, force: true }).finally(() => {
      fs.opendir = opendir;
    });
    error.code.should.equal("FileRefused");
    error.message.should.containEql(disk.path("to/gone"));
    (await disk.tree("to")).should.eql(before);
  });

  it("makes a target that is not there", async () => {
    (await download({ target: "fresh", force: true })).should.containEql({ downloaded: 2, deleted: 0 });
  });

  it("refuses the disk itself, the home folder, and what holds a directory of the program", async () => {
    const error = await core.failure("download", { ...values, target: ".", force: true });
    error.code.should.equal("InvalidParameter");
    error.message.should.match(/name a folder of its own/);
    await fs.symlink(disk.root, disk.path("self"));
    (await core.failure("download", { ...values, target: "self" })).code.should.equal("InvalidParameter");
    for (const folder of [parse(disk.root).root, homedir(), process.cwd()])
      await checkMirror(folder, { workingDirectory: disk.root }).should.be.rejectedWith({ code: "InvalidParameter" });
    const from = { workingDirectory: disk.root };
    await checkMirror(disk.path("to"), from);
    await checkMirror(disk.path("to"), { workingDirectory: `${disk.path("to")}-beside` });
    await checkMirror(disk.path("to"), { ...from, ownDirectory: disk.root });
    for (const ownDirectory of [disk.path("to"), disk.path("to/flows")])
      await checkMirror(disk.path("to"), { ...from, ownDirectory }).should.be.rejectedWith({
        code: "InvalidParameter",
      });
    (await disk.tree()).should.containEql({ beside: "b", "to/x": "x" });
    world.s3.requests.should.be.empty();
  });

  it("refuses Node-RED's user directory, where the flows are", async () => {
    const original = helper.settings();
    helper.settings({ ...original, userDir: disk.path("to") });
    try {
      const config = {
        path: "docs/",
        pathType: "str",
        sync: "true",
        syncType: "bool",
        force: "true",
        forceType: "bool",
      };
      const into = (target: string) =>
        once("download", { ...config, target, targetType: "str" }, {}, { server: world.s3 });
      failure(await into(disk.path("to")), "InvalidParameter");
      (await disk.tree()).should.containEql({ "to/x": "x" });
      onlyMessage(await into(disk.path("to/gone"))).payload.deleted.should.equal(1);
    } finally {
      helper.settings({ ...original, userDir: undefined });
    }
  });
});
