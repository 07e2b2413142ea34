import { randomBytes } from "node:crypto";
import type { FaultKind } from "../../../dev/fault-proxy";
import { several } from "../../support/several";
import { withFolder } from "../../support/with-folder";
import { befallKeys } from "../../transfers/faults";
import { replaceOne } from "../../transfers/replaced";
import { transfer } from "../../transfers/transfer";
import type { Row } from "../row";
import { shown } from "../shown";
import { watchRanges } from "../watch-ranges";

const kinds: FaultKind[] = ["cut", "cut", "cut", "cut", "otherByte"];

export const row: Row = {
  number: 5,
  hazard: "a download is cut off, or its bytes are changed on the way, or another object takes its place",
  required:
    "length and checksum are checked, the rest is fetched by range with If-Match, a file has its name only when it is whole: wrong bytes delivered: 0; ranges of the rest without If-Match: 0; mixtures of two objects: 0",
  measure: ({ store, proxy, open, seed, count }) =>
    withFolder("reliability-", async (home) => {
      const ranges = watchRanges(store);
      const common = {
        store: { ...store, put: ranges.put },
        bucket: "bucket",
        befall: befallKeys(proxy, ranges.came),
        bytes: randomBytes(4 * 1024 * 1024),
        home,
      };
      const settings = { timeout: 2, maxAttempts: 6, concurrency: 64 };
      const stage = {
        ...common,
        core: open({ ...settings, checksums: "always" }),
        kinds,
        ways: ["download to a file", "read a stream", "read a Buffer"] as const,
      };
      const enough = count(10_000);
      let [cuts, good, transfers] = [0, 0, 0];
      const failures: string[] = [];
      while (cuts < enough && failures.length === 0) {
        const runs = await several(100, seed + transfers, (one) => transfer(stage, one), 48);
        transfers += 100;
        failures.push(...runs.failures);
        for (const { faults, code } of runs.results) {
          cuts += faults;
          if (code === undefined) good++;
        }
      }
      if (failures.length === 0 && good < transfers / 2)
        throw new Error(`only ${good} of ${transfers} downloads succeeded`);
      if (failures.length === 0 && ranges.further < cuts / 4)
        throw new Error(`only ${ranges.further} ranges were asked for after ${cuts} cuts and changes`);
      const place = { ...common, core: open({ ...settings, checksums: "required" }) };
      const times = count(1000, 60);
      const { results, failures: mixtures } = await several(times, seed, (one) => replaceOne(place, one), 24);
      const replaced = results.filter((one) => one.replaced);
      if (mixtures.length === 0 && replaced.length < times / 2)
        throw new Error(`only ${replaced.length} of ${times} objects were replaced`);
      const refused = replaced.filter(({ given }) => given === "none").length;
      return {
        held: failures.length === 0 && mixtures.length === 0 && ranges.unbound === 0,
        figure: `${failures[0] ?? 0} of ${shown(cuts)} cuts and changes in ${shown(transfers)} downloads; ${shown(good)} whole, ${shown(transfers - good)} errors; ${shown(ranges.unbound)} of ${shown(ranges.further)} ranges without If-Match; ${mixtures[0] ?? 0} of ${shown(replaced.length)} objects that were replaced came mixed, ${shown(refused)} ended with an error`,
      };
    }),
  mutants: [
    {
      file: "src/core/download.ts",
      from: "if (checksum && checksum.running.digest() !== checksum.wanted) {",
      to: "if (false) {",
    },
    {
      file: "src/core/read-bytes.ts",
      from: "          at += chunk.length;\n",
      to: "          at += Math.max(1, chunk.length - 1);\n",
    },
    { file: "src/core/read-bytes.ts", from: ", IfMatch: first.ETag };", to: " };" },
    {
      file: "src/core/read-bytes.ts",
      from: "  const answer = await get(context, source, more, signal);\n",
      to: "  const answer = await get(context, source, more, signal).catch(() => get(context, source, { Range: more.Range }, signal));\n  answer.ETag = first.ETag;\n",
    },
  ],
};
