import { mkdir, rename } from "node:fs/promises";
import should from "should";
import { clashFinder, guessFolding, probeFolding } from "../../../src/core/local/folding";
import { useScratch } from "../../support/scratch-folder";

describe("names that are one to the disk", () => {
  const disk = useScratch();
  const finder = (letters: boolean, accents: boolean) => {
    const find = clashFinder({ letters, accents });
    return (path: string) => find(path.split("/"));
  };

  it("are none where the disk tells all of them apart", () => {
    const find = finder(false, false);
    for (const path of ["a", "A", "é", "e\u0301"]) should(find(path)).be.undefined();
  });

  it("are found in files and in the folders above them", () => {
    const find = finder(true, false);
    for (const path of ["docs/a", "docs/b", "é", "e\u0301", "ς"]) should(find(path)).be.undefined();
    should(find("docs/A")).equal("docs/a");
    should(find("Docs/c")).equal("docs");
    should(find("DOCS")).equal("docs");
    should(find("Σ")).equal("ς");
    should(find("docs/a")).be.undefined();
  });

  it("are those of other accents too", () => {
    const find = finder(true, true);
    should(find("É")).be.undefined();
    should(find("e\u0301")).equal("É");
    const accents = finder(false, true);
    should(accents("é")).be.undefined();
    should(accents("É")).be.undefined();
    should(accents("e\u0301")).equal("é");
  });

  it("are probed in the folder itself, which is as it was afterwards", async () => {
    const asked: string[][] = [];
    const told = await probeFolding(disk.root, async (folder, name, other) => {
      folder.should.equal(disk.root);
      asked.push([name, other]);
      return true;
    });
    told.should.eql({ letters: true, accents: true });
    for (const [name, other] of asked)
      String(name).normalize("NFC").toLowerCase().should.equal(String(other).normalize("NFC").toLowerCase());
    if (process.platform === "linux") (await probeFolding(disk.root)).should.eql({ letters: false, accents: false });
    (await disk.tree()).should.eql({});
  });

  it("are guessed for a dry run without writing, also where nothing is yet", async () => {
    const folder = disk.path("letters");
    await mkdir(folder);
    const there = await guessFolding(folder);
    (await guessFolding(disk.path("letters", "absent", "2026"))).should.eql(there);
    const probed = await probeFolding(folder);
    there.letters.should.equal(probed.letters);
    (await disk.tree()).should.eql({ "letters/": "" });
    await rename(folder, disk.path("2026"));
    (await guessFolding(disk.path("2026"))).letters.should.equal(probed.letters);
  });
});
