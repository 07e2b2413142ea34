import { gzipSync } from "node:zlib";
import "should";
import { type Core, openCore } from "../support/context";
import { customerKey } from "../support/customer-key";
import { type Inventory, rowOf, rowsOf, writeInventory } from "../support/inventory";
import { numbered } from "../support/keys";
import { many } from "../support/many";
import { must } from "../support/must";
import { needsFaults, needsUsers, onlyEmbedded, unlessDiffers } from "../support/only-embedded";
import { useStore } from "../support/world";

const day = 24 * 60 * 60 * 1000;

unlessDiffers("keys-are-file-paths", () => {
  describe("purge by a listing", () => {
    const world = useStore({
      buckets: ["lists"],
      embedded: {
        users: [{ accessKey: "partly", secretKey: "secret", deny: [{ action: "s3:GetObject", prefix: "logs/kept" }] }],
      },
    });
    let core: Core;
    before(() => {
      core = openCore(world.s3);
    });
    after(() => core.close());
    const fill = (...keys: string[]) => world.s3.seed("bucket", keys, "four");
    const keys = (prefix = "") => world.s3.keys("bucket", prefix);
    const sent = (operation: string) => world.s3.requests.filter((request) => request.operation === operation);
    const from = { from: "listing", path: "/", wholeBucket: true };
    const forced = { ...from, force: true };
    /** Says what fails, and that nothing is gone. */
    const refused = async (values: object, says: RegExp, code = "InvalidListing") => {
      const before = await keys();
      const error = await core.failure("purge", { ...forced, ...values });
      error.code.should.equal(code, error.message);
      error.message.should.match(says);
      (await keys()).should.eql(before);
      sent("DeleteObjects").should.eql([]);
      return error;
    };
    beforeEach(() => world.s3.clear());
    afterEach(async () => {
      await core.run("purge", { path: "/", force: true, wholeBucket: true });
    });

    describe("in an array", () => {
      it("takes what it names, and lists nothing", async () => {
        await fill("logs/a", "logs/b/c", "logs/d", "other");
        world.s3.clear();
        const listing = ["logs/a", "logs/b/c"];
        const dry = await core.run("purge", { ...from, listing });
        dry.result.should.eql({
          path: "/",
          dryRun: true,
          matched: 2,
          bytes: 8,
          failed: [],
          sample: listing,
          outside: 0,
          missing: 0,
          changed: 0,
        });
        (await keys()).length.should.equal(4);
        const { result } = await core.run("purge", { ...forced, listing });
        result.should.eql({
          path: "/",
          dryRun: false,
          deleted: 2,
          bytes: 8,
          failed: [],
          outside: 0,
          missing: 0,
          changed: 0,
        });
        (await keys()).should.eql(["logs/d", "other"]);
        sent("ListObjectsV2").length.should.equal(0);
      });

      it("takes only what lies in the folder, once, and counts what is outside and what is missing", async () => {
        await fill("logs/a", "logs-old/a", "logs", "x");
        const listing = ["logs/a", "logs/a", "logs-old/a", "logs", "x", "logs/gone"];
        const { result } = await core.run("purge", { ...forced, path: "logs", listing });
        result.should.containEql({ deleted: 1, outside: 3, missing: 1, changed: 0 });
        (await keys()).should.eql(["logs", "logs-old/a", "x"]);
      });

      it("takes nothing where it is empty", async () => {
        await fill("a");
        (await core.run("purge", { ...forced, listing: [] })).result.should.containEql({ deleted: 0, outside: 0 });
        (await keys()).should.eql(["a"]);
      });

      it("takes entries as the list node sends them, and leaves what has changed since", async () => {
        await fill("a", "b", "c", "d");
        const { result: listing } = await core.run("list", { recurse: true });
        await world.s3.put("bucket", "b", "five!");
        await world.s3.put("bucket", "c", "ruof");
        await core.run("delete", { path: "d" });
        const { result } = await core.run("purge", { ...forced, listing });
        result.should.containEql({ deleted: 1, bytes: 4, missing: 1, changed: 2 });
        (await keys()).should.eql(["b", "c"]);
      });

      for (const [what, entry] of [
        ["ETag", { etag: "0123456789abcdef0123456789abcdef" }],
        ["size", { size: 5 }],
        ["time", { lastModified: "2020-01-01T00:00:00.000Z" }],
      ] as const) {
        it(`leaves what has another ${what} than an entry says`, async () => {
          await fill("a");
          (await core.run("purge", { ...forced, listing: [{ path: "a", ...entry }] })).result.should.containEql({
            deleted: 0,
            changed: 1,
          });
          (await keys()).should.eql(["a"]);
        });
      }

      it("passes over old versions and delete markers", async () => {
        await fill("a", "b", "c");
        const listing = [
          { path: "a", versionId: "x", isLatest: false },
          { path: "b", versionId: "y", deleteMarker: true, isLatest: true },
          { path: "c", isLatest: true },
        ];
        (await core.run("purge", { ...forced, listing })).result.should.containEql({
          deleted: 1,
          missing: 0,
          changed: 0,
        });
        (await keys()).should.eql(["a", "b"]);
      });

      for (const [listing, says] of [
        [["a", ""], /listing\[1\] "" names no object/],
        [["a", "/"], /listing\[1\] "\/" names no object/],
        [["a", 7], /listing\[1\] must be a path, or an entry/],
        [["a", ["b"]], /listing\[1\] must be a path/],
        [["a", {}], /listing\[1\].path must be a string, and is undefined/],
        [["a", { path: "b", size: -1 }], /listing\[1\].size must be a number of bytes/],
        [["a", { path: "b", isLatest: "true" }], /listing\[1\].isLatest must be true or false/],
        [["a", { path: "b", deleteMarker: 1 }], /listing\[1\].deleteMarker must be/],
        [["a", { path: "b", lastModified: "yesterday" }], /listing\[1\].lastModified must be a time/],
        [["a", { path: "b", lastModified: "2026-05-31T12:00:00" }], /listing\[1\].lastModified must be a time/],
        [["a", { path: "b/", type: "folder" }], /listing\[1\] "b\/" is a folder/],
        [["a", "half \ud800"], /listing\[1\].path has half of a character/],
      ] as const) {
        it(`is refused before anything is sent: ${JSON.stringify(listing[1])}`, async () => {
          await fill("a");
          world.s3.clear();
          await refused({ listing }, says, "InvalidParameter");
          world.s3.requests.should.eql([]);
        });
      }

      it("refuses a bad path even where it is the last of thousands", async () => {
        await fill("a");
        await refused({ listing: [...numbered(3000, "x"), "a", " "] }, /listing\[3001\]/, "InvalidParameter");
      });
    });

    describe("in a text", () => {
      it("takes each line, of a text that may be compressed, in another bucket", async () => {
        const text = "\uFEFFa b\r\n\n100%\nlogs/c\r\nд😀\n\n\ngone\nlast";
        for (const [path, body, options] of [
          ["list.txt", text, {}],
          ["list.txt.gz", gzipSync(text), {}],
          ["list", gzipSync(text), { headers: { "content-encoding": "gzip" } }],
        ] as const) {
          await fill("a b", "100%", "logs/c", "д😀", "last", "stays");
          await world.s3.put("lists", path, body, options);
          const { result } = await core.run("purge", {
            ...forced,
            listing: path,
            listingBucket: world.s3.bucketName("lists"),
          });
          result.should.containEql({ deleted: 5, missing: 1, bytes: 20 });
          (await keys()).should.eql(["stays"]);
        }
      });

      it("takes thousands", async () => {
        const names = numbered(many, "logs/");
        await fill(...names);
        await world.s3.put("lists", "many.txt", names.join("\n"));
        const listingBucket = world.s3.bucketName("lists");
        const { result } = await core.run("purge", { ...forced, path: "logs", listing: "many.txt", listingBucket });
        result.deleted.should.equal(many);
      });

      for (const [what, text, says] of [
        ["is no UTF-8", Buffer.from("a\nb\xff\n", "latin1"), /"list.txt", line 2: is no text in UTF-8/],
        ["is UTF-16", Buffer.from("a\nb\n", "utf16le"), /line 1: has a NUL/],
        ["is white space", "a\n\n \n", /line 3: path " " names no object/],
        ["is a slash", "a\n/\n", /line 2: path "\/" names no object/],
        ["is longer than a key", `a\n${"x".repeat(1025)}`, /line 2: the path has 1025 bytes/],
        ["is of any length", `a\n${"x".repeat(100_000)}`, /line 2: is longer than any path/],
      ] as const) {
        it(`is refused with the line that ${what}, before anything is deleted`, async () => {
          await fill("a", "b");
          await world.s3.put("bucket", "list.txt", text);
          await refused({ listing: "list.txt" }, says);
        });
      }

      const entries = numbered(2000, "logs/").map((path) => ({ path, size: 4, 'q"': [null, true, -1.5e3] }));
      const page = "<!DOCTYPE html>\n<html>\n<head></head>\n<body>a</body>\n</html>\n";
      for (const [what, name, text, says] of [
        ["a Parquet file", "list", Buffer.from("PAR1\x15\x04\x15\x00\xff", "latin1"), /"list" is a Parquet file/],
        [
          "a ZIP archive",
          "list.csv",
          Buffer.from("PK\x03\x04\x14\x00\x00\x00", "latin1"),
          /"list.csv" is a ZIP archive/,
        ],
        ["gzip by another name", "list.txt", gzipSync("a\nb\n"), /is compressed with gzip, and neither/],
        ["a picture", "list.png", Buffer.from("\x89PNG\r\n\x1a\n\x00\x00", "latin1"), /"list.png" is a picture/],
        ["a page", "list.html", page, /is a page in HTML or XML/],
        ["XML", "list", '<?xml version="1.0"?><ListBucketResult><Key>a</Key></ListBucketResult>', /is a page in HTML/],
        ["an array in JSON", "list.json", '["a","b"]', /is JSON, and no list with a path on each line/],
        ["entries in JSON", "list.json", JSON.stringify(entries, null, 2), /is JSON/],
        ["entries in one line", "list.json", JSON.stringify(entries), /is JSON/],
        ["entries in a packed one", "list.json.gz", gzipSync(JSON.stringify(entries)), /is JSON/],
        ["JSON lines", "list", entries.map((entry) => JSON.stringify(entry)).join("\n"), /is JSON/],
        [
          "a manifest by another name",
          "manifest (1).json",
          '{\n "fileFormat": "CSV",\n "files": []\n}',
          /must be called/,
        ],
        [
          "a file of an inventory",
          "0.csv.gz",
          gzipSync('"bucket","a","4"\n"bucket","b ""c""","4"\n'),
          /is a table in CSV/,
        ],
        ["a table with a header", "list.csv", "Key,Size\r\na,4\r\nb,4\r\n", /is a table in CSV/],
      ] as const) {
        it(`is refused where it is ${what}, before anything is deleted`, async () => {
          await fill("a", "b");
          await world.s3.put("bucket", name, text);
          await refused({ listing: name }, says);
        });
      }

      it("may name whatever a path may be called", async () => {
        for (const names of [
          ["{", "}", "[", "]", "[1]", "{}", '"quoted"', '{"a":1}x'],
          ["[draft]", '"a","b"', "c"],
          ['"a","b"', '"c","d","e"'],
          ["<html>", "<a", "b>"],
          ["<!doctype html>"],
          ["<?xml", "a"],
          ["PAR1", "PK", "GIF8", "%PDF-1.4", "ORC"],
          ["Key,Size", "a"],
          ["a,b", "c,d"],
          ["true", "null", "1", '"x"'],
          [`{${"x".repeat(1000)}`, ...numbered(100, `[${"y".repeat(900)}`)],
        ]) {
          await fill(...names);
          await world.s3.put("lists", "odd.txt", names.join("\n"));
          const listingBucket = world.s3.bucketName("lists");
          const { result } = await core.run("purge", { ...forced, listing: "odd.txt", listingBucket });
          result.should.containEql({ deleted: names.length, missing: 0 });
        }
      });

      it("is refused where it is cut or damaged", async () => {
        const whole = gzipSync(numbered(1000, "logs/").join("\n"));
        await fill("logs/0001");
        await world.s3.put("bucket", "list.gz", whole.subarray(0, whole.length - 12));
        await refused({ listing: "list.gz" }, /the gzip data of "list.gz" end too early/);
        await world.s3.put("bucket", "list.gz", "logs/0001");
        await refused({ listing: "list.gz" }, /"list.gz" cannot be decompressed as gzip/);
      });

      it("that is not there, or no object, is an error", async () => {
        await fill("a");
        await refused({ listing: "absent.txt" }, /there is no listing "absent.txt" in bucket/, "NoSuchKey");
        await refused({ listing: "a/" }, /is a folder/, "NotAFile");
      });

      onlyEmbedded(needsFaults, () => {
        it("takes nothing more when it was replaced before it is read again", async () => {
          await fill("a", "b");
          await world.s3.put("bucket", "list.txt", "a\nb");
          let reads = 0;
          world.embedded.hook(({ operation }) => {
            if (operation === "GetObject" && ++reads === 2) world.embedded.put(world.bucket, "list.txt", "a\nc");
            return undefined;
          });
          await refused({ listing: "list.txt" }, /"list.txt" was replaced while it was being read/);
          reads.should.equal(2);
          sent("GetObject")
            .map(({ status }) => status)
            .should.eql([200, 412]);
        });

        it("takes nothing more of one that was replaced in a store that ignores If-Match", async () => {
          await fill("a", "b");
          await world.s3.put("bucket", "list.txt", "a\nb");
          let reads = 0;
          world.embedded.hook(({ operation }) => {
            if (operation === "GetObject" && ++reads === 2) world.embedded.put(world.bucket, "list.txt", "a\nc");
            return { ignore: ["if-match"] };
          });
          await refused({ listing: "list.txt" }, /"list.txt" was replaced while it was being read/);
        });
      });
    });

    describe("that is an inventory", () => {
      const inventory = async (more: Partial<Inventory>, ...named: string[]) =>
        writeInventory(world.s3, "bucket", {
          files: [await rowsOf(world.s3, "bucket", named)],
          destination: "lists",
          ...more,
        });
      const listingBucket = () => world.s3.bucketName("lists");

      it("takes what is as it says, and counts what is not", async () => {
        const odd = ["a b+c", "100%.txt", 'quo"te,s', "line\nbreak", "д😀", "logs/x"];
        await fill(...odd, "gone", "changed", "stays");
        const files = [await rowsOf(world.s3, "bucket", odd), await rowsOf(world.s3, "bucket", ["gone", "changed"])];
        const listing = await inventory({ files });
        await core.run("delete", { path: "gone" });
        await world.s3.put("bucket", "changed", "else");
        world.s3.clear();
        const { result } = await core.run("purge", { ...forced, listing, listingBucket: listingBucket() });
        result.should.containEql({ deleted: odd.length, bytes: odd.length * 4, missing: 1, changed: 1, outside: 0 });
        (await keys()).should.eql(["changed", "stays"]);
        sent("ListObjectsV2").should.eql([]);
      });

      it("lies in the same bucket if nothing else is said", async () => {
        await fill("a", "b");
        const listing = await inventory({ destination: "bucket" }, "a");
        (await core.run("purge", { ...forced, listing })).result.deleted.should.equal(1);
        (await keys()).should.containEql("b");
      });

      it("with fewer columns is taken as far as it tells", async () => {
        await fill("a", "b");
        const listing = await inventory({ columns: ["Bucket", "Key"] }, "a");
        await world.s3.put("bucket", "a", "else");
        const { result } = await core.run("purge", { ...forced, listing, listingBucket: listingBucket() });
        result.should.containEql({ deleted: 1, changed: 0 });
      });

      it("is kept to the connection's root path", async () => {
        await fill("root/a", "root/b/c", "other");
        const rooted = openCore(world.s3, { rootPath: "root" });
        const named = ["root/a", "root/b/c", "other"];
        const below = async (more: Partial<Inventory>) =>
          (await inventory({ prefix: "root/", ...more }, ...named)).slice("root/".length);
        const values = { ...forced, listing: await below({}), listingBucket: listingBucket() };
        // Whoever may write there must not learn from it what lies elsewhere.
        await world.s3.put("lists", "secret", "of somebody else");
        const strays = { ...values, listing: await below({ first: { key: "secret", size: 1 } }) };
        const error = await rooted.failure("purge", strays);
        error.code.should.equal("InvalidListing");
        error.message.should.match(/"secret".*outside.*root\//);
        error.message.should.not.match(/16 bytes|not there/);
        values.listing = await below({});
        const { result } = await rooted.run("purge", { ...values, path: "b" });
        result.should.containEql({ deleted: 1, outside: 2 });
        (await rooted.run("purge", values)).result.should.containEql({ deleted: 1, outside: 1, missing: 1 });
        (await keys()).should.eql(["other"]);
        await rooted.close();
      });

      for (const [what, more, says] of [
        [
          "is cut",
          { damage: (bytes: Buffer) => bytes.subarray(0, bytes.length - 9) },
          /0.csv.gz" has \d+ bytes, and by the manifest/,
        ],
        [
          "has other bytes",
          {
            damage: (bytes: Buffer) =>
              Buffer.concat([bytes.subarray(0, 4), Buffer.from([bytes.readUInt8(4) ^ 1]), bytes.subarray(5)]),
          },
          /0.csv.gz" has another MD5 than by the manifest/,
        ],
        ["has another MD5", { first: { MD5checksum: "0".repeat(32) } }, /0.csv.gz" has another MD5/],
        ["is missing", { first: { key: "absent.csv.gz" } }, /"absent.csv.gz" is not there, and the manifest names it/],
        ["is no CSV", { change: (csv: string) => csv.slice(0, -2) }, /0.csv.gz", row 2: it ends within a row/],
        [
          "has a row too short",
          { change: (csv: string) => `${csv}"a"\n` },
          /0.csv.gz", row 3: has 1 columns, and fileSchema 10/,
        ],
        [
          "has a row of another bucket",
          { change: (csv: string) => csv.replace(/(\n)"[^"]*"/, '$1"elsewhere"') },
          /row 2: is of bucket "elsewhere"/,
        ],
        [
          "has a key that is not encoded",
          { change: (csv: string) => csv.replace('"b"', '"b c"') },
          /row 2: has a key that is not/,
        ],
        [
          "has a key encoded wrongly",
          { change: (csv: string) => csv.replace('"b"', '"b%zz"') },
          /row 2: has a key that is not/,
        ],
        [
          "has no flag",
          { change: (csv: string) => csv.replace('"true"', '"yes"') },
          /row 1: has "yes" where true or false/,
        ],
        ["has no size", { change: (csv: string) => csv.replace('"4"', '"four"') }, /row 1: has "four" for a size/],
        [
          "has no time",
          { change: (csv: string) => csv.replace(/"\d{4}-[^"]*"/, '"noon"') },
          /row 1: has "noon" for a time/,
        ],
        [
          "is no UTF-8",
          { change: (csv: string) => Buffer.from(`${csv}\xff`, "latin1") as never },
          /is no text in UTF-8/,
        ],
      ] as const) {
        it(`of which a file ${what} is refused, and nothing is deleted`, async () => {
          await fill("a", "b");
          const listing = await inventory(more as Partial<Inventory>, "a", "b");
          await refused({ listing, listingBucket: listingBucket() }, says);
        });
      }

      it("of which the second file is wrong is refused, and nothing is deleted", async () => {
        await fill("a", "b");
        const [a = {}, b = {}] = await rowsOf(world.s3, "bucket", ["a", "b"]);
        let count = 0;
        const change = (csv: string) => (++count === 2 ? `${csv}"cut` : csv);
        const listing = await inventory({ files: [[a], [b]], change });
        await refused({ listing, listingBucket: listingBucket() }, /1.csv.gz", row 2: it ends within a row/);
        await refused({ listing, listingBucket: listingBucket(), maxDelete: 10 }, /1.csv.gz", row 2: it ends/);
      });

      for (const [what, manifest, says] of [
        ["of another bucket", { sourceBucket: "other" }, /lists bucket other, and the node works on bucket/],
        ["whose files lie elsewhere", { destinationBucket: "arn:aws:s3:::elsewhere" }, /its files lie in elsewhere/],
        ["in ORC", { fileFormat: "ORC" }, /in ORC: this node reads CSV; set the inventory's output format to CSV/],
        ["without files", { files: undefined }, /files is undefined/],
      ] as const) {
        it(`${what} is refused`, async () => {
          await fill("a");
          const listing = await inventory({ manifest }, "a");
          await refused({ listing, listingBucket: listingBucket() }, says);
        });
      }

      it("whose manifest is cut is refused", async () => {
        await fill("a");
        await world.s3.put("lists", "manifest.json", '{ "sourceBucket": "buck');
        await refused({ listing: "manifest.json", listingBucket: listingBucket() }, /"manifest.json" is no JSON/);
      });
    });

    describe("with selectors", () => {
      it("judges each object as it is now", async () => {
        await fill("logs/a.txt", "logs/b.log", "logs/c.log", "x.log");
        await world.s3.put("bucket", "logs/big.log", "x".repeat(100));
        const listing = ["logs/a.txt", "logs/b.log", "logs/big.log", "x.log", "logs/gone.txt"];
        const values = { ...forced, path: "logs", listing, filter: "*.log", maxSize: 10 };
        const { result } = await core.run("purge", values);
        // Those that are not meant by their names are not asked for.
        result.should.containEql({ deleted: 1, outside: 1, missing: 0 });
        (await keys()).should.eql(["logs/a.txt", "logs/big.log", "logs/c.log", "x.log"]);
      });

      it("leaves the folder's marker with any of them, and takes it with none", async () => {
        await fill("logs/", "logs/a");
        const values = { ...forced, path: "logs", listing: ["logs/", "logs/a"] };
        (await core.run("purge", { ...values, filter: "*" })).result.deleted.should.equal(1);
        (await core.run("purge", values)).result.should.containEql({ deleted: 1, missing: 1 });
      });
    });

    describe("with guards", () => {
      it("deletes nothing where more match than At most, and counts those that are meant", async () => {
        await fill("a", "b", "c");
        const listing = ["a", "b", "c", "gone"];
        const error = await core.failure("purge", { ...forced, listing, maxDelete: 2 });
        error.code.should.equal("TooManyToPurge");
        error.message.should.match(/more than 2 objects of the listing match: nothing was deleted/);
        (await keys()).length.should.equal(3);
        const { result } = await core.run("purge", { ...forced, listing, maxDelete: 3 });
        result.should.containEql({ deleted: 3, missing: 1 });
      });

      it("wants a word for the whole bucket", async () => {
        await fill("a");
        await refused({ listing: ["a"], wholeBucket: false }, /path \/ would empty/, "WholeBucketRefused");
      });

      it("takes no listing that is missing for the whole folder", async () => {
        await fill("a");
        await refused({}, /listing is missing: Objects is set/, "MissingParameter");
      });

      it("takes no listing that its form does not ask for", async () => {
        await fill("a");
        await refused({ listing: ["b"], from: "folder" }, /set Objects to listing in the node/, "InvalidParameter");
      });

      it("refuses what does not go with one", async () => {
        await fill("a");
        const listing = ["a"];
        await refused(
          { listing, versions: true, keepVersions: 1 },
          /keepVersions 1 does not go with a listing/,
          "InvalidParameter",
        );
        await refused(
          { listing, mode: "lifecycle", from: "folder" },
          /mode "lifecycle" does not go with a listing/,
          "InvalidParameter",
        );
        await refused(
          { listing, mode: "lifecycle" },
          /mode "lifecycle" does not go with a listing/,
          "InvalidParameter",
        );
        await refused({ listing: "list.txt", versions: true }, /listing names paths alone/, "InvalidParameter");
        await refused(
          { listing, versions: true },
          /listing\[0\] "a" has no versionId, and All versions/,
          "InvalidParameter",
        );
      });

      it("tells how far it has come", async () => {
        const names = numbered(1200, "logs/");
        await fill(...names);
        await world.s3.put("lists", "many.txt", names.join("\n"));
        const seen: string[] = [];
        Object.assign(core.context, { progress: (text: string) => seen.push(text) });
        try {
          const listingBucket = world.s3.bucketName("lists");
          await core.run("purge", { ...forced, listing: "many.txt", listingBucket });
        } finally {
          Object.assign(core.context, { progress() {} });
        }
        // How long it takes decides whether a rate is told.
        seen.slice(0, 2).should.matchEach(/^(?:1000|1200) (?:checked|· \d+\/s)$/);
        must(seen.at(-1)).should.match(/^1200 (?:deleted|· \d+\/s)$/);
      });

      onlyEmbedded(needsFaults, () => {
        it("looks just before it deletes, also where it has counted before", async () => {
          await fill("a", "b");
          const { result: listing } = await core.run("list", {});
          let heads = 0;
          world.embedded.hook(({ operation }) => {
            if (operation === "HeadObject" && ++heads === 3) world.embedded.put(world.bucket, "a", "else");
            return undefined;
          });
          const { result } = await core.run("purge", { ...forced, listing, maxDelete: 5 });
          result.should.containEql({ deleted: 1, changed: 1 });
          (await keys()).should.eql(["a"]);
        });

        it("deletes soon after it has looked, however few match", async () => {
          const names = numbered(many, "logs/");
          await fill("first", ...names);
          await world.s3.put("bucket", "first", "x");
          let heads = 0;
          let late: unknown = "not looked";
          world.embedded.hook(({ operation }) => {
            if (operation === "HeadObject" && ++heads === 1201) late = world.embedded.get(world.bucket, "first");
            return undefined;
          });
          const { result } = await core.run("purge", { ...forced, listing: ["first", ...names], maxSize: 1 });
          result.deleted.should.equal(1);
          (late === undefined).should.be.true();
        });

        it("stops while it is checked, with nothing deleted", async () => {
          await fill("a");
          await world.s3.put("bucket", "list.txt", numbered(3000, "x").join("\n"));
          const stop = new AbortController();
          world.embedded.hook({ operation: "GetObject", stallAfter: 10_000 });
          Object.assign(core.context, { stop: stop.signal, progress: () => stop.abort() });
          try {
            const { result } = await core.run("purge", { ...forced, listing: "list.txt" });
            result.should.containEql({ deleted: 0, stopped: true });
          } finally {
            Object.assign(core.context, { stop: undefined, progress() {} });
          }
        });

        it("may be stopped without a warning of many listeners", async () => {
          const names = numbered(100, "logs/");
          await fill(...names);
          const warnings: string[] = [];
          const note = ({ name }: Error): void => void warnings.push(name);
          process.on("warning", note);
          Object.assign(core.context, { stop: new AbortController().signal });
          try {
            (await core.run("purge", { ...forced, listing: names })).result.deleted.should.equal(100);
          } finally {
            Object.assign(core.context, { stop: undefined });
            process.off("warning", note);
          }
          warnings.should.not.containEql("MaxListenersExceededWarning");
        });

        it("stops where it is", async () => {
          const names = numbered(3000, "logs/");
          await fill(...names);
          const stop = new AbortController();
          let heads = 0;
          world.embedded.hook(({ operation }) => {
            if (operation === "HeadObject" && ++heads === 1500) stop.abort();
            return undefined;
          });
          Object.assign(core.context, { stop: stop.signal });
          try {
            const { result } = await core.run("purge", { ...forced, listing: names });
            result.stopped.should.be.true();
            (await keys()).length.should.equal(3000 - result.deleted);
            result.deleted.should.be.below(3000);
          } finally {
            Object.assign(core.context, { stop: undefined });
          }
        });
      });

      onlyEmbedded(needsUsers, () => {
        it("goes on where all that is meant of a later part may not be looked at", async () => {
          await fill("logs/a", "logs/b", "logs/kept/c");
          const partly = openCore(world.s3, { accessKey: "partly", secretKey: "secret" });
          const listing = ["logs/a", ...numbered(1000, "else/"), "logs/kept/c", ...numbered(1000, "more/"), "logs/b"];
          for (const maxDelete of [undefined, 3]) {
            await fill("logs/a", "logs/b");
            const error = await partly.failure("purge", { ...forced, path: "logs", listing, maxDelete });
            error.code.should.equal("PartialFailure", error.message);
            error.result.should.containEql({ deleted: 2, missing: 0, outside: 2000 });
            error.result.failed.map(({ path }: { path: string }) => path).should.eql(["logs/kept/c"]);
            (await keys()).should.eql(["logs/kept/c"]);
          }
          await partly.close();
        });

        it("ends where nothing of a thousand may be looked at", async () => {
          await fill("logs/a", ...numbered(1500, "logs/kept/"));
          const partly = openCore(world.s3, { accessKey: "partly", secretKey: "secret" });
          const listing = ["logs/a", ...numbered(1500, "logs/kept/"), ...numbered(1499, "logs/kept/more/")];
          const error = await partly.failure("purge", { ...forced, listing });
          error.code.should.equal("AccessDenied", error.message);
          error.result.should.containEql({ deleted: 1 });
          error.result.failed.should.have.length(999);
          await partly.close();
        });

        it("tells one by one what it may not look at", async () => {
          await fill("logs/a", "logs/kept/b");
          const partly = openCore(world.s3, { accessKey: "partly", secretKey: "secret" });
          const error = await partly.failure("purge", { ...forced, listing: ["logs/a", "logs/kept/b"] });
          error.code.should.equal("PartialFailure");
          error.result.should.containEql({ deleted: 1, missing: 0 });
          error.result.failed
            .map(({ path, code }: { path: string; code: string }) => [path, code])
            .should.eql([["logs/kept/b", "AccessDenied"]]);
          const all = await partly.failure("purge", { ...forced, listing: ["logs/kept/b"] });
          all.code.should.equal("AccessDenied");
          await world.s3.put("lists", "logs/kept.txt", "logs/a");
          const listingBucket = world.s3.bucketName("lists");
          const unread = await partly.failure("purge", { ...forced, listing: "logs/kept.txt", listingBucket });
          unread.code.should.equal("AccessDenied");
          unread.message.should.match(/listing logs\/kept.txt \(bucket lists-\w+\): the keys do not allow this/);
          await partly.close();
        });

        it("tells in a dry run what the purge could not look at, and goes on", async () => {
          const hidden = numbered(1100, "logs/kept/");
          await fill("logs/a", "logs/b", ...hidden);
          const partly = openCore(world.s3, { accessKey: "partly", secretKey: "secret" });
          const told: { port: number; path: string }[] = [];
          Object.assign(partly.context, {
            tell: async (port: number, { path }: { path: string }) => void told.push({ port, path }),
          });
          const listing = ["logs/a", ...hidden.slice(0, 700), "gone", ...hidden.slice(700), "logs/b"];
          const { result } = await partly.run("purge", { ...from, listing, outputs: "2" });
          result.should.containEql({ dryRun: true, matched: 2, bytes: 8, sample: ["logs/a", "logs/b"], missing: 1 });
          result.should.containEql({ failedCount: 1100 });
          result.failed.should.have.length(1000);
          result.failed[0].should.have.properties({ path: "logs/kept/0000", code: "AccessDenied" });
          result.failed[0].message.should.match(/the keys do not allow this/);
          told
            .map(({ path }) => path)
            .sort()
            .should.eql(hidden);
          told.should.matchEach(({ port }: { port: number }) => port === 1);
          (await keys()).length.should.equal(1102);
          const forcedError = await partly.failure("purge", { ...forced, listing });
          const paths = (failed: { path: string }[]) => failed.map(({ path }) => path).sort();
          paths(forcedError.result.failed).should.eql(paths(result.failed));
          await partly.close();
        });

        it("ends a dry run, too, where nothing of the first may be looked at", async () => {
          await fill("logs/kept/a");
          const partly = openCore(world.s3, { accessKey: "partly", secretKey: "secret" });
          const error = await partly.failure("purge", { ...from, listing: ["logs/kept/a"] });
          error.code.should.equal("AccessDenied");
          await partly.close();
        });
      });

      onlyEmbedded(needsFaults, () => {
        it("tells one by one what is encrypted with a customer's key", async () => {
          await fill("a", "b");
          await world.s3.put("bucket", "secret", "four", { headers: customerKey() });
          const listing = ["a", "secret", "b"];
          const dry = await core.run("purge", { ...from, listing });
          dry.result.should.containEql({ matched: 2 });
          dry.result.failed.should.matchEach({ path: "secret", code: "BadRequest" });
          const error = await core.failure("purge", { ...forced, listing });
          error.code.should.equal("PartialFailure", error.message);
          error.result.should.containEql({ deleted: 2, missing: 0 });
          error.result.failed.should.matchEach({ path: "secret", code: "BadRequest" });
          error.result.failed[0].message.should.match(/customer's key/);
          (await keys()).should.eql(["secret"]);
        });
      });
    });

    describe("of versions", () => {
      let versioned: Core;
      let bucket: string;
      let count = 0;
      beforeEach(async () => {
        bucket = `versioned-${++count}`;
        await world.s3.createBucket({ name: bucket, versioning: "Enabled" });
        versioned = openCore(world.s3, { bucket });
      });
      afterEach(() => versioned.close());
      const ids = async (key: string) => (await world.s3.versions(bucket, key)).map(({ versionId }) => versionId);

      it("takes exactly those that entries name, and asks for none of them", async () => {
        for (const body of ["1", "22", "333"]) await world.s3.put(bucket, "a", body);
        await versioned.run("delete", { path: "a" });
        const [marker, third, second, first] = await ids("a");
        const { result: entries } = await versioned.run("list", { versions: true });
        const listing = entries.filter(({ versionId }: { versionId: string }) => [marker, second].includes(versionId));
        world.s3.clear();
        const { result } = await versioned.run("purge", { ...forced, versions: true, listing });
        result.should.containEql({ deleted: 2, bytes: 2, changed: 0, missing: 0 });
        (await ids("a")).should.eql([third, first]);
        sent("HeadObject").should.eql([]);
      });

      it("leaves the current one where an old one is named, and All versions is not set", async () => {
        for (const body of ["1", "1"]) await world.s3.put(bucket, "a", body);
        const [latest, old] = await ids("a");
        const { result } = await versioned.run("purge", { ...forced, listing: [{ path: "a", versionId: old }] });
        result.should.containEql({ deleted: 0, changed: 1 });
        await versioned.run("purge", { ...forced, listing: [{ path: "a", versionId: latest }] });
        (await ids("a")).length.should.equal(3);
      });

      it("takes exactly those that an inventory names, and passes over them without All versions", async () => {
        for (const body of ["1", "22"]) await world.s3.put(bucket, "a", body);
        await world.s3.put(bucket, "b", "333");
        const [latest, old] = await ids("a");
        const row = await rowOf(world.s3, bucket, "a");
        const files = [
          [
            { ...row, VersionId: latest ?? "", Size: "2" },
            { ...row, VersionId: old ?? "", IsLatest: "false", Size: "1", ETag: "else" },
            { Key: "c", VersionId: "m", IsLatest: "true", IsDeleteMarker: "true" },
          ],
        ];
        const listing = await writeInventory(world.s3, bucket, { files });
        const values = { ...from, listing };
        (await versioned.run("purge", values)).result.should.containEql({ matched: 1, missing: 0, changed: 0 });
        const old1 = files[0]?.slice(1, 2) ?? [];
        const again = await writeInventory(world.s3, bucket, { files: [old1] });
        (await versioned.run("purge", { ...forced, versions: true, listing: again })).result.should.containEql({
          deleted: 1,
          bytes: 1,
        });
        (await ids("a")).should.eql([latest]);
      });

      it("asks what there is of one that selectors want more of than the listing says", async () => {
        for (const body of ["1", "22"]) await world.s3.put(bucket, "a", body);
        const [latest, old] = await ids("a");
        const listing = [
          { path: "a", versionId: latest },
          { path: "a", versionId: old },
        ];
        const { result } = await versioned.run("purge", { ...forced, versions: true, listing, maxSize: 1 });
        result.should.containEql({ deleted: 1, bytes: 1 });
        (await ids("a")).should.eql([latest]);
      });

      it("asks for none of whose facts the listing tells all that is wanted, though it tells no class", async () => {
        for (const body of ["1", "22"]) await world.s3.put(bucket, "a", body);
        const [latest, old] = await ids("a");
        const lastModified = new Date().toISOString();
        const listing = [
          { path: "a", versionId: latest, size: 2, lastModified },
          { path: "a", versionId: old, size: 1, lastModified },
        ];
        world.s3.clear();
        const { result } = await versioned.run("purge", { ...forced, versions: true, listing, maxSize: 1 });
        result.should.containEql({ deleted: 1, bytes: 1 });
        world.s3.requests.map(({ operation }) => operation).should.eql(["DeleteObjects"]);
      });

      it("asks for the one version that may change, and leaves it where it has", async () => {
        await world.s3.setVersioning(bucket, "Suspended");
        const { etag } = await world.s3.put(bucket, "a", "1");
        await world.s3.put(bucket, "b", "1");
        await world.s3.put(bucket, "a", "2");
        const listing = ["a", "b"].map((path) => ({ path, versionId: "null", etag }));
        const { result } = await versioned.run("purge", { ...forced, versions: true, listing });
        result.should.containEql({ deleted: 1, changed: 1 });
        (await ids("b")).should.eql([]);
        (await ids("a")).length.should.equal(1);
      });

      it("leaves what hides an object by now, and what an object is by now in place of a delete marker", async () => {
        await world.s3.put(bucket, "hidden", "old");
        await world.s3.setVersioning(bucket, "Suspended");
        for (const key of ["hidden", "again", "same"]) await world.s3.put(bucket, key, "1");
        await versioned.run("delete", { path: ["hidden", "same"] });
        const [hidden, again, same] = await Promise.all(["hidden", "again", "same"].map(ids));
        const wasObject = { VersionId: "null", IsLatest: "true", IsDeleteMarker: "false" };
        const wasMarker = { ...wasObject, IsDeleteMarker: "true" };
        const rows = [
          { Key: "hidden", ...wasObject },
          { Key: "again", ...wasMarker },
          { Key: "same", ...wasMarker },
        ];
        const byInventory = await writeInventory(world.s3, bucket, { files: [rows] });
        const byEntries = [
          { path: "hidden", versionId: "null", size: 1 },
          { path: "again", versionId: "null", deleteMarker: true },
        ];
        for (const [listing, deleted] of [
          [byEntries, 0],
          [byInventory, 1],
        ] as const) {
          const { result } = await versioned.run("purge", { ...forced, versions: true, listing });
          result.should.containEql({ deleted, changed: 2 });
        }
        (await ids("hidden")).should.eql(hidden);
        (await ids("again")).should.eql(again);
        must(same).should.eql(["null"]);
        (await ids("same")).should.eql([]);
      });

      it("are not in an inventory of current ones", async () => {
        await world.s3.put(bucket, "a", "1");
        const files = [[await rowOf(world.s3, bucket, "a")]];
        const columns = ["Bucket", "Key", "Size"];
        const listing = await writeInventory(world.s3, bucket, { files, columns });
        const error = await versioned.failure("purge", { ...forced, versions: true, listing });
        error.code.should.equal("InvalidListing");
        error.message.should.match(/is of an inventory of current versions, and All versions is set/);
      });
    });

    onlyEmbedded(needsFaults, () => {
      it("selects by the time and class that the objects have", async () => {
        const put = (key: string, days: number, storageClass = "STANDARD") =>
          world.embedded.put(world.bucket, key, "x", {
            lastModified: Date.now() - days * day,
            headers: { "x-amz-storage-class": storageClass },
          });
        put("old", 100);
        put("new", 1);
        put("cold", 100, "GLACIER");
        const listing = ["old", "new", "cold"];
        const { result } = await core.run("purge", {
          ...forced,
          listing,
          modifiedBefore: "90d",
          storageClass: "STANDARD",
        });
        result.deleted.should.equal(1);
        (await keys()).should.eql(["cold", "new"]);
      });

      it("goes on with one request at a time", async () => {
        await fill("logs/a", "logs/b");
        // Most of it is still to come when the first of it are asked for.
        const text = `logs/a\nlogs/b\n${"other/and/so/on\n".repeat(500_000)}`;
        await world.s3.put("bucket", "list.txt", text);
        // Longer than a spec may take: nothing is given up in between.
        const narrow = openCore(world.s3, { concurrency: 1, timeout: 600 });
        const { result } = await narrow.run("purge", { ...forced, path: "logs", listing: "list.txt" });
        result.should.containEql({ deleted: 2, outside: 1 });
        await narrow.close();
      });
    });
  });
});
