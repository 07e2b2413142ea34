import "should";
import { type Core, openCore } from "../support/context";
import { rowOf, rowsOf, writeInventory } from "../support/inventory";
import { numbered } from "../support/keys";
import { needsFaults, needsUsers, onlyEmbedded, unlessDiffers } from "../support/only-embedded";
import { useStore } from "../support/world";

unlessDiffers("keys-are-file-paths", () => {
  describe("list of a listing", () => {
    const world = useStore({
      buckets: ["lists"],
      embedded: {
        users: [{ accessKey: "partly", secretKey: "secret", deny: [{ action: "s3:GetObject", prefix: "hidden" }] }],
      },
    });
    let core: Core;
    before(async () => {
      core = openCore(world.s3);
      await world.s3.seed("bucket", ["logs/a", "logs/b/c", "logs/", "other", "logs-old/d"], "four");
      await world.s3.put("bucket", "logs/big.csv", "x".repeat(100));
    });
    after(() => core.close());
    beforeEach(() => world.s3.clear());
    const sent = (operation: string) => world.s3.requests.filter((request) => request.operation === operation);
    const paths = (entries: { path: string }[]) => entries.map(({ path }) => path);
    const from = { from: "listing", path: "" };
    const listingBucket = () => world.s3.bucketName("lists");

    it("tells of paths what a list of the folder tells, in the order of the listing", async () => {
      const { result: all } = await core.run("list", { recurse: true });
      const listing = ["other", "logs/big.csv", "logs/gone", "logs/a", "other"];
      world.s3.clear();
      const { result, about } = await core.run("list", { ...from, listing });
      const wanted = ["other", "logs/big.csv", "logs/a"].map((path) => {
        const { lastModified, ...entry } = all.find((one: { path: string }) => one.path === path);
        // HEAD tells no parts of a second.
        return { ...entry, lastModified: `${lastModified.slice(0, 19)}.000Z` };
      });
      result.should.eql(wanted);
      about.should.eql({ count: 3, truncated: false, outside: 0, missing: 1 });
      sent("ListObjectsV2").should.eql([]);
      sent("HeadObject").length.should.equal(4);
    });

    it("is kept to the folder, with what lies in subfolders and without markers", async () => {
      const listing = ["logs/", "logs/a", "logs/b/c", "logs-old/d", "other"];
      const { result, about } = await core.run("list", { ...from, path: "logs", listing });
      paths(result).should.eql(["logs/a", "logs/b/c"]);
      about.should.containEql({ outside: 2, missing: 0 });
    });

    it("takes entries as they are, and asks for nothing that they tell", async () => {
      const { result: listing } = await core.run("list", { recurse: true });
      world.s3.clear();
      (await core.run("list", { ...from, listing })).result.should.eql(listing);
      world.s3.requests.should.eql([]);
    });

    it("takes an inventory as it is", async () => {
      const row = await rowOf(world.s3, "bucket", "logs/a");
      const files = [
        [{ ...row, Size: "7", LastModifiedDate: "2020-01-01T00:00:00.000Z", ETag: "old", StorageClass: "GLACIER" }],
      ];
      const listing = await writeInventory(world.s3, "bucket", { files, destination: "lists" });
      world.s3.clear();
      const { result } = await core.run("list", { ...from, listing, listingBucket: listingBucket() });
      result.should.eql([
        {
          path: "logs/a",
          name: "a",
          type: "file",
          size: 7,
          lastModified: "2020-01-01T00:00:00.000Z",
          etag: "old",
          storageClass: "GLACIER",
          isLatest: true,
        },
      ]);
      sent("HeadObject").should.eql([]);
    });

    it("asks for what an inventory does not tell", async () => {
      const files = [await rowsOf(world.s3, "bucket", ["logs/a", "other"])];
      for (const columns of [
        ["Bucket", "Key"],
        ["Bucket", "Key", "Size"],
        ["Bucket", "Key", "LastModifiedDate"],
      ]) {
        const listing = await writeInventory(world.s3, "bucket", { files, columns, destination: "lists" });
        const { result } = await core.run("list", { ...from, listing, listingBucket: listingBucket() });
        for (const entry of result) entry.should.containEql({ size: 4, storageClass: "STANDARD" });
        result.length.should.equal(2);
      }
      const columns = ["Bucket", "Key", "Size", "LastModifiedDate"];
      const listing = await writeInventory(world.s3, "bucket", { files, columns, destination: "lists" });
      world.s3.clear();
      const values = { ...from, listing, listingBucket: listingBucket() };
      (await core.run("list", values)).result.length.should.equal(2);
      sent("HeadObject").should.eql([]);
      // A class that is not told is not taken for STANDARD.
      (await core.run("list", { ...values, storageClass: "STANDARD" })).result.length.should.equal(2);
      sent("HeadObject").length.should.equal(2);
    });

    it("selects, sorts, cuts and sums up as a list does", async () => {
      const listing = ["logs/a", "logs/big.csv", "other", "logs/b/c"];
      const names = async (values: object) => paths((await core.run("list", { ...from, listing, ...values })).result);
      (await names({ filter: "*.csv" })).should.eql(["logs/big.csv"]);
      (await names({ maxSize: 10, path: "logs" })).should.eql(["logs/a", "logs/b/c"]);
      (await names({ sort: "largest", maxResults: 2 })).should.eql(["logs/big.csv", "logs/a"]);
      const cut = await core.run("list", { ...from, listing, maxResults: 2 });
      [paths(cut.result), cut.about.truncated].should.eql([["logs/a", "logs/big.csv"], true]);
      const { result } = await core.run("list", { ...from, listing, emit: "summary", path: "logs" });
      result.should.containEql({ count: 3, bytes: 108, storageClasses: { STANDARD: { count: 3, bytes: 108 } } });
      result.folders.should.eql({ "": { count: 2, bytes: 104 }, "b/": { count: 1, bytes: 4 } });
    });

    it("adds metadata and tags where they are asked for", async () => {
      const { result } = await core.run("list", {
        ...from,
        listing: ["other"],
        includeMetadata: true,
        includeTags: true,
      });
      result[0].should.have.properties(["contentType", "metadata", "tags"]);
    });

    it("sends batches and single entries", async () => {
      const names = numbered(1100, "many/");
      await world.s3.seed("bucket", names, "1");
      await world.s3.put("lists", "many.txt", names.join("\n"));
      const values = { ...from, listing: "many.txt", listingBucket: listingBucket() };
      const batches = await core.sequence("list", { ...values, emit: "batches", batchSize: 400 });
      const sizes: number[] = [];
      for (let step = await batches.next(); !step.done; step = await batches.next()) sizes.push(step.value.length);
      sizes.should.eql([400, 400, 300]);
      const each = await core.sequence("list", { ...values, emit: "each" });
      const first = await each.next();
      first.value.path.should.equal("many/0000");
      await each.return?.();
    });

    it("that is not whole fails, and in batches at its end", async () => {
      const files = [await rowsOf(world.s3, "bucket", ["logs/a"]), await rowsOf(world.s3, "bucket", ["other"])];
      let count = 0;
      const change = (csv: string) => (++count === 2 ? `${csv}"cut` : csv);
      const listing = await writeInventory(world.s3, "bucket", { files, change, destination: "lists" });
      const values = { ...from, listing, listingBucket: listingBucket() };
      for (const emit of ["array", "summary"]) {
        (await core.failure("list", { ...values, emit })).code.should.equal("InvalidListing");
      }
      const each = await core.sequence("list", { ...values, emit: "each" });
      const seen: string[] = [];
      const read = async () => {
        for (let step = await each.next(); !step.done; step = await each.next()) seen.push(step.value.path);
      };
      await read().should.be.rejectedWith({ code: "InvalidListing" });
      seen.length.should.be.belowOrEqual(2);
    });

    it("of versions takes each that it names, and else what is current", async () => {
      await world.s3.createBucket({ name: "versioned", versioning: "Enabled" });
      const versioned = openCore(world.s3, { bucket: "versioned" });
      for (const body of ["1", "22"]) await world.s3.put("versioned", "a", body);
      await versioned.run("delete", { path: "a" });
      await world.s3.put("versioned", "b", "333");
      const { result: listing } = await versioned.run("list", { versions: true });
      (await versioned.run("list", { ...from, listing, versions: true })).result.should.eql(listing);
      paths((await versioned.run("list", { ...from, listing })).result).should.eql(["b"]);
      const bare = listing.map(({ path, versionId }: Record<string, string>) => ({ path, versionId }));
      const told = (await versioned.run("list", { ...from, listing: bare, versions: true })).result;
      const facts = ({ path, versionId, size, deleteMarker }: Record<string, unknown>) => [
        path,
        versionId,
        size,
        deleteMarker,
      ];
      told.map(facts).should.eql(listing.map(facts));
      await versioned.close();
    });

    for (const [values, says] of [
      [{ entries: "all" }, /entries "all" does not go with a listing/],
      [{ entries: "folders" }, /entries "folders" does not go with a listing/],
      [{ startAfter: "a" }, /startAfter "a" does not go with a listing/],
      [{ versions: true }, /listing\[0\] "a" has no versionId/],
      [{ listing: "list.txt", versions: true }, /listing names paths alone/],
      [{ from: "folder" }, /listing is an array of 1, and from is folder/],
    ] as const) {
      it(`refuses ${JSON.stringify(values)}`, async () => {
        const error = await core.failure("list", { ...from, listing: ["a"], ...values });
        error.code.should.equal("InvalidParameter");
        error.message.should.match(says);
        world.s3.requests.should.eql([]);
      });
    }

    it("refuses to list without one", async () => {
      (await core.failure("list", from)).code.should.equal("MissingParameter");
    });

    onlyEmbedded(needsUsers, () => {
      describe("with objects that may not be looked at", () => {
        let partly: Core;
        before(async () => {
          await world.s3.seed("bucket", ["hidden/a"], "1");
          partly = openCore(world.s3, { accessKey: "partly", secretKey: "secret" });
        });
        after(() => partly.close());

        it("tells of an object that may not be looked at, in its place and in the words of purge", async () => {
          const listing = ["other", "hidden/a", "logs/a"];
          const { result, about } = await partly.run("list", { ...from, listing, includeMetadata: true });
          paths(result).should.eql(["other", "hidden/a", "logs/a"]);
          about.should.eql({ count: 3, truncated: false, outside: 0, missing: 0, failed: 1 });
          const { failed } = result[1];
          result[1].should.eql({ path: "hidden/a", name: "a", type: "file", failed });
          failed.code.should.equal("AccessDenied");
          const purged = await partly.run("purge", { path: "/", wholeBucket: true, from: "listing", listing });
          purged.result.failed.length.should.equal(1);
          const ofPurge = purged.result.failed[0].message.replace(/^purge \//, "list hidden/a");
          failed.message.should.equal(ofPurge);
          for (const entry of [result[0], result[2]]) entry.should.have.properties(["size", "metadata"]);
        });

        it("has it at the end of a list by size, and counts it where it cannot be told whether it is meant", async () => {
          const listing = ["hidden/a", "other", "logs/big.csv"];
          for (const [sort, first] of [
            ["largest", "logs/big.csv"],
            ["smallest", "other"],
          ] as const) {
            const { result } = await partly.run("list", { ...from, listing, sort });
            [result[0].path, result[2].path].should.eql([first, "hidden/a"]);
          }
          const large = await partly.run("list", { ...from, listing, minSize: 50 });
          paths(large.result).should.eql(["logs/big.csv"]);
          large.about.should.containEql({ count: 1, failed: 1 });
          const named = await partly.run("list", { ...from, listing, filter: "!hidden/**" });
          named.about.should.not.have.property("failed");
          const { result, about } = await partly.run("list", { ...from, listing, emit: "summary" });
          result.should.containEql({ count: 2, bytes: 104 });
          about.should.containEql({ count: 2, failed: 1 });
        });

        it("counts it though it falls behind the first ones of an order", async () => {
          const listing = ["hidden/a", "other", "logs/big.csv"];
          for (const sort of ["newest", "oldest", "largest", "smallest"] as const) {
            const { result, about } = await partly.run("list", { ...from, listing, sort, maxResults: 1 });
            result.length.should.equal(1);
            about.should.containEql({ count: 1, truncated: true, failed: 1 });
          }
        });

        it("fails where none of them may be looked at", async () => {
          (await partly.failure("list", { ...from, listing: ["hidden/a"] })).code.should.equal("AccessDenied");
        });
      });
    });

    onlyEmbedded(needsFaults, () => {
      it("asks for no more than the flow takes, and goes on with one request at a time", async () => {
        const names = numbered(2000, "slow/");
        await world.s3.seed("bucket", names, "1");
        await world.s3.put("bucket", "slow.txt", names.join("\n"));
        const narrow = openCore(world.s3, { concurrency: 1 });
        world.s3.clear();
        const each = await narrow.sequence("list", { ...from, listing: "slow.txt", emit: "each", pace: "pull" });
        (await each.next()).value.path.should.equal("slow/0000");
        sent("HeadObject").length.should.equal(1000);
        await each.return?.();
        await narrow.close();
      });
    });
  });
});
