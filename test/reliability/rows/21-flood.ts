import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Ended, fates, keyOf, type Order, recordOf, type Told } from "../flood/messages";
import type { Row } from "../row";
import { shown } from "../shown";

/** Of a node that waits in line, and of those at work. */
const [waiting, working] = [10_000, 16];

/** Runs a Node-RED of its own. `outage` begins one, and resolves when it has. */
const flood = async (order: Order, outage: () => Promise<void>): Promise<Ended> => {
  const child = fork(join(__dirname, "..", "flood", "node-red.js"), { execArgv: [], stdio: ["ignore", 2, 2, "ipc"] });
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  try {
    return await new Promise((resolve, reject) => {
      child.once("exit", (code, signal) => reject(new Error(`Node-RED ended by itself: ${code ?? signal}`)));
      child.on("message", (told: Told) => {
        if ("ended" in told) resolve(told.ended);
        else outage().then(() => child.send({ outage: "begun" } satisfies Told), reject);
      });
      child.send({ order } satisfies Told);
    });
  } finally {
    process.off("exit", kill);
    if (child.exitCode === null) {
      const gone = once(child, "exit");
      kill();
      await gone;
    }
  }
};

export const row: Row = {
  number: 21,
  hazard: "the store is gone for 30 s in the middle of a flood of 100,000 small writes",
  required:
    "each message ends once, as written or with an error, QueueFull where too many wait already: told written and not there: 0; messages without an answer: 0; waiting at most 10,000",
  async measure({ store, proxy, target, count }) {
    const total = count(100_000, 15_000);
    // So many that not all of them can wait.
    const during = Math.max(12_000, Math.round(total * 0.3));
    const before = Math.round((total - during) / 2);
    const outageMs = count(30_000, 4000);
    const { endpoint, accessKey, secretKey, region } = target;
    const order = { endpoint, accessKey, secretKey, region, bucket: store.bucketName("bucket"), before, during };
    let over: Promise<void> | undefined;
    const {
      fates: ends,
      twice,
      most,
      codes,
      peak,
      pace,
    } = await flood({ ...order, after: total - before - during, outageMs }, async () => {
      await proxy.refuse();
      over = pause(outageMs).then(() => proxy.accept());
    });
    await over;
    const there = new Set(await store.keys("bucket"));
    const counts = { none: 0, written: 0, full: 0, failed: 0 };
    let [lost, ghosts] = [0, 0];
    for (let n = 0; n < total; n++) {
      const fate = Number(ends[n]);
      const key = keyOf(n);
      if (fate === fates.none) counts.none++;
      else if (fate === fates.failed) counts.failed++;
      else if (fate === fates.full) {
        counts.full++;
        if (there.has(key)) ghosts++;
      } else {
        counts.written++;
        if (!there.has(key) || (await store.get("bucket", key))?.body.toString() !== recordOf(n)) lost++;
      }
    }
    const bounded = most <= waiting + working;
    const { none, written, full, failed } = counts;
    const held = lost === 0 && none === 0 && twice === 0 && ghosts === 0 && bounded;
    // All is well only where there was something to go through. What went wrong without is told by its figures.
    if (held && (full === 0 || failed === 0)) throw new Error("nothing befell the flood");
    return {
      held,
      figure: `${outageMs < 30_000 ? `gone for ${shown(outageMs / 1000)} s: ` : ""}${lost} of ${shown(written)} told written and not there, ${none} without an answer, ${shown(most - working)} waiting at most; ${shown(full)} QueueFull${ghosts ? `, ${ghosts} of them written` : ""}, ${shown(failed)} errors (${Object.keys(codes).join(", ")})${twice ? `, ${twice} ended twice` : ""}; ${Math.round(pace)} a second, ${Math.round(peak)} MiB at the peak`,
    };
  },
  mutants: [
    { file: "src/node-red/queue.ts", from: "longestQueue = 10_000", to: "longestQueue = 20_000" },
    {
      file: "src/node-red/operation-node.ts",
      from: "        (error: S3Error) => end(incoming, error),",
      to: "        () => end(incoming),",
    },
    { file: "src/node-red/queue.ts", from: "          leave();\n          exit();", to: "          leave();" },
  ],
};
