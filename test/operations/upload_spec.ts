import { execFileSync } from "node:child_process";
import { existsSync, linkSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import should from "should";
import { type Core, openCore } from "../support/context";
import { must } from "../support/must";
import { useScratch } from "../support/scratch-folder";
import { useStore } from "../support/world";

const MiB = 1024 * 1024;

describe("upload", () => {
  const world = useStore();
  const scratch = useScratch();
  let core: Core;
  let count = 0;
  /** A prefix of each spec's own. */
  let to: string;
  before(() => {
    core = openCore(world.s3);
  });
  after(() => core.close());
  beforeEach(() => {
    to = `spec${++count}/`;
    world.s3.clear();
  });

  const put = (name: string, content: string | Buffer = name): string => {
    const file = join(scratch.root, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  };
  const get = async (path: string) => must(await world.s3.get("bucket", path));
  const text = async (path: string) => (await get(path)).body.toString();
  const keys = async () => (await world.s3.keys("bucket", to)).map((key) => key.slice(to.length));
  const upload = (values: object) => core.run("upload", values);

  describe("of one file", () => {
    it("puts it at the path, with its type and its modification time, and says so", async () => {
      const file = put("one.csv", "a,b\n");
      utimesSync(file, 1, 1700000000.25);
      const { result, about } = await upload({ source: file, path: `${to}x.csv` });
      const object = await get(`${to}x.csv`);
      object.body.toString().should.equal("a,b\n");
      object.contentType.should.equal("text/csv");
      object.metadata.should.eql({ mtime: "1700000000.25" });
      result.should.eql({ path: `${to}x.csv`, uploaded: 1, skipped: 0, failed: [], bytes: 4 });
      about.should.containEql({ path: `${to}x.csv`, size: 4, etag: object.etag });
    });

    it("puts it into a folder under its own name where the path ends with a slash", async () => {
      const { result } = await upload({ source: put("one.csv"), path: to });
      result.path.should.equal(`${to}one.csv`);
      (await keys()).should.eql(["one.csv"]);
    });

    it("takes none for empty whose bytes the system tells only when it is read", async function () {
      if (!existsSync("/proc/cpuinfo")) this.skip();
      (await core.failure("upload", { source: "/proc/cpuinfo", path: `${to}cpu` })).code.should.equal("FileChanged");
      (await keys()).should.be.empty();
    });

    it("takes a relative source from the working directory", async () => {
      put("deep/one.txt", "relative");
      const other = openCore(world.s3, { workingDirectory: scratch.root });
      await other.run("upload", { source: "deep/one.txt", path: to }).finally(() => other.close());
      (await text(`${to}one.txt`)).should.equal("relative");
      const source = relative(process.cwd(), put("two.txt"));
      await upload({ source, path: to });
      (await keys()).should.eql(["one.txt", "two.txt"]);
    });

    it("sends what is larger than 16 MiB in parts", async () => {
      const content = Buffer.alloc(17 * MiB, "0123456789");
      const { result } = await upload({ source: put("large.bin", content), path: to });
      (await get(`${to}large.bin`)).body.equals(content).should.be.true();
      (await get(`${to}large.bin`)).etag.should.endWith("-3");
      result.bytes.should.equal(17 * MiB);
    });

    it("uploads an empty file, and one that is a link", async () => {
      put("empty", "");
      symlinkSync(put("real.txt", "behind"), join(scratch.root, "link.txt"));
      await upload({ source: join(scratch.root, "empty"), path: to });
      await upload({ source: join(scratch.root, "link.txt"), path: to });
      (await get(`${to}empty`)).size.should.equal(0);
      (await text(`${to}link.txt`)).should.equal("behind");
    });

    it("keeps metadata, an own mtime among them, tags, type, class and caching as it is told", async () => {
      const metadata = { Mtime: "5", by: "Åsa" };
      const how = { metadata, tags: { a: "b" }, contentType: "text/x", cacheControl: "max-age=1" };
      await upload({ source: put("one.csv"), path: to, ...how });
      const object = await get(`${to}one.csv`);
      object.metadata.should.containEql({ mtime: "5" });
      object.contentType.should.equal("text/x");
      object.tags.should.eql({ a: "b" });
      object.headers["cache-control"]?.should.equal("max-age=1");
    });

    for (const [what, source, code, said] of [
      ["that is not there", "none.txt", "NoSuchFile", /none\.txt: there is no such file/],
      ["below a file", "one.csv/two", "NoSuchFile", /one\.csv/],
      ["with a slash at its end", "one.csv/", "NoSuchFile", /one\.csv/],
      ["that is a pipe", "pipe", "NotAFile", /pipe/],
    ] as const)
      it(`fails with ${code} for one ${what}`, async () => {
        put("one.csv");
        execFileSync("mkfifo", [join(scratch.root, "pipe")]);
        const error = await core.failure("upload", { source: `${scratch.root}/${source}`, path: to });
        error.code.should.equal(code);
        error.message.should.match(said);
        world.s3.requests.should.eql([]);
      });

    it("refuses a path, a source and values that make no sense", async () => {
      const source = put("one.csv");
      for (const [values, said] of [
        [{ source, path: " " }, /^path " " names no object/],
        [{ source: " ", path: to }, /^source " " names no file/],
        [{ source: "a\0b", path: to }, /NUL/],
        [{ source, path: to, sync: true }, /^sync goes with a folder/],
        [{ source: scratch.root, path: to, sync: true, onConflict: "rename" }, /^onConflict rename/],
        [{ source: scratch.root, path: to, tags: { "": "x" } }, /^tags /],
        [{ source: scratch.root, path: to, metadata: { "a b": "x" } }, /^metadata /],
        [{ source: scratch.root, path: to, cacheControl: "ü" }, /^cacheControl /],
      ] as const) {
        const error = await core.failure("upload", values);
        error.code.should.equal("InvalidParameter");
        error.message.should.match(said);
      }
      world.s3.requests.should.eql([]);
    });
  });

  describe("of a folder", () => {
    it("puts what lies in it below the path, with or without a slash", async () => {
      put("in/a.txt");
      put("in/b/c.txt");
      put("in/b/d/e.txt");
      mkdirSync(join(scratch.root, "in/nothing"));
      const source = join(scratch.root, "in");
      const { result } = await upload({ source, path: `${to}with/` });
      result.should.eql({ path: `${to}with/`, uploaded: 3, skipped: 0, failed: [], bytes: 8 + 10 + 12 });
      await upload({ source: `${source}/`, path: `${to}without` });
      const files = ["a.txt", "b/c.txt", "b/d/e.txt"];
      (await keys()).should.eql([...files.map((name) => `with/${name}`), ...files.map((name) => `without/${name}`)]);
      (await text(`${to}with/b/d/e.txt`)).should.equal("in/b/d/e.txt");
    });

    const odd = [
      "a b.txt",
      "#1",
      "what?",
      "100%",
      "%20",
      "a+b",
      "ü.txt",
      "u\u0308.txt",
      "😀",
      ".hidden",
      "trailing ",
      " leading",
      "a&b;c'd\"e",
      "[x]{y}*(z)!",
      "new\nline",
      "~",
      "a:b",
      "__proto__",
    ];
    it("keeps odd names as they are", async () => {
      for (const name of odd) put(`odd/${name}/${name}`, name);
      await upload({ source: join(scratch.root, "odd"), path: to });
      (await keys()).should.eql(
        odd.map((name) => `${name}/${name}`).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
      );
      for (const name of odd) (await text(`${to}${name}/${name}`)).should.equal(name);
    });

    it("takes each odd name for itself when it is the source, and not for a glob", async () => {
      for (const name of odd) {
        put(`odd/${name}`, name);
        await upload({ source: join(scratch.root, "odd", name), path: to });
        (await text(`${to}${name}`)).should.equal(name);
      }
    });

    it("tells of each file where it is asked to", async () => {
      const file = put("in/a.txt");
      const source = join(scratch.root, "in");
      const { result } = await upload({ source, path: to, report: "entries" });
      const { etag } = await get(`${to}a.txt`);
      result.entries.should.eql([{ action: "uploaded", path: `${to}a.txt`, file, size: 8, etag }]);
      (await upload({ source, path: to, onConflict: "skip", report: "entries" })).result.entries[0].should.containEql({
        action: "skipped",
        path: `${to}a.txt`,
      });
    });

    it("leaves out links to folders, follows one that is the source, and takes links to files", async () => {
      put("in/a.txt", "a");
      put("other/b.txt", "b");
      symlinkSync(join(scratch.root, "in"), join(scratch.root, "in/round"));
      symlinkSync(join(scratch.root, "other/b.txt"), join(scratch.root, "in/link.txt"));
      symlinkSync(join(scratch.root, "in"), join(scratch.root, "way"));
      linkSync(join(scratch.root, "in/a.txt"), join(scratch.root, "in/hard.txt"));
      const { result } = await upload({ source: join(scratch.root, "way"), path: to });
      (await keys()).should.eql(["a.txt", "hard.txt", "link.txt"]);
      result.uploaded.should.equal(3);
      (await text(`${to}link.txt`)).should.equal("b");
    });

    it("tries all, and tells with PartialFailure which failed and why", async () => {
      put("in/a.txt");
      put("in/back\\slash");
      writeFileSync(Buffer.concat([Buffer.from(join(scratch.root, "in/")), Buffer.from([0x66, 0xfc])]), "x");
      execFileSync("mkfifo", [join(scratch.root, "in/pipe")]);
      symlinkSync(join(scratch.root, "none"), join(scratch.root, "in/broken"));
      put(`in/${"x".repeat(200)}/${"y".repeat(200)}/${"z".repeat(200)}/${"ü".repeat(120)}/${"ö".repeat(120)}`);
      const error = await core.failure("upload", { source: join(scratch.root, "in"), path: to });
      error.code.should.equal("PartialFailure");
      const { failed, uploaded } = error.result;
      uploaded.should.equal(1);
      failed
        .map(({ code }: { code: string }) => code)
        .sort()
        .should.eql(["InvalidFileName", "InvalidFileName", "KeyTooLongError", "NoSuchFile", "NotAFile"]);
      const [broken] = failed.filter(({ code }: { code: string }) => code === "NoSuchFile");
      broken.path.should.equal(`${to}broken`);
      broken.file.should.equal(join(scratch.root, "in/broken"));
      (await keys()).should.eql(["a.txt"]);
    });

    it("leaves out what a download is writing at the moment, or has left behind", async () => {
      put("from/a.txt");
      put("from/.s3-0123456789ab-0123456789ab-abcdef-77-01234567.part", "half");
      put("from/.s3-0123456789ab-0123456789ab-abcdef-77-01234568.part/inside", "a folder");
      const { result } = await upload({ source: join(scratch.root, "from"), path: to });
      result.uploaded.should.equal(2);
      (await keys()).should.eql([".s3-0123456789ab-0123456789ab-abcdef-77-01234568.part/inside", "a.txt"]);
      const glob = await upload({ source: join(scratch.root, "from/*.part"), path: `${to}glob` });
      glob.result.uploaded.should.equal(0);
    });

    it("does nothing for one that is empty", async () => {
      mkdirSync(join(scratch.root, "in"));
      const { result } = await upload({ source: join(scratch.root, "in"), path: to });
      result.should.eql({ path: to, uploaded: 0, skipped: 0, failed: [], bytes: 0 });
    });
  });

  describe("of a glob", () => {
    const glob = async (pattern: string) => {
      for (const name of ["a.csv", "b.txt", "d/c.csv", "d/e/f.csv", ".g.csv", "d/G.CSV"]) put(`in/${name}`);
      await upload({ source: join(scratch.root, pattern), path: to });
      return keys();
    };
    for (const [pattern, expected] of [
      ["in/*.csv", [".g.csv", "a.csv"]],
      ["in/**/*.csv", [".g.csv", "a.csv", "d/c.csv", "d/e/f.csv"]],
      ["in/*/*.csv", ["d/c.csv"]],
      ["in/d/*.csv", ["c.csv"]],
      ["in/?.{csv,txt}", ["a.csv", "b.txt"]],
      ["*/d/e/*", ["in/d/e/f.csv"]],
      ["in/!(*.csv)", ["b.txt"]],
      ["in/[ab].*", ["a.csv", "b.txt"]],
      ["in/*.none", []],
    ] as const)
      it(`puts what ${pattern} matches below the path`, async () => {
        should(await glob(pattern)).eql(expected);
      });

    it("fails where its folder is not there, or the pattern is too much", async () => {
      const missing = await core.failure("upload", { source: join(scratch.root, "none/*.csv"), path: to });
      missing.code.should.equal("NoSuchFile");
      const much = await core.failure("upload", { source: join(scratch.root, "{1..5000}"), path: to });
      much.code.should.equal("InvalidParameter");
      much.message.should.startWith("source ");
    });
  });
});
