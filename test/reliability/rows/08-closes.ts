import { randomBytes } from "node:crypto";
import { median } from "../../../dev/bench/median";
import { several } from "../../support/several";
import { withFolder } from "../../support/with-folder";
import { abortOne } from "../../transfers/abort";
import { befallKeys } from "../../transfers/faults";
import type { Row } from "../row";
import { shown } from "../shown";

export const row: Row = {
  number: 8,
  hazard: "a redeploy in the middle of the work",
  required:
    "requests end with their connection, and open uploads are aborted and seen to be gone: requests after a close 0, uploads left open 0, closes of a second and more 0 at the median",
  measure: ({ store, proxy, target, seed, count }) =>
    withFolder("reliability-", async (home) => {
      const bytes = randomBytes(32 * 1024 * 1024);
      const stage = { store, bucket: "bucket", bytes, home, befall: befallKeys(proxy) };
      const times = count(500, 30);
      const { results, failures } = await several(times, seed, (one) => abortOne(stage, one, target));
      const aborted = results.filter((one) => one.aborted).length;
      const late = results.reduce((sum, one) => sum + one.late, 0);
      if (failures.length === 0 && aborted < times / 2) throw new Error(`only ${aborted} of ${times} were aborted`);
      const open = (await store.uploads(stage.bucket)).length;
      const times50 = results.map(({ ms }) => ms);
      const half = median(times50);
      return {
        held: failures.length === 0 && late === 0 && open === 0 && half < 1000,
        figure: `${failures[0] ? `${failures[0]}; ` : ""}${late} requests after ${shown(times)} closes, ${shown(aborted)} in the middle of work, ${open} uploads left; ${Math.round(half)} ms at the median, ${Math.round(Math.max(...times50))} ms at most`,
      };
    }),
  mutants: [{ file: "src/core/multipart.ts", from: "      if (!complete) await abort(context, key, id);\n", to: "" }],
};
