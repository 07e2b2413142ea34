import "should";
import { randomFrom } from "../../dev/random";
import { chosenServer } from "../support/chosen-server";
import { type Core, openCore, smallPages } from "../support/context";
import { unlessDiffers } from "../support/only-embedded";
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
    const nameOf = (below: string): string => below.replace(/\/$/, "").replace(/^.*\//s, "");
    /** Selectors, and what they let pass, said in another way. */
    const selections: [object, (below: string, size: number) => boolean][] = [
      [{}, () => true],
      [{}, () => true],
      [{ filter: "a*", caseSensitive: true }, (below) => nameOf(below).startsWith("a")],
      [{ regex: "^(a|l)" }, (below) => /^[al]/i.test(below)],
      [{ minSize: 2 }, (_, size) => size > 1],
      [{ maxSize: 1, regex: "a", modifiedAfter: "1d" }, (below, size) => size === 1 && /a/i.test(below)],
      [{ modifiedBefore: "1d" }, () => false],
    ];
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
      const sizes = new Map<string, number>();
      for (let round = 0; round < rounds; round++) {
        const keys = new Set(Array.from({ length: 40 }, () => randomPath(4)).filter((key) => key !== ""));
        const isLong = (key: string): boolean => key.length % 2 === 1;
        await world.s3.seed("bucket", [...keys].filter(isLong), "four");
        await world.s3.seed(
          "bucket",
          [...keys].filter((key) => !isLong(key)),
        );
        const before = await world.s3.keys("bucket");
        // What was left by the rounds before has the size that it had.
        for (const key of keys) sizes.set(key, isLong(key) ? 4 : 1);
        const [one, root] = random() < 0.3 ? [rooted, "logs/"] : [core, ""];
        // Mostly a folder that is there, or nearly so.
        const near = pick(before).replace(/[^/]*$/, (last) => (random() < 0.5 ? "" : last));
        const path = random() < 0.2 || near.trim() === "" ? randomPath(3) : near;
        if (path === "/" || path.trim() === "") continue;
        const folder = root + (path.endsWith("/") ? path : `${path}/`);
        const below = before.filter((key) => key.startsWith(folder));
        const [told, passes] = pick(selections);
        const { result: dry } = await one.run("purge", { path, ...told });
        (await world.s3.keys("bucket")).should.eql(before);
        const { result } = await one.run("purge", { path, ...told, force: true });
        const after = new Set(await world.s3.keys("bucket"));
        const gone = before.filter((key) => !after.has(key));
        const strays = gone.filter((key) => !key.startsWith(folder));
        strays.should.eql([], `round ${round} of ${JSON.stringify(path)}`);
        const wanted = below.filter((key) => {
          const name = key.slice(folder.length);
          // With any selector, the folder's own marker stays.
          return Object.keys(told).length === 0 || (name !== "" && passes(name, sizes.get(key) ?? 0));
        });
        gone.should.eql(wanted, `round ${round} of ${JSON.stringify(path)} with ${JSON.stringify(told)}`);
        result.deleted.should.equal(gone.length).and.equal(dry.matched);
        purged += gone.length;
      }
      // Or else the paths were badly chosen, and nothing was shown.
      purged.should.be.above(enough);
    });

    it(`keeps the newest versions of each key and what is current, SEED=${seed}`, async () => {
      await world.s3.createBucket({ name: "versioned", versioning: "Enabled" });
      const versioned = openCore(world.s3, { bucket: "versioned" });
      let purged = 0;
      for (let round = 0; round < rounds / 10; round++) {
        const folder = `round${round}`;
        const keys = Array.from(new Set(Array.from({ length: 5 }, () => `${folder}/${randomPath(2)}`)));
        for (let n = 0; n < 25; n++) {
          const key = pick(keys);
          if (random() < 0.7) await world.s3.put("versioned", key, "four");
          else if (await world.s3.get("versioned", key)) await versioned.run("delete", { path: key });
        }
        const keepVersions = 1 + Math.floor(random() * 3);
        const look = () => Promise.all(keys.map((key) => world.s3.versions("versioned", key)));
        const ids = (entries: { versionId: string }[][]) => entries.map((all) => all.map(({ versionId }) => versionId));
        const before = await look();
        const stay = before.map((entries) =>
          entries.filter(
            (_, index) =>
              index === 0 || entries.slice(0, index).filter((one) => !one.deleteMarker).length < keepVersions,
          ),
        );
        const values = { path: folder, versions: true, keepVersions };
        // As small as they may be, so that pages end between the versions of a key.
        if (round % 2 === 1) smallPages(versioned, 3);
        const { result: dry } = await versioned.run("purge", values);
        const { result } = await versioned.run("purge", { ...values, force: true });
        ids(await look()).should.eql(ids(stay), `round ${round}, keepVersions ${keepVersions}`);
        result.deleted.should.equal(before.flat().length - stay.flat().length).and.equal(dry.matched);
        (await versioned.run("purge", values)).result.matched.should.equal(0);
        purged += result.deleted;
      }
      await versioned.close();
      purged.should.be.above(chosenServer.access ? 5 : 50);
    });
  });
});
