import { mkdir, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import should from "should";
import { downloadFolder, type FolderOrder } from "../../src/core/local/download-folder";
import { newPartName } from "../../src/core/local/part-name";
import { type Core, openCore } from "../support/context";
import { allOddKeys } from "../support/keys";
import { useScratch } from "../support/scratch-folder";
import { useFreshServer } from "../support/server";

/** A random source that gives the same again for the same seed. */
const seeded = (seed: number) => {
  let state = seed;
  return (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
};

/** Pieces of which hostile keys are made. */
const pieces = [
  "..",
  ".",
  "",
  "a",
  "b",
  "A",
  "a.txt",
  "inside",
  "link",
  "C:",
  "c:x",
  "CON",
  "x\\y",
  "..\\..",
  "n\0l",
  "etc",
  "tmp",
  "…",
  "é",
  "e\u0301",
  "~",
  "$HOME",
  "%2e%2e",
  "x".repeat(255),
  "x".repeat(256),
  " ",
  "-rf",
  "\u0001",
  newPartName({ name: "a", etag: "e", size: 1 }),
];

describe("download of hostile keys", () => {
  const world = useFreshServer();
  const disk = useScratch();
  let core: Core;
  const outside = {
    "outside.txt": "outside",
    "beside/keep.txt": "beside",
    "target/inside.txt": "inside",
    "target/a folder/kept.txt": "kept",
  };
  beforeEach(async () => {
    core = openCore(world.s3, { workingDirectory: disk.root });
    await disk.fill(outside);
    await symlink(disk.path("beside"), disk.path("target/link"));
    await symlink(disk.path("outside.txt"), disk.path("target/linked.txt"));
  });
  afterEach(() => core.close());

  /** Downloads all that is below `in/`. The result, whether it was a success or not. */
  const download = async (values: object = {}) => {
    const all = { path: "in/", target: "target", report: "entries", ...values };
    try {
      return (await core.run("download", all)).result;
    } catch (error) {
      const { code, result } = error as { code: string; result: object };
      should(code).equal("PartialFailure");
      return result;
    }
  };
  const put = (below: string, body = `of ${below}`) => world.s3.put("bucket", `in/${below}`, body);

  /** Holds the disk to what a download may do: change what is below the target, through no link. */
  const untouched = async (): Promise<Record<string, string>> => {
    const { "target/": _, ...tree } = await disk.tree();
    const below: Record<string, string> = {};
    for (const [path, content] of Object.entries(tree))
      if (path.startsWith("target/")) below[path.slice("target/".length)] = content;
    const beyond = Object.fromEntries(Object.entries(tree).filter(([path]) => !path.startsWith("target/")));
    beyond.should.eql({ "beside/": "", "beside/keep.txt": "beside", "outside.txt": "outside" });
    should(below.link).equal(`-> ${disk.path("beside")}`);
    should(below["linked.txt"]).equal(`-> ${disk.path("outside.txt")}`);
    for (const path of Object.keys(below)) path.should.not.match(/\.part$|s3-probe/);
    return below;
  };

  const refused: [below: string, code: string][] = [
    ["../outside.txt", "UnsafePath"],
    ["a/../../outside.txt", "UnsafePath"],
    ["..", "UnsafePath"],
    ["/etc/x", "UnsafePath"],
    ["a//b", "UnsafePath"],
    ["./inside.txt", "UnsafePath"],
    ["C:\\x", "UnsafePath"],
    ["C:/x", "UnsafePath"],
    ["a\\b", "UnsafePath"],
    ["..\\outside.txt", "UnsafePath"],
    ["n\0l", "UnsafePath"],
    [newPartName({ name: "a", etag: "e", size: 1 }), "UnsafePath"],
    ["link/keep.txt", "UnsafePath"],
    ["link/new/deep", "UnsafePath"],
    ["linked.txt", "UnsafePath"],
    ["link", "UnsafePath"],
    ["inside.txt/x", "NameClash"],
    ["a folder", "NameClash"],
    ["x".repeat(256), "ENAMETOOLONG"],
    [`${"x".repeat(256)}/y`, "ENAMETOOLONG"],
    ["content/", "NotAFile"],
  ];
  for (const overwrite of [false, true]) {
    for (const [below, code] of refused) {
      const label = below.replace(/x{9,}/, "xxx…").replace(/\d{3,}/g, "…");
      it(`refuses ${JSON.stringify(label)}${overwrite ? " with overwrite" : ""}, and the good one is done`, async () => {
        put(below);
        put("good/one.txt");
        const { downloaded, failed } = await download({ overwrite });
        downloaded.should.equal(1);
        failed.map((one: { path: string; code: string }) => [one.path, one.code]).should.eql([[`in/${below}`, code]]);
        const tree = await untouched();
        should(tree["good/one.txt"]).equal("of good/one.txt");
        should(tree["inside.txt"]).equal("inside");
        should(tree["a folder/kept.txt"]).equal("kept");
      });
    }
  }

  it("refuses them in a dry run too", async () => {
    for (const [below] of refused) put(below);
    put("good");
    const { downloaded, failed } = (await core.run("download", { path: "in/", target: "target", dryRun: true })).result;
    downloaded.should.equal(1);
    failed.should.have.length(refused.length);
    Object.keys(await untouched()).should.eql(["a folder/", "a folder/kept.txt", "inside.txt", "link", "linked.txt"]);
  });

  for (const path of ["..", "a\\b", "x/..", "C:x"]) {
    it(`refuses one object under its own name: ${JSON.stringify(path)}`, async () => {
      world.s3.put("bucket", path, "hostile");
      (await core.failure("download", { path, target: "target/" })).code.should.equal("UnsafePath");
      (await untouched()).should.not.have.property("b");
      // Under a name that the flow gives, it is as good as any.
      await core.run("download", { path, target: "target/named" });
      should((await untouched()).named).equal("hostile");
    });
  }

  it("refuses one object to a link, and in a folder that is one below the target's own folder", async () => {
    world.s3.put("bucket", "a", "hostile");
    for (const overwrite of [false, true]) {
      const error = await core.failure("download", { path: "a", target: "target/linked.txt", overwrite });
      error.code.should.equal("UnsafePath");
      error.message.should.match(/symbolic link/);
    }
    await untouched();
  });

  it("takes keys that are only odd", async () => {
    const good = allOddKeys.filter((key) =>
      key
        .split("/")
        .every((name) => !["", ".", ".."].includes(name) && !/\\/.test(name) && Buffer.byteLength(name) <= 255),
    );
    for (const key of good) put(key, key);
    const { downloaded, failed } = await download();
    failed.should.eql([]);
    downloaded.should.equal(good.length);
  });

  it("takes names of the greatest length", async () => {
    for (const name of ["x".repeat(255), "é".repeat(127)]) put(name, "long");
    (await download()).downloaded.should.equal(2);
    should((await untouched())["x".repeat(255)]).equal("long");
  });

  it("a file and a folder of one name: one of them is done, the other is NameClash", async () => {
    put("both");
    put("both/below");
    const { downloaded, failed } = await download();
    downloaded.should.equal(1);
    failed.should.have.length(1);
    should(failed[0].code).equal("NameClash");
  });

  it("a pipe is neither read nor replaced", async () => {
    const { execFileSync } = await import("node:child_process");
    execFileSync("mkfifo", [disk.path("target/pipe")]);
    put("pipe");
    const { failed } = await download({ overwrite: true });
    should(failed[0].code).equal("NotAFile");
    (await stat(disk.path("target/pipe"))).isFIFO().should.be.true();
  });

  it("a folder that becomes a link during the transfer is not written through", async () => {
    const { rename } = await import("node:fs/promises");
    put("sub/keep.txt", "hostile");
    await mkdir(disk.path("target/sub"));
    world.s3.hook(async ({ operation }) => {
      if (operation !== "GetObject") return undefined;
      await rename(disk.path("target/sub"), disk.path("target/moved"));
      await symlink(disk.path("beside"), disk.path("target/sub"));
      return undefined;
    });
    const { failed } = await download({ overwrite: true });
    should(failed[0].code).equal("UnsafePath");
    (await disk.tree("beside")).should.eql({ "keep.txt": "beside" });
  });

  it("a file that becomes a link during the transfer is not written through", async () => {
    put("new.txt", "hostile");
    world.s3.hook(async ({ operation }) => {
      if (operation === "GetObject")
        await symlink(disk.path("outside.txt"), disk.path("target/new.txt")).catch(() => {});
      return undefined;
    });
    for (const overwrite of [false, true]) {
      const { failed } = await download({ overwrite });
      should(failed[0].code).equal("UnsafePath");
    }
    should((await disk.tree())["outside.txt"]).equal("outside");
  });

  it("a file that becomes a link while its successor is fetched is not replaced", async () => {
    put("inside.txt", "hostile");
    const { unlink } = await import("node:fs/promises");
    world.s3.hook(async ({ operation }) => {
      if (operation !== "GetObject") return undefined;
      await unlink(disk.path("target/inside.txt"));
      await symlink(disk.path("outside.txt"), disk.path("target/inside.txt"));
      return undefined;
    });
    const { failed } = await download({ overwrite: true });
    should(failed[0].code).equal("UnsafePath");
    const tree = await disk.tree();
    should(tree["outside.txt"]).equal("outside");
    should(tree["target/inside.txt"]).equal(`-> ${disk.path("outside.txt")}`);
  });

  for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
    it(`changes nothing outside, and does all that is good: random keys of seed ${seed}`, async () => {
      const random = seeded(seed);
      const keys = new Set<string>();
      while (keys.size < 120) {
        const key = Array.from({ length: 1 + random(4) }, () => pieces[random(pieces.length)]).join("/");
        if (key !== "" && Buffer.byteLength(key) < 1000) keys.add(key);
      }
      for (const key of keys) put(key, key.endsWith("/") ? "" : key);
      const { downloaded, failed, entries } = await download({ overwrite: random(2) === 1 });
      const tree = await untouched();
      const markers = [...keys].filter((key) => key.endsWith("/")).length;
      (downloaded + failed.length).should.be.within(keys.size - markers, keys.size);
      for (const { path, file } of entries) {
        const below = path.slice("in/".length);
        file.should.equal(join(disk.path("target"), below));
        should(tree[below]).equal(Buffer.from(below).toString("latin1"));
      }
      const codes = ["UnsafePath", "NameClash", "ENAMETOOLONG"];
      for (const { code } of failed) codes.should.containEql(code);
      // What has nothing wrong with it has not failed, unless another key is in its way.
      const plain = /^(?:a|b|A|a\.txt|inside|etc|tmp|CON|\u2026|~|\$HOME)$/;
      for (const { path, code } of failed) {
        const below: string = path.slice("in/".length);
        if (below.split("/").every((name) => plain.test(name))) `${code} ${below}`.should.startWith("NameClash");
      }
    });
  }

  describe("on a disk that takes A for a", () => {
    const folding = async () => ({ letters: true, accents: false });
    const order: FolderOrder = {
      path: "in/",
      target: "target",
      wanted: undefined,
      overwrite: true,
      onConflict: "error",
      dryRun: false,
      restoreTimes: false,
      sync: false,
      force: false,
      maxDelete: undefined,
      entries: false,
    };

    it("the first of two names that are one is done, the others are NameClash", async () => {
      for (const below of ["Read.me", "read.me", "sub/a", "SUB/b", "other"]) put(below);
      const error = await downloadFolder(core.context, order, folding).catch((error) => error);
      error.code.should.equal("PartialFailure");
      error.result.downloaded.should.equal(3);
      error.result.failed
        .map(({ path, code }: { path: string; code: string }) => [path, code])
        .sort()
        .should.eql([
          ["in/read.me", "NameClash"],
          ["in/sub/a", "NameClash"],
        ]);
      error.result.failed[0].message.should.match(/are one name on this disk/);
      const tree = await untouched();
      should(tree["Read.me"]).equal("of Read.me");
      tree.should.not.have.property("read.me");
    });

    it("sync keeps a file that is there in other letters", async () => {
      put("INSIDE.TXT");
      await writeFile(disk.path("target/extra"), "x");
      const result = await downloadFolder(core.context, { ...order, sync: true, force: true }, folding);
      result.should.containEql({ downloaded: 1, deleted: 2 });
      should((await disk.tree("target"))["inside.txt"]).equal("inside");
    });
  });
});
