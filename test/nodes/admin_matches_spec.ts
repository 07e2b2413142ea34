import "should";
import { formFields, postAdmin } from "../support/admin";
import { type Bench, deploy } from "../support/bench";
import { numbered } from "../support/keys";
import { useFreshServer } from "../support/server";

for (const [kind, route] of [
  ["a deployed connection", "deployed"],
  ["a connection as it stands in a form", "connection"],
] as const) {
  describe(`trying a filter with ${kind}`, () => {
    const world = useFreshServer({ buckets: ["bucket", "other"] });
    let bench: Bench;
    beforeEach(async () => {
      bench = await deploy("list", {}, { server: world.s3 });
    });
    afterEach(() => bench.close());
    const post = (body: object) =>
      postAdmin(`/amazon-s3/${route}/matches`, {
        id: "s3",
        ...(route === "connection" ? { fields: formFields(world.s3, {}) } : {}),
        ...body,
      });
    const put = (...keys: string[]) => {
      for (const key of keys) world.s3.put("bucket", key, "");
    };

    for (const [asked, found] of [
      [{ patterns: ["*.csv"] }, { looked: 3, matched: 2, names: ["B.CSV", "a.csv"] }],
      [
        { patterns: ["*.csv"], recurse: true },
        { looked: 4, matched: 3, names: ["B.CSV", "a.csv", "old/d.csv"] },
      ],
      [
        { patterns: ["*.CSV"], caseSensitive: true },
        { looked: 3, matched: 1, names: ["B.CSV"] },
      ],
      [{ patterns: ["!*.txt"] }, { looked: 3, matched: 2, names: ["B.CSV", "a.csv"] }],
      [{ patterns: ["*.none"] }, { looked: 3, matched: 0, names: [] }],
      [
        { patterns: ["*.csv"], folder: "none" },
        { looked: 0, matched: 0, names: [] },
      ],
      [
        { patterns: ["o*"], entries: "folders" },
        { looked: 1, matched: 1, names: ["old/"] },
      ],
      [
        { patterns: ["*"], entries: "all" },
        { looked: 4, matched: 4, names: ["B.CSV", "a.csv", "c.txt", "old/"] },
      ],
      [
        { patterns: ["*"], bucket: "other" },
        { looked: 1, matched: 1, names: ["e"] },
      ],
    ] as const) {
      it(`tells what it matches: ${JSON.stringify(asked)}`, async () => {
        put("docs/", "docs/a.csv", "docs/B.CSV", "docs/c.txt", "docs/old/d.csv", "docs-2/x.csv");
        world.s3.put("other", "docs/e", "");
        const { status, body } = await post({ folder: "docs", ...asked });
        status.should.equal(200, JSON.stringify(body));
        body.should.eql({ ...found, more: false });
      });
    }

    it("looks at one page, names a few, and says that there is more", async () => {
      world.s3.seed("bucket", numbered(2500, "many/"), "x");
      world.s3.clear();
      const { body } = await post({ folder: "many", patterns: ["*"] });
      world.s3.requests.should.have.length(1);
      body.should.containEql({ looked: 1000, matched: 1000, more: true });
      body.names.should.have.length(5);
    });

    it("says why a pattern will not do, and refuses what is no list of them", async () => {
      const long = await post({ folder: "docs", patterns: ["{1..5000}"] });
      JSON.stringify(long.body).should.match(/stands for 1000 patterns or more/);
      for (const patterns of [undefined, "*", [1], Array(101).fill("*")]) {
        JSON.stringify((await post({ folder: "docs", patterns })).body).should.match(/patterns|must be a text/);
      }
      world.s3.requests.should.have.length(0);
    });
  });
}
