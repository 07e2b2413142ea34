import { runPurge } from "../../../dev/bench/purge/child";
import { startPurgeServer } from "../../../dev/bench/purge/server";
import type { Row } from "../row";
import { shown } from "../shown";

/** Of AWS, for each prefix ("Optimizing Amazon S3 performance"). */
const cap = 3500;

export const row: Row = {
  number: 7,
  hazard: "the store throttles: 503 SlowDown",
  required:
    "parallel requests become half as many, and more again, and the work goes on: purge at a cap of 3,500 keys a second: 90 % of it at least, 0 keys lost",
  onlyEmbedded: "the cap is the embedded server's, which runs in a process of its own",
  async measure({ count }) {
    const server = await startPurgeServer();
    try {
      const { endpoint, accessKey, secretKey, region } = server;
      const purge = async (keys: number, rate: number) => {
        const bucket = await server.fill(keys, rate);
        const { wall } = await runPurge({ store: { endpoint, accessKey, secretKey, region }, bucket });
        return { speed: keys / (wall / 1000), ...(await server.asked()) };
      };
      const keys = count(100_000, 35_000);
      const free = await purge(keys, 0);
      const capped = await purge(keys, cap);
      // Of a machine that cannot do as much without a cap, no more can be asked with one.
      const possible = Math.min(cap, free.speed);
      const share = Math.floor((100 * capped.speed) / possible);
      const of =
        possible < cap
          ? `${shown(Math.round(free.speed))} a second, all that this machine does without a cap`
          : "the cap";
      return {
        held: share >= 90 && capped.left + free.left === 0 && capped.refused > 0,
        figure: `${share} % of ${of}; ${shown(keys)} keys, ${shown(capped.refused)} requests refused, ${capped.left} keys lost`,
      };
    } finally {
      server.close();
    }
  },
  mutants: [
    {
      file: "src/core/remove.ts",
      from: "const goesOn = pace.moves || (context.stop?.aborted && !doubtful);",
      to: "const goesOn = false;",
    },
  ],
};
