import { runPurge } from "../../../dev/bench/purge/child";
import { startPurgeServer } from "../../../dev/bench/purge/server";
import type { Row } from "../row";
import { shown } from "../shown";

/** Of AWS, for each prefix ("Optimizing Amazon S3 performance"). */
const cap = 3500;

/** Per cent. */
const enough = 90;

const slow = (speed: number): string =>
  `${shown(Math.round(speed))} a second, all that this machine does without a cap`;

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
      const round = async () => {
        const before = await purge(keys, 0);
        const capped = await purge(keys, cap);
        const after = await purge(keys, 0);
        // Of a machine that cannot do as much without a cap, no more can be asked with one.
        const free = Math.min(before.speed, after.speed);
        const possible = Math.min(cap, free);
        const share = Math.floor((100 * capped.speed) / possible);
        const left = before.left + capped.left + after.left;
        return { share, left, refused: capped.refused, of: possible < cap ? slow(free) : "the cap" };
      };
      let seen = await round();
      // What else a machine does may take a third of its time away for as long as a round.
      for (let more = 0; more < 2 && seen.share < enough && seen.left === 0; more++) {
        const next = await round();
        if (next.share > seen.share || next.left > 0) seen = next;
      }
      const { share, left, refused, of } = seen;
      return {
        held: share >= enough && left === 0 && refused > 0,
        figure: `${share} % of ${of}; ${shown(keys)} keys, ${shown(refused)} requests refused, ${left} keys lost`,
      };
    } finally {
      server.close();
    }
  },
  mutants: [{ file: "src/core/retry.ts", from: "isThrottled ? Math.random() * 500", to: "isThrottled ? 20_000" }],
};
