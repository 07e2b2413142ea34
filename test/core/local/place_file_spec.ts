import { link } from "node:fs/promises";
import should from "should";
import { freeName, placeFree, placeNew } from "../../../src/core/local/place-file";
import { useScratch } from "../../support/scratch-folder";

const without =
  (code: string): typeof link =>
  async () => {
    throw Object.assign(new Error(code), { code });
  };

describe("placing a file", () => {
  const disk = useScratch();

  for (const [label, links] of [
    ["by a second name", link],
    ["where the disk has no second names (EPERM)", without("EPERM")],
    ["where the disk has no second names (ENOTSUP)", without("ENOTSUP")],
  ] as const) {
    it(`${label}: gives a name that nothing has`, async () => {
      await disk.fill({ from: "new" });
      (await placeNew(disk.path("from"), disk.path("to"), links)).should.be.true();
      (await disk.tree()).should.eql({ to: "new" });
    });

    it(`${label}: leaves what has the name, and the file`, async () => {
      await disk.fill({ from: "new", to: "old", "folder/x": "x" });
      (await placeNew(disk.path("from"), disk.path("to"), links)).should.be.false();
      (await placeNew(disk.path("from"), disk.path("folder"), links)).should.be.false();
      (await disk.tree()).should.eql({ from: "new", to: "old", "folder/": "", "folder/x": "x" });
    });

    it(`${label}: of 32 at once exactly one gets it, in each of 20 rounds`, async () => {
      for (let round = 0; round < 20; round++) {
        const names = Array.from({ length: 32 }, (_, index) => `from${index}`);
        await disk.fill(Object.fromEntries(names.map((name) => [name, name])));
        const won = await Promise.all(names.map((name) => placeNew(disk.path(name), disk.path(`to${round}`), links)));
        won.filter((one) => one).should.have.length(1);
        const tree = await disk.tree();
        should(tree[`to${round}`]).equal(names[won.indexOf(true)]);
        Object.keys(tree).should.not.containEql(names[won.indexOf(true)]);
      }
    });

    it(`${label}: numbers go before the last extension, and each gets one of its own`, async () => {
      await disk.fill({ "a.tar.gz": "old", "a.tar (2).gz": "old too", ".rc": "old", none: "old" });
      const names = Array.from({ length: 8 }, (_, index) => `from${index}`);
      await disk.fill(Object.fromEntries(names.map((name) => [name, name])));
      const got = await Promise.all(names.map((name) => placeFree(disk.path(name), disk.path("a.tar.gz"), links)));
      new Set(got).size.should.equal(8);
      const tree = await disk.tree();
      should(tree["a.tar.gz"]).equal("old");
      should(tree["a.tar (2).gz"]).equal("old too");
      for (const n of [1, 3, 4, 5, 6, 7, 8, 9]) should(tree[`a.tar (${n}).gz`]).match(/^from/);
      should(await freeName(disk.path(".rc"))).equal(disk.path(".rc (1)"));
      should(await freeName(disk.path("none"))).equal(disk.path("none (1)"));
    });
  }

  it("passes on what else goes wrong, and leaves nothing under the name", async () => {
    await disk.fill({ from: "new" });
    await placeNew(disk.path("from"), disk.path("absent", "to")).should.be.rejectedWith({ code: "ENOENT" });
    await placeNew(disk.path("absent"), disk.path("to"), without("EPERM")).should.be.rejectedWith({ code: "ENOENT" });
    (await disk.tree()).should.eql({ from: "new" });
  });
});
