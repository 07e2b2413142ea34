import { randomBytes } from "node:crypto";
import type { FaultKind } from "../../../dev/fault-proxy";
import { several } from "../../support/several";
import { withFolder } from "../../support/with-folder";
import { befallKeys } from "../../transfers/faults";
import { transfer } from "../../transfers/transfer";
import type { Row } from "../row";
import { shown } from "../shown";

const kinds: FaultKind[] = ["cut", "cut", "cut", "cut", "otherByte"];

export const row: Row = {
  number: 5,
  hazard: "a download is cut off, or its bytes are changed on the way",
  required:
    "length and checksum are checked, the rest is fetched by range with If-Match, a file has its name only when it is whole: wrong bytes delivered: 0",
  measure: ({ store, proxy, open, seed, count }) =>
    withFolder("reliability-", async (home) => {
      const stage = {
        store,
        bucket: "bucket",
        befall: befallKeys(proxy),
        core: open({ timeout: 2, maxAttempts: 6, checksums: "always", concurrency: 64 }),
        bytes: randomBytes(4 * 1024 * 1024),
        home,
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
      return {
        held: failures.length === 0,
        figure: `${failures[0] ?? 0} of ${shown(cuts)} cuts and changes in ${shown(transfers)} downloads; ${shown(good)} whole, ${shown(transfers - good)} errors`,
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
  ],
};
