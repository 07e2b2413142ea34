import "should";
import { setTimeout as pause } from "node:timers/promises";
import { randomFrom } from "../../dev/random";
import { pages } from "../../src/core/walk";
import { openCore } from "../support/context";
import { keySets, keysOf } from "../support/key-sets";
import { inByteOrder } from "../support/keys";
import { openRestlessBucket } from "../support/restless-bucket";
import { seePages } from "../support/seen-pages";
import { useFreshServer } from "../support/server";

/** `ROUNDS=100 SEED=1 npx mocha …` for more of them, or the same again, as far as the network lets it be the same. */
const rounds = Number(process.env.ROUNDS) || 2;
const first = Number(process.env.SEED) || Math.floor(Math.random() * 2 ** 31);

/** A walk that finds no place to go aside to shows nothing of ranges. So many in a row would be no chance. */
const tries = 5;

describe("walk aside, while keys come and go", () => {
  const world = useFreshServer();
  const lists = () => world.s3.requests.filter(({ operation }) => operation === "ListObjectsV2");
  const underWay = () => lists().filter(({ finished }) => !finished).length;

  /** A store that is slow until a walk goes several ways; from then on, ranges overtake one another. */
  const openSlowStore = (random: () => number, pageSize: number) => {
    const { s3 } = world;
    let isAside = false;
    let most = 0;
    s3.hooks.length = 0;
    s3.clear();
    s3.setLatency(({ operation }) => {
      if (operation !== "ListObjectsV2") return 0;
      return isAside ? 1 + random() * 29 : 50;
    });
    s3.hook(({ operation, query }) => {
      if (operation !== "ListObjectsV2") return undefined;
      most = Math.max(most, underWay());
      isAside ||= query["start-after"] !== undefined;
      if (query["max-keys"] !== undefined) return undefined;
      const size = isAside && random() < 0.3 ? 1 + Math.floor(random() * pageSize) : pageSize;
      return { query: { "max-keys": String(size) } };
    });
    return {
      isAside: () => isAside,
      /** The most requests that were under way at a time. */
      most: () => most,
      /** How many ranges were begun. */
      ranges: () => lists().filter(({ query }) => query["start-after"] && query["max-keys"] !== "1").length,
    };
  };

  /**
   * One walk through a bucket that changes from beginning to end, where ranges begin and pages end above all.
   * @returns whether it went several ways meanwhile
   */
  const walkOnce = async (
    name: string,
    keys: readonly string[],
    ordered: boolean,
    concurrency: number,
    random: () => number,
  ): Promise<boolean> => {
    const { s3 } = world;
    const store = openSlowStore(random, Math.ceil(keys.length / 18));
    s3.createBucket(name);
    const bucket = openRestlessBucket(s3, name, keys, random, () => store.isAside() && underWay() > 0);
    const seen = seePages(s3, (last) => bucket.stir(last));
    s3.hook(({ operation, query }) => {
      if (operation !== "ListObjectsV2") return undefined;
      if (query["start-after"] !== undefined) bucket.stir(query["start-after"]);
      return undefined;
    });

    const core = openCore(s3, { bucket: name, concurrency });
    const readsFor = random() < 0.3 ? 5 : 0;
    let isOver = false;
    const change = async (): Promise<void> => {
      for (; !isOver; await pause(store.isAside() ? 4 : 20)) bucket.change();
    };
    const changing = change();
    const found: string[] = [];
    try {
      for await (const { objects } of pages(core.context, { prefix: "", ordered })) {
        found.push(...objects.map(({ key }) => key));
        if (readsFor > 0) await pause(readsFor);
      }
    } finally {
      isOver = true;
      await changing;
      await bucket.close();
      await core.close();
    }

    const once = new Set(found);
    bucket.standing.filter((key) => !once.has(key)).should.eql([]);
    // Nor is one lost that was there whenever a page went over its place: such as that behind which a range begins, written
    // when it was cut.
    const always = seen.alwaysListed();
    always.filter((key) => !once.has(key)).should.eql([]);
    const listed = seen.listed();
    found.filter((key) => !listed.has(key)).should.eql([]);
    // Ranges lie side by side: not even a key that went and came again is in two of them.
    found.filter((key, at) => found.indexOf(key) !== at).should.eql([]);
    if (ordered) found.should.eql(inByteOrder(found));

    const { written, deleted } = bucket.changes;
    return store.ranges() > 0 && store.most() >= Math.min(concurrency, 4) && written > 10 && deleted > 5;
  };

  for (const [index, set] of keySets.entries()) {
    for (let seed = first; seed < first + rounds; seed++) {
      const ordered = seed % 2 === 0;
      const concurrency = (Math.floor(seed / 2) + index) % 2 === 0 ? 16 : 3;
      const how = `${ordered ? "in order" : "in any order"}, ${concurrency} requests at a time`;
      it(`finds each key once that stands: ${set}, ${how}, SEED=${seed}`, async () => {
        const random = randomFrom(seed);
        const keys = keysOf(set, random, 350);
        let count = 1;
        while (!(await walkOnce(`bucket-${count}`, keys, ordered, concurrency, random))) {
          count++;
          count.should.not.be.above(tries, "walks that all went one way");
        }
      });
    }
  }
});
