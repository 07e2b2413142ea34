import "should";
import { chosenServer } from "../support/chosen-server";
import { type Core, openCore } from "../support/context";
import { unlessDiffers } from "../support/only-embedded";
import { randomFrom } from "../support/random";
import { useStore } from "../support/world";

/** Few enough for keys to be one another's beginnings. */
const segments = ["a", "ab", "a-", "b", "A", "", ".", "..", "a b", "😀", "%", "a\nb", "logs", "logs-old", "&amp;", "+"];

// A round is some 80 requests to fill the bucket and to look into it.
const [rounds, enough] = chosenServer.access ? [30, 10] : [150, 200];

unlessDiffers("keys-are-file-paths", () => {
  describe("purge of random folders", () => {
    const world = useStore();
    const seed = Number(process.env.SEED) || Math.floor(Math.random() * 2 ** 31);
    const random = randomFrom(seed);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
    const randomPath = (most: number) =>
      Array.from({ length: 1 + Math.floor(random() * most) }, () => pick(segments)).join("/") +
      (random() < 0.3 ? "/" : "");
    let core: Core;
    let rooted: Core;
    before(() => {
      core = openCore(world.s3);
      rooted = openCore(world.s3, { rootPath: "logs" });
    });
    after(async () => {
      await core.close();
      await rooted.close();
    });

    it(`takes exactly what lies below, SEED=${seed}`, async () => {
      let purged = 0;
      for (let round = 0; round < rounds; round++) {
        const keys = new Set(Array.from({ length: 40 }, () => randomPath(4)).filter((key) => key !== ""));
        await world.s3.seed("bucket", keys);
        const before = await world.s3.keys("bucket");
        const [one, root] = random() < 0.3 ? [rooted, "logs/"] : [core, ""];
        // Mostly a folder that is there, or nearly so.
        const near = pick(before).replace(/[^/]*$/, (last) => (random() < 0.5 ? "" : last));
        const path = random() < 0.2 || near.trim() === "" ? randomPath(3) : near;
        if (path === "/" || path.trim() === "") continue;
        const folder = root + (path.endsWith("/") ? path : `${path}/`);
        const below = before.filter((key) => key.startsWith(folder));
        const filter = random() < 0.3 ? "a*" : undefined;
        const { result: dry } = await one.run("purge", { path, filter });
        (await world.s3.keys("bucket")).should.eql(before);
        const { result } = await one.run("purge", { path, filter, force: true });
        const after = new Set(await world.s3.keys("bucket"));
        const gone = before.filter((key) => !after.has(key));
        const strays = gone.filter((key) => !key.startsWith(folder));
        strays.should.eql([], `round ${round} of ${JSON.stringify(path)}`);
        if (!filter) gone.should.eql(below, `round ${round} of ${JSON.stringify(path)}`);
        result.deleted.should.equal(gone.length).and.equal(dry.matched);
        purged += gone.length;
      }
      // Or else the paths were badly chosen, and nothing was shown.
      purged.should.be.above(enough);
    });
  });
});
