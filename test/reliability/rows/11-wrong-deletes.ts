import { randomFrom } from "../../../dev/random";
import { openCore } from "../../support/context";
import { type PurgeGround, purgeAtRandom } from "../../support/random-purge";
import { several } from "../../support/several";
import type { Row } from "../row";
import { shown } from "../shown";

/** Purges in a bucket, which fills meanwhile, before it is emptied. */
const inARun = 25;

export const row: Row = {
  number: 11,
  hazard: "`logs` takes `logs-old/` along, or an empty path the whole bucket",
  required:
    "a folder ends at a slash, and the bucket goes only with Whole bucket: wrong deletes: 0, of random folders and selectors",
  async measure({ store, seed, count }) {
    // Nothing befalls these requests, so that they need no proxy.
    const grounds = await Promise.all(
      Array.from({ length: 8 }, async (_, lane): Promise<PurgeGround> => {
        const bucket = `lane-${lane}`;
        await store.createBucket(bucket);
        const rooted = openCore(store, { bucket, rootPath: "logs" });
        return { store, bucket, core: openCore(store, { bucket }), rooted, sizes: new Map() };
      }),
    );
    const runs = count(100_000 / inARun, 5);
    const { results, failures } = await several(
      runs,
      seed,
      async (one, lane) => {
        const random = randomFrom(one);
        const ground = grounds[lane] as PurgeGround;
        await ground.core.run("purge", { path: "/", force: true, wholeBucket: true });
        let gone = 0;
        for (let purge = 0; purge < inARun; purge++) gone += await purgeAtRandom(ground, random);
        return gone;
      },
      grounds.length,
    );
    await Promise.all(grounds.flatMap(({ core, rooted }) => [core.close(), rooted.close()]));
    const purges = runs * inARun;
    const gone = results.reduce((sum, count) => sum + count, 0);
    if (failures.length === 0 && gone < purges) throw new Error(`only ${gone} keys went in ${purges} purges`);
    return {
      held: failures.length === 0,
      figure: `${failures[0] ?? 0} in ${shown(purges)} purges, which took ${shown(gone)} keys`,
    };
  },
  mutants: [
    {
      file: "src/core/key.ts",
      from: 'path === "" || path === "/" ? "" : path.endsWith("/")',
      to: 'path === "" || path === "/" ? "" : path !== "logs"',
    },
    { file: "src/core/purge-matches.ts", from: 'below === "" || !selector.wants', to: "!selector.wants" },
  ],
};
