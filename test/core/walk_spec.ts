import "should";
import { pages, type Walk } from "../../src/core/walk";
import { type Core, openCore } from "../support/context";
import { numbered } from "../support/keys";
import { must } from "../support/must";
import { useServer } from "../support/server";

describe("walk", () => {
  const world = useServer({ buckets: ["bucket", { name: "versioned", versioning: "Enabled" }] });
  const keys = numbered(2500, "page/");
  let core: Core;
  before(() => {
    world.s3.seed("bucket", [...keys, "other/x", "z/y/x", "z/z"]);
    world.s3.seed("versioned", keys);
    world.s3.seed("versioned", keys);
    core = openCore(world.s3);
  });
  after(() => core.close());
  beforeEach(() => world.s3.clear());
  afterEach(() => {
    world.s3.hooks.length = 0;
  });

  const walked = async (walk: Walk, bucket = "bucket") => {
    const found: string[] = [];
    for await (const { objects, prefixes } of pages({ ...core.context, bucket }, walk)) {
      found.push(...objects.map(({ key }) => key), ...prefixes);
    }
    return found;
  };
  const from = keys[1200] as string;

  it("starts after a key", async () => {
    (await walked({ prefix: "page/", startAfter: from })).should.eql(keys.slice(1201));
    const queries = world.s3.requests.map(({ query }) => query);
    queries.length.should.equal(2);
    queries.map((query) => query["start-after"]).should.eql([from, undefined]);
  });

  it("starts after a key that is not there, and one before the prefix", async () => {
    (await walked({ prefix: "page/", startAfter: `${from}!` })).should.eql(keys.slice(1201));
    (await walked({ prefix: "page/", startAfter: "a" })).should.eql(keys);
    (await walked({ prefix: "page/", startAfter: "z" })).should.eql([]);
    (await walked({ prefix: "page/", startAfter: "" })).should.eql(keys);
  });

  it("starts after a key among versions", async () => {
    const twice = keys.slice(1201).flatMap((key) => [key, key]);
    (await walked({ prefix: "page/", versions: true, startAfter: from }, "versioned")).should.eql(twice);
    must(must(world.s3.requests[0]).query["key-marker"]).should.equal(from);
  });

  it("leaves out what a store lists that knows no start-after", async () => {
    world.s3.hook({ operation: "ListObjectsV2", query: { "start-after": undefined } });
    world.s3.hook({
      operation: "ListObjectVersions",
      when: ({ query }) => query["version-id-marker"] === undefined,
      query: { "key-marker": undefined },
    });
    (await walked({ prefix: "page/", startAfter: from })).should.eql(keys.slice(1201));
    world.s3.requests.length.should.equal(3);
    (await walked({ prefix: "", delimiter: "/", startAfter: "page/" })).should.eql(["z/"]);
    const twice = keys.slice(1201).flatMap((key) => [key, key]);
    (await walked({ prefix: "page/", versions: true, startAfter: from }, "versioned")).should.eql(twice);
  });
});
