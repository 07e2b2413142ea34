// The Node-RED of the flood: it writes as many small objects as it is told to, as a flow would, and tells how each ended.
import { setTimeout as pause } from "node:timers/promises";
import { peakMemory } from "../../../dev/bench/peak-memory";
import { startRuntime } from "../../../dev/bench/runtime";
import { type Ended, fates, keyOf, type Order, recordOf, type Told } from "./messages";

// biome-ignore lint/suspicious/noExplicitAny: Node-RED's types leave most of it out
const RED: any = require("node-red");

/** Messages without an answer, as long as the store is there: a flow that is quick, and not too quick. */
const mostAhead = 5000;

/** So long after the last answer, no further one will come: attempts pause less than a second in all. */
const patienceMs = 20_000;

const tell = (told: Told): void => void process.send?.(told);

const flood = async (order: Order): Promise<Ended> => {
  const { bucket, before, during, after, outageMs } = order;
  const write = {
    id: "write",
    type: "amazon-s3-write",
    bucket,
    bucketType: "str",
    overwrite: "true",
    overwriteType: "bool",
  };
  // Else each error would be a line of the log.
  const caught = { id: "catch", type: "catch", scope: ["write"] };
  const runtime = await startRuntime(order, [write, caught], { maxAttempts: 3 });
  const total = before + during + after;
  const ahead = Math.min(mostAhead, Math.ceil(before / 3));
  const fate = new Uint8Array(total);
  const codes: Record<string, number> = {};
  let [sent, ended, twice, most, last] = [0, 0, 0, 0, performance.now()];
  RED.hooks.add(
    "onComplete.flood",
    ({ msg, error, node }: { msg: { n?: number }; error?: { code: string }; node: { id: string } }) => {
      if (node.id !== "write" || msg.n === undefined) return;
      if (fate[msg.n] !== fates.none) twice++;
      else ended++;
      fate[msg.n] = !error ? fates.written : error.code === "QueueFull" ? fates.full : fates.failed;
      if (error && error.code !== "QueueFull") codes[error.code] = (codes[error.code] ?? 0) + 1;
      last = performance.now();
    },
  );
  const node = RED.nodes.getNode("write");
  const send = (): void => {
    const n = sent++;
    node.receive({ n, payload: { path: keyOf(n), data: recordOf(n) } });
    most = Math.max(most, sent - ended);
  };
  const goOn = async (until: number): Promise<void> => {
    while (sent < until && performance.now() - last < patienceMs) {
      while (sent < until && sent - ended < ahead) send();
      await pause(5);
    }
  };
  const start = performance.now();
  await goOn(before);
  const pace = ended / ((performance.now() - start) / 1000);
  const begun = new Promise((resolve) => process.once("message", resolve));
  tell({ outage: "begin" });
  await begun;
  const began = performance.now();
  while (sent < before + during) {
    const share = Math.min(1, (performance.now() - began) / outageMs);
    // As a flow that knows nothing of it.
    while (sent < before + share * during) send();
    await pause(20);
  }
  last = performance.now();
  await goOn(total);
  while (ended < sent && performance.now() - last < patienceMs) await pause(20);
  await pause(200);
  const peak = peakMemory();
  RED.hooks.remove("*.flood");
  await runtime.close();
  return { fates: fate.join(""), twice, most, codes, peak, pace };
};

process.once("message", async (told: Told) => {
  if ("order" in told) tell({ ended: await flood(told.order) });
  process.disconnect();
});
