import "should";
import { type Core, openCore } from "../support/context";
import { useServer } from "../support/server";

const minute = 60_000;

/** When a request was signed, by the clock that signed it. */
const signedAt = (header: unknown): number =>
  Date.parse(String(header).replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));

describe("a clock that is another one than the store's", () => {
  const world = useServer();
  let core: Core;
  before(() => world.s3.put("bucket", "there", "A"));
  beforeEach(() => {
    world.s3.clear();
    core = openCore(world.s3, { maxAttempts: 5 });
  });
  afterEach(async () => {
    world.s3.hooks.length = 0;
    await core.close();
  });
  /** The store's clock is off by so much, and it refuses what is signed so much off. */
  const skew = (off: number, allowed: number): void => {
    world.s3.hook(({ headers }) => {
      const now = Date.now() + off;
      const date = new Date(now).toUTCString();
      if (Math.abs(signedAt(headers["x-amz-date"]) - now) < allowed) return { headers: { date } };
      return { error: "RequestTimeTooSkewed", headers: { date } };
    });
  };
  const asked = (): string[] => world.s3.requests.map(({ operation, status }) => `${operation} ${status}`);

  for (const off of [10 * minute, -10 * minute]) {
    it(`costs one request, of a read or of a HEAD that tells nothing: ${off / minute} minutes`, async () => {
      skew(off, 5 * minute);
      (await core.run("read", { path: "there" })).result.should.equal("A");
      (await core.run("read", { path: "there" })).result.should.equal("A");
      asked().should.eql(["GetObject 403", "GetObject 200", "GetObject 200"]);
      await core.close();
      world.s3.clear();
      core = openCore(world.s3, { maxAttempts: 5 });
      (await core.run("exist", { path: "there" })).result.should.be.true();
      asked().should.eql(["HeadObject 403", "HeadObject 200"]);
    });
  }

  for (const allowed of [5, 15]) {
    it(`has nothing tried again that will not pass, where it may be ${allowed} minutes off`, async () => {
      skew(10 * minute, allowed * minute);
      const lasting = () => asked().filter((one) => !/ (403|200)$/.test(one));
      (await core.run("exist", { path: "none" })).result.should.be.false();
      lasting().should.eql(["HeadObject 404"]);
      (await core.failure("read", { path: "none" })).code.should.equal("NoSuchKey");
      lasting().should.eql(["HeadObject 404", "GetObject 404"]);
      (await core.failure("write", { path: "there", data: "B" })).code.should.equal("ObjectExists");
      lasting().should.eql(["HeadObject 404", "GetObject 404", "PutObject 412"]);
    });
  }

  it("is tried once, where the store says something else by 403", async () => {
    skew(10 * minute, 15 * minute);
    world.s3.hook(({ key }) => (key === "there" ? { error: "AccessDenied" } : undefined));
    (await core.failure("read", { path: "there" })).code.should.equal("AccessDenied");
    asked().should.eql(["GetObject 403", "GetObject 403"]);
  });

  it("is no reason not to wait for a store that has a fault of its own", async () => {
    skew(10 * minute, 5 * minute);
    world.s3.hook({ skip: 1, times: 2, error: "InternalError" });
    (await core.run("read", { path: "there" })).result.should.equal("A");
    asked().should.eql(["GetObject 403", "GetObject 500", "GetObject 500", "GetObject 200"]);
  });
});
