import "should";
import { pages } from "../../src/core/walk";
import { openCore } from "../support/context";
import { numbers } from "../support/key-sets";
import { openQuickPut } from "../support/quick-put";
import { useFreshServer } from "../support/server";

describe("walk aside, and a key that comes and goes where two ranges meet", () => {
  const world = useFreshServer();

  it("does not take it for one that the store lists in an order of its own", async () => {
    const { s3 } = world;
    const standing = numbers(600);
    s3.seed("bucket", standing);
    s3.setLatency(({ operation }) => (operation === "ListObjectsV2" ? 25 : 0));
    const quick = openQuickPut(s3.endpoint, s3, 1);
    /** Keys right behind the places where ranges begin. */
    const passing = new Set<string>();
    let asked = 0;
    s3.hook(async ({ operation, query }) => {
      if (operation !== "ListObjectsV2") return undefined;
      const { prefix, "start-after": after, "max-keys": most = "20" } = query;
      const key = `${after}!`;
      if (prefix) {
        // Asked after by itself, it is there again. Where the first range ends, the walk would go on one way.
        if (++asked > 1) s3.put("bucket", prefix, "again");
      } else if (after !== undefined && most === "20") {
        // Its range has begun without it; now the one before sees it behind its end.
        passing.add(key);
        const body = (page: Buffer): Buffer => {
          s3.put("bucket", key, "x");
          return page;
        };
        return { query: { "max-keys": most }, body };
      } else if (passing.has(key)) {
        // Looked for, it is gone.
        await quick.remove("bucket", key);
      }
      return { query: { "max-keys": most } };
    });
    const core = openCore(s3, { concurrency: 16 });
    const found: string[] = [];
    try {
      for await (const { objects } of pages(core.context, { prefix: "" })) found.push(...objects.map(({ key }) => key));
    } finally {
      quick.close();
      await core.close();
    }
    found.filter((key) => !passing.has(key)).should.eql(standing);
    passing.size.should.be.above(1);
  });
});
