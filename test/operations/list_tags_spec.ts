import "should";
import type { Entry } from "../../src/core/entry";
import { type Core, openCore } from "../support/context";
import { useServer } from "../support/server";

describe("list with tags", () => {
  const world = useServer();
  let core: Core;
  before(() => {
    world.s3.put("bucket", "a", "1", { tags: { team: "red", "ü b": "x/y+z" } });
    world.s3.put("bucket", "b", "1");
    world.s3.put("bucket", "folder/c", "1");
    core = openCore(world.s3);
  });
  after(() => core.close());
  beforeEach(() => world.s3.clear());
  afterEach(() => {
    world.s3.hooks.length = 0;
  });
  const tags = async (values: object = {}) =>
    (await core.run("list", { includeTags: true, ...values })).result.map((entry: { tags?: object }) => entry.tags);
  const asked = () => world.s3.requests.filter(({ operation }) => operation === "GetObjectTagging").length;

  it("adds those of each file, one request for each", async () => {
    (await tags()).should.eql([{ team: "red", "ü b": "x/y+z" }, {}]);
    asked().should.equal(2);
  });

  it("asks for none of folders, nor unless told to", async () => {
    (await tags({ entries: "all" })).should.eql([{ team: "red", "ü b": "x/y+z" }, {}, undefined]);
    asked().should.equal(2);
    (await tags({ includeTags: false })).should.eql([undefined, undefined]);
    asked().should.equal(2);
  });

  it("asks for none beyond what is listed", async () => {
    (await tags({ maxResults: 1 })).length.should.equal(1);
    asked().should.equal(1);
  });

  it("keeps what was deleted since it was listed", async () => {
    world.s3.hook({ operation: "GetObjectTagging", key: "a", error: "NoSuchKey" });
    (await tags()).should.eql([undefined, {}]);
  });

  it("tells of an object whose tags may not be read", async () => {
    world.s3.hook({ operation: "GetObjectTagging", key: "a", error: "AccessDenied" });
    const { result, about } = await core.run("list", { includeTags: true });
    result.map(({ failed, tags }: Entry) => failed?.code ?? tags).should.eql(["AccessDenied", {}]);
    about.should.containEql({ count: 2, failed: 1 });
  });

  it("fails if no tags may be read, and where something else answers", async () => {
    world.s3.hook({ operation: "GetObjectTagging", error: "AccessDenied" });
    (await core.failure("list", { includeTags: true })).code.should.equal("AccessDenied");
    world.s3.hooks.length = 0;
    world.s3.hook({ operation: "GetObjectTagging", body: "<html>Please log in</html>" });
    (await core.failure("list", { includeTags: true })).code.should.equal("InvalidResponse");
  });
});
