import { randomBytes } from "node:crypto";
import { PassThrough } from "node:stream";
import { type FaultKind, randomFault } from "../../../dev/fault-proxy";
import { outcomeOf } from "../../support/outcome";
import { openLanes } from "../lanes";
import type { Row } from "../row";
import { shown } from "../shown";

const kinds: FaultKind[] = ["slowDown", "internalError", "reset", "resetAfter", "drop"];

/** Bytes that can be had once only, in pieces of any length. */
const streamOf = (bytes: Buffer, random: () => number): PassThrough => {
  const stream = new PassThrough();
  const go = async () => {
    for (let at = 0; at < bytes.length; ) {
      const end = at + 1 + Math.floor(random() * 200_000);
      if (!stream.write(bytes.subarray(at, end))) await new Promise((resolve) => stream.once("drain", resolve));
      at = end;
    }
    stream.end();
  };
  void go();
  return stream;
};

export const row: Row = {
  number: 4,
  hazard: "a body that comes as a stream meets a 503 or a reset, and cannot be had a second time",
  required:
    "held part by part, each attempt sends its part: streams that survive one of them: 100 %, with identical bytes",
  async measure(stage) {
    const large = randomBytes(40 * 1024 * 1024);
    /** Which of a stream's requests meets something, by bucket. */
    const turns = new Map<string, number>();
    const lanes = await openLanes(stage, 6, { timeout: 20, maxAttempts: 5 }, ({ operation }, lane) => {
      if (!/Put|Upload/.test(operation)) return undefined;
      const turn = turns.get(lane.bucket) ?? -1;
      turns.set(lane.bucket, turn - 1);
      return turn === 0 ? randomFault(lane.random, kinds, 8_000_000) : undefined;
    });
    const times = stage.count(400, 40);
    const { results, failures } = await lanes.run(times, async ({ core, bucket, random }, seed) => {
      const path = `stream-${seed}`;
      const bytes = large.subarray(0, Math.floor(random() < 0.5 ? random() * large.length : large.length ** random()));
      turns.set(bucket, Math.floor(random() * (bytes.length > 16 * 1024 * 1024 ? bytes.length / 8_388_608 + 2 : 1)));
      const code = await outcomeOf(() => core.run("write", { path, data: streamOf(bytes, random) }));
      if (code !== undefined) throw new Error(`${bytes.length} bytes: ${code}`);
      const there = await stage.store.get(bucket, path);
      if (!(there && bytes.equals(there.body))) throw new Error(`${bytes.length} bytes are there as others`);
      await stage.store.put(bucket, path, "");
    });
    if (lanes.befallen < times / 2) throw new Error(`only ${lanes.befallen} of ${times} met something`);
    const share = Math.floor((100 * results.length) / (results.length + failures.length));
    return {
      held: failures.length === 0,
      figure: `${share} % of ${shown(times)}, ${shown(lanes.befallen)} of which met one${failures[0] ? `; ${failures[0]}` : ""}`,
    };
  },
  mutants: [
    {
      file: "src/core/multipart.ts",
      from: "PartNumber, Body: bytes,",
      to: 'PartNumber, Body: require("node:stream").Readable.from([bytes]),',
    },
    { file: "src/core/retry.ts", from: "if (attempts >= maxAttempts ||", to: "if (attempts >= 1 ||" },
  ],
};
