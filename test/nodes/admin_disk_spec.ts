import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import "should";
import { postAdmin } from "../support/admin";
import { type Bench, deploy } from "../support/bench";
import { numbered } from "../support/keys";
import { useFreshServer } from "../support/server";

describe("browsing the disk of the server", () => {
  const world = useFreshServer({ buckets: ["bucket"] });
  let bench: Bench;
  let home: string;
  const browse = async (body: object) => {
    const { status, body: shelf } = await postAdmin("/amazon-s3/disk/browse", body);
    status.should.equal(200, JSON.stringify(shelf));
    return shelf;
  };
  const namesOf = ({ folders, files }: { folders: { path: string }[]; files: { path: string }[] }) =>
    [...folders, ...files].map(({ path }) => path.slice(path.startsWith(home) ? home.length : 0));
  beforeEach(async () => {
    home = `${mkdtempSync(join(tmpdir(), "disk-"))}/`;
    bench = await deploy("read", {}, { server: world.s3 });
  });
  afterEach(async () => {
    await bench.close();
    rmSync(home, { recursive: true });
  });

  it("shows folders and files, with sizes and times, and what links lead to", async () => {
    mkdirSync(join(home, "in", "deep"), { recursive: true });
    writeFileSync(join(home, "in", "é +%.csv"), "a;b\n");
    symlinkSync(join(home, "in"), join(home, "linked"));
    symlinkSync(join(home, "nowhere"), join(home, "broken"));
    namesOf(await browse({ folder: home })).should.eql(["in/", "linked/"]);
    const below = await browse({ folder: `${home}in` });
    namesOf(below).should.eql(["in/deep/", "in/é +%.csv"]);
    below.files[0].should.containEql({ name: "é +%.csv", size: 4 });
    below.files[0].lastModified.should.match(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    namesOf(await browse({ folder: `${home}linked/` })).should.eql(["linked/deep/", "linked/é +%.csv"]);
  });

  it("begins in the working directory, where paths are relative", async () => {
    const { folders, files } = await browse({ folder: "" });
    folders.should.containEql({ path: "src/", name: "src" });
    files.map(({ path }: { path: string }) => path).should.containEql("package.json");
    (await browse({ folder: "src" })).folders.should.containEql({ path: "src/core/", name: "core" });
    (await browse({ folder: "/" })).folders.should.containEql({ path: "/tmp/", name: "tmp" });
  });

  it("narrows by the beginning of a path, in folders below too", async () => {
    mkdirSync(join(home, "in"));
    for (const name of ["a.txt", "in/b1.txt", "in/b2.txt", "in/c.txt"]) writeFileSync(join(home, name), "x");
    namesOf(await browse({ starts: `${home}i` })).should.eql(["in/"]);
    namesOf(await browse({ starts: `${home}in/b` })).should.eql(["in/b1.txt", "in/b2.txt"]);
    namesOf(await browse({ folder: home, starts: "in/c" })).should.eql(["in/c.txt"]);
  });

  it("shows a thousand at a time, each once and in order", async () => {
    const names = numbered(6500).map((name) => name.replaceAll("/", "-"));
    for (const name of names) writeFileSync(join(home, name), "");
    const found: string[] = [];
    const pages: number[] = [];
    let token: string | undefined;
    do {
      const page = await browse({ folder: home, ...(token === undefined ? {} : { token }) });
      found.push(...namesOf(page));
      pages.push(page.files.length);
      token = page.token;
    } while (token !== undefined);
    found.should.eql([...names].sort());
    pages.should.eql([1000, 1000, 1000, 1000, 1000, 1000, 500]);
  });

  it("says why it shows nothing", async () => {
    const { refused } = await browse({ folder: `${home}none` });
    refused.code.should.equal("NoSuchFile");
    refused.message.should.containEql(`${home}none`);
    writeFileSync(join(home, "file"), "x");
    (await browse({ folder: `${home}file` })).refused.code.should.equal("ENOTDIR");
    (await postAdmin("/amazon-s3/disk/browse", { folder: 1 })).status.should.equal(400);
    (await browse({ folder: "a\0b" })).refused.code.should.equal("InvalidParameter");
  });
});
