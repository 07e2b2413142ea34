import "should";
import type { Entry } from "../../src/core/entry";
import { type Core, openCore } from "../support/context";
import { must } from "../support/must";
import { useServer } from "../support/server";

describe("list of all versions", () => {
  const world = useServer({ buckets: ["bucket", { name: "versioned", versioning: "Enabled" }] });
  let core: Core;
  const list = async (values: object = {}): Promise<Entry[]> =>
    (await core.run("list", { recurse: true, versions: true, ...values })).result;
  before(async () => {
    core = openCore(world.s3, { bucket: "versioned" });
    world.s3.put("versioned", "a", "1", { metadata: { of: "first" }, tags: { of: "first" } });
    world.s3.put("versioned", "a", "12", { metadata: { of: "second" }, tags: { of: "second" } });
    world.s3.put("versioned", "b/c", "1");
    await core.run("delete", { path: "b/c" });
    world.s3.put("versioned", "d", "1");
  });
  after(() => core.close());
  beforeEach(() => world.s3.clear());

  it("has each with its id, the newest first, and says which is the current one", async () => {
    const found = await list();
    found
      .map(({ path, size, isLatest, deleteMarker }) => [path, size, isLatest, deleteMarker])
      .should.eql([
        ["a", 2, true, undefined],
        ["a", 1, false, undefined],
        ["b/c", undefined, true, true],
        ["b/c", 1, false, undefined],
        ["d", 1, true, undefined],
      ]);
    new Set(found.map(({ versionId }) => must(versionId))).size.should.equal(5);
    world.s3.requests.map(({ operation }) => operation).should.eql(["ListObjectVersions"]);
  });

  it("has a delete marker with exactly these fields", async () => {
    const [, , marker] = await list();
    Object.keys(must(marker))
      .sort()
      .should.eql(["deleteMarker", "isLatest", "lastModified", "name", "path", "type", "versionId"]);
  });

  it("has neither without being asked", async () => {
    const found = await list({ versions: false });
    found.map(({ path }) => path).should.eql(["a", "d"]);
    for (const entry of found) for (const name of ["versionId", "isLatest"]) entry.should.not.have.property(name);
  });

  it("gives ids that the read node takes", async () => {
    const [, old] = await list();
    (await core.run("read", { path: "a", versionId: must(old).versionId })).result.should.equal("1");
  });

  it("looks at each version closer, and at no delete marker", async () => {
    const found = await list({ includeMetadata: true, includeTags: true });
    found.map(({ metadata }) => metadata?.of).should.eql(["second", "first", undefined, undefined, undefined]);
    found.map(({ tags }) => tags?.of).should.eql(["second", "first", undefined, undefined, undefined]);
    const counts = ["HeadObject", "GetObjectTagging"].map(
      (operation) => world.s3.requests.filter((request) => request.operation === operation).length,
    );
    counts.should.eql([4, 4]);
  });

  it("has subfolders where they are asked for", async () => {
    const found = await list({ recurse: false, entries: "all" });
    found.map(({ path }) => path).should.eql(["a", "a", "b/", "d"]);
  });

  it("is selected by time, a delete marker by nothing else", async () => {
    (await list({ modifiedAfter: "1h" })).length.should.equal(5);
    (await list({ minSize: 0 })).length.should.equal(4);
    (await list({ filter: "c" })).length.should.equal(2);
  });

  it("goes on with the next object after a path", async () => {
    (await list({ startAfter: "a" })).map(({ path }) => path).should.eql(["b/c", "b/c", "d"]);
    (await list({ maxResults: 1 })).length.should.equal(1);
  });

  it("in a bucket without versions is of the objects that are there", async () => {
    const plain = openCore(world.s3);
    world.s3.put("bucket", "a", "1");
    const { result } = await plain.run("list", { versions: true });
    await plain.close();
    result[0].should.containEql({ path: "a", versionId: "null", isLatest: true });
  });
});
