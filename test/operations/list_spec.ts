import "should";
import type { Entry } from "../../src/core/entry";
import { storageClasses } from "../servers";
import { chosenServer } from "../support/chosen-server";
import { type Core, openCore, smallPages } from "../support/context";
import { inByteOrder, numbered, oddKeys, possible, takesKey } from "../support/keys";
import { many, some } from "../support/many";
import { must } from "../support/must";
import { needsFaults, onlyEmbedded, unlessDiffers } from "../support/only-embedded";
import { useStore } from "../support/world";

const tree = possible([
  ".hidden",
  "a.txt",
  "empty/",
  "logs",
  "logs-old/x.log",
  "logs/",
  "logs/2025/a.log",
  "logs/2026/",
  "logs/2026/a.log",
  "logs/2026/b.LOG",
  "logs/today.log",
  "logs.txt",
]);
/** A name, if the server can hold it beside the others. */
const held = (name: string) => (tree.includes(name) ? [name] : []);

const storageClass = storageClasses[chosenServer.name] ?? "STANDARD_IA";

interface Listed {
  result: Entry[];
  about: { failed?: number };
  caveat?: string;
}

describe("list", () => {
  const world = useStore({ buckets: ["other", "ordered", "odd", "tree"] });
  let core: Core;
  const on = (bucket: string, settings: object = {}) => openCore(world.s3, { bucket, ...settings });
  const list = async (values: object = {}, one = core): Promise<Entry[]> => (await one.run("list", values)).result;
  const paths = async (values: object = {}, one = core) => (await list(values, one)).map(({ path }) => path);
  before(async () => {
    await world.s3.seed("tree", tree, "four");
    core = on("tree");
  });
  after(() => core.close());
  beforeEach(() => world.s3.clear());

  describe("entries", () => {
    it("have exactly these fields", async () => {
      const { etag } = await world.s3.put("bucket", "shape/f/may.csv", "12345", {
        headers: { "x-amz-storage-class": storageClass },
      });
      const bucket = on("bucket");
      const found = await list({ path: "shape", recurse: true, entries: "all" }, bucket);
      await bucket.close();
      const stored = await world.s3.get("bucket", "shape/f/may.csv");
      const { lastModified } = found[1] as { lastModified: string };
      // A listing may tell the fraction of a second, which an object's headers cannot.
      new Date(lastModified).toISOString().should.equal(lastModified);
      lastModified.slice(0, 19).should.equal(stored?.lastModified.toISOString().slice(0, 19));
      found.should.eql([
        { path: "shape/f/", name: "f", type: "folder" },
        {
          path: "shape/f/may.csv",
          name: "may.csv",
          type: "file",
          size: 5,
          lastModified,
          etag,
          storageClass,
        },
      ]);
    });

    it("are the files of the folder itself by default", async () => {
      (await paths()).should.eql([".hidden", "a.txt", ...held("logs"), "logs.txt"]);
      (await paths({ path: "logs" })).should.eql(["logs/today.log"]);
      world.s3.requests.map(({ query }) => query.delimiter).should.eql(["/", "/"]);
    });

    it("are those below too, with recurse", async () => {
      (await paths({ recurse: true })).should.eql(inByteOrder(tree).filter((key) => !key.endsWith("/")));
      (await paths({ path: "logs", recurse: true })).should.eql([
        "logs/2025/a.log",
        "logs/2026/a.log",
        "logs/2026/b.LOG",
        "logs/today.log",
      ]);
    });

    it("are folders, or all, where that is asked for", async () => {
      (await paths({ entries: "folders" })).should.eql(["empty/", "logs-old/", "logs/"]);
      (await paths({ entries: "folders", recurse: true })).should.eql([
        "empty/",
        "logs-old/",
        "logs/",
        "logs/2025/",
        "logs/2026/",
      ]);
      (await paths({ entries: "all" })).should.eql(
        inByteOrder([".hidden", "a.txt", "empty/", ...held("logs"), "logs-old/", "logs.txt", "logs/"]),
      );
      (await paths({ path: "logs/", entries: "all", recurse: true })).should.eql([
        "logs/2025/",
        "logs/2025/a.log",
        "logs/2026/",
        "logs/2026/a.log",
        "logs/2026/b.LOG",
        "logs/today.log",
      ]);
    });

    it("are never folder markers as files", async () => {
      for (const recurse of [false, true]) {
        const found = await list({ entries: "all", recurse });
        found.filter(({ type, path }) => (type === "file") === path.endsWith("/")).should.eql([]);
        (await paths({ path: "empty", entries: "all", recurse })).should.eql([]);
      }
    });

    it("name a folder once, however many pages its keys fill", async () => {
      await world.s3.seed("bucket", [...numbered(some, "wide/a/"), ...numbered(some / 2, "wide/b/c/")]);
      const bucket = on("bucket");
      smallPages(bucket, some / 4);
      (await paths({ path: "wide", entries: "folders", recurse: true }, bucket)).should.eql([
        "wide/a/",
        "wide/b/",
        "wide/b/c/",
      ]);
      await bucket.close();
    });
  });

  describe("path", () => {
    it("logs and logs/ are the same folder, and logs-old/ another", async () => {
      const all = { recurse: true, entries: "all" };
      (await list({ path: "logs", ...all })).should.eql(await list({ path: "logs/", ...all }));
      (await paths({ path: "logs-old", recurse: true })).should.eql(["logs-old/x.log"]);
      (await paths({ path: "log", ...all })).should.eql([]);
      (await paths({ path: "Logs", ...all })).should.eql([]);
    });

    it('"" and / are the root', async () => {
      (await list({ path: "/", recurse: true })).should.eql(await list({ path: "", recurse: true }));
      (await paths({ path: "/", recurse: true })).length.should.equal(8 + held("logs").length);
    });

    it("of a folder that is not there is empty", async () => {
      const { result, about } = await core.run("list", { path: "nothing/here" });
      result.should.eql([]);
      about.should.eql({ count: 0, truncated: false });
    });

    it("is relative to the root path, and cannot leave it", async () => {
      const rooted = on("tree", { rootPath: "logs" });
      (await paths({ recurse: true, entries: "all" }, rooted)).should.eql([
        "2025/",
        "2025/a.log",
        "2026/",
        "2026/a.log",
        "2026/b.LOG",
        "today.log",
      ]);
      (await paths({ path: "2026" }, rooted)).should.eql(["2026/a.log", "2026/b.LOG"]);
      for (const path of ["..", "../", "../logs-old", "/..", "/logs"].filter(takesKey)) {
        (await paths({ path, recurse: true }, rooted)).should.eql([]);
      }
      await rooted.close();
    });

    unlessDiffers("keys-are-file-paths", () => {
      it("is taken literally, with // and dots in it", async () => {
        await world.s3.seed("other", ["a//b", "a/./c", "a/../d", "//e", "/f"]);
        const other = on("other");
        (await paths({ path: "a/" }, other)).should.eql([]);
        (await paths({ path: "a//" }, other)).should.eql(["a//b"]);
        (await paths({ path: "a/." }, other)).should.eql(["a/./c"]);
        (await paths({ path: "a/.." }, other)).should.eql(["a/../d"]);
        (await paths({ path: "//" }, other)).should.eql(["//e"]);
        (await paths({ recurse: true }, other)).should.eql(inByteOrder(["a//b", "a/./c", "a/../d", "//e", "/f"]));
        await other.close();
      });
    });
  });

  describe("keys", () => {
    it("of any characters come as they are", async () => {
      await world.s3.seed("odd", oddKeys);
      const odd = on("odd");
      const files = oddKeys.filter((key) => !key.endsWith("/"));
      (await paths({ recurse: true }, odd)).should.eql(inByteOrder(files));
      const names = (await list({ recurse: true }, odd)).map(({ name }) => name);
      names.should.eql(inByteOrder(files).map((key) => key.slice(key.lastIndexOf("/") + 1)));
      await odd.close();
    });

    it("come in the order of their bytes, page after page and folders among files", async () => {
      const marks = ["a", "z", "~", "\u00e9", "\ud7ff", "\ue000", "\uffee", "\u{10000}", "😀", "\u{10ffff}", "-", "."];
      const each = some / 20;
      const keys = marks.flatMap((mark) => [...numbered(each, mark), ...numbered(each, `d${mark}`, "/x")]);
      await world.s3.seed("ordered", keys);
      const ordered = on("ordered");
      smallPages(ordered, keys.length / 3);
      (await paths({ recurse: true }, ordered)).should.eql(inByteOrder(keys));
      const all = [
        ...numbered(each, "").flatMap((one) => marks.flatMap((mark) => [`${mark}${one}`, `d${mark}${one}/`])),
      ];
      (await paths({ entries: "all" }, ordered)).should.eql(inByteOrder(all));
      await ordered.close();
    });

    it("come whole, thousands of them", async () => {
      const keys = numbered(many, "page/");
      await world.s3.seed("other", keys);
      const bucket = on("other");
      const { result, about } = await bucket.run("list", { path: "page" });
      result.map(({ path }: Entry) => path).should.eql(keys);
      about.should.eql({ count: many, truncated: false });
      await bucket.close();
    });

    it("come whole from a store with small pages", async () => {
      const small = on("tree");
      smallPages(small, 2);
      for (const recurse of [false, true]) {
        world.s3.clear();
        (await list({ entries: "all", recurse }, small)).should.eql(await list({ entries: "all", recurse }));
        world.s3.requests.length.should.be.aboveOrEqual(5);
      }
      await small.close();
    });
  });

  describe("maxResults", () => {
    it("cuts the list, and says so only if something was cut", async () => {
      const all = await paths({ recurse: true });
      for (let maxResults = 1; maxResults <= all.length + 1; maxResults++) {
        const { result, about } = await core.run("list", { recurse: true, maxResults });
        result.map(({ path }: Entry) => path).should.eql(all.slice(0, maxResults));
        about.should.eql({ count: Math.min(maxResults, all.length), truncated: maxResults < all.length });
      }
    });

    it("counts after the filter", async () => {
      const { result, about } = await core.run("list", { recurse: true, filter: "*.log", maxResults: 3 });
      result.length.should.equal(3);
      about.should.eql({ count: 3, truncated: true });
      const exact = await core.run("list", { recurse: true, filter: "*.log", maxResults: 5 });
      exact.about.should.eql({ count: 5, truncated: false });
    });

    it("counts folders too", async () => {
      (await core.run("list", { entries: "all", maxResults: 2 })).about.should.eql({ count: 2, truncated: true });
      (await core.run("list", { entries: "folders", maxResults: 3 })).about.should.eql({ count: 3, truncated: false });
    });

    it("asks for no more pages than it takes", async () => {
      // Those of "come whole, thousands of them".
      (await world.s3.keys("other", "page/")).length.should.equal(many);
      const bucket = on("other");
      const { about } = await bucket.run("list", { path: "page", maxResults: 10 });
      about.should.eql({ count: 10, truncated: true });
      world.s3.requests.length.should.be.belowOrEqual(2);
      const exact = await bucket.run("list", { path: "page", maxResults: 1000 });
      exact.about.should.eql({ count: 1000, truncated: true });
      await bucket.close();
    });
  });

  describe("filter", () => {
    it("is by name without /, and by the path below the folder with one", async () => {
      (await paths({ recurse: true, filter: "a.*" })).should.eql(["a.txt", "logs/2025/a.log", "logs/2026/a.log"]);
      (await paths({ path: "logs", recurse: true, filter: "2026/*" })).should.eql([
        "logs/2026/a.log",
        "logs/2026/b.LOG",
      ]);
      (await paths({ path: "logs", recurse: true, filter: "logs/2026/*" })).should.eql([]);
    });

    it("is below the path where there is a root path", async () => {
      const rooted = on("tree", { rootPath: "logs" });
      (await paths({ recurse: true, filter: "2026/*" }, rooted)).should.eql(["2026/a.log", "2026/b.LOG"]);
      await rooted.close();
    });

    it("is case sensitive only where asked", async () => {
      (await paths({ path: "logs/2026", filter: "*.log" })).length.should.equal(2);
      (await paths({ path: "logs/2026", filter: "*.log", caseSensitive: true })).should.eql(["logs/2026/a.log"]);
    });

    it("takes dot names, negations and several patterns", async () => {
      (await paths({ filter: "*" })).should.containEql(".hidden");
      (await paths({ filter: "!*.txt" })).should.eql([".hidden", ...held("logs")]);
      (await paths({ filter: ["a*", "log*", "!*.txt"] })).should.eql(held("logs"));
    });

    it("takes folders by their name without the slash", async () => {
      (await paths({ entries: "folders", filter: "logs" })).should.eql(["logs/"]);
      (await paths({ entries: "folders", recurse: true, filter: "20*" })).should.eql(["logs/2025/", "logs/2026/"]);
      (await paths({ entries: "all", filter: "!logs*" })).should.eql([".hidden", "a.txt", "empty/"]);
    });

    it("that is none is refused before anything is sent", async () => {
      for (const filter of ["!", "{1..5000}", "x".repeat(2000)]) {
        (await core.failure("list", { filter })).code.should.equal("InvalidParameter");
      }
      world.s3.requests.length.should.equal(0);
    });
  });

  describe("includeMetadata", () => {
    onlyEmbedded(needsFaults, () => {
      it("adds content type and metadata of the files, side by side", async () => {
        await world.s3.put("bucket", "meta/a", "x", { contentType: "text/own", metadata: { Owner: "me", other: "1" } });
        await world.s3.put("bucket", "meta/b", "x", { contentType: "image/png" });
        await world.s3.seed("bucket", numbered(40, "meta/c/"));
        world.embedded.setLatency(5);
        const bucket = on("bucket", { concurrency: 8 });
        const found = await list({ path: "meta", recurse: true, entries: "all", includeMetadata: true }, bucket);
        await bucket.close();
        world.embedded.setLatency(0);
        must(found[0]).should.containEql({
          path: "meta/a",
          contentType: "text/own",
          metadata: { owner: "me", other: "1" },
        });
        must(found[1]).should.containEql({ contentType: "image/png", metadata: {} });
        (found[2] as object).should.eql({ path: "meta/c/", name: "c", type: "folder" });
        found
          .slice(3)
          .every(({ metadata }) => metadata !== undefined)
          .should.be.true();
        world.s3.requests.filter(({ operation }) => operation === "HeadObject").length.should.equal(42);
        world.embedded.maxInFlight.should.be.within(2, 8);
      });
    });

    it("asks for no more than is listed", async () => {
      await list({ recurse: true, includeMetadata: true, filter: "*.log", maxResults: 2 });
      world.s3.requests.filter(({ operation }) => operation === "HeadObject").length.should.equal(2);
      world.s3.clear();
      await list({ recurse: true });
      world.s3.requests.filter(({ operation }) => operation === "HeadObject").length.should.equal(0);
    });

    onlyEmbedded(needsFaults, () => {
      it("keeps what was deleted since it was listed", async () => {
        world.embedded.hook({ operation: "HeadObject", key: "a.txt", error: "NoSuchKey" });
        const found = await list({ includeMetadata: true });
        found.map(({ path }) => path).should.eql([".hidden", "a.txt", "logs", "logs.txt"]);
        Object.keys(found[1] as Entry).should.not.containEql("metadata");
      });

      for (const [error, code] of [
        ["AccessDenied", "AccessDenied"],
        // As for an object that is encrypted with a customer's key.
        ["InvalidRequest", "BadRequest"],
      ] as const) {
        it(`tells of an object that may not be looked at: ${error}`, async () => {
          world.embedded.hook({ operation: "HeadObject", key: "a.txt", error });
          const { result, about, caveat } = (await core.run("list", { includeMetadata: true })) as unknown as Listed;
          result.map(({ path }) => path).should.eql([".hidden", "a.txt", "logs", "logs.txt"]);
          for (const { path, failed, metadata } of result) {
            [failed?.code, metadata === undefined].should.eql(path === "a.txt" ? [code, true] : [undefined, false]);
          }
          String(result[1]?.failed?.message).should.match(/^list a\.txt/);
          [about.failed, caveat].should.eql([1, "done, 1 failed"]);
        });
      }

      it("tells of objects of which none is for these keys, and fails if none may be looked at", async () => {
        world.embedded.hook({ operation: "HeadObject", error: "InvalidRequest" });
        const { about, result } = await core.run("list", { includeMetadata: true });
        about.should.containEql({ count: 4, failed: 4 });
        result.should.matchEach(({ failed }: Entry) => failed?.code === "BadRequest");
        world.embedded.hooks.length = 0;
        world.embedded.hook({ operation: "HeadObject", error: "AccessDenied" });
        (await core.failure("list", { includeMetadata: true })).code.should.equal("AccessDenied");
      });

      it("fails where an object cannot be looked at for another reason", async () => {
        world.embedded.hook({ operation: "HeadObject", key: "a.txt", error: "NotImplemented" });
        (await core.failure("list", { includeMetadata: true })).code.should.equal("NotImplemented");
      });
    });
  });

  it("says what keeps it from listing", async () => {
    const nowhere = on("nowhere");
    (await nowhere.failure("list")).code.should.equal("NoSuchBucket");
    await nowhere.close();
    const stranger = on("tree", { secretKey: "wrong" });
    (await stranger.failure("list")).code.should.equal("SignatureDoesNotMatch");
    await stranger.close();
  });
});
