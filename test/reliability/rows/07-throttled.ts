import { runPurge } from "../../../dev/bench/purge/child";
import { rateOf } from "../../../dev/bench/purge/rate";
import { type PurgeServer, startPurgeServer } from "../../../dev/bench/purge/server";
import { numbered } from "../../support/keys";
import { paceOf } from "../pace";
import type { Row } from "../row";
import { shown } from "../shown";
import type { Stage } from "../stage";

/** Of AWS, for each prefix ("Optimizing Amazon S3 performance"). */
const cap = 3500;

/** Per cent. */
const enough = 90;

type Capped = Pick<PurgeServer, "endpoint" | "accessKey" | "secretKey" | "region" | "fill" | "asked" | "close">;

/** Any server, with the cap in the proxy before it: a lower one, which lets as much be saved up. */
const behindProxy = ({ store, proxy, target }: Stage): Capped => {
  let bucket = "";
  let round = 0;
  const asked = { done: 0, refused: 0 };
  return {
    ...target,
    async fill(keys, rate) {
      bucket = `purge-${++round}`;
      await store.createBucket(bucket);
      await store.seed(bucket, numbered(keys, "logs/"));
      const takes = rateOf(rate, 1000, cap);
      Object.assign(asked, { done: 0, refused: 0 });
      proxy.setPlan(({ operation }) => {
        if (operation !== "DeleteObjects") return undefined;
        const isTaken = takes();
        asked[isTaken ? "done" : "refused"]++;
        return isTaken ? undefined : { error: "SlowDown" };
      });
      return store.bucketName(bucket);
    },
    asked: async () => ({ ...asked, left: (await store.keys(bucket)).length }),
    close() {},
  };
};

export const row: Row = {
  number: 7,
  hazard: "the store throttles: 503 SlowDown",
  required:
    "parallel requests become half as many at most, and more again, and the work goes on: purge at a cap of 3,500 keys a second: 90 % of it at least, 0 keys lost",
  async measure(stage) {
    const { count, embedded } = stage;
    const { first, halved, grown } = await paceOf(stage);
    // The embedded one in a process of its own, to be as fast as it can.
    const server = embedded ? await startPurgeServer() : behindProxy(stage);
    try {
      const { endpoint, accessKey, secretKey, region } = server;
      const purge = async (keys: number, rate: number) => {
        const bucket = await server.fill(keys, rate);
        const { wall } = await runPurge({ store: { endpoint, accessKey, secretKey, region }, bucket });
        return { speed: keys / (wall / 1000), ...(await server.asked()) };
      };
      const keys = count(100_000, embedded ? 35_000 : 10_000);
      const round = async () => {
        const { speed, left: leftBefore } = await purge(keys, 0);
        // A server that does not come to the cap has one of its own.
        const rate = speed > 1.2 * cap ? cap : Math.round(speed * 0.6);
        const capped = await purge(keys, rate);
        return {
          share: Math.floor((100 * capped.speed) / rate),
          left: leftBefore + capped.left,
          refused: capped.refused,
          of:
            rate < cap
              ? `a cap of ${shown(rate)}, with ${shown(cap)} of which it may make up for what it was late, where it does ${shown(Math.round(speed))} without one`
              : "the cap",
        };
      };
      let seen = await round();
      // What else a machine does may take a third of its time away for as long as a round.
      for (let more = 0; more < 2 && seen.share < enough && seen.left === 0; more++) {
        const next = await round();
        if (next.share > seen.share || next.left > 0) seen = next;
      }
      const { share, left, refused, of } = seen;
      return {
        held: share >= enough && left === 0 && refused > 0 && halved <= first / 2 && grown > halved,
        figure: `${share} % of ${of}; ${shown(keys)} keys, ${shown(refused)} requests refused, ${left} keys lost; ${first} requests at a time, ${halved} after refusals, ${grown} later`,
      };
    } finally {
      server.close();
    }
  },
  mutants: [
    { file: "src/core/retry.ts", from: "isThrottled ? Math.random() * 500", to: "isThrottled ? 8_000" },
    { file: "src/core/remove-all.ts", from: "          place.throttled();\n", to: "" },
    { file: "src/core/remove-all.ts", from: "keys)) place.good();", to: "keys)) return;" },
    { file: "src/core/window.ts", from: "Math.max(floor, width / 2)", to: "Math.max(floor, width)" },
  ],
};
