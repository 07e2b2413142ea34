// `npm run test:transfers [-- TRANSFERS [ABORTS [SEED]]]`: transfers of all kinds through faults of all kinds, and aborts at
// any time. Each has a seed; what fails prints it, and `1 0 SEED` or `0 1 SEED` repeats it.
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import "should";
import { startS3Server } from "../../dev/s3-server";
import { check, close, exitWith } from "../support/checks";
import { openCore } from "../support/context";
import { countBy } from "../support/count-by";
import { embeddedStore } from "../support/embedded-store";
import { several } from "../support/several";
import { type Abort, abortOne } from "./abort";
import { type Outcome, type Stage, transfer } from "./transfer";

const [transfers = 1000, aborts = 100, first = Math.floor(Math.random() * 2 ** 31)] = process.argv.slice(2).map(Number);

/** Gives what the runs gave, and throws what the first that failed threw, with their seeds. */
const all = async <T>(count: number, run: (seed: number) => Promise<T>): Promise<T[]> => {
  const { results, failures } = await several(count, first, run);
  if (failures.length > 0) throw new Error(failures.join("\n      "));
  return results;
};

const main = async (): Promise<number> => {
  const bucket = "transfers";
  const server = await startS3Server({ logLimit: 10 });
  const store = embeddedStore(server, "0");
  await store.createBucket(bucket);
  const befall: Stage["befall"] = (_, plan) => server.hook(plan);
  const home = mkdtempSync(join(tmpdir(), "transfers-"));
  const bytes = randomBytes(64 * 1024 * 1024);
  const core = openCore(store, { bucket, timeout: 0.5, maxAttempts: 6, checksums: "always", concurrency: 48 });
  let outcomes: Outcome[] = [];
  try {
    console.log(`seed ${first}`);
    if (transfers > 0) {
      await check(`${transfers} transfers through faults end with identical bytes or with an error`, async () => {
        outcomes = await all(transfers, (seed) => transfer({ store, bucket, core, bytes, home, befall }, seed));
      });
      const faults = outcomes.reduce((sum, outcome) => sum + outcome.faults, 0);
      console.log(`      ${faults} faults; ${countBy(outcomes.map(({ way }) => way))}`);
      console.log(`      ended with ${countBy(outcomes.map(({ code }) => code ?? "success"))}`);
      // Or else nothing was shown.
      await check("they met faults, and most of them went on", () => {
        faults.should.be.above(transfers / 2);
        outcomes.filter(({ code }) => code === undefined).length.should.be.above(transfers / 2);
      });
    }
    await core.close();
    if (aborts > 0) {
      let ended: Abort[] = [];
      await check(`${aborts} aborts leave no open upload, no partial file, and no half object`, async () => {
        ended = await all(aborts, (seed) => abortOne({ store, bucket, bytes, home }, seed));
      });
      const inTheMiddle = ended.filter(({ aborted }) => aborted).length;
      console.log(`      ${inTheMiddle} of them in the middle of the work`);
      await check("most of them came in the middle", () => inTheMiddle.should.be.above(aborts / 2));
      await check("no request comes when the connection has closed", () => {
        ended.filter(({ late }) => late > 0).should.be.empty();
      });
      await check("no connection is left", () => server.connections.should.equal(0));
    }
  } finally {
    await server.close();
    rmSync(home, { recursive: true });
  }
  return close();
};

exitWith(main());
