import "should";
import type { Message } from "../support/bench";
import { must } from "../support/must";
import { failure, once, onlyMessage } from "../support/once";
import { useServer } from "../support/server";

describe("the connection's root path", () => {
  const world = useServer();
  const run = (verb: string, payload: object, config: Record<string, unknown> = {}, rootPath = "tenants/a") =>
    once(verb, config, payload, { server: world.s3, connection: { rootPath } });
  const keys = () => world.s3.keys("bucket");

  beforeEach(() => {
    world.s3.clear();
    for (const key of keys()) world.s3.put("bucket", key, "old");
  });

  for (const rootPath of ["tenants/a", "tenants/a/"]) {
    it(`${rootPath} is put before a path, and left out of results`, async () => {
      const written = onlyMessage(await run("write", { path: "b.txt", data: "x", overwrite: true }, {}, rootPath));
      written.payload.path.should.equal("b.txt");
      written.s3.path.should.equal("b.txt");
      keys().should.containEql("tenants/a/b.txt");
      const read = onlyMessage(await run("read", { path: "b.txt" }, {}, rootPath));
      read.s3.path.should.equal("b.txt");
      read.payload.should.equal("x");
    });
  }

  it("is the bucket's where it is empty or /", async () => {
    onlyMessage(await run("write", { path: "top 1", data: "x", overwrite: true }, {}, ""));
    onlyMessage(await run("write", { path: "top 2", data: "x", overwrite: true }, {}, "/"));
    keys().should.containEql("top 1").and.containEql("top 2");
  });

  it("confines paths that look as if they led out of it", async () => {
    world.s3.put("bucket", "tenants/b/secret", "secret");
    for (const path of ["../b/secret", "/tenants/b/secret", "./../b/secret", "..%2Fb%2Fsecret", "..\\b\\secret"]) {
      failure(await run("read", { path }), "NoSuchKey");
      onlyMessage(await run("write", { path, data: "x", overwrite: true }));
      keys().should.containEql(`tenants/a/${path}`);
    }
    must(world.s3.get("bucket", "tenants/b/secret")?.body.toString()).should.equal("secret");
  });

  it("confines listings, whose paths are relative to it", async () => {
    world.s3.put("bucket", "tenants/ab", "neighbour");
    world.s3.put("bucket", "tenants/a/list/x", "x");
    world.s3.put("bucket", "tenants/a/list/sub/y", "y");
    const all = onlyMessage(await run("list", { path: "list", recurse: true }));
    all.payload.map(({ path }: Message) => path).should.eql(["list/sub/y", "list/x"]);
    const root = onlyMessage(await run("list", { path: "/", recurse: true }));
    const below = world.s3.keys("bucket", "tenants/a/").map((key) => key.slice("tenants/a/".length));
    root.payload.map(({ path }: Message) => path).should.eql(below);
    const folders = onlyMessage(await run("list", { path: "list" }, { entries: "folders", entriesType: "str" }));
    folders.payload.map(({ path, name }: Message) => [path, name]).should.eql([["list/sub/", "sub"]]);
  });

  it("confines entries of an array that is written or deleted", async () => {
    const data = [{ path: "1", data: "x" }];
    const written = onlyMessage(await run("write", { path: "many/", data, overwrite: true }));
    written.payload[0].path.should.equal("many/1");
    keys().should.containEql("tenants/a/many/1");
    world.s3.put("bucket", "many/1", "outside");
    onlyMessage(await run("delete", { path: ["many/1"] })).payload.should.containEql({ deleted: 1, missing: 0 });
    keys().should.containEql("many/1").and.not.containEql("tenants/a/many/1");
    failure(await run("delete", { path: ["absent"] }), "PartialFailure").result.failed[0].path.should.equal("absent");
  });

  it("keeps renamed and created objects and folders below it", async () => {
    world.s3.put("bucket", "tenants/a/n.txt", "old");
    const renamed = onlyMessage(
      await run("write", { path: "n.txt", data: "x" }, { onConflict: "rename", onConflictType: "str" }),
    );
    renamed.payload.path.should.equal("n (1).txt");
    onlyMessage(await run("create", { path: "made/" })).payload.should.containEql({ path: "made/", created: true });
    keys().should.containEql("tenants/a/n (1).txt").and.containEql("tenants/a/made/");
    onlyMessage(await run("exist", { path: "made/" })).payload.should.be.true();
  });

  it("is refused by purge like a bucket's root, and bounds it with wholeBucket", async () => {
    world.s3.put("bucket", "tenants/a/p", "x");
    world.s3.put("bucket", "tenants/ab", "neighbour");
    failure(await run("purge", { path: "/", force: true }), "WholeBucketRefused");
    const purged = onlyMessage(await run("purge", { path: "/", force: true }, { wholeBucket: true }));
    purged.payload.failed.should.eql([]);
    world.s3.keys("bucket", "tenants/a/").should.have.length(0);
    keys().should.containEql("tenants/ab");
  });

  it("counts for the length of a key", async () => {
    onlyMessage(await run("write", { path: "k".repeat(1014), data: "x" }));
    failure(await run("write", { path: "k".repeat(1015), data: "x" }), "KeyTooLongError");
  });

  it("tells errors with the path as the flow wrote it", async () => {
    const error = failure(await run("read", { path: "missing" }), "NoSuchKey");
    error.path.should.equal("missing");
    error.message.should.not.match(/tenants/);
  });
});
