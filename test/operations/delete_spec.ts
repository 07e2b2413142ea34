import "should";
import { deploy } from "../support/bench";
import { type Core, openCore } from "../support/context";
import { differs } from "../support/differs";
import { inByteOrder, numbered, oddKeys, possible } from "../support/keys";
import { many, thousands } from "../support/many";
import { must } from "../support/must";
import { needsFaults, needsUsers, onlyEmbedded } from "../support/only-embedded";
import { useStore } from "../support/world";

describe("delete", () => {
  const world = useStore({
    buckets: [{ name: "versioned", versioning: "Enabled" }],
    embedded: {
      users: [
        {
          accessKey: "partly",
          secretKey: "secret",
          deny: [
            { action: "s3:DeleteObject", prefix: "kept/" },
            { action: ["s3:GetObject", "s3:DeleteObject"], prefix: "hidden/" },
          ],
        },
      ],
    },
  });
  let core: Core;
  let versioned: Core;
  const sent = (operation: string) => world.s3.requests.filter((request) => request.operation === operation);
  const stored = async (key: string) => (await world.s3.get("bucket", key)) !== undefined;
  before(() => {
    core = openCore(world.s3);
    versioned = openCore(world.s3, { bucket: "versioned" });
  });
  after(async () => {
    await core.close();
    await versioned.close();
  });
  beforeEach(() => world.s3.clear());

  describe("of one object", () => {
    it("deletes it and nothing else", async () => {
      for (const key of ["a", "a/b", "a/", "ab"]) await world.s3.put("bucket", key, "x");
      const { result } = await core.run("delete", { path: "a" });
      result.should.eql({ path: "a", deleted: true });
      (await world.s3.keys("bucket", "a")).should.eql(["a/", "a/b", "ab"]);
    });

    it("takes f/ for the folder's marker alone", async () => {
      for (const key of ["f/", "f/x", "f/y/", "f/y/z"]) await world.s3.put("bucket", key, "x");
      const { result } = await core.run("delete", { path: "f/" });
      result.should.eql({ path: "f/", deleted: true });
      (await world.s3.keys("bucket", "f/")).should.eql(["f/x", "f/y/", "f/y/z"]);
      // Without a marker there is nothing to delete, although the folder is there.
      (await core.failure("delete", { path: "f/" })).code.should.equal("NoSuchKey");
    });

    it("takes the path literally", async () => {
      for (const key of oddKeys) {
        await world.s3.put("bucket", key, "x");
        const { result } = await core.run("delete", { path: key });
        result.should.eql({ path: key, deleted: true });
        (await stored(key)).should.be.false();
      }
    });

    it("fails with NoSuchKey if it is missing, and sends no DELETE", async () => {
      const error = await core.failure("delete", { path: "missing.txt" });
      error.code.should.equal("NoSuchKey");
      error.message.should.match(/missing\.txt/);
      error.retryable.should.be.false();
      sent("DeleteObject").length.should.equal(0);
    });

    it("says deleted: false if it is missing and that is to be ignored", async () => {
      const { result } = await core.run("delete", { path: "missing.txt", ifMissing: "ignore" });
      result.should.eql({ path: "missing.txt", deleted: false });
    });

    it("does not take a missing bucket for a missing object", async () => {
      const nowhere = openCore(world.s3, { bucket: "nowhere" });
      const noBucket = await nowhere.failure("delete", { path: "a", ifMissing: "ignore" });
      await nowhere.close();
      noBucket.code.should.equal("NoSuchBucket");
    });

    onlyEmbedded(needsUsers, () => {
      it("does not take a forbidden object for a missing object", async () => {
        await world.s3.put("bucket", "kept/a", "x");
        const partly = openCore(world.s3, { accessKey: "partly", secretKey: "secret" });
        for (const path of ["kept/a", "hidden/a"]) {
          const error = await partly.failure("delete", { path, ifMissing: "ignore" });
          error.code.should.equal("AccessDenied");
        }
        await partly.close();
        (await stored("kept/a")).should.be.true();
      });
    });

    onlyEmbedded(needsFaults, () => {
      it("does not believe a page of text", async () => {
        await world.s3.put("bucket", "proxy", "x");
        world.embedded.hook({
          operation: "DeleteObject",
          handle: false,
          error: "InternalError",
          status: 200,
          body: "<html>",
        });
        const error = await core.failure("delete", { path: "proxy" });
        error.code.should.equal("InvalidResponse");
      });

      it("believes 200 without a body, which some stores answer", async () => {
        await world.s3.put("bucket", "other store", "x");
        world.embedded.hook({ operation: "DeleteObject", status: 200, body: "" });
        const { result } = await core.run("delete", { path: "other store" });
        result.deleted.should.be.true();
      });
    });
  });

  describe("with versions", () => {
    it("leaves a delete marker, and tells its version", async () => {
      await world.s3.put("versioned", "hidden.txt", "x");
      const { result, about } = await versioned.run("delete", { path: "hidden.txt" });
      const [marker, old] = await world.s3.versions("versioned", "hidden.txt");
      result.should.eql({ path: "hidden.txt", deleted: true, versionId: marker?.versionId, deleteMarker: true });
      about.should.containEql({ versionId: marker?.versionId });
      must(marker?.deleteMarker).should.be.true();
      must(old?.deleteMarker).should.be.false();
      // What is hidden is missing.
      (await versioned.failure("delete", { path: "hidden.txt" })).code.should.equal("NoSuchKey");
      (await world.s3.versions("versioned", "hidden.txt")).length.should.equal(2);
    });

    it("deletes one version for good", async () => {
      const ids = [];
      for (const body of ["one", "two", "three"]) ids.push((await world.s3.put("versioned", "v.txt", body)).versionId);
      const { result } = await versioned.run("delete", { path: "v.txt", versionId: ids[1] });
      result.should.eql({ path: "v.txt", deleted: true, versionId: ids[1] });
      const left = (await world.s3.versions("versioned", "v.txt")).map(({ versionId }) => versionId);
      left.should.eql([ids[2], ids[0]]);
    });

    it("brings an object back by deleting its delete marker", async () => {
      await world.s3.put("versioned", "back.txt", "x");
      const { result } = await versioned.run("delete", { path: "back.txt" });
      const again = await versioned.run("delete", { path: "back.txt", versionId: result.versionId });
      again.result.should.eql({
        path: "back.txt",
        deleted: true,
        versionId: result.versionId,
        deleteMarker: true,
      });
      must((await world.s3.get("versioned", "back.txt"))?.body.toString()).should.equal("x");
      sent("ListObjectVersions").length.should.equal(differs("delete-marker-is-404") ? 1 : 0);
    });

    onlyEmbedded(needsFaults, () => {
      it("finds a delete marker that a store does not own up to, unless it may not look", async () => {
        await world.s3.put("versioned", "denied.txt", "x");
        const { versionId } = (await versioned.run("delete", { path: "denied.txt" })).result;
        world.embedded.hook({ operation: "HeadObject", error: "NoSuchKey" });
        const stop = world.embedded.hook({ operation: "ListObjectVersions", error: "AccessDenied" });
        (await versioned.failure("delete", { path: "denied.txt", versionId })).code.should.equal("NoSuchVersion");
        stop();
        for (const [path, other] of [
          ["denied", versionId],
          ["denied.txt", `${versionId}x`],
        ]) {
          const error = await versioned.failure("delete", { path, versionId: other });
          error.code.should.equal("NoSuchVersion");
        }
        const { result } = await versioned.run("delete", { path: "denied.txt", versionId });
        result.should.eql({ path: "denied.txt", deleted: true, versionId, deleteMarker: true });
        (await world.s3.versions("versioned", "denied.txt")).length.should.equal(1);
      });
    });

    it("tells a version that is not there", async () => {
      const { versionId } = await world.s3.put("versioned", "w.txt", "x");
      await versioned.run("delete", { path: "w.txt", versionId });
      const error = await versioned.failure("delete", { path: "w.txt", versionId });
      error.code.should.match(/^NoSuch(Version|Key)$/);
      const { result } = await versioned.run("delete", { path: "w.txt", versionId, ifMissing: "ignore" });
      result.should.eql({ path: "w.txt", deleted: false });
    });

    it("refuses a version for an array", async () => {
      const error = await versioned.failure("delete", { path: ["a", "b"], versionId: "1" });
      error.code.should.equal("InvalidParameter");
      world.s3.requests.length.should.equal(0);
    });
  });

  describe("of an array", () => {
    it("deletes thousands of objects in batches, odd names among them", async () => {
      const keys = [...numbered(many - oddKeys.length, "many/"), ...oddKeys];
      await world.s3.seed("bucket", keys);
      const others = possible(["many/00000", "many", "survivor"]);
      await world.s3.seed("bucket", others);
      const { result } = await core.run("delete", { path: keys });
      result.should.eql({ deleted: many, missing: 0, failed: [] });
      const left = new Set(await world.s3.keys("bucket"));
      for (const key of keys) if (left.has(key)) throw new Error(`${JSON.stringify(key)} is still there`);
      for (const key of others) left.has(key).should.be.true();
      sent("DeleteObjects").length.should.equal(thousands);
    });

    it("counts a path once that is named twice", async () => {
      await world.s3.seed("bucket", ["d1", "d2"]);
      const { result } = await core.run("delete", { path: ["d1", "d2", "d1", "d1"] });
      result.should.eql({ deleted: 2, missing: 0, failed: [] });
      const absent = await core.run("delete", { path: ["gone", "gone"], ifMissing: "ignore" });
      absent.result.should.eql({ deleted: 0, missing: 1, failed: [] });
    });

    it("succeeds with zeros for an empty array, and sends nothing", async () => {
      for (const ifMissing of ["error", "ignore"]) {
        const { result } = await core.run("delete", { path: [], ifMissing });
        result.should.eql({ deleted: 0, missing: 0, failed: [] });
      }
      world.s3.requests.length.should.equal(0);
    });

    it("counts missing ones as failed too, unless they are to be ignored", async () => {
      await world.s3.seed("bucket", ["m1", "m2"]);
      const error = await core.failure("delete", { path: ["m1", "gone1", "gone2"] });
      error.code.should.equal("PartialFailure");
      error.result.deleted.should.equal(1);
      error.result.missing.should.equal(2);
      const failed = inByteOrder(error.result.failed.map(({ path }: { path: string }) => path));
      failed.should.eql(["gone1", "gone2"]);
      for (const one of error.result.failed) {
        Object.keys(one).should.eql(["path", "code", "message"]);
        one.code.should.equal("NoSuchKey");
      }
      const { result } = await core.run("delete", { path: ["m2", "gone1", "gone2"], ifMissing: "ignore" });
      result.should.eql({ deleted: 1, missing: 2, failed: [] });
    });

    it("asks for the bucket once, however many objects are missing", async () => {
      const { result } = await core.run("delete", { path: numbered(40, "absent/"), ifMissing: "ignore" });
      result.missing.should.equal(40);
      sent("HeadBucket").length.should.equal(1);
    });

    onlyEmbedded(needsUsers, () => {
      it("reports those that S3 refuses, key by key", async () => {
        await world.s3.seed("bucket", ["p1", "p2", "kept/1", "hidden/1"]);
        const partly = openCore(world.s3, { accessKey: "partly", secretKey: "secret" });
        const error = await partly.failure("delete", { path: ["p1", "kept/1", "hidden/1", "p2"] });
        await partly.close();
        error.code.should.equal("PartialFailure");
        error.result.should.containEql({ deleted: 2, missing: 0 });
        const failed = error.result.failed.map(({ path, code }: { path: string; code: string }) => [path, code]);
        failed.sort().should.eql([
          ["hidden/1", "AccessDenied"],
          ["kept/1", "AccessDenied"],
        ]);
        error.message.should.match(/2 of 4/);
        (await stored("kept/1")).should.be.true();
      });

      it("says AccessDenied if none of the objects may be looked at", async () => {
        await world.s3.seed("bucket", ["hidden/1", "hidden/2"]);
        const partly = openCore(world.s3, { accessKey: "partly", secretKey: "secret" });
        const error = await partly.failure("delete", { path: ["hidden/1", "hidden/2"] });
        await partly.close();
        error.code.should.equal("AccessDenied");
        error.result.should.eql({ deleted: 0, missing: 0, failed: [] });
      });
    });

    onlyEmbedded(needsFaults, () => {
      it("tries keys again that fail for reasons that pass", async () => {
        await world.s3.seed("bucket", numbered(20, "again/"));
        const failing = (key: string) => (key < "again/0005" ? "InternalError" : undefined);
        world.embedded.hook({ operation: "DeleteObjects", keyError: failing, times: 1 });
        const { result } = await core.run("delete", { path: numbered(20, "again/") });
        result.should.eql({ deleted: 20, missing: 0, failed: [] });
        (await world.s3.keys("bucket", "again/")).should.eql([]);
        sent("DeleteObjects").length.should.equal(2);
      });

      it("reports keys that fail for ever, and does not try what cannot pass", async () => {
        await world.s3.seed("bucket", numbered(4, "stuck/"));
        const codes: Record<string, string> = { "stuck/0001": "InternalError", "stuck/0002": "AccessDenied" };
        world.embedded.hook({ operation: "DeleteObjects", keyError: (key) => codes[key] });
        const error = await core.failure("delete", { path: numbered(4, "stuck/") });
        error.code.should.equal("PartialFailure");
        error.result.deleted.should.equal(2);
        const failed = error.result.failed.map(({ path, code }: { path: string; code: string }) => [path, code]);
        failed.sort().should.eql(Object.entries(codes));
        sent("DeleteObjects").length.should.equal(3);
        (await world.s3.keys("bucket", "stuck/")).should.eql(["stuck/0001", "stuck/0002"]);
      });

      it("asks again for keys that the report forgets", async () => {
        const keys = numbered(10, "forgotten/");
        await world.s3.seed("bucket", keys);
        const forgotten = /<Deleted><Key>forgotten\/000[0-4]<\/Key><\/Deleted>/g;
        world.embedded.hook({ operation: "DeleteObjects", body: (body) => body.toString().replace(forgotten, "") });
        world.embedded.hook({ operation: "DeleteObject", key: "forgotten/0001", error: "AccessDenied" });
        const error = await core.failure("delete", { path: keys });
        error.code.should.equal("PartialFailure");
        error.result.deleted.should.equal(9);
        error.result.failed.length.should.equal(1);
        error.result.failed[0].should.containEql({ path: "forgotten/0001", code: "AccessDenied" });
        sent("DeleteObject").length.should.equal(5);
        (await world.s3.keys("bucket", "forgotten/")).should.eql([]);
      });

      it("takes a key that is reported as deleted and as failed for failed", async () => {
        await world.s3.seed("bucket", ["both1", "both2"]);
        const both = "<Error><Key>both1</Key><Code>AccessDenied</Code><Message>no</Message></Error></DeleteResult>";
        world.embedded.hook({
          operation: "DeleteObjects",
          body: (body) => body.toString().replace("</DeleteResult>", both),
        });
        const error = await core.failure("delete", { path: ["both1", "both2"] });
        error.result.should.eql({
          deleted: 1,
          missing: 0,
          failed: [{ path: "both1", code: "AccessDenied", message: "no" }],
        });
      });

      it("says how many were deleted when it breaks off", async () => {
        const keys = numbered(1010, "broken/");
        await world.s3.seed("bucket", keys);
        world.embedded.hook({ operation: "DeleteObjects", error: "AccessDenied", skip: 1 });
        const error = await core.failure("delete", { path: keys });
        error.code.should.equal("AccessDenied");
        error.message.should.match(/1000 objects were deleted before/);
        error.result.should.eql({ deleted: 1000, missing: 0, failed: [] });
        (await world.s3.keys("bucket", "broken/")).length.should.equal(10);
      });

      it("says of how many it is not known whether they are gone when no answer comes", async () => {
        const keys = [...numbered(3, "dropped/"), "dropped/odd\u0001"];
        await world.s3.seed("bucket", keys);
        world.embedded.hook({ operation: "DeleteObject", drop: true });
        const error = await core.failure("delete", { path: keys });
        error.message.should.match(/3 objects were deleted before. Of 1 more it is not known/);
        error.result.should.eql({ deleted: 3, missing: 0, failed: [], unknown: 1 });
        (await world.s3.keys("bucket", "dropped/")).should.be.empty();
      });

      it("counts what a batch deleted before it broke off", async () => {
        const keys = numbered(10, "midway/");
        await world.s3.seed("bucket", keys);
        const failing = (key: string) => (key < "midway/0003" ? "InternalError" : undefined);
        world.embedded.hook({ operation: "DeleteObjects", keyError: failing, times: 1 });
        world.embedded.hook({ operation: "DeleteObjects", error: "AccessDenied", skip: 1 });
        const error = await core.failure("delete", { path: keys });
        error.code.should.equal("AccessDenied");
        error.result.deleted.should.equal(7);
      });

      for (const [what, spoil] of [
        ["HTML", () => "<html><body>Sign in</body></html>"],
        ["nothing", () => ""],
        ["a part of it", (body: Buffer) => body.subarray(0, body.length / 2)],
      ] as const) {
        it(`does not believe ${what} with status 200`, async () => {
          await world.s3.seed("bucket", ["h1", "h2"]);
          world.embedded.hook({
            operation: "DeleteObjects",
            handle: false,
            error: "InternalError",
            status: 200,
            body: spoil,
          });
          const error = await core.failure("delete", { path: ["h1", "h2"] });
          error.code.should.equal("InvalidResponse");
          // Who answers so may have deleted them.
          error.result.should.eql({ deleted: 0, missing: 0, failed: [], unknown: 2 });
        });
      }
    });

    onlyEmbedded(needsFaults, () => {
      it("reads an error with status 200, and tries again where that may help", async () => {
        await world.s3.seed("bucket", ["e1"]);
        world.embedded.hook({ operation: "DeleteObjects", error: "InternalError", status: 200, times: 1 });
        (await core.run("delete", { path: ["e1"] })).result.deleted.should.equal(1);
        await world.s3.seed("bucket", ["e2"]);
        world.embedded.hook({ operation: "DeleteObjects", error: "AccessDenied", status: 200 });
        (await core.failure("delete", { path: ["e2"] })).code.should.equal("AccessDenied");
      });
    });

    it("checks all paths before anything is sent", async () => {
      for (const bad of ["", " ", "/"]) {
        const error = await core.failure("delete", { path: ["good", bad] });
        error.code.should.equal("InvalidParameter");
        error.message.should.match(/path\[1\]/);
      }
      world.s3.requests.length.should.equal(0);
    });
  });

  it("works on messages", async () => {
    await world.s3.seed("bucket", ["msg1", "msg2", "msg3"]);
    const bench = await deploy("delete", {}, { server: world.s3 });
    const one = await bench.send({ payload: { path: "msg1" } });
    one.messages[0].payload.should.eql({ path: "msg1", deleted: true });
    one.messages[0].s3.should.containEql({ operation: "delete", bucket: world.bucket, path: "msg1" });
    const many = await bench.send({ payload: { path: ["msg2", "absent"] } });
    many.messages.length.should.equal(0);
    many.completed.should.be.false();
    many.caught.error.cause.code.should.equal("PartialFailure");
    many.caught.error.cause.result.should.containEql({ deleted: 1, missing: 1 });
    many.caught.error.cause.result.failed[0].should.containEql({ path: "absent", code: "NoSuchKey" });
    // ifMissing starts as the literal `error`, which no message changes.
    const literal = await bench.send({ payload: { path: "absent", ifMissing: "ignore" } });
    literal.caught.error.cause.code.should.equal("NoSuchKey");
    world.s3.clear();
    for (const [path, code] of [
      [undefined, "MissingParameter"],
      ["", "MissingParameter"],
      [7, "InvalidParameter"],
      [["a", 7], "InvalidParameter"],
      [" ", "InvalidParameter"],
      ["/", "InvalidParameter"],
    ] as const) {
      const { caught } = await bench.send({ payload: { path } });
      caught.error.cause.code.should.equal(code);
    }
    world.s3.requests.length.should.equal(0);
    await bench.close();
    const ignoring = await deploy("delete", { ifMissing: "ignore", ifMissingType: "str" }, { server: world.s3 });
    const ignored = await ignoring.send({ payload: { path: ["absent", "msg3"] } });
    ignored.messages[0].payload.should.eql({ deleted: 1, missing: 1, failed: [] });
    ignored.completed.should.be.true();
    await ignoring.close();
  });
});
