// `npm run test:model [-- COUNT SEED [PATH STEPS]]`: random sequences of operations, through faults, against a model of the
// bucket. What fails prints SEED, PATH and STEPS (the replayPath), and `1 SEED PATH STEPS` repeats it.

import { setTimeout as pause } from "node:timers/promises";
import { check, close, exitWith } from "../support/checks";
import "should";
import { countBy } from "../support/count-by";
import { hasStalls, runSequences } from "./sequences";
import { openHouse } from "./stage";

const [count = "10000", first = String(Math.floor(Math.random() * 2 ** 31)), path, steps] = process.argv.slice(2);
const seed = Number(first);

/** Sequences that run one after the other; all others go side by side, since most of the time is pauses between attempts. */
const inARow = 62;
/** More would keep one another from being answered in the connections' time. */
const widest = 120;
const width = path === undefined ? Math.min(widest, Math.ceil(Number(count) / inARow)) : 1;

const main = async (): Promise<number> => {
  const house = await openHouse();
  const ends: string[] = [];
  try {
    console.log(`seed ${seed}`);
    await check(`${count} sequences of operations do what the model of the bucket does`, async () => {
      const seeds = Array.from({ length: width }, (_, at) => seed + at);
      // Those that stall take twice as long.
      const shares = seeds.map((one): number => (width > 1 && hasStalls(one) ? 0.5 : 1));
      const share = Number(count) / shares.reduce((sum, one) => sum + one);
      const all = seeds.map((one, at) =>
        runSequences(house, Math.ceil(share * (shares[at] as number)), { seed: one, path, steps }),
      );
      const reports = await Promise.all(all);
      for (const report of reports) ends.push(...report.ends);
      const failures = reports.flatMap(({ failure }) => failure ?? []);
      if (failures.length > 0) throw new Error(failures.slice(0, 3).join("\n\n"));
    });
    console.log(`      ${ends.length} operations: ${countBy(ends)}`);
    // Or else nothing was shown.
    if (path === undefined && Number(count) >= 100) {
      await check("many met faults, and went on in spite of them", () => {
        const met = ends.filter((end) => end.endsWith("through faults"));
        met.length.should.be.above(ends.length / 20);
        met.filter((end) => end.startsWith("success")).length.should.be.above(met.length / 3);
      });
    }
    if (path === undefined && Number(count) >= 1000) {
      await check("some wrote and read objects in parts", () => {
        ends.filter((end) => end.startsWith("success of many bytes")).length.should.be.above(Number(count) / 1000);
      });
    }
    await check("no connection is left", async () => {
      // Sockets are closed in a turn of their own.
      for (let turn = 0; turn < 1000 && house.proxy.connections > 0; turn++) await pause(5);
      house.proxy.connections.should.equal(0);
    });
  } finally {
    await house.close();
  }
  return close();
};

exitWith(main());
