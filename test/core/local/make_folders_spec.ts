import "should";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeFolders } from "../../../src/core/local/make-folders";
import { must } from "../../support/must";
import { outcomeOf } from "../../support/outcome";

describe("making folders", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "make-folders-"));
  });
  after(() => rm(folder, { recursive: true }));

  it("makes those above too, and leaves what is there", async () => {
    const path = join(folder, "a", "b", "c");
    await Promise.all([makeFolders(path), makeFolders(path), makeFolders(join(folder, "a", "d"))]);
    await makeFolders(path);
    (await stat(path)).isDirectory().should.be.true();
    await makeFolders("/");
  });

  it("fails where a file is in the way", async () => {
    await writeFile(join(folder, "file"), "");
    must(await outcomeOf(() => makeFolders(join(folder, "file")))).should.equal("EEXIST");
    must(await outcomeOf(() => makeFolders(join(folder, "file", "a", "b")))).should.equal("ENOTDIR");
  });

  it("fails where the file system makes none, and does not try for ever", async function () {
    if (process.platform !== "linux") {
      console.log("      skipped: only Linux has a folder that says so");
      return this.skip();
    }
    must(await outcomeOf(() => makeFolders("/proc/none/a"))).should.equal("ENOENT");
  });
});
