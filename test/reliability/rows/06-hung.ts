import { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { type FaultKind, randomFault } from "../../../dev/fault-proxy";
import type { Core } from "../../support/context";
import { outcomeOf } from "../../support/outcome";
import { withFolder } from "../../support/with-folder";
import { type Lane, openLanes } from "../lanes";
import type { Row } from "../row";
import { shown } from "../shown";

const kinds: FaultKind[] = ["stall", "stallAfter", "stallAfter"];

/** Far longer than any message may take: only tells one that ends from one that hangs. */
const forever = 60_000;

const bytes = Buffer.alloc(20_000, "0123456789");

type Work = (core: Core, path: string, home: string) => Promise<unknown>;

const works: readonly Work[] = [
  (core, path) => core.run("write", { path, data: bytes, overwrite: true }),
  (core, path) => core.run("write", { path, data: Readable.from([bytes]) }),
  (core) => core.run("read", { path: "there", format: "buffer" }),
  async (core) => {
    const { result, ended } = await core.run("read", { path: "there", format: "stream" });
    ended?.catch(() => {});
    for await (const _ of result);
  },
  (core) => core.run("exist", { path: "there" }),
  (core) => core.run("list", { path: "/", recurse: true }),
  (core, path) => core.run("create", { path }),
  (core, path) => core.run("delete", { path: [path, "nowhere"], ifMissing: "ignore" }),
  (core, path) => core.run("purge", { path, force: true }),
  (core, path, home) => core.run("download", { path: "there", target: `${home}/${path}` }),
  (core, path) => core.run("upload", { source: __filename, path }),
];

export const row: Row = {
  number: 6,
  hazard: "the server answers headers and then nothing, stops in the middle, or never answers",
  required: "an attempt ends when no byte has come for the timeout: hung messages: 0",
  measure: (stage) =>
    withFolder("reliability-", async (home) => {
      const lanes = await openLanes(stage, 32, { timeout: 1 }, (_, { random }) =>
        random() < 0.4 ? randomFault(random, kinds, random() < 0.5 ? 200 : bytes.length) : undefined,
      );
      const filled = new Set<Lane>();
      const times = stage.count(3000, 100);
      const { results, failures } = await lanes.run(times, async (lane, seed) => {
        if (!filled.has(lane)) await stage.store.put(lane.bucket, "there", bytes);
        filled.add(lane);
        const work = works[seed % works.length] as Work;
        const late = new AbortController();
        const hung = pause(forever, undefined, { signal: late.signal, ref: false }).then(
          () => {
            throw new Error(`${work} hangs`);
          },
          () => undefined,
        );
        const code = await Promise.race([outcomeOf(() => work(lane.core, `run-${seed}`, home)), hung]);
        late.abort();
        return code;
      });
      const timeouts = results.filter((code) => code === "Timeout").length;
      if (failures.length === 0 && lanes.befallen < times / 3) throw new Error(`only ${lanes.befallen} stalls`);
      return {
        held: failures.length === 0,
        figure: `${failures[0] ?? 0} of ${shown(times)}, ${shown(lanes.befallen)} stalls; ${shown(timeouts)} ended with Timeout, ${shown(results.filter((code) => code === undefined).length)} succeeded`,
      };
    }),
  mutants: [
    {
      file: "src/core/request-handler.ts",
      from: "    socketTimeout: ms,\n",
      to: "",
    },
  ],
};
