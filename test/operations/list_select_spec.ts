import "should";
import { storageClasses } from "../servers";
import { chosenServer } from "../support/chosen-server";
import { type Core, openCore } from "../support/context";
import { useStore } from "../support/world";

const cold = storageClasses[chosenServer.name] ?? "STANDARD_IA";
const hour = 3_600_000;

describe("list of what is selected", () => {
  const world = useStore();
  let core: Core;
  const paths = async (values: object = {}): Promise<string[]> =>
    (await core.run("list", { recurse: true, ...values })).result.map(({ path }: { path: string }) => path);
  before(async () => {
    await world.s3.put("bucket", "logs/2025-12/a.log", "1".repeat(10));
    await world.s3.put("bucket", "logs/2026-01/a.log", "1".repeat(1000));
    await world.s3.put("bucket", "logs/2026-01/b.LOG", "1".repeat(1024), { headers: { "x-amz-storage-class": cold } });
    await world.s3.put("bucket", "logs/2026-02/c.log", "1".repeat(2000));
    await world.s3.put("bucket", "other.log", "");
    core = openCore(world.s3);
  });
  after(() => core.close());
  beforeEach(() => world.s3.clear());

  it("takes sizes as bytes and with units", async () => {
    (await paths({ minSize: "1 kB" })).should.eql(["logs/2026-01/a.log", "logs/2026-01/b.LOG", "logs/2026-02/c.log"]);
    (await paths({ minSize: "1 KiB" })).should.eql(["logs/2026-01/b.LOG", "logs/2026-02/c.log"]);
    (await paths({ minSize: 10, maxSize: 1000 })).should.eql(["logs/2025-12/a.log", "logs/2026-01/a.log"]);
    (await paths({ maxSize: 0 })).should.eql(["other.log"]);
  });

  it("takes times as dates, milliseconds and ages", async () => {
    const all = await paths();
    (await paths({ modifiedAfter: new Date(Date.now() - hour).toISOString() })).should.eql(all);
    (await paths({ modifiedBefore: Date.now() - hour })).should.eql([]);
    (await paths({ modifiedAfter: "1h" })).should.eql(all);
    (await paths({ modifiedBefore: "1h" })).should.eql([]);
    (await paths({ modifiedBefore: Date.now() + hour })).should.eql(all);
  });

  it("takes storage classes", async () => {
    if (cold === "STANDARD") return;
    (await paths({ storageClass: cold })).should.eql(["logs/2026-01/b.LOG"]);
    (await paths({ storageClass: ["STANDARD", cold] })).length.should.equal(5);
    (await paths({ storageClass: "OTHER" })).should.eql([]);
  });

  it("takes an expression, below the path", async () => {
    (await paths({ regex: "-01/" })).should.eql(["logs/2026-01/a.log", "logs/2026-01/b.LOG"]);
    (await paths({ path: "logs", regex: "^2026.*\\.log$" })).length.should.equal(3);
    (await paths({ path: "logs", regex: "^2026.*\\.log$", caseSensitive: true })).length.should.equal(2);
    (await paths({ path: "logs", regex: "^logs" })).should.eql([]);
  });

  it("takes what passes all of it", async () => {
    (await paths({ filter: "**/2026-*/*", minSize: 1000, maxSize: 1024, modifiedAfter: "1h" })).should.eql([
      "logs/2026-01/a.log",
      "logs/2026-01/b.LOG",
    ]);
  });

  it("leaves folders out where an object has to be looked at", async () => {
    (await paths({ entries: "all", minSize: 1000 })).length.should.equal(3);
    (await core.failure("list", { entries: "folders", minSize: 1 })).message.should.match(
      /^entries folders have no size/,
    );
    (await paths({ entries: "folders", regex: "2026" })).should.eql(["logs/2026-01/", "logs/2026-02/"]);
  });

  it("asks the store for no more than what the filter begins with", async () => {
    const asked = () => world.s3.requests.map(({ query }) => query.prefix);
    (await paths({ path: "logs", filter: "2026-01/*" })).length.should.equal(2);
    (await paths({ filter: "logs/2026-*/**", caseSensitive: true })).length.should.equal(3);
    (await paths({ filter: "logs/2026-*/**" })).length.should.equal(3);
    asked().should.eql(["logs/2026-01/", "logs/2026-", undefined].map((prefix) => prefix ?? ""));
    world.s3.clear();
    (await paths({ recurse: false, path: "logs", filter: "2026-*", entries: "folders" })).length.should.equal(2);
    asked().should.eql(["logs/2026-"]);
  });

  it("counts what is selected", async () => {
    const { result, about } = await core.run("list", { recurse: true, minSize: 1000, maxResults: 2 });
    result.length.should.equal(2);
    about.should.eql({ count: 2, truncated: true });
  });

  for (const [values, why] of [
    [{ filter: "a", regex: "a" }, /^regex "a" does not go with filter "a"/],
    [{ minSize: "10M" }, /^minSize "10M": M may be thousands or 1,024s/],
    [{ minSize: 2, maxSize: 1 }, /^minSize 2 is more than maxSize 1/],
    [{ modifiedBefore: "3 months" }, /^modifiedBefore "3 months" is no date/],
    [{ modifiedAfter: "1d", modifiedBefore: "2d" }, /^modifiedAfter "1d" is not before/],
    [{ storageClass: "A,B" }, /^storageClass "A,B" is no name of a class/],
    [{ regex: "(a" }, /^regex "\(a" is no regular expression/],
    [{ regex: "(?=a)" }, /^regex "\(\?=a\)" looks ahead/],
  ] as const) {
    it(`refuses before anything is sent: ${JSON.stringify(values)}`, async () => {
      const error = await core.failure("list", values);
      error.code.should.equal("InvalidParameter");
      error.message.should.match(why);
      world.s3.requests.length.should.equal(0);
    });
  }
});
