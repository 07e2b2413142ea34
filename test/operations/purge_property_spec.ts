import "should";
import { randomFrom } from "../../dev/random";
import { chosenServer } from "../support/chosen-server";
import { type Core, openCore, smallPages } from "../support/context";
import { unlessDiffers } from "../support/only-embedded";
import { purgeAtRandom, randomPath } from "../support/random-purge";
import { useStore } from "../support/world";

// A round is some 80 requests to fill the bucket and to look into it.
const [rounds, enough] = chosenServer.access ? [30, 10] : [150, 200];

unlessDiffers("keys-are-file-paths", () => {
  describe("purge of random folders", () => {
    const world = useStore();
    const seed = Number(process.env.SEED) || Math.floor(Math.random() * 2 ** 31);
    const random = randomFrom(seed);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
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
      const ground = { store: world.s3, bucket: "bucket", core, rooted, sizes: new Map<string, number>() };
      let purged = 0;
      for (let round = 0; round < rounds; round++) purged += await purgeAtRandom(ground, random);
      // Or else the paths were badly chosen, and nothing was shown.
      purged.should.be.above(enough);
    });

    it(`keeps the newest versions of each key and what is current, SEED=${seed}`, async () => {
      await world.s3.createBucket({ name: "versioned", versioning: "Enabled" });
      const versioned = openCore(world.s3, { bucket: "versioned" });
      let purged = 0;
      for (let round = 0; round < rounds / 10; round++) {
        const folder = `round${round}`;
        const keys = Array.from(new Set(Array.from({ length: 5 }, () => `${folder}/${randomPath(2, random)}`)));
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
