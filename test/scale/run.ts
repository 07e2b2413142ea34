/**
 * `npm run test:scale [-- KEYS]`: list and purge on a bucket of so many keys, 100,000 at first, in a Node-RED of their own:
 * nothing is missing or comes twice, memory does not grow with the bucket, and a purge that is stopped says what is gone.
 */
import "should";
import { digestOf, type Listing, listInNodeRed, type Told } from "../../dev/bench/list/in-node-red";
import { type BenchServer, listedKeys, startBenchServer } from "../../dev/bench/server";
import { check, close, exitWith } from "../support/checks";
import { must } from "../support/must";

const [count = 100_000] = process.argv.slice(2).map(Number);
const few = 1000;

/** MiB that a listing may take more than one of `few` keys. What V8 collected late took 106 of 100,000, before. */
const most = 64;

/** The way to a store far away, there and back, in ms. */
const far = 80;

const bucket = "listed";

const newest = { emit: "array", sort: "newest", sortType: "newest", maxResults: "10", maxResultsType: "num" };

/** What must not hold more, the more keys there are. */
const ways: Readonly<Record<string, object>> = {
  batches: { emit: "batches" },
  each: { emit: "each" },
  summary: { emit: "summary" },
  "the newest 10": newest,
};

/** Folders have no key of their own. */
const files = { recurse: true, entries: "files" };

const withServer = async (
  keys: number,
  latency: number,
  run: (server: BenchServer) => Promise<void>,
): Promise<void> => {
  const server = await startBenchServer("listed", keys, latency);
  try {
    await run(server);
  } finally {
    server.close();
  }
};

const list = (server: BenchServer, more: Partial<Listing>): Promise<Told> =>
  listInNodeRed({ server, bucket, node: {}, payload: files, look: true, ...more });

const summaryOf = async (server: BenchServer): Promise<number> => {
  const { payload } = await list(server, { node: { emit: "summary" } });
  return (payload as { count: number }).count;
};

const main = async (): Promise<number> => {
  if (!(Number.isSafeInteger(count) && count >= 2 * few))
    throw new Error(`write it as: npm run test:scale -- ${2 * few}`);
  const expected = digestOf(listedKeys(count));
  const base = new Map<string, number>();
  await withServer(few, 0, async (server) => {
    for (const [name, node] of Object.entries(ways)) base.set(name, (await list(server, { node, look: false })).peak);
  });
  await withServer(count, 0, async (server) => {
    for (const [name, node] of Object.entries(ways)) {
      await check(`${name} of ${count} keys: at most ${most} MiB more than of ${few}`, async () => {
        const { peak, late } = await list(server, { node, look: false });
        const more = peak - must(base.get(name));
        console.log(`      ${more.toFixed(0)} MiB more; the event loop late by ${late.toFixed(1)} ms, p99`);
        more.should.be.below(most);
      });
    }
    for (const emit of ["batches", "each"]) {
      await check(`${emit}: every key once, in their order`, async () => {
        const { entries, digest } = await list(server, { node: { emit } });
        [entries, digest].should.eql([count, expected]);
      });
    }
    await check("summary: counts every key", async () => {
      (await summaryOf(server)).should.equal(count);
    });
    await check("the newest ten: of those that are equally new, the first ten", async () => {
      const { digest } = await list(server, { node: newest });
      digest.should.equal(digestOf([...listedKeys(count)].slice(0, 10)));
    });
  });
  await withServer(count, far, async (server) => {
    for (const name of ["summary", "the newest 10"]) {
      await check(`${name} of ${count} keys, ${far} ms away: at most ${most} MiB more than of ${few}`, async () => {
        const { peak } = await list(server, { node: must(ways[name]), look: false });
        const more = peak - must(base.get(name));
        console.log(`      ${more.toFixed(0)} MiB more`);
        more.should.be.below(most);
      });
    }
    await check(`with ${far} ms of latency, several ways at once: every key once, in their order`, async () => {
      await server.requests();
      const { entries, digest } = await list(server, { node: { emit: "batches" } });
      const requests = await server.requests();
      console.log(`      ${requests} requests for ${Math.ceil(count / 1000)} pages`);
      [entries, digest].should.eql([count, expected]);
      // One page after the other takes one request for each; as many again would be no gain.
      requests.should.be.within(count / 1000 + 1, (2 * count) / 1000);
    });
  });
  const purge = { type: "amazon-s3-purge", wholeBucket: true };
  const all = { path: "/", force: true };
  for (const latency of [0, far]) {
    const peaks: number[] = [];
    await check(`a purge of ${count} keys, ${latency} ms away: at most ${most} MiB more than of ${few}`, async () => {
      for (const keys of [few, count]) {
        await withServer(keys, latency, async (server) => {
          const { peak, payload } = await list(server, { node: purge, payload: all });
          (payload as object).should.containEql({ deleted: keys, failed: [] });
          peaks.push(peak);
        });
      }
      const [least, highest] = peaks as [number, number];
      console.log(`      ${(highest - least).toFixed(0)} MiB more`);
      (highest - least).should.be.below(most);
    });
  }
  await withServer(count, 20, async (server) => {
    let deleted = 0;
    await check("a purge that is stopped in the middle says exactly what is gone", async () => {
      const { payload } = await list(server, { node: purge, payload: all, reset: true });
      const told = payload as { deleted: number; failed: unknown[]; stopped?: boolean };
      deleted = told.deleted;
      console.log(`      stopped after ${deleted} of ${count}`);
      told.should.containEql({ stopped: true, failed: [] });
      deleted.should.be.within(1, count - 1);
      (await summaryOf(server)).should.equal(count - deleted);
    });
    await check("a purge of the rest says how many they were, and leaves none", async () => {
      const { payload } = await list(server, { node: purge, payload: all });
      (payload as object).should.containEql({ deleted: count - deleted, failed: [] });
      (await summaryOf(server)).should.equal(0);
    });
  });
  return close();
};

exitWith(main());
